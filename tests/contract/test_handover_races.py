"""A handover while others hand over, record or leave: all of it or nothing, on every store."""

from __future__ import annotations

import threading
from collections.abc import Callable

from states.errors import RectificationError
from tests.stage import ROUND, Stage, a_stage, acting
from workflow.ports import Store

ISSUES = 8
WHY = {"reason": "岗位调整"}


def busy(store: Store) -> Stage:
    """Eight issues for which Wang answers."""
    stage = a_stage(store, issues=ISSUES)
    for number in range(1, ISSUES + 1):
        naming = {"leader": "zhou", "department": "河长办", "person": "wang"}
        stage.does("li", "assign", naming, issue=f"{ROUND}-{number}")
    return stage


def at_once(*acts: Callable[[], object]) -> list[RectificationError | None]:
    """Let several do something at the same moment; return what each was refused with."""
    begin = threading.Barrier(len(acts))
    outcomes: list[RectificationError | None] = [None] * len(acts)

    def run(at: int, act: Callable[[], object]) -> None:
        begin.wait()
        try:
            act()
        except RectificationError as error:
            outcomes[at] = error

    threads = [threading.Thread(target=run, args=(at, act)) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def answering(stage: Stage) -> set[str | None]:
    """Who answers for the issues."""
    keys = [f"{ROUND}-{number}" for number in range(1, ISSUES + 1)]
    return {stage.engine.view(key).issue.responsibility.person for key in keys}


def test_of_two_handovers_at_once_one_moves_everything(store: Store) -> None:
    stage = busy(store)
    outcomes = at_once(
        lambda: stage.engine.hand_over("wang", "sun", WHY, acting("li")),
        lambda: stage.engine.hand_over("wang", "zhao", WHY, acting("chen")),
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert answering(stage) in ({"sun"}, {"zhao"})
    assert stage.engine.held("wang").loads == ()
    assert stage.engine.verify().sound


def test_a_handover_and_the_work_of_the_person_do_not_lock_each_other(store: Store) -> None:
    stage = busy(store)

    def works() -> None:
        for number in range(ISSUES, 0, -1):  # the other way round than the handover goes
            stage.does("wang", "note", {"text": "…"}, issue=f"{ROUND}-{number}")

    handed, _worked = at_once(
        lambda: stage.engine.hand_over("wang", "sun", WHY, acting("li")), works
    )
    assert handed is None or type(handed).__name__ == "Conflict"
    assert answering(stage) == ({"sun"} if handed is None else {"wang"})
    assert stage.engine.verify().sound


def test_nothing_is_handed_over_to_somebody_who_leaves_at_that_moment(store: Store) -> None:
    stage = busy(store)
    leaving = {"person": "sun", "on": stage.clock.at.date()}
    handed, left = at_once(
        lambda: stage.engine.hand_over("wang", "sun", WHY, acting("li")),
        lambda: stage.engine.act("leave", leaving, acting("li")),
    )
    assert handed is None or left is None
    assert answering(stage) == ({"sun"} if handed is None else {"wang"})
    assert stage.engine.verify().sound
