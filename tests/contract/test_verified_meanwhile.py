"""``verify`` while the office goes on: what is written and sealed meanwhile is no finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stage import Stage, a_stage, acting
from workflow import verifying
from workflow.ports import Store
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
