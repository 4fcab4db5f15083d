"""Backups are proven when they are made; a restore stands in the log and lets nothing go out."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from states.errors import Conflict, Invalid, Refused
from states.office import Person
from tests.cast import UNIT
from tests.servers.postgres import PostgresServer
from tests.stage import Stage, a_stage, acting
from workflow import Enrolment
from workflow.backup import Restoring, back_up, examined, restore
from workflow.identity import Identity
from workflow.opening import open_engine
from workflow.storage import open_store
from workflow.storage.database import Database

SOON = date(2023, 3, 10)
LATER = datetime(2023, 3, 20, 1, tzinfo=UTC)


def silently(done: int, total: int) -> None:
    """Watch no progress."""


def later() -> datetime:
    return LATER


def as_li(role: str | None) -> Identity:
    return acting("li")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty database of each kind."""
    if request.param == "sqlite":
        yield str(shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "office.db"))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as name:
        open_store(server.url(name), create=True).close()
        yield server.url(name)


@pytest.fixture
def stage(url: str) -> Iterator[Stage]:
    """An office on it with an issue, people and a message that is owed."""
    opened = open_store(url)
    stage = a_stage(opened)
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.clock.to(SOON)
    stage.engine.tick("a")
    yield stage
    opened.close()


def rows_of(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables
            if not table.startswith("sqlite_")
        }


def test_a_backup_holds_everything_and_verifies(stage: Stage, url: str, tmp_path: Path) -> None:
    done = back_up(url, tmp_path / "copy.db", silently)
    assert done.verdict.problems == ()
    assert done.verdict.entries == stage.engine.verify().entries
    assert oct((tmp_path / "copy.db").stat().st_mode & 0o777) == oct(0o600)
    with closing(open_store(str(tmp_path / "copy.db"))) as copied:
        engine = open_engine(copied)
        assert engine.notices() == stage.engine.notices()
        assert engine.people() == stage.engine.people()
        assert engine.issues() == stage.engine.issues()
        with copied.reading() as there, stage.engine.desk.store.reading() as here:
            assert list(there.indexed_rows()) == list(here.indexed_rows())


def test_a_file_that_is_there_is_never_overwritten(stage: Stage, url: str, tmp_path: Path) -> None:
    back_up(url, tmp_path / "copy.db", silently)
    before = (tmp_path / "copy.db").read_bytes()
    with pytest.raises(Conflict, match="already there"):
        back_up(url, tmp_path / "copy.db", silently)
    assert (tmp_path / "copy.db").read_bytes() == before


