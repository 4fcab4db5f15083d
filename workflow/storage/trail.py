"""The trail of each notice: a line for every time that something became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Text, bindparam, func, insert, select, update

from notifications.notice import BUNDLED
from states.canonical import instant
from workflow.ports import Delivery
from workflow.storage.driver import Driver
from workflow.storage.tables import SETTLED, deliveries, notices

_BEFORE = deliveries.alias("before")
_NOTICE = bindparam("id", type_=Integer)
TRAIL = insert(deliveries).from_select(
    ["notice", "n", "at", "status", "cause", "ref"],
    select(
        _NOTICE,
        func.coalesce(func.max(_BEFORE.c.n), 0) + 1,
        bindparam("now", type_=Text),
        bindparam("status", type_=Text),
        bindparam("cause", type_=Text),
        bindparam("ref", type_=Text),
    ).where(_BEFORE.c.notice == _NOTICE),
)
OF_NOTICE = (
    select(
        deliveries.c.n, deliveries.c.at, deliveries.c.status, deliveries.c.cause, deliveries.c.ref
    )
    .where(deliveries.c.notice == _NOTICE)
    .order_by(deliveries.c.n)
)
# The items of a message that has ended share its end.
SHARE = (
    update(notices)
    .values({name: bindparam(name) for name in ("status", "cause", "settled_at")})
    .where(notices.c.bundle == bindparam("key"), notices.c.status == BUNDLED)
)


def follow(driver: Driver, became: Sequence[Mapping[str, Any]]) -> None:
    """Write what became of notices into their trails, and let their items share an end.

    Each has ``id``, ``key``, ``status``, ``cause``, ``settled_at``, ``now`` and ``ref``.
    """
    driver.run_all(TRAIL, became)
    driver.run_all(SHARE, [row for row in became if row["status"] in SETTLED])


def trail(driver: Driver, id: int) -> list[Delivery]:
    """Return the trail of a notice, oldest first."""
    return [
        Delivery(n=n, at=instant(at), status=status, cause=cause, ref=ref)
        for n, at, status, cause, ref in driver.all(OF_NOTICE, {"id": id})
    ]
