"""The file of what was signed last: private, believed where it is whole, and mended by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from states.errors import Conflict
from tests.sealed import check_seals, how, refusal, reopened, sealing, store_of
from tests.stage import Stage, acting
from workflow.ports import Session
from workflow.proof.sealing.high import High, HighFile, Pending, stated
from workflow.proof.sealing.sweep import Swept, seal, sweep

# ---------------------------------------------------------------- the file of what was signed


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[]", b'{"format": "rectify/high/1"}'])
def test_a_damaged_file_of_what_was_signed_is_refused(
    keyed: Stage, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "seal.high").write_bytes(content)

    assert refusal(keyed, tmp_path) == "high_unusable"


def test_the_file_of_what_was_signed_is_private_and_says_the_last_note(
    keyed: Stage, tmp_path: Path
) -> None:
    done = sealing(keyed, tmp_path, batch=3)

    assert done.last is not None
    assert HighFile(tmp_path / "seal.key").read() == High(done.last.note)
    for name in ("seal.high", "seal.lock"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_where_the_file_is_lost_the_database_is_believed(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    (tmp_path / "seal.high").unlink()
    keyed.does("li", "note", {"note": "一"})

    assert sealing(keyed, tmp_path).sealed == 1
    assert (tmp_path / "seal.high").exists()


def _left_pending(keyed: Stage, folder: Path) -> str:
    """Leave a note as a crash before the commit would; return it."""
    file = HighFile(folder / "seal.key")
    before = file.read()
    (folder / "was.db").write_bytes((folder / "rectify.db").read_bytes())
    with store_of(keyed).reading() as session:
        ids = tuple(leaf.id for leaf in session.unsealed(100))
    done = sealing(keyed, folder)
    assert done.last is not None
    file.write(High(before.note, Pending(done.last.note, ids)))
    return done.last.note


def test_a_note_that_was_signed_and_not_committed_is_committed_word_for_word(
    keyed: Stage, tmp_path: Path
) -> None:
    sealing(keyed, tmp_path)
    keyed.does("li", "note", {"note": "一"})
    note = _left_pending(keyed, tmp_path)
    shutil.copy(tmp_path / "was.db", tmp_path / "rectify.db")
    keyed = reopened(tmp_path, keyed)
    keyed.clock.forward(hours=1)
    keyed.does("li", "note", {"note": "二"})

    done = sealing(keyed, tmp_path)

    assert (done.seals, done.sealed) == (2, 2)
    with store_of(keyed).reading() as session:
        assert note in [sealed.note for sealed in session.checkpoints()]
    check_seals(store_of(keyed))


def test_a_note_that_was_committed_stands(keyed: Stage, tmp_path: Path) -> None:
    note = _left_pending(keyed, tmp_path)

    assert sealing(keyed, tmp_path).sealed == 0
    assert HighFile(tmp_path / "seal.key").read() == High(note)


def test_a_note_whose_entries_are_gone_tells_of_a_roll_back(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    backup = shutil.copy(tmp_path / "rectify.db", tmp_path / "backup.db")
    keyed.does("li", "note", {"note": "一"})
    _left_pending(keyed, tmp_path)
    shutil.copy(backup, tmp_path / "rectify.db")
    keyed = reopened(tmp_path, keyed)

    assert refusal(keyed, tmp_path) == "rolled_back"
    keyed.does("li", "note", {"note": "另一个"})  # takes the id of the one that is gone
    assert refusal(keyed, tmp_path) == "rolled_back"


def test_a_note_that_a_restore_names_as_lost_is_given_up(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    backup = shutil.copy(tmp_path / "rectify.db", tmp_path / "backup.db")
    keyed.does("li", "note", {"note": "一"})
    note = _left_pending(keyed, tmp_path)  # and it was committed, but for the crash that followed
    shutil.copy(backup, tmp_path / "rectify.db")
    keyed = reopened(tmp_path, keyed)
    assert refusal(keyed, tmp_path) == "rolled_back"
    lost = [{"anchor": str(stated(note).anchor)}]
    facts = {"backup": "12" * 32, "entries": 9, "lost": lost, "reason": "磁盘损坏"}
    keyed.engine.act("restore", facts, acting("li"))

    assert sealing(keyed, tmp_path).sealed == 1
    check_seals(store_of(keyed))


def test_a_note_that_another_machine_overtook_is_given_up(keyed: Stage, tmp_path: Path) -> None:
    sealing(keyed, tmp_path)
    keyed.does("li", "note", {"note": "一"})
    _left_pending(keyed, tmp_path)
    shutil.copy(tmp_path / "was.db", tmp_path / "rectify.db")
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(tmp_path / "seal.key", other)
    keyed = reopened(tmp_path, keyed)
    keyed.does("li", "note", {"note": "二"})
    assert sealing(keyed, other).sealed == 2

    assert sealing(keyed, tmp_path).sealed == 0
    keyed.does("li", "note", {"note": "三"})
    assert sealing(keyed, tmp_path).sealed == 1
    check_seals(store_of(keyed))


def test_two_processes_of_a_machine_take_turns(keyed: Stage, tmp_path: Path) -> None:
    with HighFile(tmp_path / "seal.key").taken(0.0):
        with pytest.raises(Conflict, match="another process"):
            sealing(keyed, tmp_path, patience=0.1)
        assert sweep(store_of(keyed), keyed.clock, how(tmp_path)) == Swept()

    assert sweep(store_of(keyed), keyed.clock, how(tmp_path)).sealed > 0


def test_what_is_signed_stands_in_the_file_before_it_is_committed(
    keyed: Stage, tmp_path: Path
) -> None:
    store, file, seen = store_of(keyed), HighFile(tmp_path / "seal.key"), []

    class Watched:
        """A store that looks into the file right before each commit."""

        reading = staticmethod(store.reading)

        @contextmanager
        def writing(self) -> Iterator[Session]:
            with store.writing() as session:
                yield session
                pending, last = file.read().pending, session.checkpoint()
                assert last is not None
                seen.append((pending and pending.note, last.note))

    seal(Watched(), keyed.clock, how(tmp_path, batch=4))  # type: ignore[arg-type]

    assert len(seen) > 2
    assert all(pending == committed for pending, committed in seen)
