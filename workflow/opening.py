"""Opening an engine: a store, and the world as it is unless another one is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

from workflow import world
from workflow.engine.desk import Desk
from workflow.engine.facade import Engine
from workflow.ports import Clock, Store

DEFAULT_ZONE = "Asia/Shanghai"


def open_engine(
    store: Store,
    *,
    clock: Clock = world.now,
    zone: tzinfo | None = None,
    channels: Sequence[str] = ("mail",),
) -> Engine:
    """Return an engine on a store.

    ``clock`` tells the time; ``zone`` which civil day it is (default: Asia/Shanghai); ``channels``
    are the ways to reach people, the preferred first.
    """
    return Engine(
        Desk(
            store=store,
            clock=clock,
            fresh=world.fresh,
            salt=world.salt,
            zone=zone or ZoneInfo(DEFAULT_ZONE),
            channels=tuple(channels),
        )
    )
