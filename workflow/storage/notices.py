"""The notices in the database: owed once by their key, listed with what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, func, select, update

from notifications.notice import BUNDLED, DEAD, REMADE, SUPERSEDED, WAITING, Notice
from states.canonical import instant
from workflow.ports import Addressee, Sent, Waiting
from workflow.shares import Told
from workflow.storage.bodies import facts, facts_in, skim
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
    "if_unknown",
    "attempts",
    "settled_at",
    "first_at",
    "retry_at",
    "doubts",
    "decision",
    "ref",
    "resolved_at",
)
_BECAME = ("id", *_SHOWN[_SHOWN.index("attempts") :])
_LATER = (
    "token",
    "lease_until",
    "retry_at",
    "message",
    "first_at",
    "decision",
    "ref",
    "resolved_at",
)

INSERT = insert_new_into(notices, "id", *_LATER)
ALL = select(*(notices.c[name] for name in _SHOWN)).order_by(notices.c.id)
_TOLD = ("id", "key", "issue", "obligation", "rung", "recipient", "message_id")
_DATED = ("created_at", "settled_at", "first_at", "retry_at", "resolved_at")
_SAID, _MOMENTS = len(_TOLD), slice(len(_TOLD), len(_TOLD) + len(_DATED))
READABLE = select(*(notices.c[name] for name in (*_TOLD, *_DATED, "facts")))
ONE = ALL.where(notices.c.id == bindparam("id"))
ITEMS = ALL.where(notices.c.bundle == bindparam("bundle"))
OF_ISSUE = ALL.where(notices.c.issue == bindparam("issue"))

_ITEM = notices.alias("item")
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
# A message that was taken back before it was handed over is made anew under its key on that day.
REVIVE = (
    update(notices)
    .values(
        {
            name: bindparam(name)
            for name in (
                "issue",
                "template",
                "address",
                "language",
                "facts",
                "status",
                "if_unknown",
                "created_at",
                "slim",
            )
        }
        | dict.fromkeys(("cause", "settled_at", "retry_at", "lease_until", "message"), None)
    )
    .where(
        notices.c.key == bindparam("bundle"),
        notices.c.status == SUPERSEDED,
        notices.c.cause == REMADE,
    )
)
# A message made anew has been tried since the first of its items was, and as often as any.
INHERIT = (
    update(notices)
    .values(
        first_at=select(func.min(_ITEM.c.first_at))
        .where(_ITEM.c.bundle == bindparam("bundle", type_=Text))
        .scalar_subquery(),
        attempts=select(func.coalesce(func.max(_ITEM.c.attempts), 0))
        .where(_ITEM.c.bundle == bindparam("bundle", type_=Text))
        .scalar_subquery(),
    )
    .where(notices.c.key == bindparam("bundle", type_=Text))
)


def owe(driver: Driver, owed: Sequence[Notice]) -> int:
    """Write the notices whose key is not there yet; return how many were new."""
    return driver.run_all(INSERT, [_row(notice) for notice in owed])


def listed(driver: Driver, issue: str | None) -> list[Sent]:
    """Return notices with their outcome, oldest first; of one issue or of all."""
    if issue is None:
        return [sent_in(row) for row in driver.all(ALL, {})]
    return [sent_in(row) for row in driver.all(OF_ISSUE, {"issue": issue})]


def some(driver: Driver, ids: Sequence[int]) -> list[Sent]:
    """Return the notices of these ids that exist, ordered by id."""
    found = (driver.first(ONE, {"id": id}) for id in sorted(set(ids)))
    return [sent_in(row) for row in found if row is not None]


def items(driver: Driver, key: str) -> list[Sent]:
    """Return the items of the message of that key, oldest first."""
    return [sent_in(row) for row in driver.all(ITEMS, {"bundle": key})]


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
            sent = sent_in(row)
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
    """Write a digest and make waiting notices its items; False if its key is there already.

    One that was taken back is no message any more: another takes its place.
    """
    row = _row(digest) | {"bundle": digest.key}
    is_new = driver.run_all(INSERT, [row | {"bundle": None}]) == 1
    if not is_new and driver.run(REVIVE, row) != 1:
        return False
    driver.run_all(BUNDLE, [{"id": id, "bundle": digest.key} for id in items])
    driver.run(INHERIT, {"bundle": digest.key})
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
        "if_unknown": notice.if_unknown,
        "doubts": 0,
        "slim": 0,
        "created_at": created_at,
        "settled_at": None if notice.status in UNSETTLED else created_at,
    }


def readable(rows: Iterable[tuple[Any, ...]]) -> Iterator[Told]:
    """Yield of rows of ``READABLE`` what was told, once it is certain that all can be read.

    Raises ``ValueError`` at one of which ``sent_in`` would make no notice.
    """
    known: set[str | None] = {None, ""}  # most of what was told at once bears the same instants
    for row in rows:
        moments = row[_MOMENTS]
        if not moments[0] or not known.issuperset(moments):
            for text in (moments[0], *filter(None, moments[1:])):
                instant(text)
                known.add(text)
        skim(row[-1])
        yield row[:_SAID]


def sent_in(row: Sequence[Any]) -> Sent:
    """Return a row of ``ALL`` as the notice that it is. Raises ``ValueError`` if it is none."""
    values = dict(zip(_SHOWN, row, strict=True))
    became = {name: values.pop(name) for name in _BECAME}
    for name in ("settled_at", "first_at", "retry_at", "resolved_at"):
        became[name] = became[name] and instant(became[name])
    values["created_at"] = instant(values["created_at"])
    values["facts"] = facts_in(values["facts"])
    notice = Notice(**values)
    return Sent(notice=notice, status=notice.status, cause=notice.cause, **became)
