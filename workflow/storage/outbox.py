"""The outbox in the database: claims under a lease, each step a transaction of its own.

A claim carries a token that nobody else knows. Every later step asks for it, so whoever comes back
after the lease ran out and another took over changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Text, bindparam, or_, select, update

from notifications.delivery import Job, Outcome
from notifications.notice import AMBIGUOUS, BUNDLED, DEAD, PENDING
from states.canonical import instant
from workflow.storage.cells import moment
from workflow.storage.database import Database
from workflow.storage.driver import Driver
from workflow.storage.tables import UNSETTLED, notices

_STATUS = notices.c.status
_NOW = bindparam("now", type_=Text)
_JOB = (
    "id",
    "key",
    "message_id",
    "template",
    "recipient",
    "channel",
    "address",
    "language",
    "facts",
    "created_at",
    "attempts",
    "message",
)
_FREE = or_(
    _STATUS == "pending",
    (_STATUS == "retry_wait") & or_(notices.c.retry_at.is_(None), notices.c.retry_at <= _NOW),
    (_STATUS == "claimed") & (notices.c.lease_until <= _NOW),
)
_UNSETTLED = notices.c.settled_at.is_(None)  # what the partial index holds
_MINE = (notices.c.id == bindparam("id"), notices.c.token == bindparam("token"))

FREE = (
    select(*(notices.c[name] for name in _JOB))
    .where(_UNSETTLED, _FREE)
    .order_by(notices.c.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
CLAIM = (
    update(notices)
    .values(
        status="claimed",
        attempts=bindparam("attempts"),
        token=bindparam("token"),
        lease_until=bindparam("lease_until"),
    )
    .where(notices.c.id == bindparam("id"))
)
BURY = (
    update(notices)
    .values({name: bindparam(name) for name in ("status", "cause", "settled_at")})
    .where(notices.c.id == bindparam("id"))
)
KEEP = update(notices).values(message=bindparam("message")).where(*_MINE, _STATUS == "claimed")
BEGIN = update(notices).values(status="inflight").where(*_MINE, _STATUS == "claimed")
SETTLE = (
    update(notices)
    .values(
        {
            name: bindparam(name)
            for name in ("status", "cause", "retry_at", "settled_at", "lease_until")
        }
    )
    .where(*_MINE, or_(_STATUS == "claimed", _STATUS == "inflight"))
)
# The items of a message that has ended share its end.
SHARE = (
    update(notices)
    .values({name: bindparam(name) for name in ("status", "cause", "settled_at")})
    .where(notices.c.bundle == bindparam("key"), _STATUS == BUNDLED)
)
STRANDED = (
    select(notices.c.id, notices.c.token, notices.c.channel, notices.c.key)
    .where(_UNSETTLED, _STATUS == "inflight", notices.c.lease_until <= _NOW)
    .order_by(notices.c.id)
    .with_for_update(skip_locked=True)
)


class SqlOutbox:
    """An ``Outbox``. What each call promises is said in ``notifications.delivery``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, now: datetime, lease: timedelta, limit: int) -> list[Job]:
        """Claim notices, the oldest first.

        One whose row cannot be read does not stop the others: it is settled as dead.
        """
        token, until = secrets.token_hex(16), moment(now + lease)
        with self._database.writing() as driver:
            jobs, unreadable = [], []
            for row in driver.all(FREE, {"now": moment(now), "limit": limit}):
                try:
                    jobs.append(_job(row, token))
                except ValueError:
                    dead = Outcome(status=DEAD, cause="unreadable")
                    unreadable.append(_settled(row[0], "", dead, now) | {"key": row[1]})
            claims = [
                {"id": job.id, "attempts": job.attempts, "token": token, "lease_until": until}
                for job in jobs
            ]
            driver.run_all(CLAIM, claims)
            driver.run_all(BURY, unreadable)
            _share(driver, unreadable)
            return jobs

    def keep(self, job: Job, message: bytes) -> None:
        """Store the rendered bytes, so that every attempt sends the same."""
        with self._database.writing() as driver:
            driver.run(KEEP, {"id": job.id, "token": job.token, "message": message})

    def begin(self, job: Job, now: datetime) -> bool:
        """Mark the job inflight; False if its claim was lost to somebody else."""
        with self._database.writing() as driver:
            return driver.run(BEGIN, {"id": job.id, "token": job.token}) == 1

    def settle(self, job: Job, outcome: Outcome, now: datetime) -> None:
        """Record the outcome, if the claim still holds."""
        with self._database.writing() as driver:
            settled = _settled(job.id, job.token, outcome, now)
            if driver.run(SETTLE, settled):
                _share(driver, [settled | {"key": job.key}])

    def strand(self, now: datetime, idempotent: Sequence[str]) -> int:
        """Decide what was inflight when its lease ran out; return how many became ambiguous."""
        again = Outcome(status=PENDING)
        unknown = Outcome(status=AMBIGUOUS, cause="crashed_inflight")
        with self._database.writing() as driver:
            decided = [
                _settled(id, token, again if channel in idempotent else unknown, now) | {"key": key}
                for id, token, channel, key in driver.all(STRANDED, {"now": moment(now)})
            ]
            driver.run_all(SETTLE, decided)
            _share(driver, decided)
        return sum(row["status"] == AMBIGUOUS for row in decided)


def _share(driver: Driver, settled: Sequence[dict[str, Any]]) -> None:
    driver.run_all(SHARE, [row for row in settled if row["settled_at"] is not None])


def _job(row: Sequence[Any], token: str) -> Job:
    values = dict(zip(_JOB, row, strict=True))
    values["facts"] = json.loads(values["facts"])
    values["created_at"] = instant(values["created_at"])
    values["attempts"] += 1
    return Job(**values, token=token)


def _settled(id: int, token: str, outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "token": token,
        "status": outcome.status,
        "cause": outcome.cause,
        "retry_at": outcome.retry_at and moment(outcome.retry_at),
        "settled_at": None if outcome.status in UNSETTLED else moment(now),
        "lease_until": None,
    }
