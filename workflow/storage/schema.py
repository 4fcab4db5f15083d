"""Which schema a database has, read without Alembic: every command asks, so it must be cheap."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column, Connection, MetaData, Table, Text, inspect, select

from states.errors import Invalid, Message, NotFound, Problem, RectificationError
from workflow.storage.database import Database

VERSION_TABLE = "rectify_schema"
"""Alembic's table under a name of its own, so that another program's database is never ours."""

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every revision there is, oldest first; the last one is what this program works with."""

_VERSION = select(Table(VERSION_TABLE, MetaData(), Column("version_num", Text)).c.version_num)


class SchemaState(StrEnum):
    """How a database stands to this program; ``older`` is what ``rectify db migrate`` mends."""

    MISSING = "missing"
    EMPTY = "empty"
    FOREIGN = "foreign"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


def state_of(database: Database) -> SchemaState:
    """Return how a database stands to this program."""
    if database.path is not None and not database.path.exists():
        return SchemaState.MISSING
    with database.looking() as connection:
        return state_within(connection)


def state_within(connection: Connection) -> SchemaState:
    """Return the same of a database that is there, inside a transaction."""
    tables = inspect(connection)
    if not tables.has_table(VERSION_TABLE):
        return SchemaState.FOREIGN if tables.get_table_names() else SchemaState.EMPTY
    version = connection.scalar(_VERSION)
    if version == REVISIONS[-1]:
        return SchemaState.CURRENT
    return SchemaState.OLDER if version in REVISIONS else SchemaState.NEWER


def refusal(state: SchemaState, database: str) -> RectificationError | None:
    """Return why a database in this state cannot be worked with, or None if it can."""
    facts = {"database": database}
    match state:
        case SchemaState.MISSING:
            return NotFound(
                Message("database_missing", "there is no {database}; rectify init makes it", facts)
            )
        case SchemaState.EMPTY:
            return NotFound(
                Message("database_empty", "{database} is empty; rectify init fills it", facts)
            )
        case SchemaState.FOREIGN:
            return Invalid(
                Problem("database_foreign", "{database} belongs to another program", facts)
            )
        case SchemaState.OLDER:
            return Invalid(
                Problem(
                    "schema_older",
                    "{database} was made by an earlier version; run: rectify db migrate",
                    facts,
                )
            )
        case SchemaState.NEWER:
            return Invalid(
                Problem(
                    "schema_newer",
                    "{database} was made by a later version of rectify; install that one",
                    facts,
                )
            )
        case SchemaState.CURRENT:
            return None
