"""The terminal: what is printed, how wide it is, and how far something long has come."""

from __future__ import annotations
