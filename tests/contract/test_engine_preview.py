"""The preview says what the ticks will really send, on every store, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from notifications.delivery.window import Window
from states.calendar_data import china
from states.errors import Invalid
from states.office import Person
from tests.cast import UNIT
from tests.changes import everything
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from workflow import Enrolment
from workflow.engine.previewing import Planned
from workflow.ports import Store

DAYS = 90
Message = tuple[date, str, list[tuple[str, str, int]]]


@pytest.fixture
def stage(store: Store) -> Stage:
    """One issue accepted with duties that recur, one in rectification, two waiting for a plan."""
    window = Window.parse("08:30-17:30")
    stage = a_stage(store, issues=4, calendar=china(), window=window, letters=Scribe())
    stage.engine.enrol(
        [Enrolment(person=Person(id="sun", name="Sun", unit=UNIT))], acting("li")
    )  # who can be reached no more
    stage.planned()
    stage.proven()
    stage.does("wang", "submit_completion")
    duties = [
        {"text": "巡查", "person": "wang", "when": "每月"},
        {"text": "节前检查", "person": "sun", "when": "法定节假日前"},
    ]
    stage.does("chen", "accept", {"duties": duties})
    second = f"{ROUND}-2"
    stage.does(
        "li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"}, issue=second
    )
    stage.does("wang", "add_measure", {"text": "修订制度", "due": "2023-04-20"}, issue=second)
    stage.does("wang", "draft_plan", issue=second)
    stage.does("chen", "approve_plan", issue=second)
    return stage


def foreseen(messages: tuple[Planned, ...]) -> list[Message]:
    return [
        (m.on, m.person, sorted((i.issue, i.rung or i.kind, i.nth) for i in m.items))
        for m in messages
    ]


def sent(stage: Stage, days: int) -> Iterator[Message]:
    """Tick at nine on each day, and yield what then went out: together, or to nobody."""
    known: set[int] = set()
    first = stage.engine.desk.day(stage.clock.at)
    for day in (first + timedelta(days=n) for n in range(days)):
        if day > first:
            stage.clock.to(day)
        stage.engine.tick("node")
        by_person: dict[str, list[tuple[str, str, int]]] = {}
        for one in stage.engine.notices():
            notice = one.notice
            if one.id in known or one.status == "waiting":
                continue
            known.add(one.id)
            if one.status == "superseded" or notice.key.startswith("digest/"):
                continue
            what = (
                notice.issue,
                notice.rung or notice.facts["event"],
                notice.facts.get("nth") or 0,
            )
            by_person.setdefault(notice.recipient, []).append(what)
        yield from ((day, person, sorted(by_person[person])) for person in sorted(by_person))


def test_it_is_what_the_ticks_then_really_send(stage: Stage) -> None:
    planned = stage.engine.preview(DAYS)
    assert (planned.first, planned.last) == (date(2023, 3, 2), date(2023, 5, 30))
    really = list(sent(stage, DAYS))
    assert foreseen(planned.messages) == really
    assert len(really) > 40
    rungs = {item.rung for message in planned.messages for item in message.items}
    assert {"early", "soon", "due", "overdue", "escalated", "unresolved"} <= rungs
    assert stage.engine.verify().problems == ()


def test_it_changes_nothing(stage: Stage) -> None:
    store = stage.engine.desk.store
    before = everything(store)
    stage.engine.preview(DAYS)
    assert everything(store) == before


def test_each_item_says_why_and_who_is_out_of_reach_is_shown(stage: Stage) -> None:
    planned = stage.engine.preview(DAYS)
    letters = {
        (i.issue, i.kind, i.letter)
        for m in planned.messages
        for i in m.items
        if i.rung == "overdue" and i.letter
    }
    assert (f"{ROUND}-3", "draft_plan", "提醒函") in letters
    (due,) = {
        (i.subject, i.due, i.colour)
        for m in planned.messages
        for i in m.items
        if (i.issue, i.kind, i.rung) == (f"{ROUND}-2", "finish_measure", "due")
    }
    assert due == ("1", date(2023, 4, 20), "yellow")
    unreached = {m.person for m in planned.messages if not m.reaches}
    assert unreached == {"sun"}
    # an occurrence that follows is foreseen as well
    subjects = {i.subject for m in planned.messages for i in m.items if i.kind == "perform_duty"}
    assert {"1.1", "1.2"} <= subjects


def test_it_goes_on_from_what_waits_and_from_what_was_sent_today(stage: Stage) -> None:
    stage.clock.to(date(2023, 3, 10))
    stage.engine.tick("node")
    stage.clock.forward(hours=1)
    stage.does("li", "assign", {"leader": "zhou", "person": "sun"}, issue=f"{ROUND}-3")
    stage.does("chen", "suspend", {"reason": "防汛"}, issue=f"{ROUND}-2")
    planned = stage.engine.preview(5)
    assert not [m for m in planned.messages if m.on < date(2023, 3, 13) and m.person == "wang"]
    (monday,) = [m for m in planned.messages if m.person == "wang"]
    assert monday.on == date(2023, 3, 13)
    assert [item.kind for item in monday.items] == ["suspend"]


def test_a_substitute_receives_what_is_for_somebody_else(stage: Stage) -> None:
    away = {"principal": "wang", "recorder": "zhou", "since": "2023-03-20", "until": "2023-04-30"}
    stage.engine.act("substitute", away, acting("li"))
    planned = stage.engine.preview(DAYS)
    for message in planned.messages:
        absent = date(2023, 3, 20) <= message.on <= date(2023, 4, 30)
        assert not (absent and message.person == "wang")
    stood_in = {m.on for m in planned.messages for i in m.items if i.stands_for == "wang"}
    assert min(stood_in) >= date(2023, 3, 20)
    assert max(stood_in) <= date(2023, 4, 30)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_only_so_many_days_can_be_looked_ahead(stage: Stage, days: int) -> None:
    with pytest.raises(Invalid, match="from 1 to 366"):
        stage.engine.preview(days)
