"""The outbox in the database: claims under a lease, each step a transaction of its own.

A claim carries a token that nobody else knows. Every later step asks for it, so whoever comes back
after the lease ran out and another took over changes nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, Text, bindparam, case, func, literal_column, or_, update

from notifications.delivery.limits import is_failure, is_open
from notifications.delivery.protocol import SETTLING, Job, Outcome, Rate, Stale
from notifications.notice import AMBIGUOUS, DEAD, PENDING, RETRY_WAIT
from workflow.collisions import again
from workflow.storage import limits
from workflow.storage.cells import moment
from workflow.storage.claiming import (
    ANCHOR,
    CLAIM,
    DOUBTFUL,
    HAS_LAPSED,
    READY,
    STRANDED,
    anchor_in,
    claiming,
    job_in,
)
from workflow.storage.constructs import Items, among
from workflow.storage.database import Database
from workflow.storage.driver import Driver
from workflow.storage.tables import UNSETTLED, notices
from workflow.storage.trail import follow

_STATUS = notices.c.status
_ID = notices.c.id == bindparam("id")
_MINE = (_ID, notices.c.token == bindparam("token"))

PUT_BACK = (
    update(notices)
    .values(
        status=bindparam("status"),
        retry_at=bindparam("retry_at"),
        attempts=notices.c.attempts - 1,
        lease_until=None,
    )
    .where(*_MINE, _STATUS == "claimed")
)
KEEP = update(notices).values(message=bindparam("message")).where(*_MINE, _STATUS == "claimed")
BEGIN = (
    update(notices)
    .values(status="inflight", ref=func.coalesce(bindparam("ref", type_=Text), notices.c.ref))
    .where(*_MINE, _STATUS == "claimed")
)
_FLAG = {name: bindparam(name, type_=Integer) for name in ("fresh", "slim", "doubted")}
_OUTCOME = bindparam("status", type_=Text)
# Whoever learns the answer after the lease ran out still decides the doubt, if nobody has yet.
SETTLE = (
    update(notices)
    .values(
        status=_OUTCOME,
        cause=bindparam("cause", type_=Text),
        retry_at=bindparam("retry_at", type_=Text),
        settled_at=bindparam("settled_at", type_=Text),
        lease_until=None,
        first_at=func.coalesce(notices.c.first_at, bindparam("now", type_=Text)),
        ref=func.coalesce(bindparam("ref", type_=Text), notices.c.ref),
        decision=func.coalesce(bindparam("decision", type_=Text), notices.c.decision),
        message=case((_FLAG["fresh"] == 1, None), else_=notices.c.message),
        slim=case((_FLAG["slim"] == 1, 1), else_=notices.c.slim),
        doubts=case(
            (_STATUS == "ambiguous", notices.c.doubts), else_=notices.c.doubts + _FLAG["doubted"]
        ),
        resolved_at=case((among(_OUTCOME, (DEAD, AMBIGUOUS)), None), else_=notices.c.resolved_at),
    )
    .where(*_MINE, among(_STATUS, ("claimed", "inflight", AMBIGUOUS)))
)
ORPHANS = (
    update(notices)
    .values(
        status=DEAD,
        cause=literal_column("'channel_unknown: '") + notices.c.channel,
        settled_at=bindparam("now"),
        retry_at=None,
        lease_until=None,
        resolved_at=None,
    )
    .where(
        notices.c.settled_at.is_(None),
        or_(among(_STATUS, (PENDING, RETRY_WAIT)), (_STATUS == "claimed") & HAS_LAPSED),
        notices.c.channel.op("NOT IN")(Items(bindparam("channels", type_=Text))),
    )
    .returning(notices.c.id, notices.c.key, notices.c.cause)
)


class SqlOutbox:
    """An ``Outbox``. What each call promises is said in ``notifications.delivery.protocol``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._failing: set[str] = set()

    @again
    def claim(
        self,
        channel: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        stale: Stale | None = None,
    ) -> list[Job]:
        """Claim notices of a channel that are free, the oldest first.

        One whose row cannot be read does not stop the others: it is settled as dead.
        """
        token = secrets.token_hex(16)
        asked = claiming(now, lease, stale) | {"channel": channel, "limit": limit, "token": token}
        with self._database.writing() as driver:
            return _read(driver, driver.all(CLAIM, asked), token, now)

    @again
    def put_back(self, jobs: Sequence[Job], until: datetime | None) -> None:
        """Free jobs that were not tried: no attempt is counted."""
        status, retry_at = (PENDING, None) if until is None else (RETRY_WAIT, moment(until))
        with self._database.writing() as driver:
            rows = [{"id": job.id, "token": job.token} for job in jobs]
            driver.run_all(PUT_BACK, [r | {"status": status, "retry_at": retry_at} for r in rows])

    @again
    def keep(self, job: Job, message: bytes) -> None:
        """Store the rendered bytes, so that every attempt sends the same."""
        with self._database.writing() as driver:
            driver.run(KEEP, {"id": job.id, "token": job.token, "message": message})

    @again
    def begin(self, job: Job, now: datetime, ref: str | None = None) -> bool:
        """Mark the job inflight, and keep ``ref``; False if its claim was lost."""
        with self._database.writing() as driver:
            return driver.run(BEGIN, {"id": job.id, "token": job.token, "ref": ref}) == 1

    @again
    def settle(self, job: Job, outcome: Outcome, now: datetime) -> bool:
        """Record the outcome and keep it in the trail; False if the claim no longer holds."""
        with self._database.writing() as driver:
            settled = _settled(job.id, job.token, outcome, now)
            if driver.run(SETTLE, settled) != 1:
                return False
            follow(driver, [settled | {"key": job.key}])
            return True

    @again
    def strand(self, now: datetime, idempotent: Sequence[str]) -> int:
        """Decide what was inflight when its lease ran out; return how many became ambiguous."""
        again = Outcome(status=PENDING, cause="crashed_inflight")
        unknown = Outcome(status=AMBIGUOUS, cause="crashed_inflight", retry_at=now + SETTLING)
        with self._database.writing() as driver:
            decided = [
                _settled(id, token, again if channel in idempotent else unknown, now) | {"key": key}
                for id, token, channel, key in driver.all(STRANDED, claiming(now))
            ]
            driver.run_all(SETTLE, decided)
            follow(driver, decided)
        return sum(row["status"] == AMBIGUOUS for row in decided)

    @again
    def doubtful(self, now: datetime, lease: timedelta, limit: int) -> list[Job]:
        """Claim ambiguous notices whose time to be looked into has come; they stay ambiguous."""
        token = secrets.token_hex(16)
        asked = claiming(now, lease) | {"limit": limit, "token": token}
        with self._database.writing() as driver:
            return _read(driver, driver.all(DOUBTFUL, asked), token, now)

    @again
    def orphan(self, channels: Sequence[str], now: datetime) -> int:
        """Settle as dead what is to go by a channel that is not among these."""
        asked = claiming(now) | {"channels": json.dumps(list(channels))}
        with self._database.writing() as driver:
            gone = [
                _settled(id, "", Outcome(status=DEAD, cause=cause), now) | {"key": key}
                for id, key, cause in driver.all(ORPHANS, asked)
            ]
            follow(driver, gone)
        return len(gone)

    def ready(self, now: datetime, stale: Stale | None = None) -> int:
        """Return how many notices are free to be sent now, alarms left out."""
        with self._database.reading() as driver:
            row = driver.first(READY, claiming(now, stale=stale))
        return int(row[0]) if row else 0

    @again
    def admit(self, credential: str, rate: Rate, want: int, now: datetime) -> tuple[int, datetime]:
        """Take up to ``want`` tokens; return how many were granted, and when the next is there."""
        with self._database.writing() as driver:
            return limits.admit(driver, credential, rate, want, now)

    def circuit(self, server: str, now: datetime) -> datetime | None:
        """Return until when a server is left alone, None if it may be tried."""
        with self._database.reading() as driver:
            found = limits.circuit(driver, server)
        if found is None:
            self._failing.discard(server)
            return None
        self._failing.add(server)
        return found.open_until if is_open(found.open_until, now) else None

    @again
    def report(self, server: str, outcome: Outcome, now: datetime) -> None:
        """Count a failure to reach a server, or a success, which closes its circuit.

        Success is written only where ``circuit`` or this has seen a failure: every message asks.
        """
        failed = is_failure(outcome)
        if not failed and server not in self._failing:
            return
        with self._database.writing() as driver:
            if failed:
                limits.fail(driver, server, outcome, now)
                self._failing.add(server)
            else:
                limits.close(driver, server)
                self._failing.discard(server)

    @again
    def stop(self, cause: str, now: datetime) -> None:
        """Stop sending, on every node, until somebody releases it."""
        with self._database.writing() as driver:
            limits.stop(driver, cause, now)

    def stopped(self) -> str:
        """Return why nothing is sent, "" if sending goes on."""
        with self._database.reading() as driver:
            found = limits.halt(driver)
        return found.cause if found else ""


def _read(driver: Driver, rows: Sequence[tuple[Any, ...]], token: str, now: datetime) -> list[Job]:
    """Return claimed rows as jobs, the oldest first; what cannot be read is settled as dead."""
    anchor = anchor_in(driver.first(ANCHOR, {}) if rows else None)
    jobs, unreadable = [], []
    dead = Outcome(status=DEAD, cause="unreadable")
    for row in sorted(rows, key=itemgetter(0)):
        try:
            jobs.append(job_in(row, token, anchor))
        except ValueError:
            unreadable.append(_settled(row[0], token, dead, now) | {"key": row[1]})
    driver.run_all(SETTLE, unreadable)
    follow(driver, unreadable)
    return jobs


def _settled(id: int, token: str, outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "token": token,
        "status": outcome.status,
        "cause": outcome.cause,
        "retry_at": outcome.retry_at and moment(outcome.retry_at),
        "settled_at": None if outcome.status in UNSETTLED else moment(now),
        "now": moment(now),
        "ref": outcome.ref,
        "decision": outcome.decision,
        "fresh": int(outcome.fresh),
        "slim": int(outcome.slim),
        "doubted": int(outcome.status == AMBIGUOUS),
    }
