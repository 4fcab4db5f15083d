"""Seals in the database: what waits, the indices of what is sealed, and the checkpoints.

A trigger lists every entry in ``unsealed`` as it is written. Indices are dense because each seal
begins at the index where the tree ends: of two that seal at once the second one meets the rows of
the first under the same primary key.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, cast, delete, func, select

from states.log import Row
from workflow.seals import Sealed, Unsealed, dated, packed, sealed_already, unpacked
from workflow.storage import listing
from workflow.storage.constructs import Items, insert_new_into
from workflow.storage.driver import Driver
from workflow.storage.seal_tables import checkpoints as notes
from workflow.storage.seal_tables import leaves
from workflow.storage.seal_tables import unsealed as tail
from workflow.storage.tables import entries

_REST = (entries.c.request_id, entries.c.at, entries.c.hash, entries.c.body)
_LISTED = Items(bindparam("listed", type_=Text))

UNSEALED = (
    select(tail, *_REST)
    .outerjoin_from(tail, entries, and_(entries.c.stream == tail.c.stream, entries.c.n == tail.c.n))
    .order_by(tail.c.id)
)
SOME_UNSEALED = UNSEALED.limit(bindparam("limit", type_=Integer))
OTHERS_UNSEALED = SOME_UNSEALED.where(tail.c.stream.op("NOT IN")(_LISTED))
THESE_UNSEALED = UNSEALED.where(cast(tail.c.id, Text).op("IN")(_LISTED))
COUNT = select(func.count()).select_from(tail)
SEALED_COUNT = select(func.count()).select_from(leaves)
OLDEST = (
    select(entries.c.at)
    .join_from(tail, entries, and_(entries.c.stream == tail.c.stream, entries.c.n == tail.c.n))
    .order_by(tail.c.id)
    .limit(1)
)
_LAST = (
    select(leaves.c.stream, func.max(leaves.c.n).label("n"))
    .where(leaves.c.stream.op("IN")(_LISTED))
    .group_by(leaves.c.stream)
    .subquery()
)
HEADS = select(entries).join_from(
    _LAST, entries, and_(entries.c.stream == _LAST.c.stream, entries.c.n == _LAST.c.n)
)
END = select(func.coalesce(func.max(leaves.c.idx) + 1, 0))
INSERT_LEAF = insert_new_into(leaves)
INSERT_NOTE = insert_new_into(notes)
LEAVE = delete(tail).where(
    tail.c.id == bindparam("id"),
    tail.c.stream == bindparam("stream"),
    tail.c.n == bindparam("n"),
)
CHECKPOINTS = select(notes).order_by(notes.c.size)
LATEST = select(notes).order_by(notes.c.size.desc()).limit(1)
OF_SIZE = select(notes).where(notes.c.size == bindparam("size"))
INDEXED = (
    select(leaves.c.idx, entries)
    .join_from(
        leaves, entries, and_(entries.c.stream == leaves.c.stream, entries.c.n == leaves.c.n)
    )
    .where(leaves.c.idx >= bindparam("since"))
    .order_by(leaves.c.idx)
)
INDEX = select(leaves.c.idx).where(
    leaves.c.stream == bindparam("stream"), leaves.c.n == bindparam("n")
)


def unsealed(driver: Driver, limit: int, without: Collection[str]) -> list[Unsealed]:
    """Return entries that wait to be sealed, in order of writing, none of these streams."""
    if not without:
        return [_waiting(row) for row in driver.stream(SOME_UNSEALED, {"limit": limit})]
    asked = {"limit": limit, "listed": json.dumps(sorted(without))}
    return [_waiting(row) for row in driver.stream(OTHERS_UNSEALED, asked)]


def unsealed_of(driver: Driver, ids: Collection[int]) -> list[Unsealed]:
    """Return those of these ids that still wait, in order of writing."""
    listed = json.dumps([str(id) for id in ids])
    return [_waiting(row) for row in driver.stream(THESE_UNSEALED, {"listed": listed})]


def unsealed_count(driver: Driver) -> int:
    """Return how many entries wait to be sealed."""
    row = driver.first(COUNT, {})
    return 0 if row is None else int(row[0])


def sealed_count(driver: Driver) -> int:
    """Return how many entries have an index."""
    row = driver.first(SEALED_COUNT, {})
    return 0 if row is None else int(row[0])


def unsealed_since(driver: Driver) -> datetime | None:
    """Return when the entry was written that waits longest, by its own word."""
    row = driver.first(OLDEST, {})
    return None if row is None else dated(row[0])


def heads(driver: Driver, streams: Collection[str]) -> dict[str, Row]:
    """Return the last sealed entry of each of these streams that has one."""
    found = driver.stream(HEADS, {"listed": json.dumps(sorted(streams))})
    return {row[0]: Row(*row) for row in found}


def seal(driver: Driver, sealing: Sequence[Unsealed], sealed: Sealed) -> None:
    """Seal entries and write the checkpoint that covers them. Raises ``Conflict``."""
    first = sealed.size - len(sealing)
    lines = [
        {"idx": index, "stream": leaf.row.stream, "n": leaf.row.n, "id": leaf.id}
        for index, leaf in enumerate(sealing, first)
    ]
    note = {
        "size": sealed.size,
        "at": sealed.at,
        "root": sealed.root,
        "suite": sealed.suite,
        "note": sealed.note,
        "frontier": packed(sealed.frontier),
    }
    if not lines or driver.first(END, {}) != (first,):
        raise sealed_already()
    try:
        done = [driver.run_all(INSERT_LEAF, lines), driver.run_all(LEAVE, lines)]
        written = driver.run(INSERT_NOTE, note)
    except sqlite3.IntegrityError as error:
        # the trigger that keeps INSERT OR REPLACE out is faster than ON CONFLICT
        if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_TRIGGER:
            raise
        raise sealed_already() from None
    if done != [len(lines), len(lines)] or written != 1:
        raise sealed_already()


def checkpoint(driver: Driver, size: int | None) -> Sealed | None:
    """Return the checkpoint of that size, else the latest; None if there is none."""
    found = driver.first(LATEST, {}) if size is None else driver.first(OF_SIZE, {"size": size})
    return None if found is None else _sealed(found)


def checkpoints(driver: Driver) -> Iterator[Sealed]:
    """Yield every checkpoint, smallest first."""
    return map(_sealed, driver.stream(CHECKPOINTS, {}))


def indexed_rows(driver: Driver, since: int) -> Iterator[tuple[int, Row]]:
    """Yield the log's lines with their index: the sealed ones, then the tail."""
    for index, *line in driver.stream(INDEXED, {"since": since}):
        yield index, Row(*line)
    end = driver.first(END, {})
    for index, row in enumerate(listing.tail_of(driver), 0 if end is None else end[0]):
        if index >= since:
            yield index, row


def index_of(driver: Driver, stream: str, n: int) -> int | None:
    """Return the index of an entry, None unless it is sealed."""
    found = driver.first(INDEX, {"stream": stream, "n": n})
    return None if found is None else int(found[0])


def _waiting(line: tuple[Any, ...]) -> Unsealed:
    id, stream, n, request_id, at, hash, body = line
    if body is None:  # its entry is gone
        return Unsealed(id, Row(stream, n, "", "", "", b""))
    return Unsealed(id, Row(stream, n, request_id, at, hash, body))


def _sealed(line: tuple[Any, ...]) -> Sealed:
    size, at, root, suite, note, frontier = line
    return Sealed(size=size, at=at, root=root, suite=suite, note=note, frontier=unpacked(frontier))
