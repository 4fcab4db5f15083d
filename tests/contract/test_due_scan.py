"""Finding what is due reads what is due, however much is open: the databases' own plans say so."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.dialects import postgresql, sqlite

from tests.servers.postgres import PostgresServer
from workflow.storage import open_store
from workflow.storage.chasing import AWAITED, AWAITED_LOCKED
from workflow.storage.driver import Statement, Texts

OPEN = 1_000_000
OPEN_ON_SERVER = 200_000
DUE = 10
EACH = 100  # obligations of an issue
TODAY = "2026-03-02"
ASKED = {"today": TODAY, "limit": 200}

SQLITE_NUMBERS = (
    "WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {size}) "
)
SQLITE_DAY = "date('2026-03-02', '+' || ({days}) || ' days')"
POSTGRESQL_NUMBERS = "WITH numbers (i) AS (SELECT generate_series(1, {size})) "
POSTGRESQL_DAY = "(date '2026-03-02' + ({days})::int)::text"

ISSUES = """
INSERT INTO issues (key, round, number, title, aspect, unit, state, cycle, provisional, lights,
                    type, long_term, suspended, acceptances, remains, voided, n, hash, body)
SELECT 'R-' || i, 'R', i, '', '', '', 'reported', 1, 0, '', 'dated', 0, 0, 0, 0, 0, 1,
       {hash}, {body}
FROM numbers WHERE i <= {size} / {each}
"""
OBLIGATIONS = """
INSERT INTO obligations (id, issue, kind, subject, role, due, ladder, opened_by, opened_on,
                         provisional, wake_on)
SELECT 'R-' || (1 + (i - 1) / {each}) || '/1/finish_measure/' || i, 'R-' || (1 + (i - 1) / {each}),
       'finish_measure', i, 'responsible', {due}, 'standard', 1, '2026-03-02', 0,
       CASE WHEN i % ({size} / 10) = 0 THEN '2026-03-02' ELSE {wake} END
FROM numbers
"""


def fill(size: int, numbers: str, day: str, body: str) -> list[str]:
    """Return the statements that make so many open obligations, ten of them due."""
    numbers = numbers.format(size=size)
    hash = "'" + "0" * 64 + "'"
    return [
        numbers + ISSUES.format(size=size, each=EACH, hash=hash, body=body),
        numbers
        + OBLIGATIONS.format(
            size=size,
            each=EACH,
            due=day.format(days="20 + i % 700"),
            wake=day.format(days="1 + i % 700"),
        ),
    ]


# --- SQLite --------------------------------------------------------------------------------------


def text_of(statement: Statement) -> tuple[str, tuple[Any, ...]]:
    text, ordered = Texts(sqlite.dialect(paramstyle="qmark"))[statement]
    return text, ordered(ASKED)


def filled(file: Path, size: int) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    (index,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'obligations_awaited'"
    ).fetchone()
    connection.execute("DROP INDEX obligations_awaited")  # quicker made at the end
    for statement in fill(size, SQLITE_NUMBERS, SQLITE_DAY, "zeroblob(1500)"):
        connection.execute(statement)
    connection.execute(index)
    connection.execute("COMMIT")
    return connection


@pytest.fixture(scope="module")
def crowded(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file with a million open obligations."""
    file = tmp_path_factory.mktemp("crowded") / "rectify.db"
    shutil.copy(migrated_file, file)
    filled(file, OPEN).close()
    yield file
    file.unlink()


@pytest.mark.parametrize("analysed", [False, True])
def test_sqlite_searches_by_the_index_and_sorts_nothing(crowded, analysed):
    text, values = text_of(AWAITED)
    with closing(sqlite3.connect(crowded)) as connection:
        connection.execute("ANALYZE" if analysed else "DROP TABLE IF EXISTS sqlite_stat1")
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]
        connection.rollback()

    assert plan == [
        "SEARCH obligations USING INDEX obligations_awaited (wake_on<?)",
        "SEARCH issues USING INDEX sqlite_autoindex_issues_1 (key=?)",
    ]


def test_sqlite_takes_as_many_steps_among_a_million_as_among_a_thousand(
    crowded, migrated_file, tmp_path
):
    few = shutil.copy(migrated_file, tmp_path)
    with closing(filled(Path(few), 1000)) as small, closing(sqlite3.connect(crowded)) as large:
        assert steps(small) == steps(large)


def steps(connection: sqlite3.Connection) -> int:
    """Return how many instructions of SQLite's machine the query takes."""
    text, values = text_of(AWAITED)
    connection.execute(text, values).fetchall()  # reading the schema takes steps of its own
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.set_progress_handler(count, 1)
    found = connection.execute(text, values).fetchall()
    connection.set_progress_handler(None, 1)
    assert len(found) == DUE
    return taken


# --- PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded_server(postgres_server: PostgresServer) -> Iterator[str]:
    """A database with many open obligations, and statistics on them."""
    with postgres_server.database() as name:
        open_store(postgres_server.url(name), create=True).close()
        with psycopg.connect(postgres_server.conninfo(name), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # no look-up per row
            connection.execute("SET synchronous_commit = off")
            for statement in fill(
                OPEN_ON_SERVER,
                POSTGRESQL_NUMBERS,
                POSTGRESQL_DAY,
                "decode(repeat('7b', 1500), 'hex')",
            ):
                connection.execute(statement.encode())
            connection.execute("ANALYZE")
        yield postgres_server.conninfo(name)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


@pytest.mark.parametrize("planned", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("statement", [AWAITED, AWAITED_LOCKED], ids=["reading", "writing"])
def test_postgresql_reads_by_the_index_and_nothing_but_what_is_due(
    crowded_server, statement, planned
):
    text, ordered = Texts(postgresql.psycopg.dialect(paramstyle="format"))[statement]
    with psycopg.connect(crowded_server) as connection:
        connection.execute(f"SET plan_cache_mode = {planned}")
        explained = connection.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {text}".encode(), ordered(ASKED), prepare=True
        ).fetchone()
    assert explained is not None
    found = list(nodes(explained[0][0]["Plan"]))

    assert "obligations_awaited" in {node.get("Index Name") for node in found}
    for node in found:
        assert node["Node Type"] != "Seq Scan", json.dumps(found)
        assert node["Actual Rows"] * node["Actual Loops"] <= DUE, json.dumps(found)
        assert node.get("Rows Removed by Filter", 0) == 0
        assert node.get("Rows Removed by Index Recheck", 0) == 0
