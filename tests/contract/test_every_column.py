"""Somebody with full write access and no key edits each column of each table by hand.

What ``verify`` finds of it is what docs/reference/vouching.md promises, column by column: a column
that is new stands in neither, and fails here.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, Table, select, text
from sqlalchemy.exc import DBAPIError

from states.errors import RectificationError
from tests.ailing import AT_ONCE, configured
from tests.servers.postgres import PostgresServer
from tests.terminal import Terminal, in_full_swing, with_issues
from workflow.engine.proving import prove
from workflow.storage import seal_tables
from workflow.storage.copying import copy
from workflow.storage.database import Database
from workflow.storage.driver import Driver
from workflow.storage.session import SqlSession
from workflow.storage.tables import metadata
from workflow.verifying import thorough

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "vouching.md"
ROW = re.compile(r"^\| `(?P<table>\w+)` \| (?P<columns>[^|]+) \| (?P<by>[^|]+) \|")
ALWAYS, PARTLY, NEVER = "always", "partly", "never"
QUICK = thorough(again=False)
assert seal_tables.unsealed.name in metadata.tables


def promised() -> dict[tuple[str, str], str]:
    """Return, by table and column, whether the page says that an edit is found."""
    found: dict[tuple[str, str], str] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if (row := ROW.match(line)) is None:
            continue
        how = row["by"].strip()
        kind = (
            NEVER if how.startswith("nothing") else PARTLY if how.startswith("partly") else ALWAYS
        )
        for column in re.findall(r"`(\w+)`", row["columns"]):
            assert (row["table"], column) not in found, f"{row['table']}.{column} stands twice"
            found[row["table"], column] = kind
    return found


COLUMNS = [
    (table.name, column.name) for table in metadata.sorted_tables for column in table.columns
]


def test_the_page_names_every_column_and_no_other() -> None:
    assert sorted(promised()) == sorted(COLUMNS)


REFUSED = {
    *((kind, table, "id") for kind in ("sqlite", "postgresql") for table in ("halts", "office")),
    ("postgresql", "notices", "id"),
    ("postgresql", "unsealed", "id"),
}
"""What no constraint lets through: the only row of a table is 1, and PostgreSQL itself numbers."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with something of everything: letters, messages sent and waiting, seals, a tail."""
    terminal = Terminal(tmp_path_factory.mktemp("office"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(terminal.folder)
        patch.setenv("LANGUAGE", "en")
        configured(terminal, start=AT_ONCE)
        in_full_swing(with_issues(terminal))
        terminal.does("people", "edit", "wang", "--mail", "wang@qingxi.example")
        terminal.later(2)
        terminal.does("audit", "seal")
        configured(terminal, start='[notices]\nhours = "03:00-03:01"\nhold_imports = false\n')
        terminal.does("--as", "li", "note", "7", "x")
        terminal.later(20)
        terminal.does("tick")
        terminal.does("--as", "li", "note", "7", "y")
    database = Database(terminal.database)
    with database.writing() as driver:
        for statement in OWN:
            driver.run(text(statement), {})
    database.close()
    return Path(terminal.database)


OWN = (
    "INSERT INTO circuits VALUES ('smtp', 3, '2025-07-01T00\\:00\\:00.000000Z', 'timeout', "
    "'2025-06-30T00\\:00\\:00.000000Z')",
    "INSERT INTO buckets VALUES ('smtp', 3, '2025-06-30T00\\:00\\:00.000000Z')",
    "INSERT INTO halts VALUES (1, '2025-06-30T00\\:00\\:00.000000Z', 'storm', "
    "'2025-06-30T01\\:00\\:00.000000Z')",
)


@pytest.fixture(scope="module")
def databases(file: Path, postgres_server: PostgresServer) -> Iterator[dict[str, Database]]:
    """The same office on both kinds of database."""
    with postgres_server.database() as name:
        url = postgres_server.url(name)
        copy(str(file), url, lambda done, total: None)
        opened = {"sqlite": Database(str(file)), "postgresql": Database(url)}
        yield opened
        for database in opened.values():
            database.close()


class _Undone(Exception):
    pass


@contextmanager
def undone(database: Database) -> Iterator[Driver]:
    """Open a transaction of which nothing stays."""
    with suppress(_Undone), database.writing() as driver:
        yield driver
        raise _Undone


UNGUARDED = {
    "postgresql": [
        *(
            f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only"
            for table in ("entries", "leaves", "checkpoints")
        ),
        "SET LOCAL session_replication_role = replica",
    ]
}
GUARDED = {
    "postgresql": [
        "SET LOCAL session_replication_role = origin",
        *(
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only"
            for table in ("entries", "leaves", "checkpoints")
        ),
    ]
}


@contextmanager
def without_guard(driver: Driver) -> Iterator[None]:
    """Take the guards from the tables, and put them back."""
    if driver.on_server:
        for statement in UNGUARDED["postgresql"]:
            driver.run(text(statement), {})
        yield
        for statement in GUARDED["postgresql"]:
            driver.run(text(statement), {})
        return
    driver.run(text("PRAGMA defer_foreign_keys = ON"), {})
    found = driver.all(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"), {})
    for name, _ in found:
        driver.run(text(f"DROP TRIGGER {name}"), {})
    yield
    for _, sql in found:
        driver.run(text(sql), {})


def edited(
    database: Database, table: Table, place: dict[str, Any], new: dict[str, Any]
) -> set[str]:
    """Edit one row by hand; return the codes of what is found. Raises what the database refuses."""
    where = " AND ".join(f"{name} = :at_{name}" for name in place)
    (column,) = new
    statement = text(f'UPDATE {table.name} SET "{column}" = :{column} WHERE {where}')  # noqa: S608
    codes: set[str] = set()
    with undone(database) as driver:
        with without_guard(driver):
            driver.run(statement, new | {f"at_{name}": value for name, value in place.items()})
        codes = {p.code for p in prove(SqlSession(driver, {}), QUICK).problems}
    return codes


def others(column: Column[Any], value: Any) -> Iterator[Any]:
    """Yield other values that somebody could write there, as like to it as may be."""
    if isinstance(value, bytes):
        yield value.replace(b'":"', b'":"x', 1) if b'":"' in value else value[:-1] + b"?"
    elif isinstance(value, int):
        yield from (value + 1, value - 1, 1 - value, value + 1000)
    elif value is None:
        yield from ("2031-02-03T00:00:00.000000Z", "2031-02-03", "by hand", 7)
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        yield "2031-02-03"
    elif re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
        yield "2031-02-03T00:00:00.000000Z"
    elif re.fullmatch(r"[0-9a-f]{64}", value):
        yield value[::-1]
    elif '":"' in value:
        head, _, tail = value.rpartition('":"')
        yield f'{head}":"x{tail}'
    else:
        yield from ("accepted", "hold", f"{value}x")


def rows_of(database: Database, table: Table, column: Column[Any]) -> list[tuple[Any, ...]]:
    """Return a few rows, the same on every database, one of them with a value if there is any."""
    keys = list(table.primary_key.columns)
    named = [key.label(f"key_{key.name}") for key in keys]
    with database.reading() as driver:
        rows = driver.all(select(*named, column).order_by(*keys), {})
    assert rows, f"nothing stands in {table.name}"
    said = [row for row in rows if row[-1] is not None]
    return list(dict.fromkeys([rows[0], rows[len(rows) // 2], rows[-1], *said[:1]]))


def sampled(database: Database, table: Table, column: Column[Any]) -> Iterator[set[str]]:
    """Edit the column in a few rows; yield what is found of each that the database lets through."""
    keys = [key.name for key in table.primary_key.columns]
    for *at, value in rows_of(database, table, column):
        place = dict(zip(keys, at, strict=True))
        for other in others(column, value):
            if other == value:
                continue
            try:
                yield edited(database, table, place, {column.name: other})
                break
            except (DBAPIError, RectificationError, sqlite3.Error, psycopg.Error):
                continue  # refused by a constraint: something else is tried


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_what_was_not_edited_nothing_is_found(databases: dict[str, Database], kind: str) -> None:
    with undone(databases[kind]) as driver:
        assert prove(SqlSession(driver, {}), thorough()).problems == ()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_an_edit_by_hand_is_found_as_the_page_says(
    databases: dict[str, Database], kind: str, table: str, column: str
) -> None:
    of = metadata.tables[table]
    found = list(sampled(databases[kind], of, of.c[column]))
    if not found:
        assert (kind, table, column) in REFUSED
        return
    seen = ALWAYS if all(found) else PARTLY if any(found) else NEVER
    assert seen == promised()[table, column], found
