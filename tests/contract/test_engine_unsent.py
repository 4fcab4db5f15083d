"""What was written but could not be handed over at once: it never says what is no longer so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from notifications.delivery.protocol import Outcome
from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, AMBIGUOUS, PENDING, REMADE, RETRY_WAIT, SUPERSEDED
from states.office import Person
from tests.cast import UNIT
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from tests.unsent import SOON, away, messages, said, sends, ticked
from workflow import Enrolment
from workflow.ports import Store

FIRST, SECOND = f"{ROUND}-1", f"{ROUND}-2"
WHY = {"kind": "draft_plan", "after": "30 days", "reason": "汛期"}


@pytest.fixture
def office(store: Store) -> Stage:
    """An office whose reminders of the day were written, and put off by the mail server."""
    stage = a_stage(store, issues=2, window=Window.parse("08:30-17:30"), letters=Scribe())
    for issue in (FIRST, SECOND):
        who = {"leader": "zhou", "department": "河长办", "person": "wang"}
        stage.does("li", "assign", who, issue=issue)
    stage.engine.tick("a")
    sends(stage)
    stage.clock.to(SOON)
    stage.engine.tick("a")
    assert sends(stage, away(stage)).retry_wait == 1
    stage.clock.forward(hours=2)
    return stage


def test_nothing_is_taken_back_that_is_still_so(office: Stage) -> None:
    jobs = ticked(office)
    both = {(FIRST, "2023-03-15"), (SECOND, "2023-03-15")}
    assert [(job.recipient, job.attempts, said(job)) for job in jobs] == [("wang", 2, both)]
    assert ticked(office) == []


def test_an_extension_granted_meanwhile_takes_the_old_date_back(office: Stage) -> None:
    office.does("li", "set_term", WHY)
    jobs = ticked(office)
    assert {(SECOND, "2023-03-15")} in [said(job) for job in jobs if job.recipient == "wang"]
    assert (FIRST, "2023-03-15") not in {one for job in jobs for one in said(job)}
    assert ticked(office) == []


def test_where_everything_is_done_meanwhile_nothing_is_sent(office: Stage) -> None:
    for issue in (FIRST, SECOND):
        office.does("wang", "add_measure", {"text": "修订", "due": "2023-04-15"}, issue=issue)
        office.does("wang", "draft_plan", issue=issue)
    assert [job.recipient for job in ticked(office) if job.recipient == "wang"] == []
    sent = messages(office)[f"digest/wang/mail/{SOON}"]
    assert (sent.status, sent.cause) == (SUPERSEDED, REMADE)
    told = [s for s in office.engine.notices() if s.notice.rung and s.notice.recipient == "wang"]
    assert {(s.status, s.cause) for s in told} == {(SUPERSEDED, "closed")}


def test_what_was_put_off_goes_to_the_address_that_holds_now(office: Stage) -> None:
    moved = Person(id="wang", name="Wang", unit=UNIT, addresses={"mail": "wang@new.example"})
    office.engine.enrol([Enrolment(person=moved)], acting("li"))
    assert [job.address for job in ticked(office)] == ["wang@new.example"]


def test_what_was_put_off_beyond_the_hours_is_said_anew_in_the_next(office: Stage) -> None:
    office.clock.forward(hours=9)
    assert ticked(office) == []
    office.clock.to(date(2023, 3, 13))
    jobs = [job for job in ticked(office) if job.recipient == "wang"]
    assert [(job.facts["today"], len(job.facts["items"])) for job in jobs] == [("2023-03-13", 2)]


def test_a_message_made_anew_remembers_when_it_was_first_tried(office: Stage) -> None:
    first = messages(office)[f"digest/wang/mail/{SOON}"].first_at
    office.does("li", "set_term", WHY)
    sends(office)
    office.engine.tick("a")
    sent = messages(office)[f"digest/wang/mail/{SOON}"]
    assert (sent.status, sent.attempts, sent.first_at) == (PENDING, 1, first)
    assert office.engine.verify().problems == ()
    ticked(office)
    ended = messages(office)[f"digest/wang/mail/{SOON}"]
    assert (ended.status, ended.attempts) == (ACCEPTED, 2)
    trail = [line.status for line in office.engine.trail(ended.id)]
    assert trail == [RETRY_WAIT, SUPERSEDED, ACCEPTED]
    assert office.engine.verify().problems == ()


def test_whoever_has_lost_the_claim_takes_nothing_back(office: Stage) -> None:
    outbox = office.engine.desk.store.outbox
    (job, *_) = outbox.claim("mail", office.clock(), timedelta(minutes=15), 1)
    office.does("li", "set_term", WHY)
    office.clock.forward(minutes=20)
    (again, *_) = outbox.claim("mail", office.clock(), timedelta(minutes=15), 1)
    with office.engine.desk.store.writing() as session:
        assert not session.take_back(job.id, job.token, office.clock())
        assert session.take_back(again.id, again.token, office.clock())


def test_somebody_east_or_west_loses_no_day_where_the_office_is_past_midnight(store: Store) -> None:
    """Half past eleven in Beijing is half past ten in the morning in New York."""
    stage = a_stage(store, window=Window.parse("08:30-17:30"))
    far = Person(
        id="wang", name="Wang", unit=UNIT, zone="America/New_York", addresses={"mail": "w@x.org"}
    )
    stage.engine.enrol([Enrolment(person=far)], acting("li"))
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.clock.to(date(2023, 3, 2))
    stage.clock.forward(hours=14.5)
    stage.engine.tick("a")
    assert sends(stage, away(stage)).retry_wait >= 1
    stage.clock.forward(hours=1)
    assert "wang" in [job.recipient for job in ticked(stage)]


def test_a_reminder_put_off_goes_to_the_successor_of_who_left_meanwhile(office: Stage) -> None:
    office.engine.leave("wang", {"on": SOON, "successor": "sun"}, acting("li"))
    assert [(job.recipient, len(job.facts["items"])) for job in ticked(office)] == [("sun", 2)]


def test_a_possible_copy_goes_beyond_the_hours_so_that_it_says_that_it_is_one(
    office: Stage,
) -> None:
    outbox = office.engine.desk.store.outbox
    (job,) = outbox.claim("mail", office.clock(), timedelta(minutes=15), 1)
    outbox.begin(job, office.clock())
    doubt = Outcome(status=AMBIGUOUS, cause="answer_lost", retry_at=office.clock())
    outbox.settle(job, doubt, office.clock())
    office.clock.forward(hours=8)
    (doubtful,) = outbox.doubtful(office.clock(), timedelta(minutes=15), 1)
    outbox.settle(doubtful, Outcome(status=PENDING, decision="resent", fresh=True), office.clock())
    (copy,) = ticked(office)
    assert copy.said(slim=False)["repeated"]
