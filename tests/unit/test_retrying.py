"""How long a notice waits before it is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.delivery.limits import FORGOTTEN
from notifications.delivery.protocol import Blame, Outcome
from notifications.delivery.retrying import (
    BASE,
    DAYS,
    FEWEST_ATTEMPTS,
    GREYLIST,
    LONGEST_WAIT,
    given_up,
    three_days,
    try_again,
    wait_before_next,
    without_attachments,
)
from notifications.notice import DEAD, PENDING, RETRY_WAIT
from tests.letters import NOW, a_job

HEX = st.text("0123456789abcdef", min_size=40, max_size=40)
TRIED = NOW - timedelta(days=DAYS)


@given(HEX, st.integers(1, 60))
def test_a_wait_is_anywhere_below_a_bound_that_doubles(message_id: str, attempts: int) -> None:
    wait = wait_before_next(message_id, attempts)

    assert timedelta() <= wait < min(BASE * 2 ** min(attempts, 20), LONGEST_WAIT)
    assert wait == wait_before_next(message_id, attempts)


def test_waits_of_one_attempt_are_spread_over_the_whole_of_it() -> None:
    waits = sorted(wait_before_next(f"{n:040x}", 5) for n in range(400))
    bound = BASE * 2**5

    assert waits[0] < bound * 0.02
    assert waits[-1] > bound * 0.98
    assert bound * 0.45 < sum(waits, timedelta()) / len(waits) < bound * 0.55


def test_what_the_other_side_asks_for_is_waited_for_but_not_for_ever() -> None:
    job = a_job(attempts=1)

    assert at(try_again(job, NOW, "try_later", at_least=GREYLIST)) >= NOW + GREYLIST
    tomorrow = NOW + timedelta(hours=20)
    assert at(try_again(job, NOW, "try_later", at_least=tomorrow)) == tomorrow
    for_ever = try_again(job, NOW, "try_later", at_least=timedelta(days=400))
    assert at(for_ever) == NOW + FORGOTTEN


def at(outcome: Outcome) -> datetime:
    assert outcome.status == RETRY_WAIT
    assert outcome.retry_at is not None
    return outcome.retry_at


def judged(attempts: int, first_at: datetime | None, blame: Blame = "recipient") -> Outcome:
    job = a_job(attempts=attempts, first_at=first_at)
    outcome = Outcome(status=RETRY_WAIT, cause="try_later: 450 busy", retry_at=NOW, blame=blame)
    return given_up(job, outcome, NOW, three_days)


def test_in_the_end_a_notice_is_given_up_and_says_what_it_was() -> None:
    outcome = judged(FEWEST_ATTEMPTS, TRIED)

    assert outcome == Outcome(
        status=DEAD, cause="gave_up: try_later: 450 busy", retry_at=None, blame="recipient"
    )


def test_nothing_is_given_up_too_soon_or_after_too_few_attempts() -> None:
    assert judged(FEWEST_ATTEMPTS - 1, TRIED - timedelta(days=30)).status == RETRY_WAIT
    assert judged(99, TRIED + timedelta(seconds=1)).status == RETRY_WAIT
    assert judged(99, None).status == RETRY_WAIT


def test_what_is_the_servers_or_our_own_fault_is_never_given_up_for_it() -> None:
    for blame in ("server", "sender"):
        assert judged(99, TRIED - timedelta(days=99), blame).status == RETRY_WAIT


def test_what_was_too_large_goes_once_more_without_attachments_and_then_is_dead() -> None:
    lighter = without_attachments(a_job(), "too_large: 552")
    still = without_attachments(a_job(slim=True), "too_large: 552")

    assert (lighter.status, lighter.fresh, lighter.slim) == (PENDING, True, True)
    assert (still.status, still.blame) == (DEAD, "message")
