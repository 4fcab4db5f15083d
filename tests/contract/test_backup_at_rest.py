"""A backup is one file at rest, made while others write; restoring it changes nothing of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from states.errors import Invalid
from tests.sealed import adopting, sealing
from tests.stage import Stage, a_stage, acting
from tests.unguarded import unguarded
from workflow.backup import Restoring, back_up, restore
from workflow.identity import Identity
from workflow.storage import copying, database, open_store

LATER = datetime(2023, 3, 20, 1, tzinfo=UTC)


def silently(done: int, total: int) -> None:
    """Watch no progress."""


def restored(backup: Path, target: str) -> None:
    """Restore a backup to where nothing is yet."""

    def as_li(role: str | None) -> Identity:
        return acting("li")

    what = Restoring(backup=backup, url=target, reason="损坏", identity=as_li)
    restore(what, lambda: LATER, silently)


@pytest.fixture
def stage(tmp_path: Path, migrated_file: Path) -> Iterator[Stage]:
    """An office in which a node has worked."""
    store = open_store(str(shutil.copy(migrated_file, tmp_path / "office.db")))
    stage = a_stage(store)
    stage.clock.to(date(2023, 3, 10))
    stage.engine.tick("a")
    yield stage
    store.close()


def beside(path: Path) -> dict[str, bytes]:
    """Return what lies in the folder of a file, with its bytes."""
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}


@pytest.fixture
def written_ahead(stage: Stage, tmp_path: Path) -> Path:
    """A backup that somebody made with ``cp``, its write-ahead log beside it."""
    (folder := tmp_path / "medium").mkdir()
    live = tmp_path / "live.db"
    back_up(str(tmp_path / "office.db"), live, silently)
    with closing(sqlite3.connect(live)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("UPDATE heartbeats SET node = 'in the journal'")
        database.commit()
        for end in ("", "-wal"):
            shutil.copy(f"{live}{end}", folder / f"copy.db{end}")
    return folder / "copy.db"


def test_a_backup_with_a_journal_beside_it_is_read_whole_and_not_changed(
    written_ahead: Path, tmp_path: Path
) -> None:
    before, target = beside(written_ahead), str(tmp_path / "new.db")
    restored(written_ahead, target)
    assert beside(written_ahead) == before
    with closing(open_store(target)) as store, store.reading() as session:
        assert {beat.node for beat in session.beats()} == {"in the journal"}


def test_a_backup_in_another_journal_mode_is_not_changed(
    written_ahead: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(written_ahead)) as database:
        database.execute("SELECT count(*) FROM entries")  # the last one closes: no journal is left
    before, target = beside(written_ahead), str(tmp_path / "new.db")
    assert list(before) == ["copy.db"]
    restored(written_ahead, target)
    assert beside(written_ahead) == before


def test_a_backup_is_one_file_whatever_journals_there_are(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library without the fault of WAL mode writes ahead; a medium may be read alone later."""
    ahead = tuple(p.replace("= DELETE", "= WAL") for p in database._PRAGMAS)
    (folder := tmp_path / "medium").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(database, "_PRAGMAS", ahead)
        back_up(str(tmp_path / "office.db"), folder / "copy.db", silently)
    assert list(beside(folder / "copy.db")) == ["copy.db"]
    assert (folder / "copy.db").read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log


def test_a_backup_is_made_however_often_others_write(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite begins anew when another one has written: at last the others are made to wait."""
    monkeypatch.setattr(copying, "_PAGES", 20)
    kept_out = 0
    with closing(sqlite3.connect(tmp_path / "office.db", timeout=0)) as other:

        def writing(done: int, total: int) -> None:
            nonlocal kept_out
            try:
                other.execute("UPDATE heartbeats SET sweep = sweep || 'x'")
                other.commit()
            except sqlite3.OperationalError:
                other.rollback()
                kept_out += 1

        done = back_up(str(tmp_path / "office.db"), tmp_path / "copy.db", writing)

    assert done.verdict.sound
    assert kept_out > 0


def test_a_backup_whose_seal_nobody_signed_is_not_restored(stage: Stage, tmp_path: Path) -> None:
    adopting(stage, tmp_path)
    sealing(stage, tmp_path)
    back_up(str(tmp_path / "office.db"), copy := tmp_path / "copy.db", silently)
    with closing(sqlite3.connect(copy)) as database, unguarded(database):
        (note,) = database.execute("SELECT note FROM checkpoints").fetchone()
        forged = note[:-20] + ("A" if note[-20] != "A" else "B") + note[-19:]
        database.execute("UPDATE checkpoints SET note = ?", (forged,))
        database.commit()

    with pytest.raises(Invalid, match="does not verify"):
        restored(copy, str(tmp_path / "new.db"))
    assert not (tmp_path / "new.db").exists()
