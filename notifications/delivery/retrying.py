"""When what failed is tried again, and when it is given up.

Full jitter: the wait is anywhere below a bound that doubles with every attempt, so that what failed
together does not come back together (M. Brooker, Exponential Backoff and Jitter, 2015). The place
below the bound is drawn from the message and the attempt: no two agree, and a test can foresee it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from notifications.delivery.limits import FORGOTTEN
from notifications.delivery.protocol import Blame, Job, Outcome
from notifications.notice import DEAD, PENDING, RETRY_WAIT
from states.frozen import replace

BASE = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)

GREYLIST = timedelta(minutes=5)
"""The least wait after a refusal for now: servers that greylist refuse what comes back sooner."""

FEWEST_ATTEMPTS = 6
"""Nothing is given up before, so that a machine that slept over a weekend still tries."""

DAYS = 3
"""From the first attempt on; what could not be handed over by then is given up."""

Patience = Callable[[datetime], datetime]
"""Returns until when that is tried which was first attempted at an instant.

The office counts working days; whoever knows no calendar, days.
"""


def three_days(first: datetime) -> datetime:
    """Return the end of the patience of whoever knows no calendar."""
    return first + timedelta(days=DAYS)


def wait_before_next(message_id: str, attempts: int) -> timedelta:
    """Return the wait after so many attempts (1 or more)."""
    doublings = max(0, min(attempts, 16))
    bound = min(BASE * (1 << doublings), LONGEST_WAIT)
    drawn = hashlib.sha256(f"{message_id}/{attempts}".encode()).digest()[:8]
    return bound * (int.from_bytes(drawn, "big") / 2.0**64)


def try_again(
    job: Job,
    now: datetime,
    cause: str,
    *,
    blame: Blame = "",
    at_least: timedelta | datetime | None = None,
) -> Outcome:
    """Return the outcome of an attempt of which it is certain that nothing was accepted.

    ``at_least`` is what the other side asked for (``Retry-After``, greylisting); nobody is believed
    who asks for more than ``FORGOTTEN``.
    """
    retry_at = now + wait_before_next(job.message_id, job.attempts)
    if at_least is not None:
        earliest = at_least if isinstance(at_least, datetime) else now + at_least
        retry_at = max(retry_at, min(earliest, now + FORGOTTEN))
    return Outcome(status=RETRY_WAIT, cause=cause, retry_at=retry_at, blame=blame)


def given_up(job: Job, outcome: Outcome, now: datetime, patience: Patience) -> Outcome:
    """Return an outcome as ``dead``, if it would be tried again for longer than is any use.

    What failed on the server's or our own side is never given up for it: that is not the message's
    fault.
    """
    if outcome.status != RETRY_WAIT or outcome.blame in ("server", "sender"):
        return outcome
    if job.attempts < FEWEST_ATTEMPTS or now < patience(job.first_at or now):
        return outcome
    return replace(outcome, status=DEAD, cause=f"gave_up: {outcome.cause}", retry_at=None)


def without_attachments(job: Job, cause: str) -> Outcome:
    """Return the outcome of a message that was too large: it goes at once without attachments."""
    if job.slim:
        return Outcome(status=DEAD, cause=cause, blame="message")
    return Outcome(status=PENDING, cause=cause, blame="message", fresh=True, slim=True)
