"""Sealing: keys adopted, entries put into the tree, what was signed last."""

from __future__ import annotations
