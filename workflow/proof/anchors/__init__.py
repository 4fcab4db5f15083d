"""Anchors: copies of checkpoints that others hold, kept, found again and compared."""

from __future__ import annotations
