"""The log in the database: entries are written once, and given back as they lie there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import starmap
from typing import Any

from sqlalchemy import bindparam, or_, select

from states.errors import Conflict, Message
from states.log import Entry, Row, read_entry
from workflow.storage.cells import moment
from workflow.storage.constructs import insert_new_into
from workflow.storage.driver import Driver
from workflow.storage.failures import moved_on
from workflow.storage.tables import entries

INSERT = insert_new_into(entries)
OF_REQUEST = select(entries.c.body).where(entries.c.request_id == bindparam("request_id"))
IN_THE_WAY = select(entries.c.request_id, entries.c.stream, entries.c.n, entries.c.hash).where(
    or_(
        entries.c.request_id == bindparam("request_id"),
        (entries.c.stream == bindparam("stream")) & (entries.c.n == bindparam("n")),
    )
)
ROWS = select(entries).order_by(entries.c.stream, entries.c.n)
ROWS_OF_STREAM = ROWS.where(entries.c.stream == bindparam("stream"))


def entry_of(driver: Driver, request_id: str) -> Entry | None:
    """Return the entry that a request has already written, or None."""
    row = driver.first(OF_REQUEST, {"request_id": request_id})
    return None if row is None else read_entry(row[0])


def rows(driver: Driver, stream: str | None) -> Iterator[Row]:
    """Yield the log's lines ordered by stream and number, of one stream or of all."""
    if stream is None:
        return starmap(Row, driver.stream(ROWS, {}))
    return starmap(Row, driver.stream(ROWS_OF_STREAM, {"stream": stream}))


def write(driver: Driver, written: Sequence[Entry]) -> None:
    """Append entries. Raises ``Conflict`` if one of that number or request is there already."""
    lines = [_line(entry) for entry in written]
    try:
        new = driver.run_all(INSERT, lines)
    except sqlite3.IntegrityError as error:
        # the trigger that keeps INSERT OR REPLACE out is faster than ON CONFLICT
        if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_TRIGGER:
            raise
        new = 0
    if new == len(lines):
        return
    for line in lines:
        for request, stream, n, hash in driver.all(IN_THE_WAY, line):
            if hash == line["hash"]:
                continue  # of this very batch
            if request == line["request_id"]:
                raise _request_used(request, stream, n)
            raise moved_on(stream, n)
    raise moved_on(written[0].stream, written[0].n)


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "stream": entry.stream,
        "n": entry.n,
        "request_id": entry.request_id,
        "at": moment(entry.at),
        "hash": entry.hash,
        "body": entry.body,
    }


def _request_used(request: str, stream: str, n: int) -> Conflict:
    return Conflict(
        Message(
            "request_used",
            "the request id {request} was already used for entry {n} of {stream}",
            {"request": request, "stream": stream, "n": n},
        )
    )
