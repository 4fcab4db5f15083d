"""Handing over while others go on working: everybody is served, and nobody waits in a circle."""

from __future__ import annotations

from threading import Event, Thread

from tests.stage import ROUND, a_stage, acting
from workflow.ports import Store

WHY = {"reason": "岗位调整"}


def test_a_handover_and_work_on_the_same_issues_do_not_block_each_other(store: Store) -> None:
    stage = a_stage(store, issues=3)
    keys = [f"{ROUND}-{number}" for number in (1, 2, 3)]
    for key in keys:
        stage.does("li", "assign", {"leader": "zhou", "person": "wang"}, issue=key)
    ended, written, failed = Event(), [0], list[Exception]()

    def work() -> None:
        while not ended.is_set():
            try:
                stage.does("li", "note", {"note": "进展"}, issue=keys[written[0] % 3])
            except Exception as error:
                failed.append(error)
                return
            written[0] += 1

    worker = Thread(target=work)
    worker.start()
    try:
        for giver, taker in (("wang", "sun"), ("sun", "wang")) * 3:
            done = stage.engine.hand_over(giver, taker, WHY, acting("li"))
            assert done.issues == tuple(keys)
    finally:
        ended.set()
        worker.join()
    assert failed == []
    assert written[0] > 0
    entries = [stage.engine.log(key) for key in keys]
    assert [sum(e.event == "hand_over" for e in log) for log in entries] == [6, 6, 6]
    assert sum(e.event == "note" for log in entries for e in log) == written[0]
    assert stage.engine.verify().sound
