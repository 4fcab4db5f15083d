"""What waits for somebody who leaves or is away goes to others; news name no date that moved."""

from __future__ import annotations

import pytest

from notifications.delivery.protocol import Job
from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, DEAD, SUPERSEDED
from states.office import Person
from tests.cast import UNIT
from tests.delivering import AnyChannel
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from tests.unsent import SOON, away, said, sends, ticked
from workflow import Enrolment
from workflow.ports import Store

FIRST, SECOND = f"{ROUND}-1", f"{ROUND}-2"


# ------------------------------------------------------------------- who is told instead


def reminded(stage: Stage) -> dict[str, tuple[str, str | None]]:
    """Return what became of the reminders of the plan, by person."""
    found = [s for s in stage.engine.notices(FIRST) if s.notice.rung == "soon"]
    return {s.notice.recipient: (s.status, s.cause) for s in found}


@pytest.fixture
def waiting(store: Store) -> Stage:
    """An office at ten to nine where a reminder of the plan waits for the hours to begin."""
    stage = a_stage(store, window=Window.parse("09:00-17:30"), letters=Scribe())
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.engine.tick("a")
    sends(stage)
    stage.clock.to(SOON)
    stage.clock.forward(minutes=-10)
    stage.engine.tick("a")
    assert reminded(stage) == {"wang": ("waiting", None)}
    stage.clock.forward(minutes=5)
    return stage


def test_a_reminder_of_who_leaves_before_it_goes_is_their_successors(waiting: Stage) -> None:
    waiting.engine.leave("wang", {"on": SOON, "successor": "sun"}, acting("li"))
    waiting.clock.forward(minutes=10)
    assert [(job.recipient, said(job)) for job in ticked(waiting)] == [
        ("sun", {(FIRST, "2023-03-15")})
    ]
    assert reminded(waiting)["wang"] == (SUPERSEDED, "reassigned")
    assert ticked(waiting) == []


def test_a_reminder_of_who_is_away_before_it_goes_is_their_substitutes(waiting: Stage) -> None:
    absent = {"principal": "wang", "recorder": "sun", "since": SOON, "until": SOON}
    waiting.engine.act("substitute", absent, acting("li"))
    waiting.clock.forward(minutes=10)
    assert [job.recipient for job in ticked(waiting)] == ["sun"]


def test_a_reminder_of_who_leaves_with_nobody_after_them_goes_up_the_line(waiting: Stage) -> None:
    waiting.engine.leave("wang", {"on": SOON}, acting("li"))
    waiting.clock.forward(minutes=10)
    assert [job.recipient for job in ticked(waiting)] == ["zhou"]


def test_a_leader_who_leaves_before_a_reminder_goes_is_succeeded_too(waiting: Stage) -> None:
    def of_the_leader() -> bool:
        return any(
            (s.status, s.notice.rung, s.notice.recipient) == ("waiting", "soon", "zhou")
            for s in waiting.engine.notices(FIRST)
        )

    while not of_the_leader():
        waiting.clock.forward(days=1)
        waiting.engine.tick("a")
    today = waiting.clock().date()
    waiting.engine.leave("zhou", {"on": today, "successor": "qian"}, acting("li"))
    waiting.clock.forward(minutes=10)
    ticked(waiting)
    of_the_issue = [s for s in waiting.engine.notices(FIRST) if "finish_issue/soon" in s.notice.key]
    assert {s.notice.recipient: (s.status, s.cause) for s in of_the_issue} == {
        "wang": (ACCEPTED, None),
        "zhou": (SUPERSEDED, "reassigned"),
        "qian": (ACCEPTED, None),
    }


# ------------------------------------------------------------------- news


def owed_in(job: Job) -> set[tuple[str, str]]:
    """Return what a message names as owed beside its news."""
    items = job.facts.get("items", [job.facts])
    return {(owed["kind"], owed["due"]) for item in items for owed in item.get("owed", ())}


@pytest.fixture
def assigned(store: Store) -> Stage:
    """An office whose news of an assignment were put off, and then the date was changed."""
    stage = a_stage(store, window=Window.parse("08:30-17:30"), letters=Scribe())
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    return stage


LATER = {"due": "2023-08-31", "reason": "汛期"}


def test_news_put_off_name_no_date_that_was_changed_meanwhile(assigned: Stage) -> None:
    assigned.engine.tick("a")
    sends(assigned, away(assigned))
    assigned.clock.forward(hours=1)
    assigned.does("li", "change_due", LATER)
    (job,) = [job for job in ticked(assigned) if job.recipient == "wang"]
    assert len(job.facts["items"]) == 2
    assert {due for kind, due in owed_in(job) if kind == "finish_issue"} == {"2023-08-31"}
    assert ticked(assigned) == []


