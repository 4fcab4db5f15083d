"""Reading rows in which somebody has put what is no text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from workflow.storage.driver import Driver, Texts
from workflow.storage.tables import metadata, processes

ROWS = 1000
BROKEN, SHOWN = 700, "\udcff"
"""The place of the row that is no text, and what it is read as."""
NAMES = select(processes.c.hash).order_by(processes.c.body)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    metadata.create_all(create_engine(f"sqlite:///{path}"), [processes])
    with sqlite3.connect(path) as database:
        rows = [(f"{number}", b"%04d" % number) for number in range(ROWS)]
        database.executemany("INSERT INTO processes VALUES (?, ?)", rows)
    return path


@pytest.fixture
def broken(file: Path) -> Path:
    with sqlite3.connect(file) as database:
        change = "UPDATE processes SET hash = CAST(x'ff' AS TEXT) WHERE body = ?"
        database.execute(change, (b"%04d" % BROKEN,))
    return file


def driver(path: Path, *, writes: bool = False) -> Iterator[Driver]:
    engine = create_engine(f"sqlite:///{path}")
    connection = engine.raw_connection()
    yield Driver(connection, Texts(engine.dialect), writes=writes)
    connection.close()
    engine.dispose()


EXPECTED = [SHOWN if number == BROKEN else f"{number}" for number in range(ROWS)]


@pytest.mark.parametrize("writes", [False, True])
def test_what_is_no_text_comes_through_where_it_stands(broken: Path, writes: bool) -> None:
    for reading in driver(broken, writes=writes):
        assert [name for (name,) in reading.stream(NAMES, {})] == EXPECTED
        assert [name for (name,) in reading.stream(NAMES, {})] == EXPECTED
        assert [name for (name,) in reading.all(NAMES, {})] == EXPECTED
        reading.close()


def test_streams_read_at_once_each_come_through(broken: Path) -> None:
    for reading in driver(broken):
        both = zip(reading.stream(NAMES, {}), reading.stream(NAMES, {}), strict=True)
        assert [(one, other) for (one,), (other,) in both] == [(x, x) for x in EXPECTED]
        reading.close()


def test_whoever_has_read_a_stream_reads_single_rows_as_they_are(broken: Path) -> None:
    for reading in driver(broken):
        next(reading.stream(NAMES, {}))
        last = select(processes.c.hash).where(processes.c.body == b"%04d" % BROKEN)
        assert reading.first(last, {}) == (SHOWN,)
        reading.close()


def test_elsewhere_what_is_no_text_stops_the_reading(broken: Path) -> None:
    for reading in driver(broken):
        with pytest.raises(sqlite3.OperationalError, match="decode"):
            reading.all(NAMES, {})
        reading.close()


def test_another_error_is_not_taken_for_that(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("ALTER TABLE processes RENAME TO other")
    for reading in driver(file):
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            list(reading.stream(NAMES, {}))
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            reading.all(NAMES, {})
        reading.close()
