"""The store: every transaction works on its own shallow copy of the tables, which replaces the
shared ones at commit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from workflow.memory.kept import Sending
from workflow.memory.outbox import MemoryOutbox
from workflow.memory.session import MemorySession
from workflow.memory.tables import Tables


class MemoryStore:
    """A ``Store`` that lives as long as its process. Writers take turns."""

    def __init__(self, tables: Tables | None = None) -> None:
        self._tables = tables or Tables()
        self._turn = threading.RLock()
        self.outbox = MemoryOutbox(self._sending, self._anchor)

    @contextmanager
    def _sending(self) -> Iterator[Sending]:
        with self._turn:
            yield self._tables.sending

    def _anchor(self) -> str:
        """Return the short form of the latest checkpoint, "" where there is none."""
        sealed = self._tables.checkpoints
        return sealed[max(sealed)].anchor if sealed else ""

    def login(self) -> str | None:
        """Return None: memory knows no roles."""
        return None

    def time(self) -> datetime | None:
        """Return None: memory has no clock of its own."""
        return None

    @contextmanager
    def reading(self) -> Iterator[MemorySession]:
        """Open a transaction that only reads."""
        with self._turn:
            snapshot = self._tables.copied()
        yield MemorySession(snapshot)

    @contextmanager
    def writing(self) -> Iterator[MemorySession]:
        """Open a transaction that writes; nothing is kept if it ends by an exception."""
        with self._turn:
            session = MemorySession(self._tables.copied())
            yield session
            self._tables = session.tables