def test_news_that_wait_for_the_hours_name_no_date_that_was_changed_meanwhile(
    assigned: Stage,
) -> None:
    assigned.does("li", "change_due", LATER)
    jobs = [job for job in ticked(assigned) if job.recipient == "wang"]
    assert {due for kind, due in owed_in(jobs[0]) if kind == "finish_issue"} == {"2023-08-31"}


def test_news_put_off_go_as_they_are_while_nothing_changes(assigned: Stage) -> None:
    assigned.engine.tick("a")
    sends(assigned, away(assigned))
    assigned.clock.forward(hours=1)
    (job,) = [job for job in ticked(assigned) if job.recipient == "wang"]
    assert job.attempts == 2


def test_the_alarm_of_a_stop_is_not_sent_when_the_stop_is_over(assigned: Stage) -> None:
    outbox = assigned.engine.desk.store.outbox
    outbox.stop("storm", assigned.clock())
    assert assigned.engine.watch("a").stopped > 0
    sends(assigned, away(assigned))
    assigned.engine.release((), acting("li"), stop=True)
    assigned.clock.forward(hours=1)
    channel = AnyChannel()
    sends(assigned, channel)
    assert [job.template for job in channel.took] == []
    alarms = [s for s in assigned.engine.notices() if s.notice.template == "stopped"]
    assert {(s.status, s.cause) for s in alarms} == {(SUPERSEDED, "closed")}


def test_the_alarm_of_a_stop_is_sent_while_it_lasts(assigned: Stage) -> None:
    outbox = assigned.engine.desk.store.outbox
    outbox.stop("storm", assigned.clock())
    assigned.engine.watch("a")
    channel = AnyChannel()
    sends(assigned, channel)
    assert {job.template for job in channel.took} == {"stopped"}


def test_news_that_wait_for_somebody_who_left_are_the_successors(assigned: Stage) -> None:
    today = assigned.clock().date()
    assigned.engine.leave("wang", {"on": today, "successor": "sun"}, acting("li"))
    jobs = ticked(assigned)
    assert [(job.recipient, job.address) for job in jobs if job.recipient in ("wang", "sun")] == [
        ("sun", "sun@office.example")
    ]
    (job,) = [job for job in jobs if job.recipient == "sun"]
    assert (job.facts["recipient"], job.template) == ("Sun", "step")
    assert ticked(assigned) == []


def test_news_that_wait_for_somebody_who_left_with_nobody_after_them_are_not_sent(
    assigned: Stage,
) -> None:
    today = assigned.clock().date()
    assigned.engine.leave("wang", {"on": today}, acting("li"))
    assert "wang" not in [job.recipient for job in ticked(assigned)]


# ------------------------------------------------------------------- addresses taken away


def reached_by(stage: Stage, **addresses: str) -> None:
    """Change where wang is reached."""
    changed = Person(id="wang", name="Wang", unit=UNIT, addresses=addresses)
    stage.engine.enrol([Enrolment(person=changed)], acting("li"))


def test_what_waits_for_an_address_that_is_taken_away_is_told_as_a_failure(waiting: Stage) -> None:
    reached_by(waiting)
    waiting.clock.forward(minutes=10)
    assert "wang" not in [job.recipient for job in ticked(waiting)]
    soon = [s for s in waiting.engine.notices(FIRST) if s.notice.rung == "soon"]
    assert {(s.notice.channel, s.status, s.cause) for s in soon} == {
        ("mail", SUPERSEDED, "no_address"),
        ("-", DEAD, "no_address"),
    }
    assert [s.notice.recipient for s in waiting.engine.unresolved()] == ["wang"]
    assert waiting.engine.verify().problems == ()


def test_what_waits_goes_by_the_way_that_is_left(store: Store) -> None:
    stage = a_stage(store, window=Window.parse("09:00-17:30"), channels=("feishu", "mail"))
    reached_by(stage, feishu="ou_1", mail="wang@office.example")
    stage.clock.forward(minutes=-10)
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    reached_by(stage, mail="wang@office.example")
    stage.clock.forward(minutes=20)
    told = {job.recipient: job.address for job in ticked(stage)}
    assert told["wang"] == "wang@office.example"
    assert stage.engine.verify().problems == ()
