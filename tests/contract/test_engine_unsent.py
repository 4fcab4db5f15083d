"""What was written but could not be handed over at once: it never says what is no longer so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from notifications.delivery.protocol import Delivered, Job, Outcome, Watch
from notifications.delivery.sending import Bounds, deliver_due
from notifications.delivery.window import Window
from notifications.notice import ACCEPTED, PENDING, REMADE, RETRY_WAIT, SUPERSEDED
from states.office import Person
from tests.cast import UNIT
from tests.delivering import AnyChannel
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from workflow import Enrolment
from workflow.ports import Sent, Store

FIRST, SECOND = f"{ROUND}-1", f"{ROUND}-2"
SOON = date(2023, 3, 10)  # a Friday; the plans are due on Wednesday 15 March
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


def away(stage: Stage) -> AnyChannel:
    """A server that puts everything off for half an hour."""
    later = stage.clock() + timedelta(minutes=30)
    return AnyChannel(lambda job: Outcome(status=RETRY_WAIT, cause="421", retry_at=later))


def sends(stage: Stage, channel: AnyChannel | None = None) -> Delivered:
    """Hand over what is due, as the program does."""
    desk = stage.engine.desk
    watch = Watch(now=stage.clock, elapsed=lambda: stage.clock().timestamp())
    bounds = Bounds(taken_back=stage.engine.take_back)
    channel = channel or AnyChannel()
    return deliver_due(desk.store.outbox, {channel.name: channel}, watch, bounds)


def ticked(stage: Stage) -> list[Job]:
    """Deliver and tick, as the daemon does again and again; return what was handed over."""
    channel = AnyChannel()
    sends(stage, channel)
    stage.engine.tick("a")
    sends(stage, channel)
    return channel.took


def said(job: Job) -> set[tuple[str, str]]:
    """Return the issues and dates of which a message reminds."""
    items = job.facts.get("items", [job.facts])
    return {(item["issue"], item["due"]) for item in items if "rung" in item}


def messages(stage: Stage) -> dict[str, Sent]:
    found = stage.engine.notices()
    return {s.notice.key: s for s in found if s.notice.key.startswith("digest/")}


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


def test_a_reminder_put_off_goes_to_the_successor_of_who_left_meanwhile(office: Stage) -> None:
    office.engine.leave("wang", {"on": SOON, "successor": "sun"}, acting("li"))
    assert [(job.recipient, len(job.facts["items"])) for job in ticked(office)] == [("sun", 2)]


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
