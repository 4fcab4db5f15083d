"""Operating: set up, kept running, looked after, backed up and shown to visitors."""

from __future__ import annotations
