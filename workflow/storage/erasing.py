"""Erasing somebody's personal details: what lies beside the log, and what messages say of them.

The log itself is never touched: it holds commitments, which are worth nothing without the salt.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, delete, func, or_, select, update

from notifications.notice import CLAIMED, INFLIGHT, SUPPRESSED
from states.errors import Conflict, Message
from workflow.erasures import REDACTED, Erased, Erasure
from workflow.storage.cells import moment
from workflow.storage.constructs import among
from workflow.storage.driver import Driver
from workflow.storage.tables import deliveries, notices, people

_WORD, _ID = bindparam("word", type_=Text), bindparam("person", type_=Text)
_THEIRS = notices.c.recipient == _ID


def _holds(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.replace(column, _WORD, "") != column


_SPEAKS = or_(_THEIRS, _holds(notices.c.facts))
UNDER_WAY = select(func.count()).where(_SPEAKS, among(notices.c.status, (CLAIMED, INFLIGHT)))
WITHDRAW = (
    update(notices)
    .values(
        status=SUPPRESSED,
        cause=REDACTED,
        settled_at=bindparam("now"),
        resolved_at=bindparam("now"),
        retry_at=None,
        lease_until=None,
    )
    .where(_THEIRS, notices.c.settled_at.is_(None))
)
UNSAY = (
    update(notices)
    .values(
        message=None,
        facts=func.replace(notices.c.facts, _WORD, _ID),
        cause=func.replace(notices.c.cause, _WORD, _ID),
    )
    .where(_SPEAKS)
)
UNTITLE = (
    update(notices)
    .values(facts=func.replace(notices.c.facts, _WORD, '"recipient_title":""'))
    .where(_THEIRS)
)
UNADDRESS = update(notices).values(address="", message=None).where(_THEIRS)
UNREASON = (
    update(deliveries)
    .values(cause=func.replace(deliveries.c.cause, _WORD, _ID))
    .where(_holds(deliveries.c.cause))
)
FORGET = delete(people).where(people.c.id == _ID)


def erase(driver: Driver, erasure: Erasure, now: datetime) -> Erased:
    """Delete a person's details, and their words in messages. Raises ``Conflict``.

    Words stand in facts as JSON writes them.
    """
    person = {"person": erasure.person}
    words = [person | {"word": json.dumps(w, ensure_ascii=False)[1:-1]} for w in erasure.words]
    if any(driver.all(UNDER_WAY, word) != [(0,)] for word in words):
        raise Conflict(
            Message(
                "message_under_way",
                "a message that names {person} is being sent just now; try again in a minute",
                person,
            )
        )
    withdrawn = driver.run(WITHDRAW, person | {"now": moment(now)})
    said = max((driver.run(UNSAY, word) for word in words), default=0)
    for word in words:
        driver.run(UNREASON, word)
    if erasure.title:
        title = json.dumps(erasure.title, ensure_ascii=False)
        driver.run(UNTITLE, person | {"word": f'"recipient_title":{title}'})
    driver.run(UNADDRESS, person)
    driver.run(FORGET, person)
    return Erased(messages=said, withdrawn=withdrawn)
