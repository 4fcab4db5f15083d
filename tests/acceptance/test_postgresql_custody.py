"""Backups and restores of an office on a PostgreSQL server, as the installed command makes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Table

from tests.servers.postgres import PostgresServer
from tests.terminal import SAMPLE, Terminal, founded
from workflow.storage import copying


@pytest.fixture
def served(terminal: Terminal, postgres_url: str) -> Terminal:
    """An office on a server, whose supervisor is known by the role of the server alone."""
    terminal.database = postgres_url
    founded(terminal, "--trial")
    terminal.does("audit", "seal")
    return terminal


def test_what_was_backed_up_from_a_server_is_restored_to_a_server(
    served: Terminal, postgres_server: PostgresServer
) -> None:
    served.does("db", "backup", "copy.db")
    entries = served.entries()
    with postgres_server.database() as name:
        served.database = postgres_server.url(name)

        served.does("db", "restore", "copy.db", "--reason", "服务器损坏", "--yes")

        entry = served.log()[-1]
        assert entry["event"] == "restore"
        assert (entry["actor"]["account"], entry["actor"]["auth"]) == ("role:postgres", "trial")
        assert served.entries() == entries + 1
        assert served.does("audit", "seal", "--json").json["unsealed"] == 0
        served.does("people", "add", "new", "--name", "新人", "--unit", "县水务局党组")
        assert served("verify").code == 0


def test_whoever_nobody_would_be_there_is_told_before(
    office: Terminal, postgres_server: PostgresServer
) -> None:
    office.does("db", "backup", "copy.db")
    with postgres_server.database() as name:
        there = postgres_server.url(name)

        refused = office("--db", there, "db", "restore", "copy.db", "--reason", "搬迁", "--yes")

        assert (refused.code, "role:postgres" in refused.err) == (3, True)
        office.does("people", "bind", "li", "role:postgres")
        office.does("db", "backup", "bound.db")
        office.does("--db", there, "db", "restore", "bound.db", "--reason", "搬迁", "--yes")
        assert (
            office("--db", there, "people", "add", "new", "--name", "新", "--unit", "局").code == 0
        )


def test_a_folder_that_cannot_be_written_is_no_hindrance(
    served: Terminal, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup may lie on a medium that is read alone."""
    (medium := served.folder / "medium").mkdir()
    served.does("db", "backup", medium / "copy.db")
    (medium / "copy.db").chmod(0o400)
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != medium)
    before = set(medium.iterdir())
    with postgres_server.database() as name:
        served.database = postgres_server.url(name)
        served.does("db", "restore", medium / "copy.db", "--reason", "损坏", "--yes")
    assert set(medium.iterdir()) == before


# A cursor whose statement could not even begin is left to the collector by SQLAlchemy.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_connection_lost_in_the_middle_leaves_no_half_backup(
    served: Terminal, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the server that is named, and not the file that could not be finished."""
    served.does("import", SAMPLE)
    batches = copying._batches

    def cut(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
        if table.name == "entries":
            with psycopg.connect(postgres_server.conninfo(), autocommit=True) as administrator:
                administrator.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname LIKE 'test_%' AND pid <> pg_backend_pid()"
                )
        return batches(connection, table)

    before = set(served.folder.iterdir())

    with monkeypatch.context() as patched:
        patched.setattr(copying, "_batches", cut)
        answer = served("db", "backup", "copy.db")

    assert (answer.code, set(served.folder.iterdir())) == (7, before)
    assert "postgresql" in answer.err
    assert "has closed the connection" in answer.err
    served.does("db", "backup", "copy.db")
