"""What proving a large log needs of a store: shares of it, each read and proven by itself.

A share holds the streams of a range of keys, with whatever rows are kept of these issues. Shares
are proven one after the other, or at once by several processes, and none needs to be large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from states.frozen import Struct

if TYPE_CHECKING:
    from states.log import Line
    from workflow.values import Projected


class Stretch(Struct, frozen=True, kw_only=True):
    """The keys from ``low`` on and before ``high`` (None: all the rest), of so many entries."""

    low: str
    high: str | None
    entries: int

    def holds(self, key: str) -> bool:
        """Return whether a key lies in the stretch."""
        return self.low <= key and (self.high is None or key < self.high)


def stretches(extents: Iterable[tuple[str, int]], size: int) -> list[Stretch]:
    """Return stretches of about ``size`` entries that together hold every key there can be.

    ``extents`` are the streams, in order, each with the number of its entries. What begins with a
    stream's name and ``/`` (its obligations, its notices) lies in the stretch of the stream.
    """
    found, low, counted, last = [], "", 0, ""
    for stream, entries in extents:
        if counted >= size and not _before_parts(last, stream):
            found.append(Stretch(low=low, high=stream, entries=counted))
            low, counted = stream, 0
        if not _before_parts(last, stream):
            last = stream
        counted += entries
    return [*found, Stretch(low=low, high=None, entries=counted)]


def _before_parts(stream: str, other: str) -> bool:
    """Return whether a later stream comes before what begins with an earlier one and ``/``."""
    return bool(stream) and stream < other < f"{stream}/"


Leaf = tuple[str, int, int]
"""Stream and number of a sealed entry, and its index in the tree."""

Closing = tuple[str, int, str]
"""A closed obligation by its id: the number of the entry that closed it, and its event."""

Told = tuple[int, str, str, str | None, str | None, str, str]
"""A notice by its id: its key, issue, obligation and rung, its recipient, its message's name."""


class Share(Protocol):
    """What is on record of the issues of a stretch."""

    def lines(self) -> Iterator[Line]:
        """Yield the log's lines ordered by stream and number."""

    def sealed(self) -> Iterator[Leaf]:
        """Yield what is sealed of these streams, ordered by stream and number."""

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key."""

    def closed(self) -> Iterator[Closing]:
        """Yield every obligation that was closed, as stored."""

    def notices(self) -> Iterator[Told]:
        """Yield the notices whose keys lie in the stretch, ordered by key.

        Raises ``ValueError`` at one that cannot be read.
        """


class Shares(Protocol):
    """The part of a transaction that gives shares."""

    def extents(self) -> Iterator[tuple[str, int]]:
        """Yield every stream of the log, in order, with the number of its entries."""

    def share(self, stretch: Stretch) -> Share:
        """Return what is on record of the issues of a stretch."""

    def office_place(self) -> tuple[int, str] | None:
        """Return at which entry, by its hash, the office's row says that it stands."""
