"""The notices in the database: owed once by their key, listed with what became of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from notifications.notice import Notice
from states.canonical import instant
from workflow.ports import Sent
from workflow.storage.bodies import facts
from workflow.storage.cells import moment
from workflow.storage.constructs import insert_new_into
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
    "attempts",
    "settled_at",
)

INSERT = insert_new_into(notices, "id", "token", "lease_until", "retry_at", "message")
ALL = select(*(notices.c[name] for name in _SHOWN)).order_by(notices.c.id)
OF_ISSUE = ALL.where(notices.c.issue == bindparam("issue"))


def owe(driver: Driver, owed: Sequence[Notice]) -> int:
    """Write the notices whose key is not there yet; return how many were new."""
    return driver.run_all(INSERT, [_row(notice) for notice in owed])


def listed(driver: Driver, issue: str | None) -> list[Sent]:
    """Return notices with their outcome, oldest first; of one issue or of all."""
    if issue is None:
        return [_sent(row) for row in driver.all(ALL, {})]
    return [_sent(row) for row in driver.all(OF_ISSUE, {"issue": issue})]


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
