"""Deadlines: what is owed and why then, later dates, clocks that stand still, and the figures."""

from __future__ import annotations
