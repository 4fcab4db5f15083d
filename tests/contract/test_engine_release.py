"""Holding and releasing: nothing of a held round goes out, then one message a person does."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, BUNDLED, PENDING, WAITING
from states.errors import Conflict, Denied, Refused
from states.process_file import default_process
from tests.stage import ROUND, Scribe, Stage, a_stage, acting, registration, urgent
from workflow import Caution
from workflow.ports import Store

FIRST = f"{ROUND}-1"
OVERDUE = date(2023, 3, 20)  # the plan was due on the 15th


@pytest.fixture
def held(store: Store) -> Stage:
    """An office with hours that holds what it registers: a round of three issues."""
    window = Window.parse("08:30-17:30")
    return a_stage(
        store, issues=3, window=window, letters=Scribe(), caution=Caution(hold_imports=True)
    )


def messages(stage: Stage) -> Counter[str]:
    """Return how many messages each person got or will get."""
    return Counter(
        s.notice.recipient
        for s in stage.engine.notices()
        if s.status in (PENDING, ACCEPTED) and s.notice.bundle is None
    )


def test_nothing_of_a_held_round_goes_out_however_often_it_is_looked_at(held: Stage) -> None:
    for ticked in held.ticks(date(2023, 3, 2), OVERDUE):
        assert ticked.messages == 0
    assert ticked.held == len(held.engine.notices()) - superseded(held)
    assert held.delivers() == []
    assert {s.status for s in held.engine.notices()} <= {WAITING, "superseded"}


def superseded(stage: Stage) -> int:
    return sum(s.status == "superseded" for s in stage.engine.notices())


def test_no_letter_is_issued_of_a_held_round(held: Stage) -> None:
    ticked = held.ticks(OVERDUE, OVERDUE)[0]
    assert (ticked.letters, ticked.failed) == (0, 0)
    assert held.engine.letters() == []


def test_after_the_release_everybody_gets_one_message_of_all_that_waited(held: Stage) -> None:
    held.ticks(date(2023, 3, 2), OVERDUE)
    held.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    released = held.engine.release((), acting("li"))
    assert (released.rounds, released.stop, released.repeated) == ((ROUND,), False, False)
    ticked = held.engine.tick("a")
    assert ticked.messages == len(messages(held)) > 0
    assert set(messages(held).values()) == {1}
    assert ticked.held == 0
    held.delivers()
    waiting = [s for s in held.engine.notices() if s.status in (WAITING, BUNDLED)]
    assert waiting == []
    assert held.engine.verify().problems == ()


def test_what_was_closed_while_it_was_held_is_not_said(held: Stage) -> None:
    held.ticks(OVERDUE, OVERDUE)
    held.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    held.does("wang", "add_measure", {"text": "修订制度", "due": "2023-05-15"})
    held.does("wang", "draft_plan")
    held.engine.release([ROUND], acting("chen"))
    held.engine.tick("a")
    plan = [
        s
        for s in held.engine.notices(FIRST)
        if s.notice.obligation == f"{FIRST}/1/draft_plan" and s.notice.recipient != "-"
    ]
    assert {(s.status, s.cause) for s in plan} == {("superseded", "closed")}


def test_a_release_is_on_record_and_harmless_to_repeat(held: Stage) -> None:
    one = held.engine.release([ROUND], acting("chen"), request_id="r1")
    assert held.engine.log("@office")[-1] == one.entry
    again = held.engine.release([ROUND], acting("chen"), request_id="r1")
    assert (again.entry, again.repeated) == (one.entry, True)
    assert held.engine.release((), acting("chen"), request_id="r1").repeated
    with pytest.raises(Conflict):
        held.engine.release([ROUND], acting("li"), request_id="r1")
    with pytest.raises(Refused, match="no round is held back and sending is not stopped"):
        held.engine.release((), acting("li"))
    with pytest.raises(Refused, match=f"the round {ROUND} is not held back"):
        held.engine.release([ROUND], acting("li"))


@pytest.mark.parametrize("person", ["wang", "zhou", "zhao"])
def test_only_a_supervisor_releases(held: Stage, person: str) -> None:
    with pytest.raises((Refused, Denied), match="only a supervisor"):
        held.engine.release((), acting(person))
    assert held.engine.office().held == (ROUND,)


def test_one_round_is_released_while_another_is_held(held: Stage) -> None:
    held.engine.register_round(registration(2, "B", "34" * 32), acting("li"))
    held.ticks(OVERDUE, OVERDUE)
    held.engine.release([ROUND], acting("li"))
    ticked = held.engine.tick("a")
    assert ticked.messages > 0
    assert ticked.held > 0
    going = {s.notice.issue for s in held.engine.notices() if s.status == BUNDLED}
    assert going
    assert all(issue.startswith(f"{ROUND}-") for issue in going)
    assert held.engine.office().held == ("B",)


def test_what_is_held_says_how_much_waits_for_how_many(held: Stage) -> None:
    (before,) = held.engine.held_rounds()
    assert (before.code, before.notices, before.people) == (ROUND, 0, 0)
    assert before.since == held.engine.log("@office")[-1].at
    held.ticks(OVERDUE, OVERDUE)
    (known,) = held.engine.held_rounds()
    waiting = [s for s in held.engine.notices() if s.status == WAITING]
    assert known.notices == len(waiting) > 0
    assert known.people == len({s.notice.recipient for s in waiting})
    held.engine.release((), acting("li"))
    assert held.engine.held_rounds() == []


def test_a_preview_shows_what_a_release_would_let_go(held: Stage) -> None:
    held.clock.to(OVERDUE)
    seen = held.engine.preview(1)
    assert {m.person for m in seen.messages if m.reaches}
    held.engine.tick("a")
    held.engine.release((), acting("li"))
    held.engine.tick("a")
    assert set(messages(held)) == {m.person for m in seen.messages if m.reaches}


def test_what_is_urgent_is_held_too_and_comes_with_all_the_rest(store: Store) -> None:
    window = Window.parse("08:30-17:30")
    stage = a_stage(store, window=window, caution=Caution(hold_imports=True), issues=0)
    stage.engine.adopt(urgent(default_process()), acting("li"))
    stage.engine.register_round(registration(2, "U", "56" * 32), acting("li"))
    stage.ticks(date(2023, 3, 10), date(2023, 3, 15))
    assert messages(stage) == {}
    stage.engine.release((), acting("li"))
    stage.engine.tick("a")
    assert set(messages(stage).values()) == {1}


def test_by_default_nothing_is_held(store: Store) -> None:
    stage = a_stage(store)
    entry = stage.engine.log("@office")[-1]
    assert (entry.event, "held" in entry.facts) == ("register_round", False)
    assert stage.engine.office().held == ()
    stage.ticks(OVERDUE, OVERDUE)
    assert messages(stage)


# ------------------------------------------------------------------------------------ a stop


def test_a_release_ends_a_stop_and_says_so_on_record(store: Store) -> None:
    stage = a_stage(store)
    store.outbox.stop("storm", stage.clock())
    halt = stage.engine.halt()
    assert halt is not None
    assert halt.cause == "storm"
    released = stage.engine.release((), acting("chen"))
    assert (released.rounds, released.stop) == ((), True)
    assert released.entry.facts == {"stop": True}
    assert stage.engine.halt() is None


def test_naming_a_round_does_not_end_a_stop(store: Store) -> None:
    stage = a_stage(store, caution=Caution(hold_imports=True))
    store.outbox.stop("storm", stage.clock())
    stage.engine.release([ROUND], acting("li"))
    assert stage.engine.halt() is not None
    stage.engine.release((), acting("li"))
    assert stage.engine.halt() is None


def test_a_stop_can_be_ended_alone_and_only_if_there_is_one(store: Store) -> None:
    stage = a_stage(store, caution=Caution(hold_imports=True))
    with pytest.raises(Refused) as caught:
        stage.engine.release(["NONE"], acting("li"), stop=True)
    assert [str(u) for u in caught.value.unmet] == [
        "there is no round NONE",
        "sending is not stopped",
    ]
    store.outbox.stop("storm", stage.clock())
    released = stage.engine.release([], acting("chen"), stop=True)
    assert (released.rounds, released.stop) == ((), True)
    assert (stage.engine.halt(), stage.engine.office().held) == (None, (ROUND,))


def test_a_refused_release_ends_no_stop(store: Store) -> None:
    stage = a_stage(store)
    store.outbox.stop("storm", stage.clock())
    with pytest.raises(Refused, match="only a supervisor may do this"):
        stage.engine.release((), acting("wang"))
    assert stage.engine.halt() is not None


def test_while_sending_is_stopped_messages_are_made_all_the_same(store: Store) -> None:
    stage = a_stage(store, window=Window.parse("08:30-17:30"))
    store.outbox.stop("storm", stage.clock())
    assert stage.ticks(OVERDUE, OVERDUE)[0].messages > 0


# ------------------------------------------------------------------------------------- caps


def test_beyond_the_cap_of_a_day_what_is_urgent_waits_for_the_next_message(store: Store) -> None:
    window = Window.parse("08:30-17:30")
    stage = a_stage(store, window=window, caution=Caution(per_person=3), issues=0)
    stage.engine.adopt(urgent(default_process()), acting("li"))
    stage.engine.register_round(registration(5, "U", "56" * 32), acting("li"))
    stage.clock.to(date(2023, 3, 10))
    stage.clock.forward(hours=-3)  # before the hours: nothing is bundled
    stage.engine.tick("a")
    assert set(messages(stage).values()) == {2}
    stage.delivers()
    stage.clock.forward(hours=3)
    stage.engine.tick("a")
    assert set(messages(stage).values()) == {3}  # one message of the day holds the rest
    assert not [s for s in stage.engine.notices() if s.status == WAITING]


def test_where_one_message_a_day_is_the_cap_what_is_urgent_goes_with_it(store: Store) -> None:
    window = Window.parse("08:30-17:30")
    stage = a_stage(store, window=window, caution=Caution(per_person=1), issues=0)
    stage.engine.adopt(urgent(default_process()), acting("li"))
    stage.engine.register_round(registration(5, "U", "56" * 32), acting("li"))
    stage.clock.to(date(2023, 3, 10))
    stage.clock.forward(hours=-3)
    stage.engine.tick("a")
    assert messages(stage) == {}
    stage.clock.forward(hours=3)
    stage.engine.tick("a")
    assert set(messages(stage).values()) == {1}


def test_what_has_been_let_go_is_no_storm_again(store: Store) -> None:
    stage = a_stage(store, issues=5)
    stage.clock.to(OVERDUE)
    stage.engine.tick("a")
    assert store.outbox.ready(stage.clock()) > 3
    store.outbox.stop("storm", stage.clock())
    stage.clock.forward(minutes=1)
    stage.engine.release((), acting("li"))
    assert store.outbox.ready(stage.clock()) == 0
    stage.clock.to(date(2023, 3, 23))
    stage.engine.tick("a")
    assert store.outbox.ready(stage.clock()) > 3
