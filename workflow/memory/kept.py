"""A notice as the memory store keeps it, and what its nodes share of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications.delivery.limits import FORGOTTEN, SKEW
from notifications.delivery.protocol import LEASE, Job, Outcome, Stale
from notifications.notice import (
    AMBIGUOUS,
    DEAD,
    LASTING,
    Notice,
)
from notifications.planning.digest import is_digest
from states.frozen import replace
from workflow.ports import Circuit, Delivery, Halt, Sent

_SETTLED = ("accepted", "dead", "suppressed", "superseded")


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
    first_at: datetime | None = None
    retry_at: datetime | None = None
    settled_at: datetime | None = None
    resolved_at: datetime | None = None
    doubts: int = 0
    decision: str | None = None
    ref: str | None = None
    slim: bool = False
    message: bytes | None = None
    trail: tuple[Delivery, ...] = ()

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
            first_at=self.first_at,
            retry_at=self.retry_at,
            doubts=self.doubts,
            decision=self.decision,
            ref=self.ref,
            resolved_at=self.resolved_at,
        )

    def job(self, anchor: str) -> Job:
        """Return what delivery needs of it; ``anchor`` is that of the log, as it is claimed."""
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
            first_at=self.first_at,
            doubts=self.doubts,
            slim=self.slim,
            if_unknown=notice.if_unknown,
            ref=self.ref,
            anchor=anchor,
        )

    def ending(self, outcome: Outcome, now: datetime) -> Kept:
        """Return the notice after an outcome, with a line more in its trail.

        Its token stays: who learns the answer late still decides a doubt that nobody else has.
        """
        in_doubt = outcome.status == AMBIGUOUS != self.status
        ref = outcome.ref or self.ref
        line = Delivery(
            n=len(self.trail) + 1, at=now, status=outcome.status, cause=outcome.cause, ref=ref
        )
        return replace(
            self,
            status=outcome.status,
            cause=outcome.cause,
            lease_until=None,
            retry_at=outcome.retry_at,
            settled_at=now if outcome.status in _SETTLED else None,
            resolved_at=None if outcome.status in (DEAD, AMBIGUOUS) else self.resolved_at,
            doubts=self.doubts + in_doubt,
            decision=outcome.decision or self.decision,
            ref=ref,
            slim=self.slim or outcome.slim,
            message=None if outcome.fresh else self.message,
            trail=(*self.trail, line),
        )


@dataclass(slots=True)
class Sending:
    """What the nodes share of sending: notices by key, circuits, buckets, and a stop."""

    notices: dict[str, Kept] = field(default_factory=dict)
    circuits: dict[str, Circuit] = field(default_factory=dict)
    buckets: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    halts: dict[int, Halt] = field(default_factory=dict)
    released: dict[int, datetime] = field(default_factory=dict)

    def copied(self) -> Sending:
        """Return a snapshot that can be written without touching this one."""
        return Sending(
            dict(self.notices),
            dict(self.circuits),
            dict(self.buckets),
            dict(self.halts),
            dict(self.released),
        )


def has_run_out(until: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Return whether a wait is over; one longer than any was begun by a clock that was wrong."""
    return until is None or until <= now or until > now + longest + SKEW


def is_free(kept: Kept, now: datetime, stale: Stale | None, lease: timedelta = LEASE) -> bool:
    """Return whether a notice may be claimed."""
    match kept.status:
        case "pending":
            return not is_stale(kept, stale)
        case "retry_wait":
            return has_run_out(kept.retry_at, now, FORGOTTEN) and not is_stale(kept, stale)
        case "claimed":
            return has_run_out(kept.lease_until, now, lease) and not is_stale(kept, stale)
    return False


def is_stale(kept: Kept, stale: Stale | None) -> bool:
    """Return whether a notice is no longer said as it stands."""
    notice = kept.notice
    if stale is None or notice.template in LASTING:
        return False
    before = stale.digests_before if is_digest(notice.key) else stale.singles_before
    return notice.created_at < before


def items_of(notices: Mapping[str, Kept], key: str) -> list[Kept]:
    """Return the items of a message, oldest first."""
    if not is_digest(key):
        return []
    found = (kept for kept in notices.values() if kept.notice.bundle == key)
    return sorted(found, key=lambda k: k.id)
