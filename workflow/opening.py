"""Opening an engine: a store, and the world as it is unless another one is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from workflow import world
from workflow.engine.caution import NONE, Caution
from workflow.engine.desk import Desk
from workflow.engine.facade import Engine

if TYPE_CHECKING:
    from notifications.delivery.window import Window
    from notifications.planning.lettering import Lettering
    from workflow.ports import Clock, LetterWriter, Session, Store

DEFAULT_ZONE = "Asia/Shanghai"


def open_engine(  # noqa: PLR0913 - each is a port of its own, all but one with a default
    store: Store,
    *,
    clock: Clock = world.now,
    zone: tzinfo | None = None,
    channels: Sequence[str] = ("mail",),
    window: Window | None = None,
    letters: LetterWriter | None = None,
    lettering: Lettering | None = None,
    caution: Caution | None = None,
) -> Engine:
    """Return an engine on a store.

    ``clock`` tells the time; ``zone`` which civil day it is (default: Asia/Shanghai); ``channels``
    are the ways to reach people, the preferred first. Within ``window`` what is owed to a person
    becomes one message a day; without one each notice goes alone, at any hour. ``letters`` writes
    the letters that rungs issue; without it none are; ``lettering`` says what they state besides.
    ``caution`` keeps people from being flooded;
    without it nothing is held back.
    """
    return Engine(
        Desk(
            store=store,
            clock=clock,
            fresh=world.fresh,
            salt=world.salt,
            verify=_verify,
            zone=zone or ZoneInfo(DEFAULT_ZONE),
            channels=tuple(channels),
            window=window,
            letters=letters,
            lettering=lettering,
            rehearsal=_rehearsal,
            caution=caution or NONE,
        )
    )


def _verify(public: bytes, signature: bytes, message: bytes) -> bool:
    from workflow.proof.keys import verify  # only acts on keys need cryptography

    return verify(public, signature, message)


def _rehearsal(session: Session, last: date) -> Store:
    from workflow.rehearsal import rehearsal  # only the preview needs a second store

    return rehearsal(session, last)
