"""The part of a session that knows what is sealed.

Its statements are imported when one of them is asked for: most commands need none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from states.errors import Problem
    from states.log import Row
    from workflow.ports import Sealed, Unsealed
    from workflow.seals import Bound
    from workflow.storage.driver import Driver


class SqlSeals:
    """What each call promises is said in ``workflow.seals``."""

    _driver: Driver

    def unsealed(self, limit: int, without: Collection[str] = ()) -> list[Unsealed]:
        """Return entries that wait to be sealed, in order of writing, none of these streams."""
        from workflow.storage import sealing

        return sealing.unsealed(self._driver, limit, without)

    def unsealed_of(self, ids: Collection[int]) -> list[Unsealed]:
        """Return those of these ids that still wait, in order of writing."""
        from workflow.storage import sealing

        return sealing.unsealed_of(self._driver, ids)

    def unsealed_count(self) -> int:
        """Return how many entries wait to be sealed."""
        from workflow.storage import sealing

        return sealing.unsealed_count(self._driver)

    def sealed_count(self) -> int:
        """Return how many entries have an index."""
        from workflow.storage import sealing

        return sealing.sealed_count(self._driver)

    def unsealed_since(self) -> datetime | None:
        """Return when the entry was written that waits longest, by its own word."""
        from workflow.storage import sealing

        return sealing.unsealed_since(self._driver)

    def heads(self, streams: Collection[str]) -> dict[str, Row]:
        """Return the last sealed entry of each of these streams that has one."""
        from workflow.storage import sealing

        return sealing.heads(self._driver, streams)

    def seal(self, leaves: Sequence[Unsealed], sealed: Sealed) -> None:
        """Seal entries and write the checkpoint that covers them. Raises ``Conflict``."""
        from workflow.storage import sealing

        sealing.seal(self._driver, leaves, sealed)

    def checkpoint(self, size: int | None = None) -> Sealed | None:
        """Return the checkpoint of that size, else the latest; None if there is none."""
        from workflow.storage import sealing

        return sealing.checkpoint(self._driver, size)

    def checkpoints(self) -> Iterator[Sealed]:
        """Yield every checkpoint, smallest first."""
        from workflow.storage import sealing

        return sealing.checkpoints(self._driver)

    def indexed_rows(self, since: int = 0) -> Iterator[tuple[int, Row]]:
        """Yield the log's lines with their index: the sealed ones, then the tail."""
        from workflow.storage import sealing

        return sealing.indexed_rows(self._driver, since)

    def log_size(self) -> int:
        """Return how many entries the log has."""
        from workflow.storage import listing

        return listing.log_size(self._driver)

    def unlisted(self) -> Iterator[Row]:
        """Yield the entries that are neither sealed nor listed as waiting, by their instants."""
        from workflow.storage import listing

        return listing.unlisted(self._driver)

    def astray(self) -> list[tuple[str, int]]:
        """Return what is listed as waiting and does not."""
        from workflow.storage import listing

        return listing.astray(self._driver)

    def list_anew(self) -> int:
        """List as waiting exactly what is not sealed, if that is not so; return how many are."""
        from workflow.storage import listing

        return listing.list_anew(self._driver)

    def index_of(self, stream: str, n: int) -> int | None:
        """Return the index of an entry, None unless it is sealed."""
        from workflow.storage import sealing

        return sealing.index_of(self._driver, stream, n)

    def contradictions(self) -> Iterator[Problem]:
        """Yield what rows say against their keys, each other, or the end of their log."""
        from workflow.storage import contradictions

        return contradictions.contradictions(self._driver)

    def bound(self) -> Iterator[Bound]:
        """Yield where messages go that are still to be sent."""
        from workflow.storage import contradictions

        return contradictions.bound(self._driver)

    def structure_faults(self) -> list[Problem]:
        """Return what stands in the database beside its rows and is not as it is meant to."""
        from workflow.storage import structure

        return structure.structure_faults(self._driver)
