"""Downtime and wrong clocks: no storm, nothing before its day, nothing lost once they are right."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest

from notifications.delivery.protocol import LEASE
from notifications.notice import PENDING
from tests.chased import DOWN, FIRST, LOST, UP, ZONE, Chased, a_chased, steps
from workflow import world
from workflow.bootstrap import Choice, open_app
from workflow.memory import MemoryStore
from workflow.storage import open_store

YEARS_AHEAD = timedelta(days=3 * 365)


@pytest.fixture
def chased() -> Chased:
    """An office with three issues, on the day of their registration."""
    return a_chased(MemoryStore())


@cache
def undisturbed(days: float) -> dict[str, date]:
    """Return on which day each reminder is first said where nothing ever goes wrong."""
    chased = a_chased(MemoryStore())
    chased.lives(days)
    return chased.first_said()


def early(chased: Chased, days: float) -> dict[str, tuple[date, date]]:
    """Return the reminders that were said before their day, with both days."""
    right = undisturbed(days)
    return {
        key: (day, right[key])
        for key, day in chased.first_said().items()
        if key in right and day < right[key]
    }


def test_400_days_of_downtime_end_in_one_message_per_person(chased):
    chased.lives(12)
    before = len(chased.server.handed)
    chased.sleeps(days=400)
    chased.looks()
    assert (chased.refused, len(chased.server.handed)) == (1, before)

    chased.looks(sure=True)
    chased.lives(0.5)

    after = chased.server.handed[before:]
    assert len(after) > 3
    assert max(Counter(person for _, person, _ in after).values()) == 1
    assert (chased.unsettled(), chased.dead()) == ([], [])


def test_a_message_from_before_the_downtime_is_said_as_of_today(chased):
    chased.server.state = DOWN
    chased.lives(9)
    chased.server.state = UP
    chased.sleeps(days=300)

    chased.looks()
    chased.lives(1)

    first = chased.server.handed[0][0].date()
    assert {key for at, _, key in chased.server.handed if at.date() == first}
    assert all(str(at.astimezone(ZONE).date()) in key for at, _, key in chased.server.handed)
    assert chased.most_a_day() == 1


def test_a_daemon_that_delivers_before_it_ticks_sends_nothing_stale(chased):
    chased.server.state = DOWN
    chased.lives(9)
    chased.server.state = UP
    chased.sleeps(days=2)

    chased.delivers()
    chased.looks()
    chased.lives(0.5)

    assert chased.server.handed
    assert all(str(at.astimezone(ZONE).date()) in key for at, _, key in chased.server.handed)
    assert chased.most_a_day() == 1


def test_a_clock_three_years_ahead_says_nothing_and_leaves_nothing_behind(chased):
    ahead = steps(
        (chased.true + timedelta(days=8), YEARS_AHEAD),
        (chased.true + timedelta(days=10), timedelta()),
    )
    chased.lives(8.1, ahead)
    said = len(chased.server.handed)
    chased.lives(1.5, ahead)
    assert chased.refused >= 8
    assert len(chased.server.handed) - said <= 7  # what was already a message, one a person

    chased.lives(20, ahead)

    assert early(chased, 30) == {}
    assert chased.most_a_day() == 1
    assert set(chased.first_said()) >= later(undisturbed(29.6), days=11)
    assert (chased.unsettled(), chased.dead()) == ([], [])


def later(right: dict[str, date], days: int) -> set[str]:
    """Return the reminders whose day came later than so many days after the beginning."""
    since = (FIRST + timedelta(days=days)).date()
    return {key for key, day in right.items() if day > since}


def test_a_clock_that_was_believed_and_then_set_right_silences_nobody(chased):
    ahead = steps(
        (chased.true + timedelta(days=8), timedelta(days=200)),
        (chased.true + timedelta(days=9), timedelta()),
    )
    chased.lives(60, ahead)

    assert set(chased.first_said()) >= later(undisturbed(59.6), days=10)
    assert chased.most_a_day() <= 2
    assert (chased.unsettled(), chased.dead()) == ([], [])


@pytest.mark.parametrize("by", [3, 26, 24 * 40, 24 * 366])
def test_a_clock_that_steps_back_repeats_nothing_and_says_the_rest_once_it_is_right(chased, by):
    back = steps(
        (chased.true + timedelta(days=8, hours=2), timedelta(hours=-by)),
        (chased.true + timedelta(days=9, hours=2), timedelta()),
    )

    chased.lives(30, back)

    assert early(chased, 30) == {}
    assert chased.most_a_day() <= 2  # one of each of the days it believed in
    assert chased.refused == 0
    assert set(chased.first_said()) >= later(undisturbed(29.6), days=11)
    assert (chased.unsettled(), chased.dead()) == ([], [])


def test_two_nodes_an_hour_off_either_way_say_everything_once_and_on_its_day(chased):
    def fast(at):
        return timedelta(hours=1)

    def slow(at):
        return timedelta(hours=-1)

    for _ in range(14 * 24):
        chased.sleeps(hours=1)
        chased.looks("fast", fast)
        chased.looks("slow", slow)

    assert chased.most_a_day() == 1
    assert early(chased, 15) == {}
    assert set(chased.first_said()) >= set(undisturbed(13.9))
    assert (chased.unsettled(), chased.dead()) == ([], [])


@pytest.mark.parametrize("offset", [YEARS_AHEAD, timedelta(days=40), timedelta(hours=7)])
def test_what_a_wrong_clock_claimed_or_put_off_is_free_once_it_is_right(tmp_path, offset):
    chased = a_chased(open_store(str(tmp_path / "rectify.db"), create=True))
    chased.server.state = DOWN
    chased.lives(8, every=timedelta(hours=8))
    outbox = chased.store.outbox
    wrong = chased.true + offset
    claimed = outbox.claim("mail", wrong, LEASE, 2)
    assert len(claimed) == 2
    assert outbox.begin(claimed[0], wrong)
    outbox.keep(claimed[1], b"rendered")
    chased.delivers(lambda at: offset)
    chased.server.state = UP

    chased.lives(4, every=timedelta(hours=8))

    assert (chased.unsettled(), chased.dead()) == ([], [])
    reached = {person for _, person, _ in chased.server.handed}
    assert reached >= {job.recipient for job in claimed}


def test_a_mail_server_away_for_five_days_costs_nobody_a_message_and_floods_nobody(chased):
    chased.lives(8)
    chased.server.state, since = DOWN, chased.true
    tried = chased.server.tried
    chased.lives(5, every=timedelta(minutes=15))
    attempts = chased.server.tried - tried
    assert chased.dead() == []
    assert attempts <= 5 * 24 * 4  # the circuit lets one through now and then
    retries = {s.retry_at for s in chased.notices() if s.retry_at is not None}
    assert len(retries) > 1 or attempts < 10

    chased.server.state = UP
    back = len(chased.server.handed)
    chased.lives(0.9, every=timedelta(minutes=15))

    after = chased.server.handed[back:]
    assert after
    assert max(Counter(person for _, person, _ in after).values()) == 1
    assert all(str(at.astimezone(ZONE).date()) in key for at, _, key in after)
    assert set(chased.first_said()) >= {
        key for key, day in undisturbed(13.5).items() if day < since.date()
    }
    assert (chased.unsettled(), chased.dead()) == ([], [])


def test_answers_lost_for_a_day_are_doubts_that_are_decided(chased):
    chased.lives(7)
    chased.server.state = LOST
    chased.lives(2)
    chased.server.state = UP
    chased.lives(3)

    doubted = [s for s in chased.notices() if s.doubts]
    assert doubted
    assert all(s.decision in ("resent", "held") for s in doubted)
    assert [s.status for s in chased.notices() if s.status == PENDING] == []
    held = {s.notice.key for s in doubted if s.decision == "held"}
    assert {key for key, _, _ in chased.unsettled()} == held


def test_nodes_on_one_server_go_by_its_clock(postgres_url, monkeypatch):
    open_store(postgres_url, create=True).close()
    real = world.now
    for off in (timedelta(hours=1), timedelta(hours=-1), YEARS_AHEAD):
        monkeypatch.setattr(world, "now", lambda off=off: real() + off)
        app = open_app(Choice(db=postgres_url))
        assert abs(app.clock() - real()) < timedelta(minutes=1)
        assert app.clock_offset is not None
        assert abs(app.clock_offset + off) < timedelta(minutes=1)
        app.close()
