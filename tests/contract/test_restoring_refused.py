"""Nothing is restored that acts by itself, and nothing to where something waits to act."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from states.errors import Invalid
from tests.servers.postgres import PostgresServer
from tests.stage import a_stage, acting
from workflow.backup import Restoring, back_up, restore
from workflow.identity import Identity
from workflow.storage import SchemaState, open_store, schema_state


def silently(done: int, total: int) -> None:
    """Watch no progress."""


def later() -> datetime:
    return datetime(2023, 3, 20, 1, tzinfo=UTC)


def as_li(role: str | None) -> Identity:
    return acting("li")


@pytest.fixture
def copy(migrated_file: Path, tmp_path: Path) -> Path:
    """A backup of an office."""
    office = Path(shutil.copy(migrated_file, tmp_path / "office.db"))
    with closing(open_store(str(office))) as store:
        a_stage(store)
    back_up(str(office), tmp_path / "copy.db", silently)
    return tmp_path / "copy.db"


@pytest.mark.parametrize(
    "hidden",
    [
        "CREATE TRIGGER evil AFTER INSERT ON notices BEGIN DELETE FROM unsealed; END",
        "CREATE VIEW evil AS SELECT * FROM people",
        "DROP TRIGGER entries_listed",
    ],
)
def test_a_backup_in_which_something_acts_by_itself_is_refused(
    copy: Path, tmp_path: Path, hidden: str
) -> None:
    with closing(sqlite3.connect(copy)) as forging:
        forging.execute(hidden)
        forging.commit()
    target = tmp_path / "other.db"
    what = Restoring(backup=copy, url=str(target), reason="损坏", identity=as_li)
    with pytest.raises(Invalid, match=r"or lacks what is: \w+ (evil|entries_listed)$"):
        restore(what, later, silently)
    assert not target.exists()


@pytest.mark.parametrize(
    "waiting",
    [
        "CREATE VIEW evil AS SELECT 1",
        "CREATE FUNCTION evil() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
    ],
)
def test_nothing_is_restored_to_where_something_waits_to_act(
    copy: Path, postgres_server: PostgresServer, waiting: str
) -> None:
    with postgres_server.database() as name:
        with psycopg.connect(postgres_server.conninfo(name), autocommit=True) as hand:
            hand.execute(waiting.encode())
        what = Restoring(backup=copy, url=postgres_server.url(name), reason="损坏", identity=as_li)
        with pytest.raises(Invalid, match="has in it what is not of rectify"):
            restore(what, later, silently)
        assert schema_state(postgres_server.url(name)) is SchemaState.EMPTY
