"""The outbox of the memory store: claims under a lease, fenced by a token."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from notifications.delivery.limits import FORGOTTEN, drawn, is_open, reported
from notifications.delivery.protocol import LEASE, SETTLING, Job, Outcome, Rate, Stale
from notifications.notice import (
    ALARMS,
    AMBIGUOUS,
    BUNDLED,
    CLAIMED,
    DEAD,
    INFLIGHT,
    PENDING,
    RETRY_WAIT,
)
from states.frozen import replace
from workflow.memory.kept import Kept, Sending, has_run_out, is_free, items_of
from workflow.ports import Circuit, Halt


class MemoryOutbox:
    """An ``Outbox`` over what the nodes share, which is only touched under the store's lock."""

    def __init__(
        self, sending: Callable[[], AbstractContextManager[Sending]], anchor: Callable[[], str]
    ) -> None:
        self._sending, self._anchor = sending, anchor

    def claim(
        self,
        channel: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        stale: Stale | None = None,
    ) -> list[Job]:
        """Claim notices of a channel that are free, the oldest first."""
        with self._sending() as sending:
            stopped = bool(sending.halts)
            free = [
                kept
                for kept in sending.notices.values()
                if kept.notice.channel == channel
                and is_free(kept, now, stale, lease)
                and (not stopped or kept.notice.template in ALARMS)
            ]
            jobs = []
            for kept in sorted(free, key=lambda k: k.id)[:limit]:
                claimed = replace(
                    kept,
                    status=CLAIMED,
                    attempts=kept.attempts + 1,
                    token=uuid.uuid4().hex,
                    lease_until=now + lease,
                )
                sending.notices[kept.notice.key] = claimed
                jobs.append(claimed.job(self._anchor()))
            return jobs

    def put_back(self, jobs: Sequence[Job], until: datetime | None) -> None:
        """Free jobs that were not tried: no attempt is counted."""
        for job in jobs:
            with self._sending() as sending:
                kept = _claimed(sending, job, (CLAIMED,))
                if kept is None:
                    continue
                sending.notices[job.key] = replace(
                    kept,
                    status=PENDING if until is None else RETRY_WAIT,
                    retry_at=until,
                    attempts=kept.attempts - 1,
                    lease_until=None,
                )

    def keep(self, job: Job, message: bytes) -> None:
        """Store the rendered bytes, so that every attempt sends the same."""
        with self._sending() as sending:
            if (kept := _claimed(sending, job, (CLAIMED,))) is not None:
                sending.notices[job.key] = replace(kept, message=message)

    def begin(self, job: Job, now: datetime, ref: str | None = None) -> bool:
        """Mark the job inflight, and keep ``ref``; False if its claim was lost."""
        with self._sending() as sending:
            kept = _claimed(sending, job, (CLAIMED,))
            if kept is None:
                return False
            sending.notices[job.key] = replace(kept, status=INFLIGHT, ref=ref or kept.ref)
            return True

    def settle(self, job: Job, outcome: Outcome, now: datetime) -> bool:
        """Record the outcome and keep it in the trail; False if the claim no longer holds."""
        with self._sending() as sending:
            kept = _claimed(sending, job, (CLAIMED, INFLIGHT, AMBIGUOUS))
            if kept is None:
                return False
            _end(sending.notices, _attempted(kept, outcome, now))
            return True

    def strand(self, now: datetime, idempotent: Sequence[str]) -> int:
        """Decide what was inflight when its lease ran out; return how many became ambiguous."""
        unknown = Outcome(status=AMBIGUOUS, cause="crashed_inflight", retry_at=now + SETTLING)
        again = Outcome(status=PENDING, cause="crashed_inflight")
        with self._sending() as sending:
            stranded = [
                kept
                for kept in sending.notices.values()
                if kept.status == INFLIGHT and has_run_out(kept.lease_until, now, LEASE)
            ]
            for kept in stranded:
                is_idempotent = kept.notice.channel in idempotent
                outcome = again if is_idempotent else unknown
                _end(sending.notices, _attempted(kept, outcome, now))
        return sum(kept.notice.channel not in idempotent for kept in stranded)

    def doubtful(self, now: datetime, lease: timedelta, limit: int) -> list[Job]:
        """Claim ambiguous notices whose time to be looked into has come; they stay ambiguous."""
        with self._sending() as sending:
            found = [
                kept
                for kept in sending.notices.values()
                if kept.status == AMBIGUOUS
                and kept.retry_at is not None
                and has_run_out(kept.retry_at, now, FORGOTTEN)
                and (kept.lease_until is None or has_run_out(kept.lease_until, now, lease))
            ]
            jobs = []
            for kept in sorted(found, key=lambda k: k.id)[:limit]:
                claimed = replace(kept, token=uuid.uuid4().hex, lease_until=now + lease)
                sending.notices[kept.notice.key] = claimed
                jobs.append(claimed.job(self._anchor()))
            return jobs

    def orphan(self, channels: Sequence[str], now: datetime) -> int:
        """Settle as dead what is to go by a channel that is not among these; return how many."""
        with self._sending() as sending:
            lost = [
                kept
                for kept in sending.notices.values()
                if kept.notice.channel not in channels
                and (
                    kept.status in (PENDING, RETRY_WAIT)
                    or (kept.status == CLAIMED and has_run_out(kept.lease_until, now, LEASE))
                )
            ]
            for kept in lost:
                cause = f"channel_unknown: {kept.notice.channel}"
                outcome = Outcome(status=DEAD, cause=cause)
                _end(sending.notices, kept.ending(outcome, now))
        return len(lost)

    def ready(self, now: datetime, stale: Stale | None = None) -> int:
        """Return how many notices are free to be sent now, alarms left out."""
        with self._sending() as sending:
            let_go = sending.released.get(1)
            return sum(
                k.notice.template not in ALARMS
                and is_free(k, now, stale)
                and (let_go is None or k.notice.created_at > let_go)
                for k in sending.notices.values()
            )

    def admit(self, credential: str, rate: Rate, want: int, now: datetime) -> tuple[int, datetime]:
        """Take up to ``want`` tokens; return how many were granted, and when the next is there."""
        with self._sending() as sending:
            granted, kept, next_at = drawn(sending.buckets.get(credential), rate, want, now)
            sending.buckets[credential] = kept
            return granted, next_at

    def circuit(self, server: str, now: datetime) -> datetime | None:
        """Return until when a server is left alone, None if it may be tried."""
        with self._sending() as sending:
            known = sending.circuits.get(server)
            return known.open_until if known and is_open(known.open_until, now) else None

    def report(self, server: str, outcome: Outcome, now: datetime) -> None:
        """Count a failure to reach a server, or a success, which closes its circuit."""
        with self._sending() as sending:
            known = sending.circuits.get(server)
            failures, until = reported(known.failures if known else 0, outcome, now)
            if failures:
                sending.circuits[server] = Circuit(
                    server=server, failures=failures, open_until=until, cause=outcome.cause
                )
            else:
                sending.circuits.pop(server, None)

    def stop(self, cause: str, now: datetime) -> None:
        """Stop sending, on every node, until somebody releases it."""
        with self._sending() as sending:
            sending.halts.setdefault(1, Halt(since=now, cause=cause))
            sending.released.clear()

    def stopped(self) -> str:
        """Return why nothing is sent, "" if sending goes on."""
        with self._sending() as sending:
            return sending.halts[1].cause if sending.halts else ""


def _claimed(sending: Sending, job: Job, statuses: Sequence[str]) -> Kept | None:
    """Return a notice if the claim of the job still holds."""
    kept = sending.notices[job.key]
    return kept if kept.token == job.token and kept.status in statuses else None


def _attempted(kept: Kept, outcome: Outcome, now: datetime) -> Kept:
    """Return a notice after an attempt, which may have been the first."""
    return replace(kept.ending(outcome, now), first_at=kept.first_at or now)


def _end(notices: dict[str, Kept], ended: Kept) -> None:
    """Keep a notice, and let the items of a message that has ended share its end."""
    notices[ended.notice.key] = ended
    if ended.settled_at is None:
        return
    for kept in items_of(notices, ended.notice.key):
        if kept.status == BUNDLED:
            notices[kept.notice.key] = replace(
                kept, status=ended.status, cause=ended.cause, settled_at=ended.settled_at
            )
