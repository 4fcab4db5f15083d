"""The floor: the statements that rectify sends, sent by hand through the standard library's driver.

They are taken down while rectify works a copy of the database, and played on another copy: the same
texts with the same values in the same transactions, the rows of every read fetched. Added is what
no log can do without: the canonical bytes of each entry and their SHA-256.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import workflow.storage.database as database
from benchmarks.durability import Durability
from states.canonical import canonical, entry_digest
from workflow.storage.driver import Driver

Values = Mapping[str, Any]

FEW = 20
"""Reads that one transaction of many orders may need; more would make the floor no floor."""

_SETTINGS = ("foreign_keys", "recursive_triggers", "cell_size_check")  # as the store has them


@dataclass(slots=True)
class Sent:
    """A statement as the driver got it: ``rows`` for executemany, else ``values``."""

    text: str
    values: Any = ()
    rows: list[Any] | None = None
    reads: bool = False


@dataclass(slots=True)
class Transaction:
    """What one transaction sent, and the content of the entries that it wrote."""

    statements: list[Sent] = field(default_factory=list)
    contents: list[Values] = field(default_factory=list)

    @property
    def reads(self) -> int:
        """How many of the statements only read."""
        return sum(sent.reads for sent in self.statements)


@contextmanager
def taken_down() -> Iterator[list[Transaction]]:
    """Take down what the stores send that are opened here, a transaction after the other."""
    taken: list[Transaction] = []

    class Listening(Driver):
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **settings)
            taken.append(Transaction())
            self._cursor = _Notebook(self._cursor, taken[-1].statements)

    with patch.object(database, "Driver", Listening):
        yield taken


class _Notebook:
    """A cursor that writes down what it is told to do."""

    def __init__(self, cursor: Any, notes: list[Sent]) -> None:
        self._cursor = cursor
        self._notes = notes

    def execute(self, text: str, values: Any) -> None:
        self._notes.append(Sent(text, values=values, reads=text.startswith("SELECT")))
        self._cursor.execute(text, values)

    def executemany(self, text: str, rows: Iterable[Any]) -> None:
        self._notes.append(Sent(text, rows=list(rows)))
        self._cursor.executemany(text, self._notes[-1].rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class Floor:
    """The standard library's driver on a copy of the database, set up as the store sets it up."""

    def __init__(self, path: Path, durability: Durability) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for setting in _SETTINGS:
            self.connection.execute(f"PRAGMA {setting} = ON")
        durability.set_on(self.connection)

    def play(self, transaction: Transaction) -> None:
        """Send what the transaction sent."""
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        for content in transaction.contents:
            entry_digest(canonical(content))
        for sent in transaction.statements:
            if sent.rows is not None:
                cursor.executemany(sent.text, sent.rows)
                continue
            cursor.execute(sent.text, sent.values)
            if sent.reads:
                cursor.fetchall()
        cursor.execute("COMMIT")
