"""Rows that contradict their own keys, each other, or the log, as a hand's edit leaves them.

What became of messages is no part of the log: it is vouched for by nothing but itself. So what is
said of a message twice must be the same, and what follows from its key must follow.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from notifications.notice import ACCEPTED, BUNDLED, DEAD
from states.errors import Problem
from workflow.seals import Bound
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
BOUND = (
    select(
        notices.c.id,
        notices.c.issue,
        notices.c.recipient,
        notices.c.channel,
        notices.c.address,
        notices.c.created_at,
    )
    .where(notices.c.settled_at.is_(None), _ALONE)
    .order_by(notices.c.id)
)


def contradictions(driver: Driver) -> Iterator[Problem]:
    """Yield every contradiction that rows show by themselves, of each message the first."""
    for (key,) in driver.stream(HASHES, {}):
        text = "the row differs from what its log yields"
        yield Problem("projection_differs", text, source=key)
    for id, issue in driver.stream(TRAILS, {}):
        text = "what became of message {id} is not what its trail says"
        yield Problem("trail_differs", text, {"id": id}, source=issue or OUTBOX)
    for id, issue in driver.stream(ITEMS, {}):
        text = "what became of message {id} is not what became of the message that took it along"
        yield Problem("trail_differs", text, {"id": id}, source=issue or OUTBOX)


def bound(driver: Driver) -> Iterator[Bound]:
    """Yield where messages go that are still to be sent."""
    return (Bound(*row) for row in driver.stream(BOUND, {}))
