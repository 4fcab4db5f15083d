"""Which notices are looked for, and what a store answers: a list shows some of very many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from states.frozen import Struct

if TYPE_CHECKING:
    from workflow.values import Sent


class Seeking(Struct, frozen=True, kw_only=True):
    """What notices must be to be found; what is empty leaves a field open.

    ``keys`` and ``statuses`` are alternatives; owed from ``since`` on, and before ``before``; of
    those only the newest ``most`` (0: all).
    """

    keys: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    issue: str = ""
    recipient: str = ""
    channel: str = ""
    since: datetime | None = None
    before: datetime | None = None
    most: int = 0


class Seeks(Protocol):
    """The part of a session that finds notices among many."""

    def seek(self, seeking: Seeking) -> list[Sent]:
        """Return the notices that are looked for, oldest first."""

    def seek_count(self, seeking: Seeking) -> Mapping[tuple[str, str], int]:
        """Return how many there are in all, by status and issue, whatever ``most`` says."""
