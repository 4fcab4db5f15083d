"""Messages that a messenger takes once, however often they are handed over, for a while.

Within that while a message whose outcome is unknown is sent again, byte for byte, and harms nobody;
after it, the policy of its rule decides. What is kept with the notice before a request goes out is
since when the same bytes are under way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from notifications.delivery.protocol import Job, Outcome
from notifications.delivery.reconciling import SAME_KEY, decided
from notifications.notice import AMBIGUOUS, PENDING
from states.frozen import replace

SOON = timedelta(minutes=1)
"""Until such a message is looked into: there is nothing to wait for."""

SPARE = timedelta(minutes=10)
"""A while is over so long before its end: clocks differ, and the next run takes its time."""

CHINA = timezone(timedelta(hours=8))

_UNDER_WAY = "since "


def within(length: timedelta) -> Callable[[datetime], datetime]:
    """Return how long a key counts that a messenger remembers for so long."""
    return lambda since: since + length


def that_day(since: datetime) -> datetime:
    """Return the end of a day in China."""
    day = since.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Key:
    """How long the same bytes are taken once: ``until`` returns the end, by the beginning."""

    until: Callable[[datetime], datetime]

    def ref(self, job: Job, message: bytes, now: datetime) -> str:
        """Return what is kept before the message goes out."""
        since = now if is_new(job, message) else since_of(job)
        return _UNDER_WAY + since.astimezone(UTC).isoformat(timespec="seconds")

    def counts(self, job: Job, now: datetime) -> bool:
        """Tell whether the bytes that are under way may be sent again."""
        since = since_of(job)
        return since <= now + SPARE and now < self.until(since) - SPARE

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Say that the message may be sent again under its key; None if that is over."""
        if not self.counts(job, now):
            return None
        return Outcome(status=PENDING, cause="sent_again", decision=SAME_KEY)

    def expired(self, job: Job, message: bytes, now: datetime) -> Outcome | None:
        """Return what is done, by policy, instead of sending bytes again whose key is forgotten."""
        if is_new(job, message) or self.counts(job, now):
            return None
        return decided(job, None)


def soon(outcome: Outcome, now: datetime) -> Outcome:
    """Return an outcome; one in doubt is looked into soon, while the message is still known."""
    return replace(outcome, retry_at=now + SOON) if outcome.status == AMBIGUOUS else outcome


def mark(job: Job) -> str:
    """Return what no two messages share, nor a message and its copy that says so.

    Messengers drop a second text like the first, and still answer that it was sent.
    """
    return job.message_id[:10] + (f"-{job.doubts}" if job.doubts else "")


def is_new(job: Job, message: bytes) -> bool:
    """Tell whether these bytes never were in doubt."""
    return job.doubts == 0 or mark(job).encode() in message


def since_of(job: Job) -> datetime:
    """Return since when the bytes of a message are under way, at the latest when it was tried."""
    if job.ref is not None and job.ref.startswith(_UNDER_WAY):
        return datetime.fromisoformat(job.ref.removeprefix(_UNDER_WAY))
    return job.first_at or job.created_at
