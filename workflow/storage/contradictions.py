"""Rows that contradict their own keys, each other, or the log, as a hand's edit leaves them.

What became of messages is no part of the log: it is vouched for by nothing but itself. So what is
said of a message twice must be the same, and what follows from its key must follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import and_, func, or_, select

from notifications.notice import ACCEPTED, BUNDLED, DEAD, DIGEST, SUPERSEDED
from states.errors import Problem
from workflow.storage.constructs import among
from workflow.storage.driver import Driver
from workflow.storage.tables import SETTLED, deliveries, entries, issues, notices

OUTBOX = "outbox"
"""Where problems of messages are that belong to no issue."""

HASHES = (
    select(issues.c.key)
    .join_from(issues, entries, and_(entries.c.stream == issues.c.key, entries.c.n == issues.c.n))
    .where(entries.c.hash != issues.c.hash)
    .order_by(issues.c.key)
)
KEYS = select(issues.c.key)
NAMED = select(
    notices.c.id,
    notices.c.key,
    notices.c.issue,
    notices.c.obligation,
    notices.c.rung,
    notices.c.recipient,
    notices.c.message_id,
).order_by(notices.c.id)

_OF = deliveries.alias("counted")
_COUNTED = (
    select(_OF.c.notice, func.max(_OF.c.n).label("last"), func.count().label("lines"))
    .group_by(_OF.c.notice)
    .subquery()
)
_STATUS, _ALONE = notices.c.status, notices.c.bundle.is_(None)
# Of a message that a former version handed over there is no trail, and not when it was first tried.
_FORMER = and_(_COUNTED.c.last.is_(None), notices.c.first_at.is_(None), notices.c.attempts > 0)
_LAST = and_(deliveries.c.notice == notices.c.id, deliveries.c.n == _COUNTED.c.last)
TRAILS = (
    select(notices.c.id, notices.c.issue)
    .outerjoin_from(notices, _COUNTED, _COUNTED.c.notice == notices.c.id)
    .outerjoin(deliveries, _LAST)
    .where(
        or_(
            _COUNTED.c.last != _COUNTED.c.lines,
            and_(
                _STATUS == ACCEPTED,
                _ALONE,
                ~_FORMER,
                or_(
                    deliveries.c.status.is_(None),
                    deliveries.c.status != ACCEPTED,
                    deliveries.c.at != notices.c.settled_at,
                ),
            ),
            and_(
                among(deliveries.c.status, (ACCEPTED, DEAD)),
                _ALONE,
                notices.c.settled_at.is_not(None),
                or_(deliveries.c.status != _STATUS, deliveries.c.at != notices.c.settled_at),
            ),
            and_(deliveries.c.status == ACCEPTED, notices.c.settled_at.is_(None)),
        )
    )
    .order_by(notices.c.id)
)
_WHOLE = notices.alias("whole")
ITEMS = (
    select(notices.c.id, notices.c.issue)
    .outerjoin_from(notices, _WHOLE, _WHOLE.c.key == notices.c.bundle)
    .where(
        notices.c.bundle.is_not(None),
        or_(
            _WHOLE.c.id.is_(None),
            and_(_STATUS == BUNDLED, among(_WHOLE.c.status, SETTLED)),
            and_(_STATUS != BUNDLED, _WHOLE.c.status != _STATUS),
            and_(_STATUS != BUNDLED, _WHOLE.c.settled_at != notices.c.settled_at),
        ),
    )
    .order_by(notices.c.id)
)

_NOBODY = "-"  # the recipient of what was never sent, because something later was
_CALLED = 40  # digits of a message's name


def contradictions(driver: Driver) -> Iterator[Problem]:
    """Yield every contradiction that rows show by themselves, of each message the first."""
    for (key,) in driver.stream(HASHES, {}):
        text = "the row differs from what its log yields"
        yield Problem("projection_differs", text, source=key)
    known = {key for (key,) in driver.stream(KEYS, {})}
    for id, *said in driver.stream(NAMED, {}):
        if not _follows(known, *said):
            text = "message {id} is not what its key says"
            yield Problem("notice_differs", text, {"id": id}, source=said[1] or OUTBOX)
    for id, issue in driver.stream(TRAILS, {}):
        text = "what became of message {id} is not what its trail says"
        yield Problem("trail_differs", text, {"id": id}, source=issue or OUTBOX)
    for id, issue in driver.stream(ITEMS, {}):
        text = "what became of message {id} is not what became of the message that took it along"
        yield Problem("trail_differs", text, {"id": id}, source=issue or OUTBOX)


def _follows(
    known: set[str], key: str, issue: str, obligation: str | None, rung: str | None, *rest: str
) -> bool:
    """Return whether a notice is about, for and called what its key says."""
    recipient, called = rest
    if called != sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:_CALLED]:
        return False
    first, *middle = key.split("/")
    if first == DIGEST:
        return middle[:1] == [recipient] and issue in (*known, "") and rung is None
    if issue != (first if first in known else ""):
        return False
    ends = middle[-2:-1] == [recipient] or (middle[-1:] == [SUPERSEDED] and recipient == _NOBODY)
    if obligation is None:
        return ends and rung is None
    step = key.removeprefix(f"{obligation}/").partition("/")[0]
    return ends and step.rpartition(".")[0] == rung
