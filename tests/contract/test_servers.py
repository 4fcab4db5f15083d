"""The servers that other tests rely on are real, keep tests apart and leave nothing behind."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.servers.postgres import NOBODY, running_postgres
from tests.servers.smtp import running_smtp

LETTER = b"Subject: =?utf-8?b?5pW05pS5?=\r\n\r\n.one dot, kept\r\n"


def query(url: str, statement: str) -> object:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            return connection.execute(text(statement)).scalar()
    finally:
        engine.dispose()


def test_postgres_is_a_real_server_with_its_durability_on(postgres_url):
    settings = {name: query(postgres_url, f"SHOW {name}") for name in ("fsync", "server_encoding")}

    assert settings == {"fsync": "on", "server_encoding": "UTF8"}
    assert str(query(postgres_url, "SHOW server_version")).startswith("18.")


@pytest.mark.parametrize("_", range(2))
def test_every_test_has_a_database_of_its_own(postgres_url, _):
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE issue (number integer PRIMARY KEY)"))
    engine.dispose()


def test_a_database_copies_its_template(postgres_server):
    with postgres_server.database() as template:
        with psycopg.connect(postgres_server.conninfo(template)) as connection:
            connection.execute("CREATE TABLE issue AS SELECT 13 AS number")
        with postgres_server.database(template) as copy:
            assert query(postgres_server.url(copy), "SELECT number FROM issue") == 13


def test_a_database_is_gone_after_its_test_even_with_a_connection_left_open(postgres_server):
    with postgres_server.database() as name:
        left_open = psycopg.connect(postgres_server.conninfo(name))

    with pytest.raises(psycopg.OperationalError, match="terminat"):
        left_open.execute("SELECT 1")
    left_open.close()
    with psycopg.connect(postgres_server.conninfo()) as connection:
        row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        assert row is None


def test_a_server_goes_with_all_its_files():
    with running_postgres() as server:
        assert (server.directory / "data" / "postmaster.pid").exists()

    assert not server.directory.exists()


def test_a_server_goes_when_the_tests_are_killed(tmp_path):
    """The sweep of a killed test run must not leave servers running on somebody's machine."""
    ready = tmp_path / "directory"
    program = (
        "import sys, time, pathlib\n"
        "from tests.servers.postgres import running_postgres\n"
        "with running_postgres() as server:\n"
        "    pathlib.Path(sys.argv[1]).write_text(str(server.directory))\n"
        "    time.sleep(60)\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", program, ready], cwd=root) as tests:
        wait_until(lambda: ready.exists() and ready.read_text())
        directory = Path(ready.read_text())
        tests.send_signal(signal.SIGKILL)

    wait_until(lambda: not directory.exists())


def test_a_server_never_runs_as_root(postgres_server):
    written_by_it = postgres_server.directory / "data" / "postmaster.pid"

    assert written_by_it.stat().st_uid == (NOBODY if os.geteuid() == 0 else os.geteuid())


def test_smtp_keeps_what_it_accepts(smtp_server):
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        client.sendmail("office@example.org", ["wang@example.org", "li@example.org"], LETTER)

    (letter,) = smtp_server.letters
    assert letter.sender == "office@example.org"
    assert letter.recipients == ("wang@example.org", "li@example.org")
    assert letter.content == LETTER
    assert letter.message["Subject"] == "整改"
    assert smtp_server.sessions == 1


def test_smtp_refuses_one_recipient_and_accepts_the_others(smtp_server):
    smtp_server.refuse("RCPT", "550 no such user", recipient="wang@example.org")

    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        refused = client.sendmail(
            "office@example.org", ["wang@example.org", "li@example.org"], LETTER
        )

    assert refused == {"wang@example.org": (550, b"no such user")}
    assert [letter.recipients for letter in smtp_server.letters] == [("li@example.org",)]


@pytest.mark.parametrize(
    ("point", "error"),
    [
        ("MAIL", smtplib.SMTPSenderRefused),
        ("RCPT", smtplib.SMTPRecipientsRefused),
        ("DATA", smtplib.SMTPDataError),
    ],
)
def test_smtp_refuses_where_it_is_told_to_until_it_accepts_again(smtp_server, point, error):
    smtp_server.refuse(point, "451 try later")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        with pytest.raises(error):
            client.sendmail("office@example.org", ["wang@example.org"], LETTER)
        assert smtp_server.letters == []

        smtp_server.accept()
        client.sendmail("office@example.org", ["wang@example.org"], LETTER)

    assert len(smtp_server.letters) == 1


def test_smtp_stops_with_a_client_still_connected():
    with running_smtp() as server:
        client = smtplib.SMTP(server.host, server.port, timeout=5)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()
    client.close()


def wait_until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)
