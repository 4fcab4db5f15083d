"""``verify`` while the office goes on: what is written and sealed meanwhile is no finding."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from states.checkpoint import read_checkpoint
from states.signed_note import read_note, sign
from tests.stage import Stage, a_stage, acting
from tests.unguarded import unguarded
from workflow import verifying
from workflow.ports import Store
from workflow.proof.keys import make_key
from workflow.proof.sealing.adopting import adopt
from workflow.proof.sealing.sweep import Sealing, seal
from workflow.storage import open_store
from workflow.verifying import Effort, thorough, verified


@pytest.fixture(autouse=True)
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "SMALL", 0)
    monkeypatch.setattr(verifying, "SHARE", 3)


def sealed(store: Store, folder: Path) -> tuple[Stage, Sealing]:
    stage = a_stage(store, issues=3)
    adopt(stage.engine, folder / "seal.key", acting("li"))
    sealing = Sealing(key_file=folder / "seal.key")
    seal(store, stage.clock, sealing)
    return stage, sealing


def test_entries_sealed_while_shares_are_read_are_no_finding(store: Store, tmp_path: Path) -> None:
    stage, sealing = sealed(store, tmp_path)
    with store.reading() as session:
        size = session.sealed_count()

    def goes_on(done: int, total: int) -> None:
        stage.does("li", "note", {"note": f"已核 {done} / {total}"})
        seal(store, stage.clock, sealing)

    verdict = verified(store, Effort(how=thorough()), goes_on)
    assert verdict.problems == ()
    assert verdict.seals.size == size
    assert verified(store, Effort(how=thorough())).seals.size > size


def test_where_no_other_process_can_begin_this_one_does_it_all(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    store = open_store(str(path), create=True)
    sealed(store, tmp_path)
    alone = verified(store, Effort(how=thorough()))
    nowhere = Effort(how=thorough(), url=str(tmp_path / "gone" / "x.db"), jobs=2)
    assert nowhere.processes(10) == 2
    assert verified(store, nowhere) == alone
    assert alone.sound


def test_several_processes_see_what_one_sees(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    store = open_store(str(path), create=True)
    stage, sealing = sealed(store, tmp_path)
    stage.planned()
    seal(store, stage.clock, sealing)
    several = verified(store, Effort(how=thorough(), url=str(path), jobs=3))
    assert several == verified(store, Effort(how=thorough()))
    assert several.sound
    assert several.seals.size == several.entries


def forged(path: Path, key: Path) -> list[int]:
    """Sign every seal anew with a key that nobody adopted; return their sizes."""
    stolen, sizes = make_key(key), []
    with closing(sqlite3.connect(path)) as database, unguarded(database):
        for size, note in database.execute("SELECT size, note FROM checkpoints").fetchall():
            checkpoint = read_checkpoint(read_note(note).text)
            by_another = str(sign(checkpoint.text(), stolen.named(checkpoint.origin), stolen.sign))
            change = "UPDATE checkpoints SET note = ? WHERE size = ?"
            database.execute(change, (by_another, size))
            sizes.append(size)
    return sizes


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_signature_is_checked_by_one_of_them(tmp_path: Path, jobs: int) -> None:
    path = tmp_path / "x.db"
    store = open_store(str(path), create=True)
    stage, sealing = sealed(store, tmp_path)
    for number in range(4):
        stage.does("li", "note", {"note": f"{number}"})
        seal(store, stage.clock, sealing)
    sizes = forged(path, tmp_path / "other.key")
    assert len(sizes) == 5
    verdict = verified(store, Effort(how=thorough(), url=str(path), jobs=jobs))
    forgeries = [p.facts["size"] for p in verdict.problems if p.code == "seal_forged"]
    assert sorted(map(str, forgeries)) == sorted(map(str, sizes))
