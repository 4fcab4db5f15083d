"""The list of what waits to be sealed, held against the log: a trigger keeps it, a hand edits it.

The list is computed data: what waits is what has no index. Only the order of writing stands in it
alone, and where it is lost, that of the entries' own instants takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import starmap

from sqlalchemy import and_, case, delete, func, insert, or_, select

from states.log import OFFICE, Row
from workflow.storage.driver import Driver
from workflow.storage.seal_tables import leaves
from workflow.storage.seal_tables import unsealed as tail
from workflow.storage.tables import entries

_SEALED = and_(leaves.c.stream == entries.c.stream, leaves.c.n == entries.c.n)
_LISTED = and_(tail.c.stream == entries.c.stream, tail.c.n == entries.c.n)
# What an entry was decided by comes before it: the office first, where instants are equal.
_BY_INSTANT = (
    entries.c.at,
    case((entries.c.stream == OFFICE, 0), else_=1),
    entries.c.stream,
    entries.c.n,
)

SIZE = select(func.count()).select_from(entries)
UNLISTED = (
    select(entries)
    .outerjoin_from(entries, leaves, _SEALED)
    .outerjoin(tail, _LISTED)
    .where(leaves.c.idx.is_(None), tail.c.id.is_(None))
    .order_by(*_BY_INSTANT)
)
_ONCE = (
    select(tail.c.stream, tail.c.n, func.min(tail.c.id).label("id"), func.count().label("times"))
    .group_by(tail.c.stream, tail.c.n)
    .subquery()
)
_OF_LINE = and_(entries.c.stream == _ONCE.c.stream, entries.c.n == _ONCE.c.n)
_LEAF_OF_LINE = and_(leaves.c.stream == _ONCE.c.stream, leaves.c.n == _ONCE.c.n)
WAITING = (
    select(entries)
    .join_from(_ONCE, entries, _OF_LINE)
    .outerjoin(leaves, _LEAF_OF_LINE)
    .where(leaves.c.idx.is_(None))
    .order_by(_ONCE.c.id)
)
ASTRAY = (
    select(_ONCE.c.stream, _ONCE.c.n)
    .outerjoin_from(_ONCE, entries, _OF_LINE)
    .outerjoin(leaves, _LEAF_OF_LINE)
    .where(or_(entries.c.n.is_(None), leaves.c.idx.is_not(None), _ONCE.c.times > 1))
    .order_by(_ONCE.c.id)
)
LEFT = (
    select(entries)
    .outerjoin_from(entries, leaves, _SEALED)
    .where(leaves.c.idx.is_(None))
    .order_by(*_BY_INSTANT)
)
EMPTY = delete(tail)
LIST = insert(tail).from_select(
    ["stream", "n"],
    select(entries.c.stream, entries.c.n)
    .outerjoin_from(entries, leaves, _SEALED)
    .where(leaves.c.idx.is_(None))
    .order_by(*_BY_INSTANT),
)


def log_size(driver: Driver) -> int:
    """Return how many entries the log has."""
    row = driver.first(SIZE, {})
    return 0 if row is None else int(row[0])


def unlisted(driver: Driver) -> Iterator[Row]:
    """Yield the entries that are neither sealed nor listed as waiting, by their instants."""
    return starmap(Row, driver.stream(UNLISTED, {}))


def tail_of(driver: Driver) -> Iterator[Row]:
    """Yield the entries without an index, each once, in order of writing.

    Where the list does not name them all, that order is lost: then by their instants.
    """
    whole = next(unlisted(driver), None) is None
    return starmap(Row, driver.stream(WAITING if whole else LEFT, {}))


def astray(driver: Driver) -> list[tuple[str, int]]:
    """Return what is listed as waiting and does not: sealed, listed twice, or not there."""
    return [(stream, n) for stream, n in driver.stream(ASTRAY, {})]


def list_anew(driver: Driver) -> int:
    """List as waiting exactly what is not sealed, if that is not so; return how many are."""
    if not astray(driver) and next(unlisted(driver), None) is None:
        return 0
    driver.run(EMPTY, {})
    return driver.run(LIST, {})
