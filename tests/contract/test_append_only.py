"""The log of a database refuses to be rewritten, by any statement of an ordinary connection."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest

from tests.changes import a_life, written
from tests.servers.postgres import PostgresServer
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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database file with one issue's life."""
    file = tmp_path / "rectify.db"
    written(open_store(str(file), create=True), *a_life())
    return file


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
