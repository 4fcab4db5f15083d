"""The SQLite file: private, opened only if it is ours, and every failure in one clear sentence."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from states.errors import Conflict, Invalid, NotFound
from tests.changes import a_notice, noted, owed, registered, written
from workflow.storage import SchemaState, open_store, schema_state
from workflow.storage.database import Database
from workflow.storage.store import SqlStore

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rectify.db"


def filled(file: Path) -> SqlStore:
    store = open_store(str(file), create=True)
    written(store, registered())
    return store


def pragma(store: SqlStore, file: Path, setting: str) -> SqlStore:
    """A store on the same file whose one connection has a setting of its own."""
    store.close()
    database = Database(str(file))
    with database.looking() as connection:
        connection.exec_driver_sql(f"PRAGMA {setting}")
    return SqlStore(database)


# --- the file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_new_file_is_for_its_owner_alone(file, umask):
    before = os.umask(umask)
    try:
        store = open_store(str(file), create=True)
        with store.writing() as session:
            session.owe([a_notice("a")])
            modes = {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    finally:
        os.umask(before)

    assert modes == {0o600}


@pytest.mark.parametrize(
    "address",
    ["{}/整改 100%25?#.db", "sqlite:///{}/整改 100%#.db"],
    ids=["path", "url"],
)
def test_a_file_is_named_by_path_or_by_url(tmp_path, address):
    named = address.format(tmp_path)
    written(open_store(named, create=True), registered())

    assert [path.name for path in tmp_path.iterdir()] == [named.rpartition("/")[2]]
    with open_store(named).reading() as session:
        assert session.issue("YX2023-7") is not None


def test_a_relative_path_stays_the_same_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = open_store("rectify.db", create=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    owed(store, a_notice("a"))

    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["rectify.db"]


def test_opening_makes_no_file(file):
    with pytest.raises(NotFound, match="rectify init"):
        open_store(str(file))

    assert not file.exists()
    assert schema_state(str(file)) is SchemaState.MISSING


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(NotFound, match="no folder"):
        open_store(str(tmp_path / "nowhere" / "rectify.db"), create=True)


def test_an_empty_file_is_filled_by_init_alone(file):
    file.touch()
    with pytest.raises(NotFound, match="is empty"):
        open_store(str(file))

    open_store(str(file), create=True)
    assert schema_state(str(file)) is SchemaState.CURRENT


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_left_alone(file, create):
    text = "巡察反馈意见\n" * 1000
    file.write_text(text, encoding="utf-8")

    with pytest.raises(Invalid, match="not an SQLite database"):
        open_store(str(file), create=create)
    assert file.read_text(encoding="utf-8") == text


def test_a_folder_is_no_database(tmp_path):
    with pytest.raises(Invalid, match="cannot be opened"):
        open_store(str(tmp_path), create=True)


@pytest.mark.parametrize(
    "address", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "x://"]
)
def test_an_address_of_another_kind_is_refused(address):
    with pytest.raises(Invalid, match="not an address of a database"):
        open_store(address, create=True)


# --- failures ----------------------------------------------------------------------------------


def test_a_database_in_use_for_too_long_is_a_conflict(file):
    filled(file).close()
    store = SqlStore(Database(str(file), patience=50))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Conflict, match=r"rectify\.db is in use by another program"):
        written(store, noted(registered().issue))
    other.execute("ROLLBACK")
    other.close()

    written(store, noted(registered().issue))


def test_a_writer_waits_for_another(file):
    store = filled(file)
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, other.execute, ["ROLLBACK"]).start()

    written(store, noted(registered().issue))
    other.close()


def test_a_full_disk_changes_nothing(file):
    store = filled(file)
    pages = file.stat().st_size // 4096
    store = pragma(store, file, f"max_page_count = {pages}")

    with pytest.raises(Invalid, match="no space is left on the disk; nothing was changed"):
        owed(store, *(a_notice(str(number)) for number in range(300)))
    with store.reading() as session:
        assert session.notices() == []


def test_a_file_that_cannot_be_written_says_so(file):
    store = pragma(filled(file), file, "query_only = ON")

    with pytest.raises(Invalid, match="cannot be written; nothing was changed"):
        owed(store, a_notice("a"))
    with store.reading() as session:
        assert session.issue("YX2023-7") is not None


def test_a_damaged_file_says_so(file):
    store = open_store(str(file), create=True)
    written(store, *(registered(number) for number in range(1, 60)))
    store.close()
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(size // 2)
        stream.write(b"\xff" * (size // 4))

    store = open_store(str(file))
    with pytest.raises(Invalid, match="is damaged; restore"), store.reading() as session:
        list(session.rows())


def test_a_projection_that_cannot_be_read_is_named(file):
    store = filled(file)
    owed(store, a_notice("a"), a_notice("b"))
    other = sqlite3.connect(file)
    other.execute("UPDATE issues SET body = ?", (b'{"key": "YX2023-7"}',))
    other.commit()
    other.close()

    with pytest.raises(Invalid, match="YX2023-7"), store.reading() as session:
        session.issue("YX2023-7")


def test_a_notice_that_cannot_be_read_does_not_stop_the_others(file):

    store = filled(file)
    owed(store, a_notice("a"), a_notice("b"), a_notice("c"))
    other = sqlite3.connect(file)
    other.execute("UPDATE notices SET created_at = 'once' WHERE key = 'b'")
    other.commit()
    other.close()

    now = datetime(2023, 3, 2, tzinfo=UTC)
    jobs = store.outbox.claim("mail", now, timedelta(minutes=15), 10)

    assert [job.key for job in jobs] == ["a", "c"]
    left = sqlite3.connect(file)
    row = left.execute("SELECT status, cause FROM notices WHERE key = 'b'").fetchone()
    left.close()
    assert row == ("dead", "unreadable")


# --- connections -------------------------------------------------------------------------------


def test_a_copy_taken_between_commands_is_a_whole_database(file, tmp_path):
    store = filled(file)
    store.close()
    copy = tmp_path / "copy.db"
    shutil.copy(file, copy)

    with open_store(str(copy)).reading() as session:
        assert session.issue("YX2023-7") is not None


def test_every_connection_is_set_as_it_must_be(file):
    filled(file).close()
    database = Database(str(file))
    with database.looking() as first, database.looking() as second:
        for connection in (first, second):
            settings = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in (
                    "busy_timeout",
                    "foreign_keys",
                    "recursive_triggers",
                    "trusted_schema",
                    "cell_size_check",
                    "synchronous",
                )
            }
            assert settings == {
                "busy_timeout": 15_000,
                "foreign_keys": 1,
                "recursive_triggers": 1,
                "trusted_schema": 0,
                "cell_size_check": 1,
                "synchronous": 3,  # EXTRA
            }
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() in ("delete", "wal")
    database.close()


def test_a_stream_left_half_read_keeps_no_lock(file):
    store = filled(file)
    written(store, *(registered(number) for number in range(100, 140)))
    with store.reading() as session:
        next(session.rows())

    written(SqlStore(Database(str(file), patience=50)), noted(registered().issue))


def test_a_list_loads_no_more_than_it_needs(file):
    filled(file).close()
    program = f"""
import sys
from workflow.ports import Filter
from workflow.storage import open_store
with open_store({str(file)!r}).reading() as session:
    assert len(session.summaries(Filter())) == 1
print(*sorted({{name.partition(".")[0] for name in sys.modules}} | set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )

    unneeded = {"alembic", "mako", "psycopg", "sqlalchemy.orm"}
    unneeded |= {"states.issue", "workflow.storage.chasing", "workflow.storage.notices"}
    assert set(done.stdout.split()) & unneeded == set()
    assert "sqlalchemy.dialects.postgresql" not in done.stdout
