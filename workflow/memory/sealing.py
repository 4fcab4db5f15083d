"""What the memory store knows of seals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import chain

from states.errors import Problem
from states.log import OFFICE, Row
from workflow.memory.tables import Tables
from workflow.seals import Bound, Sealed, Unsealed, dated, sealed_already


class MemorySeals:
    """The part of a transaction that knows what is sealed."""

    tables: Tables

    def unsealed(self, limit: int, without: Collection[str] = ()) -> list[Unsealed]:
        """Return entries that wait to be sealed, in order of writing, none of these streams."""
        kept = [u for u in self._tail() if u.row.stream not in without]
        return kept[:limit]

    def unsealed_of(self, ids: Collection[int]) -> list[Unsealed]:
        """Return those of these ids that still wait, in order of writing."""
        return [u for u in self._tail() if u.id in ids]

    def _tail(self) -> list[Unsealed]:
        waiting, log = self.tables.unsealed, self.tables.log
        gone = {place: Row(*place, "", "", "", b"") for place in waiting.values() - log.keys()}
        return [
            Unsealed(id, log.get(place) or gone[place]) for id, place in sorted(waiting.items())
        ]

    def unsealed_count(self) -> int:
        """Return how many entries wait to be sealed."""
        return len(self.tables.unsealed)

    def sealed_count(self) -> int:
        """Return how many entries have an index."""
        return len(self.tables.leaves)

    def unsealed_since(self) -> datetime | None:
        """Return when the entry was written that waits longest."""
        return next((dated(u.row.at) for u in self._tail()), None)

    def heads(self, streams: Collection[str]) -> dict[str, Row]:
        """Return the last sealed entry of each of these streams that has one."""
        last: dict[str, Row] = {}
        for place in sorted(self.tables.leaves):
            if place[0] in streams:
                last[place[0]] = self.tables.log[place]
        return last

    def seal(self, leaves: Sequence[Unsealed], sealed: Sealed) -> None:
        """Seal entries and write the checkpoint that covers them. Raises ``Conflict``."""
        known = self.tables.leaves
        first = sealed.size - len(leaves)
        waiting = all(self.tables.unsealed.get(u.id) == (u.row.stream, u.row.n) for u in leaves)
        if not leaves or not waiting or first != len(known):
            raise sealed_already()
        for index, leaf in enumerate(leaves, first):
            known[leaf.row.stream, leaf.row.n] = index
            del self.tables.unsealed[leaf.id]
        self.tables.checkpoints[sealed.size] = sealed

    def checkpoint(self, size: int | None = None) -> Sealed | None:
        """Return the checkpoint of that size, else the latest."""
        known = self.tables.checkpoints
        return known.get(max(known, default=0) if size is None else size)

    def checkpoints(self) -> Iterator[Sealed]:
        """Yield every checkpoint, smallest first."""
        for size in sorted(self.tables.checkpoints):
            yield self.tables.checkpoints[size]

    def indexed_rows(self, since: int = 0) -> Iterator[tuple[int, Row]]:
        """Yield the log's lines with their index: the sealed ones, then the tail."""
        sealed = sorted(self.tables.leaves, key=self.tables.leaves.__getitem__)
        waiting = dict.fromkeys(self.tables.unsealed[id] for id in sorted(self.tables.unsealed))
        left = self.tables.log.keys() - self.tables.leaves.keys()
        tail = [place for place in waiting if place in left]
        if len(tail) != len(left):  # the order of writing is lost
            tail = [(r.stream, r.n) for r in sorted((self.tables.log[p] for p in left), key=_order)]
        places = chain(sealed, tail)
        for index, place in enumerate(places):
            if index >= since and place in self.tables.log:
                yield index, self.tables.log[place]

    def log_size(self) -> int:
        """Return how many entries the log has."""
        return len(self.tables.log)

    def unlisted(self) -> Iterator[Row]:
        """Yield the entries that are neither sealed nor listed as waiting, by their instants."""
        known = {*self.tables.leaves, *self.tables.unsealed.values()}
        yield from sorted((self.tables.log[p] for p in self.tables.log.keys() - known), key=_order)

    def astray(self) -> list[tuple[str, int]]:
        """Return what is listed as waiting and does not."""
        listed = Counter(self.tables.unsealed[id] for id in sorted(self.tables.unsealed))
        return [
            place
            for place, times in listed.items()
            if times > 1 or place in self.tables.leaves or place not in self.tables.log
        ]

    def list_anew(self) -> int:
        """List as waiting exactly what is not sealed, if that is not so; return how many are."""
        if not self.astray() and next(self.unlisted(), None) is None:
            return 0
        left = [row for place, row in self.tables.log.items() if place not in self.tables.leaves]
        ordered = sorted(left, key=_order)
        self.tables.unsealed = {id: (row.stream, row.n) for id, row in enumerate(ordered, start=1)}
        return len(ordered)

    def index_of(self, stream: str, n: int) -> int | None:
        """Return the index of an entry, None unless it is sealed."""
        return self.tables.leaves.get((stream, n))

    def contradictions(self) -> Iterator[Problem]:
        """Yield nothing: there are no rows that a hand could edit."""
        return iter(())

    def bound(self) -> Iterator[Bound]:
        """Yield nothing: nobody edits by hand where messages go."""
        return iter(())

    def structure_faults(self) -> list[Problem]:
        """Return nothing: there is no database that could act by itself."""
        return []


def _order(row: Row) -> tuple[str, bool, str, int]:
    """Return what orders entries by their instants, the office first where these are equal."""
    return row.at, row.stream != OFFICE, row.stream, row.n
