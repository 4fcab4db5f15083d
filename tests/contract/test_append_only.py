"""The log of a database refuses to be rewritten, by any statement of an ordinary connection."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.changes import a_life, written
from tests.sealed import adopting, sealing
from tests.servers.postgres import PostgresServer
from tests.stage import a_stage
from workflow.ports import Store
from workflow.storage import open_store

REWRITING = [
    "UPDATE entries SET body = body",
    "DELETE FROM entries WHERE n = 6",
    "DELETE FROM entries",
    "INSERT INTO entries SELECT * FROM entries WHERE n = 1 "
    "ON CONFLICT (stream, n) DO UPDATE SET body = 'forged'",
]
REWRITING_SQLITE = [
    *REWRITING,
    "UPDATE OR REPLACE entries SET n = 2 WHERE n = 1",
    "REPLACE INTO entries SELECT * FROM entries WHERE n = 1",
    "REPLACE INTO entries SELECT stream, n, 'new', at, hash, body FROM entries WHERE n = 1",
    "REPLACE INTO entries SELECT 'new', n, request_id, at, hash, body FROM entries WHERE n = 1",
    "REPLACE INTO entries (rowid, stream, n, request_id, at, hash, body) "
    "SELECT rowid, 'new', n, 'new', at, hash, body FROM entries WHERE n = 1",
]
REWRITING_POSTGRESQL = [
    *REWRITING,
    "UPDATE entries SET hash = hash WHERE n = 99",
    "TRUNCATE entries",
    "TRUNCATE entries CASCADE",
    "MERGE INTO entries USING (SELECT 1) AS one ON n = 1 WHEN MATCHED THEN DELETE",
]


SEALS = [
    *(
        f"{statement} {table}{rest}"
        for table, column in (("leaves", "idx"), ("checkpoints", "size"))
        for statement, rest in (
            ("UPDATE", f" SET {column} = {column} + 100"),
            ("DELETE FROM", ""),
            ("DELETE FROM", f" WHERE {column} > 1"),
        )
    ),
    "UPDATE leaves SET n = n",
    "UPDATE checkpoints SET note = 'forged'",
    "INSERT INTO checkpoints SELECT * FROM checkpoints WHERE size > 1 "
    "ON CONFLICT (size) DO UPDATE SET note = 'forged'",
]
SEALS_SQLITE = [
    *SEALS,
    "REPLACE INTO leaves SELECT * FROM leaves WHERE idx = 1",
    "REPLACE INTO leaves SELECT idx, 'new', 1 FROM leaves WHERE idx = 1",
    "REPLACE INTO leaves SELECT 99, stream, n FROM leaves WHERE idx = 1",
    "REPLACE INTO checkpoints SELECT size, at, root, suite, 'forged', frontier FROM checkpoints",
    "UPDATE OR REPLACE leaves SET idx = 2 WHERE idx = 1",
]
SEALS_POSTGRESQL = [*SEALS, "TRUNCATE leaves", "TRUNCATE checkpoints", "TRUNCATE leaves CASCADE"]


def sealed(store: Store, folder: Path) -> None:
    """Write an office and seal it."""
    stage = a_stage(store)
    adopting(stage, folder)
    sealing(stage, folder)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database file with one issue's life."""
    file = tmp_path / "rectify.db"
    written(open_store(str(file), create=True), *a_life())
    return file


@pytest.fixture
def sealed_file(tmp_path: Path, migrated_file: Path) -> Path:
    """A database file of which everything is sealed."""
    file = Path(shutil.copy(migrated_file, tmp_path))
    sealed(open_store(str(file)), tmp_path)
    return file


