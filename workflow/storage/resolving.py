"""What became of messages: those said anew, failures that somebody owns, decisions by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, bindparam, case, func, or_, select, text, update

from notifications.delivery.protocol import Stale
from notifications.notice import (
    ALARMS,
    AMBIGUOUS,
    BUNDLED,
    DEAD,
    PENDING,
    REMADE,
    RETRY_WAIT,
    SUPERSEDED,
    UNDELIVERED,
    WAITING,
)
from states.canonical import instant
from workflow.ports import Sent, Tally
from workflow.storage.cells import moment
from workflow.storage.claiming import HAS_LAPSED, IS_DIGEST, IS_STALE, claiming
from workflow.storage.constructs import among
from workflow.storage.driver import Driver
from workflow.storage.notices import ALL, sent_in
from workflow.storage.tables import entries, notices
from workflow.storage.trail import follow

BY_HAND = "by_hand"

_STATUS = notices.c.status
_ID = notices.c.id == bindparam("id")
_UNSETTLED = notices.c.settled_at.is_(None)
_ALONE = notices.c.bundle.is_(None)
_NOT_SENT = or_(among(_STATUS, ("pending", "retry_wait")), (_STATUS == "claimed") & HAS_LAPSED)

STALE_DIGESTS = (
    select(notices.c.id, notices.c.key, notices.c.first_at, notices.c.attempts)
    .where(_UNSETTLED, _NOT_SENT, IS_STALE, IS_DIGEST)
    .order_by(notices.c.id)
    .with_for_update(skip_locked=True)
)
REMAKE = (
    update(notices)
    .values(
        status=SUPERSEDED,
        cause=REMADE,
        settled_at=bindparam("now"),
        retry_at=None,
        lease_until=None,
    )
    .where(_ID)
)
_ATTEMPTS = bindparam("tried", type_=Integer)
FREE_ITEMS = (
    update(notices)
    .values(
        status=WAITING,
        bundle=None,
        first_at=func.coalesce(notices.c.first_at, bindparam("first_at", type_=Text)),
        attempts=case((notices.c.attempts < _ATTEMPTS, _ATTEMPTS), else_=notices.c.attempts),
    )
    .where(notices.c.bundle == bindparam("key"), _STATUS == BUNDLED)
)
# What was claimed but not tried: no attempt is counted.
_CLAIMED = (_ID, notices.c.token == bindparam("token"), _STATUS == "claimed")
CLAIMED_DIGEST = (
    select(notices.c.id, notices.c.key, notices.c.first_at, notices.c.attempts - 1)
    .where(*_CLAIMED, IS_DIGEST)
    .with_for_update()
)
FREE_CLAIMED = (
    update(notices)
    .values(
        status=WAITING,
        cause=None,
        retry_at=None,
        lease_until=None,
        message=None,
        attempts=notices.c.attempts - 1,
    )
    .where(*_CLAIMED, ~IS_DIGEST, _ALONE)
)
FREE_SINGLES = (
    update(notices)
    .values(status=WAITING, cause=None, retry_at=None, lease_until=None, message=None)
    .where(_UNSETTLED, _NOT_SENT, IS_STALE, ~IS_DIGEST, _ALONE)
)

_NOBODYS = ~among(notices.c.template, (*ALARMS, UNDELIVERED))
# Each as its partial index says it.
_DEAD = ALL.where(text("status = 'dead'"), notices.c.resolved_at.is_(None), _ALONE, _NOBODYS)
_HELD = ALL.where(_UNSETTLED, _STATUS == AMBIGUOUS, notices.c.retry_at.is_(None), _ALONE, _NOBODYS)
DECIDE = (
    update(notices)
    .values(
        status=bindparam("status", type_=Text),
        cause=BY_HAND,
        decision=bindparam("decision", type_=Text),
        settled_at=bindparam("settled_at", type_=Text),
        resolved_at=bindparam("now", type_=Text),
        retry_at=None,
        lease_until=None,
    )
    .where(
        _ID,
        _ALONE,
        or_(
            among(_STATUS, (DEAD, AMBIGUOUS)),
            among(_STATUS, (PENDING, RETRY_WAIT)) & (bindparam("status", type_=Text) != PENDING),
        ),
    )
    .returning(notices.c.key)
)
START_ANEW = update(notices).values(message=None, attempts=0, first_at=None).where(_ID)
REJOIN = (
    update(notices)
    .values(status=BUNDLED, cause=None, settled_at=None)
    .where(notices.c.bundle == bindparam("key"), _STATUS == DEAD)
)
REOWN = (
    update(notices)
    .values(status=bindparam("status"), cause=BY_HAND, settled_at=bindparam("settled_at"))
    .where(notices.c.bundle == bindparam("key"), among(_STATUS, (DEAD, BUNDLED)))
)
READDRESS = (
    update(notices).values(channel=bindparam("channel"), address=bindparam("address")).where(_ID)
)
SENT_SINCE = select(func.count()).where(
    notices.c.recipient == bindparam("recipient"),
    notices.c.channel == bindparam("channel"),
    notices.c.created_at >= bindparam("since"),
    _ALONE,
    ~among(_STATUS, (WAITING, SUPERSEDED, "suppressed")),
    or_(_STATUS != DEAD, notices.c.attempts > 0),
)
MESSAGE = select(notices.c.message).where(_ID)
_OLDEST = func.min(
    func.coalesce(notices.c.first_at, notices.c.created_at),
)
TALLY = (
    select(_STATUS, func.count(), func.min(notices.c.created_at), _OLDEST)
    .group_by(_STATUS)
    .order_by(_STATUS)
)
LAST_ENTRY = select(func.max(entries.c.at))


def reopen(driver: Driver, stale: Stale, now: datetime) -> int:
    """Let what was not sent in its time wait again; return how many notices do."""
    asked = claiming(now, stale=stale)
    waiting = _remade(driver, driver.all(STALE_DIGESTS, asked), now)
    return waiting + driver.run(FREE_SINGLES, asked)


def take_back(driver: Driver, id: int, token: str, now: datetime) -> bool:
    """Let a claimed notice wait again before it is handed over; False if the claim was lost."""
    mine = {"id": id, "token": token}
    if found := driver.all(CLAIMED_DIGEST, mine):
        _remade(driver, found, now)
        return True
    return driver.run(FREE_CLAIMED, mine) == 1


def _remade(driver: Driver, digests: Sequence[tuple[Any, ...]], now: datetime) -> int:
    """Supersede messages of the day; return how many of their items wait again."""
    rows = [
        {"id": id, "key": key, "first_at": first_at, "tried": tried, "now": moment(now)}
        for id, key, first_at, tried in digests
    ]
    driver.run_all(REMAKE, rows)
    waiting = driver.run_all(FREE_ITEMS, rows)
    remade = {"status": SUPERSEDED, "cause": REMADE, "settled_at": moment(now), "ref": None}
    follow(driver, [row | remade for row in rows])
    return waiting


def unresolved(driver: Driver) -> list[Sent]:
    """Return the failures nobody has taken note of, oldest first."""
    rows = [*driver.all(_DEAD, {}), *driver.all(_HELD, {})]
    return sorted((sent_in(row) for row in rows), key=lambda sent: sent.id)


def decide(driver: Driver, ids: Sequence[int], became: tuple[str, str], now: datetime) -> int:
    """Decide by hand (status and decision) about what is dead or in doubt; return how many were."""
    status, decision = became
    settled_at = None if status == PENDING else moment(now)
    decided: list[dict[str, Any]] = []
    for id in ids:
        asked = {
            "id": id,
            "status": status,
            "decision": decision,
            "settled_at": settled_at,
            "now": moment(now),
            "cause": BY_HAND,
            "ref": None,
        }
        if (row := driver.first(DECIDE, asked)) is not None:
            decided.append(asked | {"key": row[0]})
    if status == PENDING:
        driver.run_all(START_ANEW, decided)
        driver.run_all(REJOIN, [{"key": one["key"]} for one in decided])  # its status is its own
    else:
        driver.run_all(REOWN, decided)
    follow(driver, decided)
    return len(decided)


def readdress(driver: Driver, id: int, channel: str, address: str) -> None:
    """Send a notice elsewhere from now on."""
    driver.run(READDRESS, {"id": id, "channel": channel, "address": address})


def sent_since(driver: Driver, recipient: str, channel: str, since: datetime) -> int:
    """Return how many messages to a person were owed on a channel since, items left out."""
    asked = {"recipient": recipient, "channel": channel, "since": moment(since)}
    row = driver.first(SENT_SINCE, asked)
    return int(row[0]) if row else 0


def message(driver: Driver, id: int) -> bytes | None:
    """Return the bytes that were rendered for a notice, None as long as there are none."""
    row = driver.first(MESSAGE, {"id": id})
    return None if row is None or row[0] is None else bytes(row[0])


def tally(driver: Driver) -> list[Tally]:
    """Return how many notices have each status, ordered by status."""
    found = []
    for status, count, created_at, first_at in driver.all(TALLY, {}):
        oldest = first_at if status in ("retry_wait", AMBIGUOUS) else created_at
        found.append(Tally(status=status, count=count, oldest=instant(oldest)))
    return found


def last_entry_at(driver: Driver) -> datetime | None:
    """Return the latest instant at which an entry of the log was written, by its own word."""
    row = driver.first(LAST_ENTRY, {})
    return None if row is None or row[0] is None else instant(row[0])
