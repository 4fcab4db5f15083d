"""Shares of the log and of what is kept beside it: the statements of a session, for some keys.

Each reads a range of an index. All keys are text sorted by code point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, Select, Text, bindparam, func, select

from states.log import Line
from workflow.ports import Projected
from workflow.shares import Closing, Leaf, Stretch, Told
from workflow.storage import chasing, ledger, log
from workflow.storage import notices as outbox
from workflow.storage.driver import Driver
from workflow.storage.seal_tables import leaves
from workflow.storage.tables import entries, issues, notices, obligations, office

_LOW, _HIGH = bindparam("low", type_=Text), bindparam("high", type_=Text)


def _parts(statement: Select[Any], key: Column[Any]) -> tuple[Select[Any], Select[Any]]:
    """Return the statement for the keys of a stretch, and for one without an end.

    What was forged sorts anywhere: the last stretch must leave nothing out.
    """
    rest = statement.where(key >= _LOW)
    return rest.where(key < _HIGH), rest


EXTENTS = (
    select(entries.c.stream, func.count()).group_by(entries.c.stream).order_by(entries.c.stream)
)
OFFICE_PLACE = select(office.c.n, office.c.hash)
ROWS = _parts(log.ROWS, entries.c.stream)
PROJECTED = _parts(ledger.ALL, issues.c.key)
OPEN = _parts(chasing.OPEN, obligations.c.id)
SEALED = _parts(
    select(leaves.c.stream, leaves.c.n, leaves.c.idx).order_by(leaves.c.stream, leaves.c.n),
    leaves.c.stream,
)
CLOSED = _parts(chasing.CLOSED, obligations.c.id)
NOTICES = _parts(outbox.READABLE.order_by(notices.c.key), notices.c.key)


def extents(driver: Driver) -> Iterator[tuple[str, int]]:
    """Yield every stream of the log, in order, with the number of its entries."""
    return ((stream, count) for stream, count in driver.stream(EXTENTS, {}))


@dataclass(frozen=True, slots=True)
class SqlShare:
    """A ``Share``. What each call promises is said there."""

    driver: Driver
    stretch: Stretch

    def _stream(self, parts: tuple[Select[Any], Select[Any]]) -> Iterator[tuple[Any, ...]]:
        low, high = self.stretch.low, self.stretch.high
        if high is None:
            return self.driver.stream(parts[1], {"low": low})
        return self.driver.stream(parts[0], {"low": low, "high": high})

    def lines(self) -> Iterator[Line]:
        """Yield the log's lines ordered by stream and number."""
        return cast("Iterator[Line]", self._stream(ROWS))

    def sealed(self) -> Iterator[Leaf]:
        """Yield what is sealed of these streams, ordered by stream and number."""
        return cast("Iterator[Leaf]", self._stream(SEALED))

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key."""
        return ledger.projected(self._stream(PROJECTED), chasing.by_issue(self._stream(OPEN)))

    def closed(self) -> Iterator[Closing]:
        """Yield every obligation that was closed, as stored."""
        return cast("Iterator[Closing]", self._stream(CLOSED))

    def notices(self) -> Iterator[Told]:
        """Yield the notices whose keys lie in the stretch, ordered by key."""
        return outbox.readable(self._stream(NOTICES))


def office_place(driver: Driver) -> tuple[int, str] | None:
    """Return at which entry, by its hash, the office's row says that it stands."""
    row = driver.first(OFFICE_PLACE, {})
    return None if row is None else (row[0], row[1])
