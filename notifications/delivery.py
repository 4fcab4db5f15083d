"""Delivery: claim what is pending, render it once, hand it over, record what became of it.

Every step is committed before the next begins, so that after a crash the row itself says how far
its message had got: before ``inflight`` nothing can have been accepted and it is safe to send
again; in ``inflight`` nobody can know, and a channel that is not idempotent is not tried again.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from notifications.cleaning import one_line
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, RETRY_WAIT
from states.errors import Message, RectificationError

LEASE = timedelta(minutes=15)
"""How long a claim holds: longer than every time-out of SMTP together."""

BATCH = 20
"""Notices claimed at once: few, so that the last of them is still sent under its lease."""

LIMIT = 10_000
"""Notices of one run, unless its caller says otherwise; what is left waits for the next."""

FIRST_WAIT = timedelta(minutes=5)
"""Before the second attempt; servers that greylist refuse what comes back sooner."""

LONGEST_WAIT = timedelta(hours=6)

MOST_ATTEMPTS = 18
"""The waits between so many attempts add up to three days or somewhat more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed notice. ``message`` is what was rendered before, if it was; ``token`` the claim."""

    id: int
    key: str
    message_id: str
    template: str
    recipient: str
    channel: str
    address: str
    language: str
    facts: Mapping[str, Any]
    created_at: datetime
    attempts: int
    token: str
    message: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a channel answered: ``status`` is one of the notice statuses; ``cause`` says why.

    ``retry_at`` belongs to ``retry_wait``.
    """

    status: str
    cause: str | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of the notices of one run, by status."""

    accepted: int = 0
    retry_wait: int = 0
    dead: int = 0
    ambiguous: int = 0


class RenderError(RectificationError):
    """A message cannot be written: its template is broken; ``line`` counts from 1."""

    def __init__(self, template: str, line: int | None, detail: str) -> None:
        facts = {"template": template, "line": line or "–", "detail": detail}
        super().__init__(Message("template_broken", "{template}, line {line}: {detail}", facts))


class AddressError(RectificationError):
    """A message cannot be written: the address is none that mail can be sent to."""

    def __init__(self, address: str) -> None:
        facts = {"address": one_line(address, 80)}
        super().__init__(Message("address_wrong", "{address} is not an e-mail address", facts))


class Channel(Protocol):
    """A way to reach people. ``idempotent``: handing over the same message twice leaves one."""

    name: str
    idempotent: bool

    def compose(self, job: Job) -> bytes:
        """Return the message's bytes: the same for the same job.

        Raises ``RenderError`` and ``AddressError``, which no later attempt can mend.
        """

    def send(self, job: Job, message: bytes, now: datetime) -> Outcome:
        """Hand the message over and return what became of it; raises nothing foreseen."""

    def close(self) -> None:
        """End what is open towards the other side; sending again opens it anew."""


class Outbox(Protocol):
    """The notices to be sent, as delivery sees them. Each call is one committed transaction."""

    def claim(self, now: datetime, lease: timedelta, limit: int) -> list[Job]:
        """Claim notices: pending, or waiting until now, or claimed under a lease that ran out."""

    def keep(self, job: Job, message: bytes) -> None:
        """Store the rendered bytes, so that every attempt sends the same."""

    def begin(self, job: Job, now: datetime) -> bool:
        """Mark the job inflight; False if its claim was lost to somebody else."""

    def settle(self, job: Job, outcome: Outcome, now: datetime) -> None:
        """Record the outcome, if the claim still holds."""

    def strand(self, now: datetime, idempotent: Sequence[str]) -> int:
        """Decide what was inflight when its lease ran out; return how many became ambiguous.

        On a channel named ``idempotent`` it becomes pending again; elsewhere ambiguous.
        """


Now = Callable[[], datetime]


def deliver_due(
    outbox: Outbox, channels: Mapping[str, Channel], now: Now, *, limit: int = LIMIT
) -> Delivered:
    """Deliver what is due, at most ``limit`` notices, and return what became of them.

    Nothing that one notice does to its channel keeps the others waiting. The outbox's own errors
    pass through; what was claimed then is free again when its lease has run out.
    """
    idempotent = [name for name, channel in channels.items() if channel.idempotent]
    counts = Counter({AMBIGUOUS: outbox.strand(now(), idempotent)})
    while limit > 0:
        size, claimed_at = min(BATCH, limit), now()
        jobs = outbox.claim(claimed_at, LEASE, size)
        for job in jobs:
            if now() - claimed_at > LEASE / 3:
                break  # a slow server: what is begun later might outlive its claim
            outcome = _deliver(outbox, channels.get(job.channel), job, now)
            if outcome is not None:
                counts[outcome.status] += 1
        if len(jobs) < size:
            break
        limit -= size
    return Delivered(
        accepted=counts[ACCEPTED],
        retry_wait=counts[RETRY_WAIT],
        dead=counts[DEAD],
        ambiguous=counts[AMBIGUOUS],
    )


def try_again(job: Job, now: datetime, cause: str) -> Outcome:
    """Return the outcome of an attempt of which it is certain that nothing was accepted.

    The wait doubles from attempt to attempt, a little differently for every notice so that they
    do not all come back at one instant; in the end the notice is given up.
    """
    if job.attempts >= MOST_ATTEMPTS:
        return Outcome(status=DEAD, cause=f"gave_up: {cause}")
    doublings = min(max(job.attempts - 1, 0), 16)
    wait = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    spread = zlib.crc32(job.message_id.encode()) % 1000 / 2000
    return Outcome(status=RETRY_WAIT, cause=cause, retry_at=now + wait * (1 + spread))


def _deliver(outbox: Outbox, channel: Channel | None, job: Job, now: Now) -> Outcome | None:
    """Deliver one notice; return its outcome, or None if somebody else has claimed it since.

    Where handing over twice leaves one, there is nothing that a crash could leave unknown, and the
    mark ``inflight`` would only cost a commit.
    """
    if channel is None:
        outcome = Outcome(status=DEAD, cause=f"channel_unknown: {one_line(job.channel)}")
    else:
        message = _compose(outbox, channel, job, now)
        if isinstance(message, Outcome):
            outcome = message
        elif channel.idempotent or outbox.begin(job, now()):
            outcome = _send(channel, job, message, now)
        else:
            return None
    outbox.settle(job, outcome, now())
    return outcome


def _compose(outbox: Outbox, channel: Channel, job: Job, now: Now) -> bytes | Outcome:
    """Return the message as it was first rendered, or why there is none."""
    if job.message is not None:
        return job.message
    try:
        message = channel.compose(job)
    except RectificationError as error:
        return Outcome(status=DEAD, cause=f"{error.message.code}: {one_line(str(error))}")
    except Exception as error:  # a fault of ours must not keep the other notices waiting
        return try_again(job, now(), _unexpected(error))
    outbox.keep(job, message)
    return message


def _send(channel: Channel, job: Job, message: bytes, now: Now) -> Outcome:
    try:
        return channel.send(job, message, now())
    except Exception as error:  # as above; and nobody can say how far it got
        if channel.idempotent:
            return try_again(job, now(), _unexpected(error))
        return Outcome(status=AMBIGUOUS, cause=_unexpected(error))


def _unexpected(error: Exception) -> str:
    return f"broke_off: {type(error).__name__}: {one_line(str(error))}"
