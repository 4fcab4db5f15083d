"""How long a notice waits before it is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

from notifications.delivery import FIRST_WAIT, LONGEST_WAIT, MOST_ATTEMPTS, Outcome, try_again
from notifications.notice import DEAD
from tests.letters import NOW, a_job


def waits(message_id: str) -> list[timedelta]:
    outcomes = [
        try_again(a_job(attempts=n, message_id=message_id), NOW, "try_later: 450")
        for n in range(1, MOST_ATTEMPTS)
    ]
    return [o.retry_at - NOW for o in outcomes if o.retry_at is not None]


def test_the_waits_grow_and_last_some_days_in_all():
    found = waits("ab" * 20)

    assert len(found) == MOST_ATTEMPTS - 1
    assert found == sorted(found)
    assert FIRST_WAIT <= found[0] <= FIRST_WAIT * 1.5
    assert LONGEST_WAIT <= found[-1] <= LONGEST_WAIT * 1.5
    assert timedelta(days=2.5) < sum(found, timedelta()) < timedelta(days=5)


def test_not_everything_comes_back_at_one_instant():
    assert len({waits(f"{n:040x}")[0] for n in range(50)}) > 25


def test_in_the_end_a_notice_is_given_up_and_says_what_it_was():
    outcome = try_again(a_job(attempts=MOST_ATTEMPTS), NOW, "try_later: 450 busy")

    assert outcome == Outcome(status=DEAD, cause="gave_up: try_later: 450 busy")
