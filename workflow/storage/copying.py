"""Copying a whole database: into a file for a backup, out of one for a restore.

A copy is one consistent state, however much is being written meanwhile. Between SQLite files it is
SQLite's own online backup; otherwise every row of every table is read in one transaction and
written in another, which also takes an office from one kind of database to the other.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, text

from states.errors import Conflict, Invalid, Message, Problem
from workflow.placing import sync
from workflow.storage.constructs import insert_as_it_was
from workflow.storage.database import Database
from workflow.storage.failures import DAMAGED, NO_DATABASE, explained
from workflow.storage.files import make_private
from workflow.storage.migrating import upgrade
from workflow.storage.schema import SchemaState, refusal, state_of
from workflow.storage.seal_tables import unsealed
from workflow.storage.structure import FOREIGN, structure_faults
from workflow.storage.tables import metadata

Tell = Callable[[int, int], None]
"""Is told how much is copied, and of how much."""

_PAGES = 1000  # copied between two looks at the progress; others may write in between
_RESTARTS = 3  # after so many others are kept from writing until it is done
_ROWS = 2000


def copy(
    source: str, target: str, tell: Tell, *, called: str = "", untouched: bool = False
) -> None:
    """Copy one database into another that is not there yet, or is empty.

    A file is made readable by its owner alone, and is durable when this returns. What goes wrong
    with it is said of it as it is ``called``, if by another name. The first one is left
    ``untouched`` if need be; there must be no journal beside it then. Raises ``NotFound``,
    ``Invalid``, and ``Conflict`` if something is there already.
    """
    here, there = Database(source, untouched=untouched), Database(target)
    there.name = called or there.name
    try:
        error = refusal(state_of(here), here.name)
        older = state_of(here) is SchemaState.OLDER
        if error is not None and not (older and here.path is not None):
            raise error
        if there.path is not None and os.path.lexists(there.path):  # whatever it is
            raise in_the_way(there.name)
        if state_of(there) not in (SchemaState.MISSING, SchemaState.EMPTY):
            raise in_the_way(there.name)
        if there.path is not None:
            make_private(there.path)
        if here.path is not None and there.path is not None:
            _copy_file(here, there, tell)
            upgrade(there)
            sync(there.path.absolute().parent)
        else:
            _nothing_foreign(there)
            upgrade(there)
            with here.looking() as reading, there.changing() as writing:
                _copy_rows(reading, writing, tell)
    finally:
        here.close()
        there.close()


def at_rest(path: Path) -> None:
    """Let a file be one file: whoever reads it later, from a medium that is read alone perhaps,
    needs no other beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def named(address: str) -> str:
    """Return a database's address as it may be shown: without a password."""
    database = Database(address)
    try:
        return database.name
    finally:
        database.close()


def login_of(address: str) -> str | None:
    """Return the role by which a database's server knows us; None for a file."""
    database = Database(address)
    try:
        return database.login()
    finally:
        database.close()


def in_the_way(name: str) -> Conflict:
    """Return the error for a database that is there already, where a new one is to be made."""
    return Conflict(Message("database_there", "{database} is already there", {"database": name}))


def _nothing_foreign(there: Database) -> None:
    """Refuse a place in which something waits to act on what is written there."""
    with there.reading() as driver:
        faults = structure_faults(driver)
    names = tuple(str(f.facts["name"]) for f in faults if f.code == FOREIGN)
    if names:
        raise structure_refused(there.name, names)


def structure_refused(place: str, names: tuple[str, ...]) -> Invalid:
    """Return the refusal of a database in which something stands that is not as we make it."""
    text = "has in it what is not of rectify, or lacks what is: {names}"
    return Invalid(Problem("structure_refused", text, {"names": names}, source=place))


def _copy_file(here: Database, there: Database, tell: Tell) -> None:
    with (
        here.explained(),
        closing(here.engine.raw_connection()) as reading,
        closing(there.engine.raw_connection()) as writing,
    ):
        source: Any = reading.driver_connection
        target: Any = writing.driver_connection
        try:
            try:
                source.backup(target, pages=_PAGES, progress=_Progress(tell))
            except _Overtaken:
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_schema")  # now others wait
                source.backup(target, pages=_PAGES, progress=_Progress(tell))
        except sqlite3.Error as error:  # of which file it speaks the driver does not say
            known = explained(error, there.name)
            if known is None or known.message.code in (DAMAGED, NO_DATABASE):
                raise
            raise known from error


class _Overtaken(Exception):
    """Others wrote so often that the copy was begun anew again and again."""


class _Progress:
    """Tells how far a copy has come. SQLite begins it anew when somebody else has written."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._done, self._restarts = tell, 0, 0

    def __call__(self, status: int, remaining: int, total: int) -> None:
        done = total - remaining
        self._restarts += done <= self._done
        self._done = done
        if self._restarts > _RESTARTS:
            raise _Overtaken
        self._tell(done, total)


def _copy_rows(reading: Connection, writing: Connection, tell: Tell) -> None:
    tables = [table for table in metadata.sorted_tables if table is not unsealed]
    # An entry that is written is listed as unsealed by a trigger; the list itself comes last.
    total, done = sum(_count(reading, table) for table in metadata.sorted_tables), 0
    for table in (*tables, unsealed):
        if table is unsealed:
            writing.execute(delete(unsealed))
        for rows in _batches(reading, table):
            writing.execute(insert_as_it_was(table), rows)
            done += len(rows)
            tell(done, total)
    if writing.dialect.name == "postgresql":
        for table in metadata.sorted_tables:
            _count_on(writing, table)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    with connection.execution_options(yield_per=_ROWS).execute(ordered) as found:
        mappings = found.mappings()
        while rows := [dict(row) for row in islice(mappings, _ROWS)]:
            yield rows


def _count_on(connection: Connection, table: Table) -> None:
    """Let the numbers that PostgreSQL gives begin after those that were copied."""
    for column in table.columns:
        if column.identity is not None:
            last = connection.scalar(select(func.max(column)))
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :next, false)"),
                {"table": table.name, "column": column.name, "next": (last or 0) + 1},
            )
