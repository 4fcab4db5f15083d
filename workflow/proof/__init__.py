"""Proving the log to a stranger: keys, seals, anchors, the bundle and what judges it."""

from __future__ import annotations
