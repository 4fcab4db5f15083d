"""How hard a commit is: the journal and the syncing of SQLite, the same for every contender."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Durability:
    """A pair of SQLite's settings ``journal_mode`` and ``synchronous``."""

    journal: str
    synchronous: str

    @property
    def pragmas(self) -> tuple[str, str]:
        """The statements that set it."""
        return (
            f"PRAGMA journal_mode = {self.journal}",
            f"PRAGMA synchronous = {self.synchronous}",
        )

    def set_on(self, connection: Any) -> None:
        """Set a connection of the standard library's driver."""
        for pragma in self.pragmas:
            connection.execute(pragma)
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        assert mode.upper() == self.journal, mode

    def __str__(self) -> str:
        return f"SQLite journal_mode={self.journal} synchronous={self.synchronous}"
