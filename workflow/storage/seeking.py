"""Notices looked for in the database: only the rows that are wanted are read as notices."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Integer, Text, bindparam, func, or_, select

from workflow.seeking import Seeking
from workflow.storage.cells import moment
from workflow.storage.constructs import Items
from workflow.storage.driver import Driver
from workflow.storage.notices import ALL, sent_in
from workflow.storage.tables import notices
from workflow.values import Sent

_NONE, _EVER, _ALL = "[]", "~", 2**31 - 1
_KEYS, _STATUSES = bindparam("keys", type_=Text), bindparam("statuses", type_=Text)


def _is_open_or(name: str) -> Any:
    asked = bindparam(name, type_=Text)
    return or_(asked == "", notices.c[name] == asked)


_WANTED = (
    or_(_KEYS == _NONE, notices.c.key.op("IN")(Items(_KEYS))),
    or_(_STATUSES == _NONE, notices.c.status.op("IN")(Items(_STATUSES))),
    *map(_is_open_or, ("issue", "recipient", "channel")),
    notices.c.created_at >= bindparam("since", type_=Text),
    notices.c.created_at < bindparam("before", type_=Text),
)
FOUND = (
    ALL.order_by(None)
    .where(*_WANTED)
    .order_by(notices.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
COUNTED = (
    select(notices.c.status, notices.c.issue, func.count())
    .where(*_WANTED)
    .group_by(notices.c.status, notices.c.issue)
)


def found(driver: Driver, seeking: Seeking) -> list[Sent]:
    """Return the notices that are looked for, oldest first."""
    asked = {**_asked(seeking), "most": seeking.most or _ALL}
    return [sent_in(row) for row in reversed(driver.all(FOUND, asked))]


def counted(driver: Driver, seeking: Seeking) -> dict[tuple[str, str], int]:
    """Return how many there are in all, by status and issue."""
    rows = driver.all(COUNTED, _asked(seeking))
    return {(status, issue): count for status, issue, count in rows}


def _asked(seeking: Seeking) -> dict[str, Any]:
    return {
        "keys": json.dumps(seeking.keys),
        "statuses": json.dumps(seeking.statuses),
        "issue": seeking.issue,
        "recipient": seeking.recipient,
        "channel": seeking.channel,
        "since": "" if seeking.since is None else moment(seeking.since),
        "before": _EVER if seeking.before is None else moment(seeking.before),
    }
