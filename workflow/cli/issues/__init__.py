"""Daily work on issues: registered, listed, shown, assigned, planned, proven, taken further."""

from __future__ import annotations