def test_a_backup_goes_back_into_an_empty_database(
    stage: Stage, url: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    back_up(url, tmp_path / "copy.db", silently)
    before = (tmp_path / "copy.db").read_bytes()
    entries = stage.engine.verify().entries
    with postgres_server.database() as name:
        target = postgres_server.url(name)
        what = Restoring(backup=tmp_path / "copy.db", url=target, reason="迁移", identity=as_li)
        done = restore(what, later, silently)
        with closing(open_store(target)) as store:
            engine = open_engine(store, clock=later)
            assert engine.verify().problems == ()
            assert engine.verify().entries == entries + 1
            assert engine.log("@office")[-1] == done.entry
            engine.enrol([Enrolment(person=Person(id="new", name="New", unit=UNIT))], acting("li"))
            engine.tick("a")
            assert len({sent.id for sent in engine.notices()}) == len(engine.notices())
    assert (tmp_path / "copy.db").read_bytes() == before


def restored_over(stage: Stage, tmp_path: Path, signed: tuple[str, ...] = ()) -> Path:
    """Back the office up, let it go on, and restore the backup over it; return the file."""
    present = tmp_path / "present.db"
    back_up(str(tmp_path / "office.db"), tmp_path / "copy.db", silently)
    back_up(str(tmp_path / "office.db"), present, silently)
    what = Restoring(
        backup=tmp_path / "copy.db",
        url=str(present),
        reason="磁盘损坏",
        identity=as_li,
        signed=signed,
    )
    restore(what, later, silently)
    return present


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_two_restores_of_the_same_second_keep_both_former_databases(
    stage: Stage, tmp_path: Path
) -> None:
    present = restored_over(stage, tmp_path)
    what = Restoring(backup=tmp_path / "copy.db", url=str(present), reason="又坏了", identity=as_li)
    again = restore(what, later, silently)
    former = sorted(tmp_path.glob("present.db.replaced-*"))
    assert len(former) == 2
    assert again.former == former[1] == former[0].with_name(f"{former[0].name}-2")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_beat_of_a_time_to_come_is_nobody_at_work(stage: Stage, tmp_path: Path) -> None:
    """The clock was put back by an hour: what ran before it seems to run in an hour."""
    stage.engine.desk.store.close()  # type: ignore[attr-defined]
    back_up(str(tmp_path / "office.db"), tmp_path / "copy.db", silently)
    url = str(tmp_path / "office.db")
    what = Restoring(backup=tmp_path / "copy.db", url=url, reason="磁盘损坏", identity=as_li)
    with closing(open_store(url)) as store, store.writing() as session:
        session.beat("a", "due", LATER + timedelta(hours=1))
    assert restore(what, later, silently).former is not None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_database_in_which_somebody_writes_is_not_replaced(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database.__init__, "__defaults__", (50,))
    back_up(str(tmp_path / "office.db"), tmp_path / "copy.db", silently)
    url = str(tmp_path / "office.db")
    what = Restoring(backup=tmp_path / "copy.db", url=url, reason="磁盘损坏", identity=as_li)
    with closing(sqlite3.connect(url)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Conflict, match="in use by another program"):
            restore(what, later, silently)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_restore_stands_in_the_log_and_stops_sending(stage: Stage, tmp_path: Path) -> None:
    present = restored_over(stage, tmp_path, signed=("99:0123456789abcdef",))
    with closing(open_store(str(present))) as store:
        engine = open_engine(store, clock=later)
        entry = engine.log("@office")[-1]
        assert (entry.event, entry.facts["reason"]) == ("restore", "磁盘损坏")
        assert entry.facts["lost"] == [{"anchor": "99:0123456789abcdef"}]
        assert engine.office().lost == ("99:0123456789abcdef",)
        halt = engine.halt()
        assert halt is not None
        assert halt.cause == "restored"
        assert engine.verify().problems == ()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_former_file_is_kept(stage: Stage, tmp_path: Path) -> None:
    restored_over(stage, tmp_path)
    (former,) = tmp_path.glob("present.db.replaced-*")
    assert examined(former).verdict.problems == ()
    assert not list(tmp_path.glob("*.restoring*"))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_journal_of_the_former_file_goes_with_it(stage: Stage, tmp_path: Path) -> None:
    back_up(str(tmp_path / "office.db"), tmp_path / "copy.db", silently)
    present = tmp_path / "present.db"
    present.write_bytes(b"not a database")
    present.with_name("present.db-journal").write_bytes(b"half a transaction")
    what = Restoring(backup=tmp_path / "copy.db", url=str(present), reason="损坏", identity=as_li)
    restore(what, later, silently)
    assert not present.with_name("present.db-journal").exists()
    assert examined(present).verdict.problems == ()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_backup_that_was_changed_is_refused_and_nothing_happens(
    stage: Stage, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    back_up(str(tmp_path / "office.db"), copy, silently)
    with closing(sqlite3.connect(copy)) as forging:
        forging.execute("DROP TRIGGER entries_no_update")
        forging.execute("UPDATE entries SET body = body || ' ' WHERE n = 2")
        forging.commit()
    before = rows_of(tmp_path / "office.db")
    what = Restoring(backup=copy, url=str(tmp_path / "office.db"), reason="损坏", identity=as_li)
    with pytest.raises(Invalid, match="does not verify"):
        restore(what, later, silently)
    assert rows_of(tmp_path / "office.db") == before
    assert not list(tmp_path.glob("*.re*"))


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_database_in_use_is_not_replaced(stage: Stage, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(str(tmp_path / "office.db"), copy, silently)
    what = Restoring(backup=copy, url=str(tmp_path / "office.db"), reason="损坏", identity=as_li)
    with pytest.raises(Conflict, match="stop it first"):
        restore(what, stage.clock, silently)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_who_may_not_restores_nothing(stage: Stage, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    back_up(str(tmp_path / "office.db"), copy, silently)
    target = tmp_path / "other.db"
    what = Restoring(
        backup=copy, url=str(target), reason="损坏", identity=lambda role: acting("wang")
    )
    with pytest.raises(Refused, match="supervisor of every unit"):
        restore(what, later, silently)
    assert not target.exists()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_of_a_link_the_file_behind_it_is_replaced(stage: Stage, tmp_path: Path) -> None:
    copy, real, link = (tmp_path / name for name in ("copy.db", "real.db", "link.db"))
    back_up(str(tmp_path / "office.db"), copy, silently)
    back_up(str(tmp_path / "office.db"), real, silently)
    link.symlink_to(real)
    what = Restoring(backup=copy, url=str(link), reason="损坏", identity=as_li)
    restore(what, later, silently)
    assert link.is_symlink()
    with closing(open_store(str(real))) as store:
        assert open_engine(store).log("@office")[-1].event == "restore"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_whatever_lies_there_is_never_written_over(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "empty").touch(mode=0o644)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("empty", "loop", "/dev/null", "."):
        with pytest.raises(Conflict, match="already there"):
            back_up(str(tmp_path / "office.db"), tmp_path / name, silently)
    assert (tmp_path / "empty").stat().st_size == 0
