"""A store in memory: the library's default, and the honest double of the database in tests."""

from __future__ import annotations

from workflow.memory.session import MemorySession
from workflow.memory.store import MemoryStore
from workflow.memory.tables import Tables

__all__ = ["MemorySession", "MemoryStore", "Tables"]
