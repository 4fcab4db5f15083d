"""Watching: failures have owners until they are settled, a stop is told of, a year is asked for."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from notifications.delivery.protocol import Job, Outcome
from notifications.delivery.window import Window
from notifications.notice import AMBIGUOUS, DEAD, PENDING, RETRY_WAIT, UNDELIVERED, WAITING
from states.calendar import PUBLISHED, Calendar, Year
from states.errors import Invalid
from tests.stage import ROUND, Stage, a_stage, acting
from workflow import Caution
from workflow.engine.caution import WATCH
from workflow.engine.watching import Watched
from workflow.ports import Sent, Store

FRIDAY = date(2023, 3, 10)
FIRST = f"{ROUND}-1"
HOURS = Window.parse("08:30-17:30")


def refusing_wang(job: Job) -> Outcome:
    if job.recipient == "wang":
        return Outcome(status=DEAD, cause="recipient_refused: 550", blame="recipient")
    return Outcome(status="accepted")


@pytest.fixture
def stage(store: Store) -> Stage:
    """An office with hours where Wang's message of Friday 10 March was refused."""
    stage = a_stage(store, window=HOURS)
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.clock.to(FRIDAY)
    stage.engine.tick("a")
    stage.delivers(refusing_wang)
    return stage


def warned(stage: Stage) -> list[Sent]:
    return [s for s in stage.engine.notices() if s.notice.key.startswith(f"{UNDELIVERED}/")]


def goes_on(stage: Stage, day: date) -> Watched:
    """Let a day pass: watch, tick and deliver."""
    stage.clock.to(day)
    found = stage.engine.watch("a")
    stage.engine.tick("a")
    stage.delivers(refusing_wang)
    return found


# ---------------------------------------------------------------------------------- failures


def test_a_failure_is_told_to_the_supervisors_of_its_unit_with_their_next_message(
    stage: Stage,
) -> None:
    assert stage.engine.watch("a") == Watched(undelivered=2)
    assert {(s.notice.recipient, s.status) for s in warned(stage)} == {
        ("chen", WAITING),
        ("li", WAITING),
    }
    (failure,) = stage.engine.unresolved()
    assert warned(stage)[0].notice.facts["items"][0]["id"] == failure.id
    assert stage.engine.tick("a").messages == 2
    assert {job.recipient: job.template for job in stage.delivers()} == {
        "chen": UNDELIVERED,
        "li": UNDELIVERED,
    }


def test_any_number_of_watches_tell_it_once(stage: Stage) -> None:
    stage.engine.watch("a")
    assert stage.engine.watch("b") == Watched()
    stage.clock.forward(hours=5)
    assert stage.engine.watch("a") == Watched()


def test_it_is_told_again_to_more_people_until_somebody_takes_note(stage: Stage) -> None:
    told: dict[date, int] = {}
    for day in range(10, 32):
        told[date(2023, 3, day)] = goes_on(stage, date(2023, 3, day)).undelivered
    first_failure = {day: n for day, n in told.items() if day <= date(2023, 3, 14) and n}
    assert first_failure == {FRIDAY: 2}
    again = [s for s in warned(stage) if s.notice.key.split("/")[2] == "2"]
    assert {s.notice.recipient for s in again} == {"chen", "li", "qian"}
    assert all(s.notice.facts["everybody"] for s in again)
    rounds = Counter(s.notice.key.split("/")[2] for s in warned(stage) if "/1/" not in s.notice.key)
    assert set(rounds) >= {"2", "3"}


def test_on_the_third_and_then_on_every_fifth_working_day(stage: Stage) -> None:
    (failure,) = stage.engine.unresolved()
    days: dict[str, date] = {}
    for day in range(10, 32):
        stage.clock.to(date(2023, 3, day))
        stage.engine.watch("a")
        for sent in warned(stage):
            _, id, nth, *_ = sent.notice.key.split("/")
            if id == str(failure.id):
                days.setdefault(nth, date(2023, 3, day))
    assert days == {
        "1": FRIDAY,
        "2": date(2023, 3, 15),
        "3": date(2023, 3, 22),
        "4": date(2023, 3, 29),
    }


def test_after_a_downtime_a_failure_is_told_once(stage: Stage) -> None:
    stage.clock.to(date(2023, 6, 30))
    assert stage.engine.watch("a").undelivered == 3
    assert len(warned(stage)) == 3


def test_a_later_word_of_the_same_failure_stands_for_the_earlier_one_that_waits(
    stage: Stage,
) -> None:
    stage.engine.watch("a")  # nothing is bundled for a while
    stage.clock.to(date(2023, 3, 15))
    stage.engine.watch("a")
    stage.engine.tick("a")
    chen = [(s.status, s.cause) for s in warned(stage) if s.notice.recipient == "chen"]
    assert chen == [("superseded", "caught_up"), ("bundled", None)]


@pytest.mark.parametrize("how", ["given_up", "arrived", "send_again"])
def test_what_is_settled_before_the_message_goes_is_not_told(stage: Stage, how: str) -> None:
    stage.engine.watch("a")
    (failure,) = stage.engine.unresolved()
    stage.engine.resolve([failure.id], how, "电话确认", acting("chen"))
    stage.engine.tick("a")
    assert {(s.status, s.cause) for s in warned(stage)} == {("superseded", "closed")}
    stage.clock.to(date(2023, 3, 15))
    assert stage.engine.watch("a").undelivered == 0


