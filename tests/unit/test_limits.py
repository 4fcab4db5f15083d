"""How fast messages may go and when a server is left alone: laws of the figures all nodes share."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.delivery.limits import (
    FAILURES,
    LONGEST_PAUSE,
    PAUSE,
    SKEW,
    TOKEN,
    drawn,
    is_failure,
    is_open,
    reported,
)
from notifications.delivery.protocol import Outcome, Rate
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, RETRY_WAIT
from tests.letters import NOW

TICK = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
DOWN = Outcome(status=RETRY_WAIT, blame="server")
OURS = Outcome(status=RETRY_WAIT, blame="sender")
TAKEN = Outcome(status=ACCEPTED)
rates = st.builds(
    Rate,
    burst=st.integers(1, 50),
    per=st.sampled_from((SECOND, 7 * SECOND, timedelta(minutes=1), timedelta(days=1))),
)
# How long after the draw before, and by how much the clock of whoever draws is off.
draws = st.lists(
    st.tuples(
        st.timedeltas(timedelta(), timedelta(minutes=3)),
        st.timedeltas(timedelta(), timedelta(minutes=2)),
        st.integers(0, 60),
    ),
    max_size=40,
)


def granted(rate: Rate, asked: list[tuple[datetime, int]]) -> list[int]:
    """Return what is granted to each, of a bucket that is full at first."""
    kept, found = None, []
    for at, want in asked:
        grant, kept, next_at = drawn(kept, rate, want, at)
        assert 0 <= kept[0] <= rate.burst * TOKEN
        assert next_at >= at
        found.append(grant)
    return found


# --- buckets -----------------------------------------------------------------------------------


@given(rates, draws)
def test_no_more_is_granted_than_the_rate_whatever_the_clocks_say(
    rate: Rate, steps: list[tuple[timedelta, timedelta, int]]
) -> None:
    true, asked = NOW, []
    for passed, ahead, want in steps:
        true += passed
        asked.append((true + ahead, want))

    given_to = granted(rate, asked)
    latest = [max(at for at, _ in asked[: n + 1]) for n in range(len(asked))]
    for first in range(len(asked)):
        for last in range(first, len(asked)):
            refilled = rate.burst * ((latest[last] - latest[first]) / rate.per)
            assert sum(given_to[first : last + 1]) <= rate.burst + refilled


@given(rates, st.integers(1, 60))
def test_who_waits_as_told_gets_one(rate: Rate, want: int) -> None:
    _, kept, next_at = drawn(None, rate, rate.burst, NOW)
    assert next_at == NOW + rate.per / rate.burst or next_at - NOW - rate.per / rate.burst <= TICK

    assert drawn(kept, rate, want, next_at - TICK)[0] == 0
    assert drawn(kept, rate, want, next_at)[0] == 1


@given(rates)
def test_a_bucket_is_full_again_after_its_time_and_never_more(rate: Rate) -> None:
    _, empty, _ = drawn(None, rate, rate.burst, NOW)

    assert drawn(empty, rate, 999, NOW + rate.per)[0] == rate.burst
    assert drawn(empty, rate, 999, NOW + rate.per * 50)[0] == rate.burst


def test_asking_often_loses_nothing() -> None:
    """A thousandth of a token that is not full yet counts on: a busy loop does not starve."""
    rate = Rate(burst=1, per=timedelta(days=1))
    _, kept, _ = drawn(None, rate, 1, NOW)
    at = NOW
    for _ in range(3000):
        at += timedelta(seconds=29)
        got, kept, _ = drawn(kept, rate, 1, at)
        if got:
            break

    assert timedelta(days=1) <= at - NOW <= timedelta(days=1, seconds=29)


def test_what_a_clock_far_ahead_has_kept_does_not_close_the_bucket_for_ever() -> None:
    rate = Rate(burst=2, per=timedelta(minutes=1))
    _, kept, _ = drawn(None, rate, 2, NOW + timedelta(days=900))

    got, kept, next_at = drawn(kept, rate, 1, NOW)

    assert (got, next_at) == (0, NOW + timedelta(seconds=30))
    assert drawn(kept, rate, 9, NOW + timedelta(minutes=1))[0] == 2


# --- circuits ----------------------------------------------------------------------------------


def test_three_failures_in_a_row_open_a_circuit_and_each_more_doubles_its_pause() -> None:
    found = [reported(failures, DOWN, NOW) for failures in range(12)]

    assert [failures for failures, _ in found] == list(range(1, 13))
    pauses = [until and until - NOW for _, until in found]
    assert pauses[: FAILURES - 1] == [None] * (FAILURES - 1)
    assert pauses[FAILURES - 1 :] == [
        min(PAUSE * 2**n, LONGEST_PAUSE) for n in range(12 - FAILURES + 1)
    ]


def test_what_is_our_own_fault_opens_it_at_once() -> None:
    assert reported(0, OURS, NOW) == (FAILURES, NOW + PAUSE)
    assert reported(FAILURES, OURS, NOW) == (FAILURES + 1, NOW + PAUSE * 2)


@given(st.integers(0, 10_000))
def test_any_answer_that_is_nobodys_failure_closes_it(failures: int) -> None:
    refused = Outcome(status=DEAD, blame="recipient")

    assert reported(failures, TAKEN, NOW) == reported(failures, refused, NOW) == (0, None)
    assert reported(failures, DOWN, NOW)[0] == failures + 1  # and no overflow


def test_a_server_that_leaves_us_in_doubt_has_failed() -> None:
    assert is_failure(Outcome(status=AMBIGUOUS, blame="server"))
    assert not is_failure(Outcome(status=RETRY_WAIT, blame="message"))


def test_a_circuit_is_open_until_its_pause_is_over() -> None:
    until = NOW + PAUSE

    assert is_open(until, NOW)
    assert is_open(until, until - TICK)
    assert not is_open(until, until)
    assert not is_open(None, NOW)


def test_a_pause_longer_than_any_comes_from_a_wrong_clock() -> None:
    assert is_open(NOW + LONGEST_PAUSE + SKEW, NOW)
    assert not is_open(NOW + LONGEST_PAUSE + SKEW + TICK, NOW)
