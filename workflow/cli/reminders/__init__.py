"""Reminders and letters: what waits on nobody, who will be told what, what was issued."""

from __future__ import annotations
