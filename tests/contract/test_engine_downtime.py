"""Downtime and clocks: after 400 days one message a person, nothing early, nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from notifications.delivery.window import Window
from notifications.notice import PENDING, SUPERSEDED
from states.errors import Invalid
from states.process_file import default_process
from tests.stage import (
    ACCOUNT,
    ROUND,
    Scribe,
    Stage,
    a_stage,
    acting,
    registration,
    urgent,
)
from workflow import Identity
from workflow.engine.caution import DELIVER, DUTIES, OWE
from workflow.ports import Sent, Store

FIRST = f"{ROUND}-1"
BEGUN = date(2023, 3, 2)
LATER = BEGUN + timedelta(days=400)  # a Friday
HOURS = Window.parse("08:30-17:30")


def rectifying(stage: Stage) -> None:
    """Bring the first issue to its rectification: two measures, and the issue's own date."""
    stage.planned()
    stage.does("chen", "approve_plan")
    stage.engine.tick("a")
    stage.delivers()


def reminders(stage: Stage, status: str) -> list[Sent]:
    return [s for s in stage.engine.notices() if s.notice.rung and s.status == status]


@pytest.fixture
def down(store: Store) -> Stage:
    """An office whose program stood still for 400 days while three issues ran."""
    stage = a_stage(store, issues=3, window=HOURS, letters=Scribe(), trial=True)
    rectifying(stage)
    stage.clock.to(LATER)
    return stage


def test_after_400_days_everybody_gets_one_message(down: Stage) -> None:
    ticked = down.engine.tick("a")
    assert (ticked.waiting, ticked.failed, ticked.clock_back) == (0, 0, False)
    jobs = down.delivers()
    assert Counter(job.recipient for job in jobs) == dict.fromkeys(
        ("wang", "zhou", "qian", "chen", "li"), 1
    )
    assert down.engine.tick("a").owed == 0
    assert down.delivers() == []


def test_what_was_missed_is_on_record_and_the_log_is_sound(down: Stage) -> None:
    down.engine.tick("a")
    missed = reminders(down, SUPERSEDED)
    assert {s.cause for s in missed} == {"caught_up"}
    by_obligation = Counter(s.notice.obligation for s in missed)
    assert by_obligation[f"{FIRST}/6/finish_measure/1"] > 10
    said = [s for s in down.engine.notices() if s.notice.rung and s.status != SUPERSEDED]
    latest = {s.notice.obligation: s.notice.created_at for s in said}
    assert set(latest) == set(by_obligation)
    assert down.engine.verify().problems == ()


def test_even_what_is_urgent_comes_in_the_one_message_that_catches_up(store: Store) -> None:
    stage = a_stage(store, window=HOURS, issues=0)
    stage.engine.adopt(urgent(default_process()), acting("li"))
    stage.engine.register_round(registration(3, "U", "56" * 32), acting("li"))
    stage.clock.to(LATER)
    stage.engine.tick("a")
    assert set(Counter(job.recipient for job in stage.delivers()).values()) == {1}


def test_duties_missed_in_the_meantime_are_one_entry(store: Store) -> None:
    stage = a_stage(store, window=HOURS)
    stage.planned()
    stage.proven()
    stage.does("wang", "submit_completion")
    duties = [{"text": "每月巡查", "person": "wang", "when": "每月"}]
    stage.does("chen", "accept", {"duties": duties})
    stage.clock.to(LATER)
    spawned = stage.engine.spawn("a")
    assert (spawned.missed, spawned.owed, spawned.messages) == (12, 0, 0)
    assert stage.engine.spawn("a").missed == 0
    assert [b.sweep for b in stage.engine.beats()] == [DUTIES]
    assert stage.engine.tick("a").missed == 0
    assert stage.engine.verify().problems == ()


def test_a_spawn_reminds_nobody_and_leaves_the_rest_to_the_tick(down: Stage) -> None:
    before = len(down.engine.notices())
    spawned = down.engine.spawn("a")
    assert (spawned.missed, spawned.failed) == (0, 0)
    assert len(down.engine.notices()) == before
    assert down.engine.tick("a").owed > 0


# ------------------------------------------------------------------------------------ clocks


