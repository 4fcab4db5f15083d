"""The outbox of the memory store: claims under a lease, fenced by a token."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifications.delivery import Job, Outcome
from notifications.notice import (
    AMBIGUOUS,
    BUNDLED,
    CLAIMED,
    INFLIGHT,
    PENDING,
    SUPERSEDED,
    WAITING,
    Notice,
)
from workflow.ports import Addressee, Sent, Waiting

_SETTLED = ("accepted", "dead", "suppressed", "superseded", "ambiguous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A notice as the outbox keeps it."""

    id: int
    notice: Notice
    status: str
    cause: str | None
    attempts: int = 0
    token: str = ""
    lease_until: datetime | None = None
    retry_at: datetime | None = None
    settled_at: datetime | None = None
    message: bytes | None = None

    @classmethod
    def of(cls, id: int, notice: Notice) -> Kept:
        """Return a notice as it is when it is first owed."""
        settled = notice.created_at if notice.status in _SETTLED else None
        return cls(
            id=id, notice=notice, status=notice.status, cause=notice.cause, settled_at=settled
        )

    def sent(self) -> Sent:
        """Return what people are shown of it."""
        return Sent(
            id=self.id,
            notice=self.notice,
            status=self.status,
            cause=self.cause,
            attempts=self.attempts,
            settled_at=self.settled_at,
        )

    def job(self) -> Job:
        """Return what delivery needs of it."""
        notice = self.notice
        return Job(
            id=self.id,
            key=notice.key,
            message_id=notice.message_id,
            template=notice.template,
            recipient=notice.recipient,
            channel=notice.channel,
            address=notice.address,
            language=notice.language,
            facts=notice.facts,
            created_at=notice.created_at,
            attempts=self.attempts,
            token=self.token,
            message=self.message,
        )


class MemoryOutbox:
    """An ``Outbox`` over a dict of notices, which is only touched under the store's lock."""

    def __init__(self, notices: Callable[[], AbstractContextManager[dict[str, Kept]]]) -> None:
        self._notices = notices

    def claim(self, now: datetime, lease: timedelta, limit: int) -> list[Job]:
        """Claim notices: pending, or waiting until now, or claimed under a lease that ran out."""
        with self._notices() as notices:
            free = sorted((k for k in notices.values() if _is_free(k, now)), key=lambda k: k.id)
            jobs = []
            for kept in free[:limit]:
                claimed = replace(
                    kept,
                    status=CLAIMED,
                    attempts=kept.attempts + 1,
                    token=uuid.uuid4().hex,
                    lease_until=now + lease,
                )
                notices[kept.notice.key] = claimed
                jobs.append(claimed.job())
            return jobs

    def keep(self, job: Job, message: bytes) -> None:
        """Store the rendered bytes, so that every attempt sends the same."""
        self._change(job, CLAIMED, message=message)

    def begin(self, job: Job, now: datetime) -> bool:
        """Mark the job inflight; False if its claim was lost to somebody else."""
        return self._change(job, CLAIMED, status=INFLIGHT)

    def settle(self, job: Job, outcome: Outcome, now: datetime) -> None:
        """Record the outcome, if the claim still holds."""
        settled = now if outcome.status in _SETTLED else None
        for status in (CLAIMED, INFLIGHT):
            if self._change(
                job,
                status,
                status=outcome.status,
                cause=outcome.cause,
                retry_at=outcome.retry_at,
                settled_at=settled,
                lease_until=None,
            ):
                return

    def strand(self, now: datetime, idempotent: Sequence[str]) -> int:
        """Decide what was inflight when its lease ran out; return how many became ambiguous."""
        stranded = 0
        with self._notices() as notices:
            for key, kept in list(notices.items()):
                if kept.status != INFLIGHT or not kept.lease_until or kept.lease_until > now:
                    continue
                if kept.notice.channel in idempotent:
                    notices[key] = replace(kept, status=PENDING, lease_until=None)
                else:
                    stranded += 1
                    notices[key] = replace(
                        kept, status=AMBIGUOUS, cause="crashed_inflight", settled_at=now
                    )
                    _share(notices, notices[key])
        return stranded

    def _change(self, job: Job, was: str, **changes: object) -> bool:
        with self._notices() as notices:
            kept = notices[job.key]
            if kept.status != was or kept.token != job.token:
                return False
            notices[job.key] = replace(kept, **changes)  # type: ignore[arg-type]
            _share(notices, notices[job.key])
            return True


def _is_free(kept: Kept, now: datetime) -> bool:
    match kept.status:
        case "pending":
            return True
        case "retry_wait":
            return kept.retry_at is None or kept.retry_at <= now
        case "claimed":
            return kept.lease_until is not None and kept.lease_until <= now
    return False


def _share(notices: dict[str, Kept], digest: Kept) -> None:
    """Let the items of a message that has ended share its end."""
    if digest.settled_at is None:
        return
    for key, kept in notices.items():
        if kept.status == BUNDLED and kept.notice.bundle == digest.notice.key:
            notices[key] = replace(
                kept, status=digest.status, cause=digest.cause, settled_at=digest.settled_at
            )


def addressees(notices: dict[str, Kept]) -> list[Addressee]:
    """Return for whom notices wait, by person and channel."""
    waiting = Counter(
        (k.notice.recipient, k.notice.channel) for k in notices.values() if k.status == WAITING
    )
    return [
        Addressee(recipient=recipient, channel=channel, items=items)
        for (recipient, channel), items in sorted(waiting.items())
    ]


def waiting(notices: dict[str, Kept], recipient: str, channel: str) -> list[Waiting]:
    """Return the notices that wait for a person on a channel, oldest first."""
    return [
        Waiting(id=k.id, notice=k.notice)
        for k in sorted(notices.values(), key=lambda k: k.id)
        if k.status == WAITING and (k.notice.recipient, k.notice.channel) == (recipient, channel)
    ]


def withdraw(notices: dict[str, Kept], items: Sequence[int], cause: str, now: datetime) -> None:
    """Settle waiting notices as superseded: they need not be sent any more."""
    wanted = frozenset(items)
    for key, kept in notices.items():
        if kept.id in wanted and kept.status == WAITING:
            notices[key] = replace(kept, status=SUPERSEDED, cause=cause, settled_at=now)


def bundle(notices: dict[str, Kept], digest: Notice, items: Sequence[int]) -> bool:
    """Write a digest and make waiting notices its items; False if its key is there already."""
    if digest.key in notices:
        return False
    wanted = frozenset(items)
    for key, kept in notices.items():
        if kept.id in wanted and kept.status == WAITING:
            notice = replace(kept.notice, bundle=digest.key)
            notices[key] = replace(kept, status=BUNDLED, notice=notice)
    notices[digest.key] = Kept.of(len(notices) + 1, digest)
    return True
