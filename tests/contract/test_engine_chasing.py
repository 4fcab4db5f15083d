"""The tick, on every store: each rung once, each letter once, each missed occurrence once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise

import pytest

from notifications.delivery.window import Window
from states.canonical import digest
from states.office import Person
from tests.cast import UNIT
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from workflow import Enrolment
from workflow.ports import Sent, Store

FIRST = f"{ROUND}-1"
PLAN = f"{FIRST}/1/draft_plan"
HOURS = Window.parse("08:30-17:30")

# The plan is due on Wednesday 15 March 2023; its ladder by hand, in plain weeks:
SOON, DUE, OVERDUE = date(2023, 3, 10), date(2023, 3, 15), date(2023, 3, 16)
ESCALATED, UNRESOLVED = date(2023, 3, 23), date(2023, 4, 6)


@pytest.fixture
def stage(store: Store) -> Stage:
    """Three issues, with neither sending hours nor letters: every notice goes at once."""
    return a_stage(store, issues=3)


@pytest.fixture
def office(store: Store) -> Stage:
    """An office with sending hours and letters."""
    return a_stage(store, issues=3, window=HOURS, letters=Scribe())


def reminded(stage: Stage, obligation: str = PLAN) -> list[Sent]:
    return [s for s in stage.engine.notices(FIRST) if s.notice.obligation == obligation]


def reminders(stage: Stage) -> list[tuple[str | None, str, str]]:
    return [(s.notice.rung, s.notice.recipient, s.status) for s in reminded(stage)]


def test_a_tick_owes_each_rung_once(stage: Stage) -> None:
    stage.does("li", "assign", {"leader": "zhou", "person": "wang"})
    for day in range(2, 31):
        stage.clock.to(date(2023, 3, day))
        stage.engine.tick("a")
        assert stage.engine.tick("b").owed == 0
    assert reminders(stage) == [
        ("soon", "wang", "pending"),
        ("due", "wang", "pending"),
        ("overdue", "wang", "pending"),
        ("overdue", "zhou", "pending"),
        ("escalated", "wang", "pending"),
        ("escalated", "zhou", "pending"),
        ("escalated", "qian", "pending"),
        ("escalated", "chen", "pending"),
        ("escalated", "li", "pending"),
    ]


def test_nothing_falls_silent(stage: Stage) -> None:
    stage.does("li", "assign", {"leader": "zhou", "person": "wang"})
    stage.ticks(date(2023, 4, 1), date(2024, 4, 1))
    days = sorted({s.notice.created_at.date() for s in reminded(stage)})
    waits = [(later - day).days for day, later in pairwise(days)]
    assert max(waits) <= 28  # twenty working days in plain weeks
    assert days[-1] > date(2024, 3, 1)


def test_a_downtime_owes_one_reminder_and_records_the_others(stage: Stage) -> None:
    stage.does("li", "assign", {"leader": "zhou", "person": "wang"})
    stage.clock.to(date(2023, 3, 9))
    stage.engine.tick("a")
    stage.clock.to(date(2023, 3, 20))
    stage.engine.tick("a")
    assert sorted(reminders(stage), key=str) == [
        ("due", "-", "superseded"),
        ("overdue", "wang", "pending"),
        ("overdue", "zhou", "pending"),
        ("soon", "-", "superseded"),
    ]
    sent = [s for s in reminded(stage) if s.notice.rung == "overdue"]
    assert sent[0].notice.facts["missed"] == 2


def test_ten_ticks_at_once_owe_what_one_owes(office: Stage) -> None:
    office.clock.to(OVERDUE)
    with ThreadPoolExecutor(10) as pool:
        ticked = list(pool.map(office.engine.tick, [f"node-{i}" for i in range(10)]))
    office.engine.tick("last")  # what somebody else was at when a step was tried
    owed = [s for s in office.engine.notices() if s.notice.rung]
    assert len({s.notice.key for s in owed}) == len(owed)
    for number in (1, 2, 3):
        view = office.engine.view(f"{ROUND}-{number}").issue
        assert [letter.kind for letter in view.letters] == ["提醒函"]
    assert sum(t.owed + t.unreachable + t.superseded for t in ticked) <= len(owed)
    digests = [s for s in office.engine.notices() if s.notice.key.startswith("digest/")]
    assert len({s.notice.recipient for s in digests}) == len(digests)
    assert office.engine.verify().problems == ()


def test_ten_ticks_at_once_leave_nothing_out_of_the_message_of_the_day(store: Store) -> None:
    office = a_stage(store, issues=12, window=HOURS, letters=Scribe())
    for number in range(1, 13):
        who = {"leader": "zhou", "person": "wang"}
        office.does("li", "assign", who, issue=f"{ROUND}-{number}")
    office.clock.to(OVERDUE)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(office.engine.tick, [f"node-{i}" for i in range(10)]))
    office.engine.tick("last")  # what somebody else was at when a step was tried
    waiting = [s.notice.key for s in office.engine.notices() if s.status == "waiting"]
    assert waiting == []
    letters = [s for s in office.engine.notices() if s.notice.template == "letter"]
    assert {s.status for s in letters} == {"bundled"}


def test_a_reminder_goes_to_whoever_is_responsible_on_the_day(stage: Stage) -> None:
    stage.does("li", "assign", {"person": "wang"})
    stage.does("li", "assign", {"person": "sun"})
    stage.clock.to(SOON)
    stage.engine.tick("a")
    assert reminders(stage) == [("soon", "sun", "pending")]


def test_without_anybody_responsible_the_next_one_up_the_line_is_told(stage: Stage) -> None:
    stage.clock.to(SOON)
    stage.engine.tick("a")
    assert reminders(stage) == [("soon", "zhou", "pending")]


def test_nobody_reachable_is_put_on_record(stage: Stage) -> None:
    mute = Person(id="wang", name="Wang", unit=UNIT)
    stage.engine.enrol([Enrolment(person=mute)], acting("li"))
    stage.does("li", "assign", {"person": "wang"})
    stage.clock.to(SOON)
    assert stage.engine.tick("a").unreachable > 0
    assert reminders(stage) == [("soon", "wang", "dead"), ("soon", "zhou", "pending")]


def test_a_closed_obligation_is_reminded_of_no_more(stage: Stage) -> None:
    stage.planned()
    stage.clock.to(date(2023, 4, 1))
    stage.engine.tick("a")
    assert reminders(stage) == []


def test_what_is_owed_is_listed_with_who_owes_it(stage: Stage) -> None:
    stage.planned()
    (owed,) = [o for o in stage.engine.owed(within_days=20) if o.issue.key == FIRST]
    assert (owed.obligation.kind, owed.holders) == ("decide_plan", ("chen", "li"))
    assert (owed.days_left, owed.working_days_left, owed.light) == (14, 10, "green")
    assert owed.next_on == date(2023, 3, 14)


# ------------------------------------------------------------------------------------ letters


def test_a_red_rung_issues_one_letter_before_it_reminds(office: Stage) -> None:
    office.does("li", "assign", {"leader": "zhou", "person": "wang"})
    office.clock.to(OVERDUE)
    assert office.engine.tick("a").letters == 3
    assert office.engine.tick("a").letters == 0
    (sent,) = office.engine.letters(FIRST)
    assert (sent.letter.number, sent.letter.kind, sent.letter.on) == (1, "提醒函", OVERDUE)
    assert sent.letter.to == ("wang", "zhou")
    text = office.engine.letter_text(sent.letter.sha256)
    assert text is not None
    assert digest(text.encode()) == sent.letter.sha256
    entry = office.engine.log(FIRST)[-1]
    assert (entry.content["records"], entry.content["actor"]["auth"]) == ("letter", "clock")
    told = [s for s in reminded(office) if s.notice.rung == "overdue"]
    assert {(s.notice.recipient, s.notice.template) for s in told} == {
        ("wang", "letter"),
        ("zhou", "letter"),
    }


def test_who_takes_over_an_overdue_work_gets_the_next_letter_not_the_last(office: Stage) -> None:
    office.does("li", "assign", {"leader": "zhou", "person": "wang"})
    office.clock.to(OVERDUE)
    office.engine.tick("a")
    office.clock.to(date(2023, 3, 20))
    office.does("li", "assign", {"person": "sun"})
    office.engine.tick("a")
    assert len(office.engine.letters(FIRST)) == 1
    office.clock.to(ESCALATED)
    office.engine.tick("a")
    assert [s.letter.kind for s in office.engine.letters(FIRST)] == ["提醒函", "督办函"]
    assert office.engine.letters(FIRST)[1].letter.to == ("sun", "zhou", "qian", "chen", "li")


def test_where_the_process_knows_no_letter_it_is_reminded_all_the_same(office: Stage) -> None:
    office.does("li", "void", {"reason": "误登"}, issue=f"{ROUND}-2")
    with office.engine.desk.store.reading() as session:
        before = {o.id for p in session.projected() for o in p.obligations}
    assert not any(id.startswith(f"{ROUND}-2/") for id in before)
    office.clock.to(OVERDUE)
    assert office.engine.tick("a").failed == 0
    assert office.engine.letters(f"{ROUND}-2") == []
