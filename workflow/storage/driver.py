"""Running statements: SQLAlchemy's core writes them, the driver's own cursor runs them.

A statement's text is compiled once per database and handed to the driver as it is. Measured on
SQLite with a read, three writes and two small batches (no fsync): 1.5 times the driver alone, where
``exec_driver_sql`` takes 1.9 times and ``Connection.execute`` 2.5 times. The price: values pass as
the driver knows them, so every column is text, an integer or bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter, methodcaller
from typing import Any, NamedTuple

from sqlalchemy import (
    Delete,
    Dialect,
    Insert,
    PoolProxiedConnection,
    Select,
    TextClause,
    Update,
)

Statement = Select[Any] | Insert | Update | Delete | TextClause
Parameters = Mapping[str, Any]

_STREAMED = 2000  # rows that PostgreSQL sends at a time
_FETCHED = 256  # rows that are taken from SQLite at a time
_NO_TEXT = "Could not decode to UTF-8"


class Prepared(NamedTuple):
    """A statement for one database: its text, and how its parameters follow each other in it."""

    text: str
    ordered: Callable[[Parameters], tuple[Any, ...]]


class Texts(dict[Statement, Prepared]):
    """The statements for one database, each compiled when it is first needed."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.on_server = dialect.name == "postgresql"

    def __missing__(self, statement: Statement) -> Prepared:
        compiled = statement.compile(dialect=self._dialect)
        asked = {name for bind, name in compiled.bind_names.items() if bind.required}
        held = {name: value for name, value in compiled.params.items() if name not in asked}
        names = tuple(compiled.positiontup or ())
        self[statement] = found = Prepared(str(compiled), _in_order(names, held))
        return found


_lenient: Callable[[bytes], str] = methodcaller("decode", "utf-8", "surrogateescape")
_first, _all = methodcaller("fetchone"), methodcaller("fetchall")


def _in_order(
    names: tuple[str, ...], held: dict[str, Any]
) -> Callable[[Parameters], tuple[Any, ...]]:
    """Return what puts parameters in order; ``held`` are those that the statement itself holds.

    By position SQLite binds them in two thirds of the time that it takes by name.
    """
    if len(names) < 2:  # of one name itemgetter would return no tuple
        return lambda parameters: tuple({**held, **parameters}[name] for name in names)
    ordered = itemgetter(*names)
    return (lambda parameters: ordered({**held, **parameters})) if held else ordered


class Driver:
    """The driver inside one transaction.

    ``writes`` is False where the transaction only reads, ``on_server`` True on PostgreSQL.
    """

    def __init__(self, connection: PoolProxiedConnection, texts: Texts, *, writes: bool) -> None:
        # Two drivers without a common type: what is used of them is common to both.
        driver: Any = connection.driver_connection
        self._connection = driver
        self._cursor = driver.cursor()
        self._texts = texts
        self.on_server = texts.on_server
        self._streams: list[Any] = []
        self.writes = writes

    def run(self, statement: Statement, parameters: Parameters) -> int:
        """Run a statement and return how many rows it changed."""
        return int(self._executed(statement, parameters).rowcount)

    def run_all(self, statement: Statement, rows: Sequence[Parameters]) -> int:
        """Run a statement once per row, as one batch; return how many rows it changed."""
        if not rows:
            return 0
        if len(rows) == 1:
            return self.run(statement, rows[0])
        text, ordered = self._texts[statement]
        self._cursor.executemany(text, list(map(ordered, rows)))
        return int(self._cursor.rowcount)

    def first(self, statement: Statement, parameters: Parameters) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        row: tuple[Any, ...] | None = self._read(_first, statement, parameters)
        return row

    def all(self, statement: Statement, parameters: Parameters) -> list[tuple[Any, ...]]:
        """Return all rows."""
        rows: list[tuple[Any, ...]] = self._read(_all, statement, parameters)
        return rows

    def _read(
        self, read: Callable[[Any], Any], statement: Statement, parameters: Parameters
    ) -> Any:
        try:
            return read(self._executed(statement, parameters))
        except sqlite3.OperationalError as error:
            if not self._streams or not self._relents(error):
                raise
        return read(self._executed(statement, parameters))

    def _relents(self, error: sqlite3.OperationalError) -> bool:
        """Return whether text was no text, and let whatever is read from now on come through."""
        if _NO_TEXT not in str(error) or self._connection.text_factory is _lenient:
            return False
        self._connection.text_factory = _lenient
        return True

    def stream(self, statement: Statement, parameters: Parameters) -> Iterator[tuple[Any, ...]]:
        """Yield the rows as they come, however many there are and whatever was made of them.

        Text that is no text any more still comes through, in what is read after it too: to find
        what was tampered with, one must be able to read it. As long as there is none, the driver
        decodes text by itself, and a row of the log comes in three quarters of the time.
        """
        text, ordered = self._texts[statement]
        values = ordered(parameters)
        if self.on_server:
            cursor = self._connection.cursor(name=f"rectify_{len(self._streams)}")
            cursor.itersize = _STREAMED
            yield from self._begun(cursor, text, values)
            return
        if self.writes:  # what is written meanwhile may change what a second reading finds
            self._connection.text_factory = _lenient
        passed = 0
        try:
            cursor = self._begun(self._connection.cursor(), text, values)
            while rows := cursor.fetchmany(_FETCHED):
                passed += len(rows)
                yield from rows
            return
        except sqlite3.OperationalError as error:
            if not self._relents(error):
                raise
        yield from islice(self._begun(self._connection.cursor(), text, values), passed, None)

    def _begun(self, cursor: Any, text: str, values: tuple[Any, ...]) -> Any:
        self._streams.append(cursor)
        cursor.execute(text, values)
        return cursor

    def close(self) -> None:
        """Close what is open: a stream that nobody read to its end would keep a lock."""
        for cursor in (self._cursor, *self._streams):
            cursor.close()
        if not self.on_server:
            self._connection.text_factory = str

    def _executed(self, statement: Statement, parameters: Parameters) -> Any:
        text, ordered = self._texts[statement]
        self._cursor.execute(text, ordered(parameters))
        return self._cursor