def test_a_failure_to_tell_of_failures_is_told_to_nobody(stage: Stage) -> None:
    stage.engine.watch("a")
    stage.engine.tick("a")
    stage.delivers(lambda job: Outcome(status=DEAD, cause="recipient_refused: 550"))
    assert stage.engine.watch("a") == Watched()
    assert [s.notice.recipient for s in stage.engine.unresolved()] == ["wang"]


def test_what_nobody_knows_and_a_person_must_decide_is_a_failure_too(store: Store) -> None:
    stage = a_stage(store)
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    stage.delivers(lambda job: Outcome(status=AMBIGUOUS, cause="held_for_decision"))
    assert stage.engine.watch("a").undelivered > 0
    assert warned(stage)[0].notice.facts["items"][0]["status"] == AMBIGUOUS


def test_what_is_still_tried_is_no_failure(store: Store) -> None:
    stage = a_stage(store)
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "wang"})
    later = stage.clock()
    stage.clock.forward(minutes=-1)
    stage.delivers(lambda job: Outcome(status=RETRY_WAIT, cause="try_later", retry_at=later))
    assert stage.engine.watch("a") == Watched()


def test_a_reminder_that_nobody_could_be_sent_is_a_failure(store: Store) -> None:
    stage = a_stage(store, window=HOURS, channels=("fax",))  # nobody has an address for it
    stage.clock.to(date(2023, 3, 15))
    stage.engine.tick("a")
    assert {s.cause for s in stage.engine.unresolved()} == {"no_address"}
    assert stage.engine.watch("a").undelivered > 0
    assert {s.status for s in warned(stage)} == {DEAD}  # on record, and doctor says so
    assert stage.engine.watch("a") == Watched()


# -------------------------------------------------------------------------------------- stop


def test_a_stop_is_told_at_once_to_everybody_who_supervises(store: Store) -> None:
    stage = a_stage(store, window=HOURS, caution=Caution(storm=1))
    store.outbox.stop("storm", stage.clock())
    stage.clock.forward(minutes=5)
    assert stage.engine.watch("a") == Watched(stopped=2)
    alarms = [s for s in stage.engine.notices() if s.notice.template == "stopped"]
    assert {(s.notice.recipient, s.status) for s in alarms} == {
        ("chen", PENDING),
        ("li", PENDING),
    }
    assert alarms[0].notice.facts["cause"] == "storm"
    assert alarms[0].notice.facts["storm"] == 1
    stage.clock.forward(hours=30)
    assert stage.engine.watch("a").stopped == 0
    stage.engine.release((), acting("li"))
    store.outbox.stop("storm", stage.clock())
    assert stage.engine.watch("a").stopped == 2


# ---------------------------------------------------------------------------------- calendar


def a_calendar(*years: int) -> Calendar:
    return Calendar("china", years=tuple(Year(year=y, status=PUBLISHED) for y in years))


def asked(stage: Stage) -> list[tuple[str, list[int], int]]:
    return [
        (s.notice.recipient, s.notice.facts["years"], s.notice.facts["affected"])
        for s in stage.engine.notices()
        if s.notice.template == "calendar_missing"
    ]


def test_the_next_year_is_asked_for_from_december_on_once_a_month(store: Store) -> None:
    stage = a_stage(store, window=HOURS, calendar=a_calendar(2022, 2023))
    for day in (date(2023, 10, 31), date(2023, 11, 30)):
        stage.clock.to(day)
        assert stage.engine.watch("a").calendar == 0
    stage.clock.to(date(2023, 12, 1))
    assert stage.engine.watch("a").calendar == 2
    assert asked(stage) == [("chen", [2024], 0), ("li", [2024], 0)]
    stage.clock.to(date(2023, 12, 29))
    assert stage.engine.watch("a").calendar == 0
    stage.clock.to(date(2024, 1, 2))  # and now it is this year that nobody knows
    assert stage.engine.watch("a").calendar == 2


def test_it_is_asked_for_in_november_if_a_date_owed_rests_on_it(store: Store) -> None:
    stage = a_stage(store, window=HOURS, calendar=a_calendar(2022, 2023))
    stage.does("li", "set_term", {"kind": "draft_plan", "after": "240 workdays", "reason": "汛期"})
    stage.clock.to(date(2023, 10, 31))
    assert stage.engine.watch("a").calendar == 0
    stage.clock.to(date(2023, 11, 1))
    assert stage.engine.watch("a").calendar == 2
    assert asked(stage)[0][2] == 1


def test_a_plain_week_needs_no_notice_of_the_state_council(store: Store) -> None:
    stage = a_stage(store, window=HOURS)
    stage.clock.to(date(2023, 12, 28))
    assert stage.engine.watch("a").calendar == 0


# ------------------------------------------------------------------------------------- clock


def test_a_watch_beats_and_vouches_for_no_clock(store: Store) -> None:
    stage = a_stage(store, trial=False)
    stage.clock.to(FRIDAY)
    stage.engine.tick("a")
    stage.engine.watch("a")
    assert ("a", WATCH, stage.clock()) in {(b.node, b.sweep, b.at) for b in stage.engine.beats()}
    stage.clock.to(date(2026, 3, 10))
    for sweep in (stage.engine.watch, stage.engine.spawn, stage.engine.tick):
        with pytest.raises(Invalid, match="2026-03-10, but rectify last ran on 2023-03-10"):
            sweep("b")
    assert {b.node for b in stage.engine.beats()} == {"a"}