def seals(connection: Any) -> list[tuple[Any, ...]]:
    """Return the indices and checkpoints, as they lie there."""
    return [
        *connection.execute("SELECT * FROM leaves ORDER BY idx").fetchall(),
        *connection.execute("SELECT * FROM checkpoints ORDER BY size").fetchall(),
    ]


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("statement", SEALS_SQLITE)
def test_sqlite_refuses_to_rewrite_the_seals(sealed_file, statement, recursive):
    connection = sqlite3.connect(sealed_file, isolation_level=None)
    connection.execute(f"PRAGMA recursive_triggers = {recursive}")
    before = seals(connection)
    assert len(before) > 4

    with pytest.raises(sqlite3.IntegrityError, match="the log is append-only"):
        connection.execute(statement)

    assert seals(connection) == before
    connection.close()


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize("statement", SEALS_POSTGRESQL)
def test_postgresql_refuses_to_rewrite_the_seals(sealed_postgres, statement, role):
    sealed_postgres.execute(f"SET session_replication_role = {role}")
    before = seals(sealed_postgres)
    assert len(before) > 4

    with pytest.raises(psycopg.errors.RestrictViolation, match="the log is append-only"):
        sealed_postgres.execute(statement)

    assert seals(sealed_postgres) == before


@pytest.fixture(scope="module")
def sealed_in_postgres(postgres_server: PostgresServer, tmp_path_factory):
    """A database on the server of which everything is sealed."""
    with postgres_server.database() as name:
        store = open_store(postgres_server.url(name), create=True)
        sealed(store, tmp_path_factory.mktemp("key"))
        store.close()
        yield postgres_server.conninfo(name)


@pytest.fixture
def sealed_postgres(sealed_in_postgres):
    """A superuser's connection to it."""
    with psycopg.connect(sealed_in_postgres, autocommit=True) as connection:
        yield connection


def test_what_is_written_past_us_waits_to_be_sealed_too(file):
    connection = sqlite3.connect(file)
    before = connection.execute("SELECT count(*) FROM unsealed").fetchone()
    connection.execute(
        "INSERT INTO entries SELECT 'new', 1, 'new', at, hash, body FROM entries WHERE n = 1"
    )

    (after,) = connection.execute("SELECT count(*) FROM unsealed").fetchone()
    assert (after - 1,) == before
    connection.close()


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("statement", REWRITING_SQLITE)
def test_sqlite_refuses_to_rewrite_the_log(file, statement, recursive):
    # a connection of one's own, where nothing is set that ours set
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(f"PRAGMA recursive_triggers = {recursive}")
    before = connection.execute("SELECT rowid, * FROM entries").fetchall()

    with pytest.raises(sqlite3.IntegrityError, match="the log is append-only"):
        connection.execute(statement)

    assert connection.execute("SELECT rowid, * FROM entries").fetchall() == before
    connection.close()


def test_sqlite_still_takes_what_is_new(file):
    connection = sqlite3.connect(file)
    connection.execute(
        "REPLACE INTO entries SELECT 'new', 1, 'new', at, hash, body FROM entries WHERE n = 1"
    )

    assert connection.execute("SELECT count(*) FROM entries").fetchone() == (7,)
    connection.close()


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize("statement", REWRITING_POSTGRESQL)
def test_postgresql_refuses_to_rewrite_the_log(postgres_log, statement, role):
    # a superuser may pose as a replica, for which ordinary triggers do not fire
    postgres_log.execute(f"SET session_replication_role = {role}")
    before = postgres_log.execute("SELECT * FROM entries ORDER BY n").fetchall()

    with pytest.raises(psycopg.errors.RestrictViolation, match="the log is append-only"):
        postgres_log.execute(statement)

    assert postgres_log.execute("SELECT * FROM entries ORDER BY n").fetchall() == before


@pytest.fixture(scope="module")
def life_in_postgres(postgres_server: PostgresServer):
    """A database on the server with one issue's life."""
    with postgres_server.database() as name:
        store = open_store(postgres_server.url(name), create=True)
        written(store, *a_life())
        store.close()
        yield postgres_server.conninfo(name)


@pytest.fixture
def postgres_log(life_in_postgres):
    """A superuser's connection to it."""
    with psycopg.connect(life_in_postgres, autocommit=True) as connection:
        yield connection
