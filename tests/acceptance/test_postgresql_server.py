"""PostgreSQL: the locks that let many write at once, and every failure in one clear sentence."""

from __future__ import annotations

import threading

import psycopg
import pytest

from states.errors import Conflict, Denied, Invalid
from tests.changes import enrolled, founded, noted, registered, written
from tests.servers.postgres import PostgresServer
from workflow.ports import Store
from workflow.storage import open_store
from workflow.storage.database import Database
from workflow.storage.store import SqlStore


@pytest.fixture
def store(postgres_url: str) -> SqlStore:
    store = open_store(postgres_url, create=True)
    with store.writing() as session:
        session.administer(founded())
        session.append([registered(7), registered(8)])
    return store


def hasty(url: str) -> SqlStore:
    """A store that waits for nobody longer than a tenth of a second."""
    return SqlStore(Database(url, patience=100))


def read(store: Store, key: str) -> None:
    with store.writing() as session:
        session.issue(key)


# --- addresses and failures --------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_a_server_is_named_by_either_scheme(postgres_url, scheme):
    open_store(postgres_url.replace("postgresql+psycopg", scheme), create=True)


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path):
    url = f"postgresql://clerk:geheim@/office?host={tmp_path}"

    with pytest.raises(Invalid, match="does not answer") as refused:
        open_store(url)
    assert "clerk" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_database_that_is_not_there_is_named(postgres_server):
    with pytest.raises(Invalid, match="nowhere"):
        open_store(postgres_server.url("nowhere"))


def test_a_login_without_rights_is_denied(postgres_server: PostgresServer, store, postgres_url):
    with psycopg.connect(postgres_server.conninfo(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS visitor")
        connection.execute("CREATE ROLE visitor LOGIN")
    visitor = postgres_url.replace("postgres@", "visitor@")

    with pytest.raises(Denied, match="does not let this account"):
        open_store(visitor)


def test_a_text_that_postgresql_cannot_keep_is_named(store):
    with pytest.raises(Invalid, match="cannot keep a text"):
        written(store, registered(9, title="标题\0"))


def test_after_a_lost_connection_the_next_command_works(postgres_server, store):
    with psycopg.connect(postgres_server.conninfo(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname LIKE 'test_%' AND pid <> pg_backend_pid()"
        )

    with pytest.raises(Invalid, match="has closed the connection"):
        written(store, noted(registered().issue))
    written(store, noted(registered().issue))


def test_the_login_is_the_role_that_the_server_authenticated(store):
    assert store.login() == "postgres"


# --- locks -------------------------------------------------------------------------------------


def test_an_issue_being_written_makes_its_next_writer_wait(store, postgres_url):
    with store.writing() as session:
        session.issue("YX2023-7")
        with pytest.raises(Conflict, match="in use by another program"):
            read(hasty(postgres_url), "YX2023-7")


def test_issues_are_written_side_by_side(store, postgres_url):
    with store.writing() as session:
        session.office()
        session.issue("YX2023-7")
        other = hasty(postgres_url)
        with other.writing() as beside:
            assert beside.office() is not None
            issue = beside.issue("YX2023-8")
            assert issue is not None
            beside.append([noted(issue)])


def test_the_office_stands_still_while_an_issue_is_decided(store, postgres_url):
    enrolment = enrolled(founded().office, "wang")
    with store.writing() as session:
        session.office()
        other = hasty(postgres_url)
        with pytest.raises(Conflict, match="in use by another"), other.writing() as administering:
            administering.administer(enrolment)


def test_of_two_who_administer_at_once_one_is_told_of_the_conflict(store, postgres_url):
    """Both hold the office against change, so neither can change it until the server steps in."""
    both_have_read = threading.Barrier(2)
    outcomes = []

    def administers(id: str) -> None:
        own = open_store(postgres_url)
        try:
            with own.writing() as session:
                office = session.office()
                assert office is not None
                both_have_read.wait()
                session.administer(enrolled(office, id))
            outcomes.append("written")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=administers, args=(id,)) for id in ("wang", "sun")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["conflict", "written"]
    with store.reading() as session:
        assert session.office().n == 2


def test_a_commit_waits_for_the_disk_whatever_the_server_says(postgres_server, postgres_url):
    with psycopg.connect(postgres_server.conninfo(), autocommit=True) as connection:
        connection.execute("ALTER ROLE postgres SET synchronous_commit = off")
        try:
            database = Database(postgres_url)
            with database.looking() as own:
                assert own.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            database.close()
        finally:
            connection.execute("ALTER ROLE postgres RESET synchronous_commit")


def test_readers_see_one_state_and_cannot_write(store):
    with pytest.raises(Invalid, match="cannot be written"), store.reading() as session:
        session.append([registered(9)])
