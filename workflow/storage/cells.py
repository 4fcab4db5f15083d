"""Small values as they stand in a column of text."""

from __future__ import annotations

from functools import lru_cache

from states.canonical import stamp

moment = lru_cache(maxsize=16)(stamp)
"""Return an instant as text; most of a transaction bears the same one."""
