"""Shares of what the memory store holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from workflow.memory.tables import Tables
from workflow.shares import Closing, Leaf, Share, Stretch, Told

if TYPE_CHECKING:
    from states.log import Line
    from workflow.ports import Projected, Session


class MemoryShares:
    """The part of a transaction that gives shares."""

    tables: Tables

    def extents(self: Session) -> Iterator[tuple[str, int]]:
        """Yield every stream of the log, in order, with the number of its entries."""
        for stream, rows in groupby(self.rows(), key=attrgetter("stream")):
            yield stream, sum(1 for _ in rows)

    def office_place(self) -> tuple[int, str] | None:
        """Return at which entry the office stands: here it is told by the office alone."""
        office = self.tables.office
        return None if office is None else (office.n, office.hash)

    def share(self, stretch: Stretch) -> Share:
        """Return what is on record of the issues of a stretch."""
        return _Share(cast("Session", self), self.tables.leaves, stretch)


@dataclass(frozen=True, slots=True)
class _Share:
    session: Session
    leaves: Mapping[tuple[str, int], int]
    stretch: Stretch

    def lines(self) -> Iterator[Line]:
        """Yield the log's lines ordered by stream and number."""
        for row in self.session.rows():
            if self.stretch.holds(row.stream):
                yield (row.stream, row.n, row.request_id, row.at, row.hash, row.body)

    def sealed(self) -> Iterator[Leaf]:
        """Yield what is sealed of these streams, ordered by stream and number."""
        for place in sorted(self.leaves):
            if self.stretch.holds(place[0]):
                yield (*place, self.leaves[place])

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key."""
        found = self.session.projected()
        return (one for one in found if self.stretch.holds(one.issue.key))

    def closed(self) -> Iterator[Closing]:
        """Yield every obligation that was closed, as stored."""
        for one in self.session.closed():
            if self.stretch.holds(one.obligation):
                yield (one.obligation, one.by, one.because)

    def notices(self) -> Iterator[Told]:
        """Yield the notices whose keys lie in the stretch, ordered by key."""
        for sent in sorted(self.session.notices(), key=lambda sent: sent.notice.key):
            one = sent.notice
            if self.stretch.holds(one.key):
                about = (one.key, one.issue, one.obligation, one.rung)
                yield (sent.id, *about, one.recipient, one.message_id)
