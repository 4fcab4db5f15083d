"""Editing a database file as somebody who hides it: the guard of the log is put back afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unguarded(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Take every trigger from a database, and put it back as it was; commit at the end."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = found.fetchall()
    for name, _ in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    yield connection
    for _, sql in triggers:
        connection.execute(sql)
    connection.commit()
