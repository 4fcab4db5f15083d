"""Sealing on every store: each entry once, in order, under checkpoints that are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from states.errors import Conflict
from states.frozen import replace
from states.log import OFFICE
from tests.sealed import adopting, check_seals, how, sealing
from tests.stage import ROUND, Stage, a_stage
from workflow.ports import Store
from workflow.proof.sealing.sweep import Swept, sweep

FIRST = f"{ROUND}-1"


@pytest.fixture
def stage(store: Store) -> Stage:
    return a_stage(store, issues=3)


def test_what_is_written_waits_in_order_of_writing(store: Store, stage: Stage) -> None:
    with store.reading() as session:
        waiting = session.unsealed(1000)
        assert session.unsealed_count() == len(waiting) == len(list(session.rows()))
        assert session.unsealed_since() == stage.clock()
        assert session.checkpoint() is None
        assert list(session.checkpoints()) == []
        assert session.heads([OFFICE]) == {}
        assert session.index_of(OFFICE, 1) is None
        assert [row for _, row in session.indexed_rows()] == [leaf.row for leaf in waiting]

    assert [leaf.id for leaf in waiting] == sorted({leaf.id for leaf in waiting})
    office = [leaf.row.n for leaf in waiting if leaf.row.stream == OFFICE]
    assert office == list(range(1, len(office) + 1))
    assert (waiting[0].row.stream, waiting[0].row.n) == (OFFICE, 1)


def test_the_tail_can_be_read_without_some_streams_and_by_its_ids(
    store: Store, stage: Stage
) -> None:
    with store.reading() as session:
        waiting = session.unsealed(1000)
        others = [leaf for leaf in waiting if leaf.row.stream not in (OFFICE, FIRST)]
        assert session.unsealed(1000, {OFFICE, FIRST}) == others
        assert session.unsealed(2) == waiting[:2]
        assert session.unsealed_of([waiting[3].id, waiting[1].id, 10**9]) == [
            waiting[1],
            waiting[3],
        ]


def test_everything_is_sealed_once(store: Store, stage: Stage, tmp_path: Path) -> None:
    adopting(stage, tmp_path)
    done = sealing(stage, tmp_path, batch=4)

    with store.reading() as session:
        entries = len(list(session.rows()))
        last = session.checkpoint()
    assert (done.sealed, done.problems) == (entries, [])
    assert done.seals == -(-entries // 4)
    assert done.last == last is not None
    assert check_seals(store) == entries

    assert sealing(stage, tmp_path).sealed == 0
    stage.does("li", "note", {"note": "一"})
    stage.does("li", "note", {"note": "二"})
    with store.reading() as session:
        assert session.unsealed_count() == 2
        assert session.index_of(FIRST, 1) is not None
        assert session.index_of(FIRST, 2) is None
        assert session.heads([FIRST, "none"])[FIRST].n == 1
        assert [index for index, _ in session.indexed_rows(entries - 1)] == [
            entries - 1,
            entries,
            entries + 1,
        ]
    assert sealing(stage, tmp_path).sealed == 2
    assert check_seals(store) == entries + 2


def test_the_tree_grows_across_seals_as_if_it_were_sealed_at_once(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    adopting(stage, tmp_path)
    for number in range(20):
        stage.does("li", "note", {"note": str(number)})
        sealing(stage, tmp_path, batch=3)

    assert check_seals(store) > 20
    with store.reading() as session:
        sizes = [sealed.size for sealed in session.checkpoints()]
        for size in sizes:
            found = session.checkpoint(size)
            assert found is not None
            assert found.size == size
        assert session.checkpoint(10**6) is None


def test_of_two_that_seal_at_once_the_second_has_sealed_nothing(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    adopting(stage, tmp_path)
    with store.reading() as session:
        waiting = session.unsealed(5)
    done = sealing(stage, tmp_path)
    assert done.last is not None

    with pytest.raises(Conflict) as refused, store.writing() as session:
        session.seal(waiting, done.last)

    assert refused.value.message.code == "sealed_already"
    assert check_seals(store) == done.sealed


def test_a_seal_that_leaves_a_gap_is_refused(store: Store, stage: Stage, tmp_path: Path) -> None:
    adopting(stage, tmp_path)
    done = sealing(stage, tmp_path)
    assert done.last is not None
    stage.does("li", "note", {"note": "一"})
    with store.reading() as session:
        waiting = session.unsealed(5)

    for size in (done.last.size + 2, done.last.size, 1):
        with pytest.raises(Conflict), store.writing() as session:
            session.seal(waiting, replace(done.last, size=size))

    with pytest.raises(Conflict), store.writing() as session:
        session.seal([], replace(done.last, size=done.last.size + 1))
    assert check_seals(store) == done.sealed


def test_without_a_key_here_or_adopted_a_sweep_does_nothing(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    assert sweep(store, stage.clock, how(tmp_path)) == Swept()
    adopting(stage, tmp_path)
    assert sweep(store, stage.clock, how(tmp_path / "elsewhere")) == Swept()

    assert sweep(store, stage.clock, how(tmp_path)).sealed > 0


def test_time_never_runs_backwards_between_checkpoints(
    store: Store, stage: Stage, tmp_path: Path
) -> None:
    adopting(stage, tmp_path)
    first = sealing(stage, tmp_path).last
    stage.clock.forward(days=-3)
    stage.does("li", "note", {"note": "一"})
    second = sealing(stage, tmp_path).last

    assert first is not None
    assert second is not None
    assert second.at == first.at
    assert second.size > first.size
