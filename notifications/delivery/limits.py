"""Limits of sending that all nodes share: when a server is left alone, how fast messages may go.

Pure figures, in whole numbers; where they are kept, and how nodes agree, is the outbox's affair.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from notifications.delivery.protocol import Outcome, Rate

FORGOTTEN = timedelta(days=1)
"""Nothing is ever told to wait longer."""

SKEW = timedelta(minutes=15)
"""By so much the clocks of nodes may differ.

A lease, a wait or a pause that lies further ahead than any was ever given, and this, was written by
a clock that was wrong, and has run out.
"""

FAILURES = 3
"""So many failures in a row open the circuit of a server."""

PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)

TOKEN = 1000
"""Levels of buckets are counted in thousandths of a token."""

_TICK = timedelta(microseconds=1)


def reported(failures: int, outcome: Outcome, now: datetime) -> tuple[int, datetime | None]:
    """Return how many failures in a row a server has after an outcome, and until when it rests.

    Any answer that is not the server's or our own failure closes its circuit. What is our own fault
    (``blame`` sender) opens it at once.
    """
    if not is_failure(outcome):
        return 0, None
    failures += 1
    if outcome.blame == "sender":
        failures = max(failures, FAILURES)
    if failures < FAILURES:
        return failures, None
    return failures, now + min(PAUSE * (1 << min(failures - FAILURES, 10)), LONGEST_PAUSE)


def is_failure(outcome: Outcome) -> bool:
    """Return whether an outcome speaks against its server, or against us before it."""
    return outcome.blame in ("server", "sender", "policy")


def is_open(open_until: datetime | None, now: datetime) -> bool:
    """Return whether a server is left alone."""
    return open_until is not None and now < open_until <= now + LONGEST_PAUSE + SKEW


def drawn(
    kept: tuple[int, datetime] | None, rate: Rate, want: int, now: datetime
) -> tuple[int, tuple[int, datetime], datetime]:
    """Return how many of the tokens wanted are granted, what is kept now, and when the next comes.

    Kept are the level and the instant it belongs to; ``kept`` is None for a bucket never used,
    which is full. The instant never goes back, else two nodes whose clocks differ would refill the
    difference at every turn; only one that lies further ahead than a bucket takes to fill was
    written by a clock that was wrong.
    """
    full = rate.burst * TOKEN
    level, at = kept or (full, now)
    if at > now + rate.per + SKEW:
        at = now
    refill = max(now - at, timedelta()) // _TICK * full // (rate.per // _TICK)
    if level + refill >= full:
        level, at = full, max(at, now)
    else:  # what does not make up a thousandth yet counts on
        level, at = level + refill, at + _time(refill, rate)
    granted = min(max(want, 0), level // TOKEN)
    level -= granted * TOKEN
    next_at = max(now, at + _time(TOKEN - level, rate)) if level < TOKEN else now
    return granted, (level, at), next_at


def _time(thousandths: int, rate: Rate) -> timedelta:
    """Return how long a bucket takes to gain so much, rounded up."""
    return _TICK * -(-thousandths * (rate.per // _TICK) // (rate.burst * TOKEN))
