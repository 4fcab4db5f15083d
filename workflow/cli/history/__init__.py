"""History: every entry as it was written, and how things stood or came about."""

from __future__ import annotations
