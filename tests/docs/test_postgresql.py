"""The guide to PostgreSQL: its SQL makes a server on which people can work, and cannot cheat."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.docs.pages import ROOT, blocks, text_of
from tests.servers.postgres import PostgresServer, running_postgres

GUIDE = text_of(ROOT / "docs" / "how-to" / "postgresql.md")
RECTIFY = Path(sys.executable).parent / "rectify"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own: the guide makes roles, which all databases of a server share."""
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where the first command is typed, and the key lies therefore."""
    return Path(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def address(server, folder) -> str:
    """The database as the guide leaves it, at the address that people use."""
    administer(server, "postgres", "admin")
    typed(server, folder, "init")
    administer(server, "rectify", "grants")
    typed(server, folder, "people")
    return f"postgresql://{{}}@/rectify?host={server.directory}"


def administer(server: PostgresServer, database: str, which: str) -> None:
    (block,) = blocks(GUIDE, f"sql {which}")
    with psycopg.connect(server.conninfo(database), autocommit=True) as connection:
        for statement in block.text.split(";"):
            if statement.strip():
                connection.execute(statement.encode())


def typed(server: PostgresServer, folder: Path, which: str) -> None:
    (block,) = blocks(GUIDE, f"sh {which}")
    for line in block.text.splitlines():
        line = line.replace("@localhost/rectify", f"@/rectify?host={server.directory}")
        words = shlex.split(line)
        settings = dict(w.split("=", 1) for w in words if w.startswith("PGOPTIONS="))
        command = [w for w in words if not w.startswith("PGOPTIONS=")]
        done = rectify(*command[1:], folder=folder, settings=settings)
        assert done.returncode == 0, done.stderr


def rectify(*words, folder, settings=None) -> subprocess.CompletedProcess[str]:
    environment = {n: v for n, v in os.environ.items() if not n.startswith(("RECTIFY_", "PG"))}
    return subprocess.run(
        [RECTIFY, "--lang", "en", *words],
        cwd=folder,
        env=environment | (settings or {}),
        capture_output=True,
        encoding="utf-8",
    )


def test_a_person_acts_by_the_role_that_the_server_knows(address, tmp_path):
    done = rectify("--db", address.format("wang"), "whoami", folder=tmp_path)

    assert "王强 (wang)  role:wang  auth: database-role" in done.stdout


def test_people_can_work(address, tmp_path):
    report = ROOT / "examples" / "qingxi-county-2025.txt"
    li, wang = (["--db", address.format(name)] for name in ("li", "wang"))

    imported = rectify(*li, "import", report, folder=tmp_path)
    noted = rectify(*wang, "note", "1", "read", folder=tmp_path)
    ticked = rectify(*wang, "tick", folder=tmp_path)
    verified = rectify(*wang, "verify", folder=tmp_path)

    assert imported.returncode == 0, imported.stderr
    assert noted.returncode == 3, noted.stderr  # a role for another unit than the report's
    assert ticked.returncode == 0, ticked.stderr
    assert verified.stdout.startswith("Sound"), verified.stdout


def test_a_role_that_may_work_may_seal_where_the_key_is(address, folder):
    sealed = rectify("--db", address.format("wang"), "audit", "seal", folder=folder)
    again = rectify("--db", address.format("li"), "tick", folder=folder)
    shown = rectify("--db", address.format("li"), "audit", "key", "show", folder=folder)

    assert sealed.returncode == 0, sealed.stderr
    assert "Sealed:" in sealed.stdout
    assert again.returncode == 0, again.stderr
    assert "seal.key" in shown.stdout


@pytest.mark.parametrize("role", ["li", "wang"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET body = body",
        "DELETE FROM entries",
        "TRUNCATE entries",
        "DROP TRIGGER entries_append_only ON entries",
        "ALTER TABLE entries DISABLE TRIGGER ALL",
        "SET ROLE rectify_owner",
        "DELETE FROM issues",
        "UPDATE leaves SET idx = idx",
        "DELETE FROM leaves",
        "UPDATE checkpoints SET note = note",
        "TRUNCATE checkpoints",
        "INSERT INTO unsealed (stream, n) VALUES ('new', 1)",
        "UPDATE unsealed SET n = n",
        "ALTER TABLE entries DISABLE TRIGGER entries_listed",
    ],
)
def test_nobody_who_works_with_it_can_undo_the_log(address, role, statement):
    with (
        psycopg.connect(address.format(role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())
