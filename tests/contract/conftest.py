"""Every store there is: what is promised of one is promised of all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from states.errors import Problem
from tests.sealed import adopting
from tests.servers.postgres import PostgresServer
from tests.stage import Stage, a_stage
from workflow.memory import MemoryStore
from workflow.opening import open_engine
from workflow.ports import Store
from workflow.storage import SqlStore, open_store

# Only whoever owns the tables can do this, and no command of ours does.
EMPTY_ALL = """
ALTER TABLE entries DISABLE TRIGGER ALL;
ALTER TABLE leaves DISABLE TRIGGER ALL;
ALTER TABLE checkpoints DISABLE TRIGGER ALL;
TRUNCATE entries, issues, obligations, notices, people, office, processes, calendars, letters,
    heartbeats, deliveries, circuits, buckets, halts, unsealed, leaves, checkpoints
    RESTART IDENTITY;
ALTER TABLE entries ENABLE TRIGGER ALL;
ALTER TABLE leaves ENABLE TRIGGER ALL;
ALTER TABLE checkpoints ENABLE TRIGGER ALL;
ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_append_only;
ALTER TABLE leaves ENABLE ALWAYS TRIGGER leaves_append_only;
ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_append_only;
"""


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file as init makes it: copied, it saves each test the migrations."""
    file = tmp_path_factory.mktemp("migrated") / "rectify.db"
    open_store(str(file), create=True).close()
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database as init makes it, which the tests empty and use in turn."""
    with postgres_server.database() as name:
        open_store(postgres_server.url(name), create=True).close()
        yield name


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store of each kind."""
    if request.param == "memory":
        yield MemoryStore()
        return
    opened: SqlStore
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path)
        opened = open_store(str(file))
    else:
        server = request.getfixturevalue("postgres_server")
        name = request.getfixturevalue("migrated_database")
        with psycopg.connect(server.conninfo(name), autocommit=True) as connection:
            connection.execute(EMPTY_ALL)
        opened = open_store(server.url(name))
    yield opened
    assert said_of_messages(opened) == []
    opened.close()


def said_of_messages(store: SqlStore) -> list[Problem]:
    """Return what ``verify`` says of messages: whatever a test did to them, never anything.

    Keys are left out, since many a test makes up its own.
    """
    problems = open_engine(store).verify().problems
    return [p for p in problems if p.code in ("trail_differs", "address_differs")]


@pytest.fixture
def keyed(tmp_path: Path, migrated_file: Path) -> Iterator[Stage]:
    """An office of three issues on a file, with a key that was adopted, and nothing sealed."""
    store = open_store(str(shutil.copy(migrated_file, tmp_path)))
    stage = a_stage(store, issues=3)
    adopting(stage, tmp_path)
    yield stage
    store.close()