def test_a_clock_that_steps_back_owes_nothing_early_or_twice(store: Store) -> None:
    stage = a_stage(store, window=HOURS, trial=False)
    stage.ticks(BEGUN, date(2023, 3, 20))
    stage.delivers()
    before = len(stage.engine.notices())
    stage.clock.to(date(2023, 3, 6))
    ticked = stage.engine.tick("a")
    assert ticked.clock_back
    assert (ticked.owed, ticked.superseded, ticked.messages) == (0, 0, 0)
    assert len(stage.engine.notices()) == before
    assert not stage.engine.tick("a").clock_back  # it has been said, and is the time now
    rungs = Counter((s.notice.key) for s in stage.engine.notices())
    assert set(rungs.values()) == {1}


@pytest.mark.parametrize("hours", [-0.5, -1])
def test_setting_a_clock_right_by_an_hour_is_not_worth_a_word(store: Store, hours: float) -> None:
    stage = a_stage(store)
    stage.engine.tick("a")
    stage.clock.forward(hours=hours)
    assert not stage.engine.tick("a").clock_back
    stage.clock.forward(hours=-1, seconds=-1)
    assert stage.engine.tick("a").clock_back


def test_a_wrong_clock_that_was_believed_silences_nothing_once_it_is_right(store: Store) -> None:
    stage = a_stage(store, trial=False)
    clear = {"leader": "zhou", "department": "河长办", "person": "wang"}
    stage.engine.advance(FIRST, "assign", clear, by=Identity(account=ACCOUNT, auth="test"))
    stage.clock.to(date(2024, 2, 1))  # less than a year: it is believed
    stage.engine.tick("a")
    stage.delivers()
    early = {s.notice.rung for s in stage.engine.notices() if s.status == "accepted"}
    stage.clock.to(date(2023, 3, 9))
    assert stage.engine.tick("a").clock_back
    told: dict[str, date] = {}
    for day in range(9, 31):
        stage.clock.to(date(2023, 3, day))
        assert not stage.engine.tick("a").clock_back
        for job in stage.delivers():
            told.setdefault(job.key.split("/")[3].partition(".")[0], date(2023, 3, day))
    assert told == {
        "soon": date(2023, 3, 10),
        "due": date(2023, 3, 15),
        "overdue": date(2023, 3, 16),
        "escalated": date(2023, 3, 23),
    }
    assert not early & set(told)
    assert stage.engine.verify().problems == ()


def test_the_beat_of_a_node_that_was_in_the_future_blinds_nobody(store: Store) -> None:
    stage = a_stage(store, trial=False)
    stage.clock.to(date(2023, 3, 10))
    stage.engine.tick("good")
    stage.clock.to(date(2029, 1, 1))
    stage.engine.tick("lost", sure=True)
    stage.clock.to(date(2023, 3, 11))
    assert stage.engine.tick("good").clock_back
    assert not stage.engine.tick("good").clock_back
    assert {b.at for b in stage.engine.beats() if b.sweep == OWE} == {stage.clock()}
    stage.clock.to(date(2025, 3, 11))
    with pytest.raises(Invalid, match="2025-03-11, but rectify last ran on 2023-03-11"):
        stage.engine.tick("good")


def test_only_the_sweep_that_owes_vouches_for_the_clock(store: Store) -> None:
    stage = a_stage(store, trial=False)
    stage.clock.to(date(2023, 3, 10))
    stage.engine.tick("a")
    stage.clock.to(date(2025, 3, 10))
    with store.writing() as session:
        session.beat("a", DELIVER, stage.clock())
    with pytest.raises(Invalid, match="rectify last ran on 2023-03-10"):
        stage.engine.tick("a")
    stage.clock.to(date(2023, 3, 11))
    assert not stage.engine.tick("a").clock_back


def test_a_message_made_on_the_eve_of_a_step_back_is_not_made_again(store: Store) -> None:
    stage = a_stage(store, window=HOURS)
    stage.clock.to(date(2023, 3, 20))
    made = stage.engine.tick("a").messages
    assert made > 0
    stage.clock.to(date(2023, 3, 17))
    assert stage.engine.tick("a").messages == 0
    assert len(stage.delivers()) == made
    assert [s for s in stage.engine.notices() if s.status == PENDING] == []
