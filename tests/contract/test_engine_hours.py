"""Hours and duties: one message a day in the hours of each, one entry for what was missed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from notifications.delivery.window import Window
from states.errors import Invalid
from states.office import Person
from tests.cast import UNIT
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from workflow import Enrolment
from workflow.ports import Sent, Store

FIRST = f"{ROUND}-1"
PLAN = f"{FIRST}/1/draft_plan"
SOON = date(2023, 3, 10)  # of the plan, which is due on Wednesday 15 March


@pytest.fixture
def office(store: Store) -> Stage:
    """An office with sending hours and letters."""
    window = Window.parse("08:30-17:30")
    return a_stage(store, issues=3, window=window, letters=Scribe())


def reminded(stage: Stage) -> list[Sent]:
    return [s for s in stage.engine.notices(FIRST) if s.notice.obligation == PLAN]


def accepted(stage: Stage, *when: str) -> None:
    """Bring the first issue to its acceptance on 2 March, with duties that recur."""
    stage.planned()
    stage.proven()
    stage.does("wang", "submit_completion")
    duties: list[dict[str, Any]] = [{"text": w, "person": "wang", "when": w} for w in when]
    stage.does("chen", "accept", {"duties": duties})


def test_an_occurrence_still_open_when_the_next_comes_due_is_missed(office: Stage) -> None:
    accepted(office, "每月")
    office.clock.to(date(2023, 4, 29))
    assert office.engine.tick("a").missed == 0
    office.clock.to(date(2023, 4, 30))
    assert office.engine.tick("a").missed == 1
    assert office.engine.tick("b").missed == 0
    entry = office.engine.log(FIRST)[-1]
    assert (entry.content["records"], entry.facts["missed"]) == ("duty_missed", ["2023-03-31"])
    (duty,) = office.engine.view(FIRST).issue.current_duties
    assert (duty.due, duty.occurrence, duty.missed) == (date(2023, 4, 30), 2, 1)
    assert office.engine.lines()[0].light == "red"


def test_a_long_downtime_records_all_missed_occurrences_in_one_entry(office: Stage) -> None:
    accepted(office, "每月")
    before = office.engine.view(FIRST).issue.n
    office.clock.to(date(2023, 9, 5))
    ticked = office.engine.tick("a")
    assert (ticked.missed, ticked.failed) == (5, 0)
    issue = office.engine.view(FIRST).issue
    missed = [e for e in office.engine.log(FIRST)[before:] if e.content["records"] == "duty_missed"]
    assert [e.facts["missed"] for e in missed] == [
        ["2023-03-31", "2023-04-30", "2023-05-31", "2023-06-30", "2023-07-31"]
    ]
    (duty,) = issue.current_duties
    assert (duty.due, duty.missed_ever) == (date(2023, 8, 31), 5)
    assert issue.proposal is not None
    assert office.engine.verify().problems == ()


def test_a_duty_missed_and_done_again_is_green_again(office: Stage) -> None:
    accepted(office, "每月")
    office.clock.to(date(2023, 4, 30))
    office.engine.tick("a")
    office.clock.to(date(2023, 5, 2))
    proof = {"sha256": "ab" * 32, "size": 9, "name": "照片", "duty": 1}
    office.does("wang", "add_evidence", proof)
    office.does("wang", "perform_duty", {"duty": 1})
    assert office.engine.lines()[0].light == "green"


# ------------------------------------------------------------------------------------ hours


def digests(stage: Stage) -> list[tuple[str, date]]:
    found = [s.notice for s in stage.engine.notices() if s.notice.key.startswith("digest/")]
    return [(n.recipient, stage.engine.desk.day(n.created_at)) for n in found]


def test_what_is_owed_on_a_day_off_waits_for_the_next_working_day(office: Stage) -> None:
    office.clock.to(date(2023, 4, 8))  # a Saturday; the plan's reminder of 6 April was missed
    ticked = office.engine.tick("a")
    assert (ticked.messages, ticked.waiting > 0) == (0, True)
    office.clock.to(date(2023, 4, 10))
    ticked = office.engine.tick("a")
    assert (ticked.owed, ticked.waiting) == (0, 0)
    assert set(digests(office)) == {
        (person, date(2023, 4, 10)) for person in ("zhou", "qian", "chen", "li")
    }


def test_nobody_gets_two_messages_on_one_day(office: Stage) -> None:
    office.ticks(date(2023, 3, 2), date(2023, 6, 30))
    found = digests(office)
    assert len(set(found)) == len(found) > 10


def test_what_comes_after_the_message_of_the_day_waits_for_the_next(office: Stage) -> None:
    office.clock.to(SOON)
    office.engine.tick("a")
    office.clock.forward(hours=1)
    office.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    office.does("wang", "add_measure", {"text": "修订制度", "due": "2023-04-15"})
    office.does("wang", "draft_plan")
    office.clock.forward(hours=1)
    ticked = office.engine.tick("a")
    assert (ticked.messages, ticked.waiting) == (3, 0)  # wang, chen and li hear for the first time
    office.does("chen", "return_plan", {"reason": "责任不明"})
    ticked = office.engine.tick("a")
    assert (ticked.messages, ticked.waiting) == (0, 2)  # wang and zhou had theirs


def test_what_is_done_before_its_message_is_sent_is_not_said(office: Stage) -> None:
    office.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    office.clock.to(date(2023, 3, 18))  # a Saturday
    office.engine.tick("a")
    office.does("wang", "add_measure", {"text": "修订制度", "due": "2023-04-15"})
    office.does("wang", "draft_plan")
    office.clock.to(date(2023, 3, 20))
    office.engine.tick("a")
    withdrawn = [(s.status, s.cause) for s in reminded(office) if s.notice.recipient != "-"]
    assert set(withdrawn) == {("superseded", "closed")}


def test_a_change_of_person_takes_nothing_from_the_others_who_wait(office: Stage) -> None:
    """Overdue on a Saturday, and given to another before anybody was written to."""
    office.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    measure = {"text": "修订巡查制度", "due": "2023-04-14", "person": "wang"}
    office.does("wang", "add_measure", measure)
    office.does("wang", "draft_plan")
    office.does("chen", "approve_plan")
    office.ticks(date(2023, 4, 13), date(2023, 4, 15))
    (letter,) = office.engine.letters(FIRST)
    assert letter.letter.to == ("wang", "zhou", "qian")
    given = {"measure": 1, "person": "sun", "reason": "调岗"}
    office.does("li", "edit_measure", given)
    office.clock.to(date(2023, 4, 17))
    office.engine.tick("a")
    told = {
        s.notice.recipient: s.status
        for s in office.engine.notices(FIRST)
        if s.notice.template == "letter" and s.notice.obligation is not None
    }
    assert told == dict.fromkeys(letter.letter.to, "bundled")  # it is on record, to these


def test_a_reminder_that_waits_stops_when_somebody_else_answers(office: Stage) -> None:
    office.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    office.clock.to(SOON)
    office.clock.forward(hours=-2)  # seven in the morning: the reminder waits for the hours
    office.engine.tick("a")
    office.does("li", "assign", {"person": "sun"})
    office.clock.forward(hours=3)
    office.engine.tick("a")
    assert [(s.notice.recipient, s.status, s.cause) for s in reminded(office)] == [
        ("wang", "superseded", "reassigned")
    ]
    assert "sun" in dict(digests(office))  # the news, with what is owed now


def test_a_change_of_date_takes_back_what_was_said_of_the_old_one(office: Stage) -> None:
    office.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    office.clock.to(date(2023, 3, 18))  # a Saturday, three days after the date
    office.engine.tick("a")
    why = {"kind": "draft_plan", "after": "30 days", "reason": "汛期"}
    office.does("li", "set_term", why)
    office.clock.to(date(2023, 3, 20))
    office.engine.tick("a")
    letters = [s for s in office.engine.notices(FIRST) if s.notice.template == "letter"]
    assert {(s.status, s.cause) for s in letters} == {("superseded", "closed")}


def test_of_two_reminders_that_wait_only_the_later_is_said(office: Stage) -> None:
    office.planned()
    office.does("chen", "approve_plan")
    office.clock.to(date(2023, 4, 14))
    office.engine.tick("a")
    office.ticks(date(2023, 4, 15), date(2023, 4, 17))  # due on the Saturday, overdue on Sunday
    measure = {
        s.notice.rung: (s.status, s.cause)
        for s in office.engine.notices(FIRST)
        if s.notice.obligation == f"{FIRST}/6/finish_measure/1" and s.notice.recipient == "wang"
    }
    assert measure["due"] == ("superseded", "caught_up")
    assert measure["overdue"] == ("bundled", None)


def test_everybody_is_written_to_in_the_hours_of_their_own_zone(office: Stage) -> None:
    far = Person(
        id="wang",
        name="Wang",
        unit=UNIT,
        zone="Asia/Urumqi",
        addresses={"mail": "wang@office.example"},
    )
    office.engine.enrol([Enrolment(person=far)], acting("li"))
    office.does("li", "assign", {"person": "wang"})
    office.clock.to(SOON)
    office.clock.forward(hours=-0.25)  # 8:45 in Beijing, 6:45 in Urumqi
    office.engine.tick("a")
    assert "wang" not in dict(digests(office))
    office.clock.forward(hours=2)
    office.engine.tick("a")
    assert "wang" in dict(digests(office))


def test_a_clock_that_jumped_years_ahead_is_not_believed_unasked(store: Store) -> None:
    office = a_stage(store, trial=False)
    office.clock.to(SOON)
    office.engine.tick("a")
    kept = len(office.engine.notices())
    office.clock.to(date(2026, 3, 10))
    with pytest.raises(Invalid, match="2026-03-10, but rectify last ran on 2023-03-10"):
        office.engine.tick("b")
    assert len(office.engine.notices()) == kept
    assert office.engine.view(FIRST).issue.n == 1
    office.clock.to(date(2023, 3, 16))  # mended: nothing was lost
    assert office.engine.tick("a").owed > 0


def test_a_clock_that_is_right_after_years_is_believed_if_somebody_says_so(store: Store) -> None:
    office = a_stage(store, trial=False)
    office.clock.to(SOON)
    office.engine.tick("a")
    office.clock.to(date(2025, 3, 10))
    assert office.engine.tick("a", sure=True).owed > 0
    office.clock.to(date(2025, 3, 11))
    office.engine.tick("a")
