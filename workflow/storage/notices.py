"""The notices in the database: owed once by their key, listed with what became of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, func, select, update

from notifications.notice import BUNDLED, DEAD, SUPERSEDED, WAITING, Notice
from states.canonical import instant
from workflow.ports import Addressee, Sent, Waiting
from workflow.storage.bodies import facts
from workflow.storage.cells import moment
from workflow.storage.constructs import TakenAlone, insert_new_into
from workflow.storage.driver import Driver
from workflow.storage.tables import UNSETTLED, notices

_SHOWN = (
    "id",
    "key",
    "issue",
    "template",
    "recipient",
    "channel",
    "address",
    "language",
    "created_at",
    "facts",
    "obligation",
    "rung",
    "status",
    "cause",
    "bundle",
    "attempts",
    "settled_at",
)

INSERT = insert_new_into(notices, "id", "token", "lease_until", "retry_at", "message")
ALL = select(*(notices.c[name] for name in _SHOWN)).order_by(notices.c.id)
OF_ISSUE = ALL.where(notices.c.issue == bindparam("issue"))

_UNSETTLED = notices.c.settled_at.is_(None)  # what the partial index holds
_WAITING = notices.c.status == WAITING
ADDRESSEES = (
    select(notices.c.recipient, notices.c.channel, func.count())
    .where(_UNSETTLED, _WAITING)
    .group_by(notices.c.recipient, notices.c.channel)
    .order_by(notices.c.recipient, notices.c.channel)
)
OF_PERSON = ALL.where(
    _UNSETTLED,
    _WAITING,
    notices.c.recipient == bindparam("recipient"),
    notices.c.channel == bindparam("channel"),
)
# Two ticks at once: whoever came later leaves all items of the person to the first. If each locked
# the rows it meets, one message could take the day with half of them.
TAKE = select(TakenAlone(bindparam("taken", type_=Text)))
WITHDRAW = (
    update(notices)
    .values(status=SUPERSEDED, cause=bindparam("cause"), settled_at=bindparam("now"))
    .where(notices.c.id == bindparam("id"), _WAITING)
)
BURY = (
    update(notices)
    .values(status=DEAD, cause="unreadable", settled_at=notices.c.created_at)
    .where(notices.c.id == bindparam("id"), _WAITING)
)
BUNDLE = (
    update(notices)
    .values(status=BUNDLED, bundle=bindparam("bundle"))
    .where(notices.c.id == bindparam("id"), _WAITING)
)


def owe(driver: Driver, owed: Sequence[Notice]) -> int:
    """Write the notices whose key is not there yet; return how many were new."""
    return driver.run_all(INSERT, [_row(notice) for notice in owed])


def listed(driver: Driver, issue: str | None) -> list[Sent]:
    """Return notices with their outcome, oldest first; of one issue or of all."""
    if issue is None:
        return [_sent(row) for row in driver.all(ALL, {})]
    return [_sent(row) for row in driver.all(OF_ISSUE, {"issue": issue})]


def addressees(driver: Driver) -> list[Addressee]:
    """Return for whom notices wait, by person and channel."""
    return [
        Addressee(recipient=recipient, channel=channel, items=items)
        for recipient, channel, items in driver.all(ADDRESSEES, {})
    ]


def waiting(driver: Driver, recipient: str, channel: str) -> list[Waiting]:
    """Return the notices that wait for a person on a channel, oldest first.

    A transaction that writes takes them all, or none if another one has taken them. One whose row
    cannot be read does not stop the others: it is settled as dead.
    """
    if driver.writes and driver.first(TAKE, {"taken": f"{recipient}/{channel}"}) != (True,):
        return []
    found, unreadable = [], []
    for row in driver.all(OF_PERSON, {"recipient": recipient, "channel": channel}):
        try:
            sent = _sent(row)
        except ValueError:
            unreadable.append({"id": row[0]})
        else:
            found.append(Waiting(id=sent.id, notice=sent.notice))
    if driver.writes:
        driver.run_all(BURY, unreadable)
    return found


def withdraw(driver: Driver, items: Sequence[int], cause: str, now: datetime) -> None:
    """Settle waiting notices as superseded: they need not be sent any more."""
    driver.run_all(WITHDRAW, [{"id": id, "cause": cause, "now": moment(now)} for id in items])


def bundle(driver: Driver, digest: Notice, items: Sequence[int]) -> bool:
    """Write a digest and make waiting notices its items; False if its key is there already."""
    if driver.run_all(INSERT, [_row(digest)]) != 1:
        return False
    driver.run_all(BUNDLE, [{"id": id, "bundle": digest.key} for id in items])
    return True


def _row(notice: Notice) -> dict[str, Any]:
    created_at = moment(notice.created_at)
    return {
        "key": notice.key,
        "issue": notice.issue,
        "obligation": notice.obligation,
        "rung": notice.rung,
        "template": notice.template,
        "recipient": notice.recipient,
        "channel": notice.channel,
        "address": notice.address,
        "language": notice.language,
        "facts": facts(notice.facts),
        "message_id": notice.message_id,
        "status": notice.status,
        "cause": notice.cause,
        "bundle": notice.bundle,
        "attempts": 0,
        "created_at": created_at,
        "settled_at": None if notice.status in UNSETTLED else created_at,
    }


def _sent(row: Sequence[Any]) -> Sent:
    values = dict(zip(_SHOWN, row, strict=True))
    id, attempts, settled_at = (values.pop(k) for k in ("id", "attempts", "settled_at"))
    values["created_at"] = instant(values["created_at"])
    values["facts"] = json.loads(values["facts"])
    return Sent(
        id=id,
        notice=Notice(**values),
        status=values["status"],
        cause=values["cause"],
        attempts=attempts,
        settled_at=settled_at and instant(settled_at),
    )
