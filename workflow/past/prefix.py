"""The log up to an instant: its lines, read and held against each other while they are folded.

An entry that cannot be read, or does not fit the one before it, is never folded: what the past was
is then not known, and which entries are at fault is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from states.canonical import stamp
from states.errors import Invalid, Problem
from states.log import UNREADABLE, Entry, Row, check_shape, read_entry
from workflow.ports import Store

MOST_NAMED = 20
"""Faulty entries that an error names; ``rectify verify`` names one of each stream."""

Tell = Callable[[int], None]
"""Is told how many lines of the log have been read so far."""

Watch = Callable[[], AbstractContextManager[Tell]]
"""Watches one reading of the whole log."""


def unwatched() -> AbstractContextManager[Tell]:
    """Tell nobody how far the reading has come."""
    return nullcontext(lambda lines: None)


@dataclass(slots=True)
class Prefix:
    """The lines of a log with an instant of ``at`` or earlier.

    ``watch`` watches readings of the whole log; ``later`` are the streams found so far that began
    only after the instant.
    """

    origin: Store
    at: datetime
    watch: Watch = unwatched
    later: set[str] = field(default_factory=set)

    def rows(self, stream: str | None = None) -> Iterator[Row]:
        """Yield the lines ordered by stream and number, of one stream or of all.

        Raises ``Invalid`` if a line does not say when it was written, or says it in two ways.
        """
        last = stamp(self.at)
        watched = self.watch() if stream is None else unwatched()
        with self.origin.reading() as session, watched as tell:
            for count, row in enumerate(session.rows(stream), start=1):
                tell(count)
                if not isinstance(row.at, str):
                    raise Invalid(fault_of(row))
                if row.at <= last:
                    yield row
                elif _pretends(row, self.at):
                    raise Invalid(fault_of(row))
                elif row.n == 1:
                    self.later.add(row.stream)

    def streams(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """Yield every stream that had begun by then, with its lines."""
        yield from groupby(self.rows(), key=attrgetter("stream"))

    def entries(self, stream: str | None = None) -> Iterator[Entry]:
        """Yield the entries of one stream or of all. Raises ``Invalid`` with the first faulty."""
        for _, rows in groupby(self.rows(stream), key=attrgetter("stream")):
            yield from chained(rows)


def worded(at: datetime) -> str:
    """Return an instant for a sentence, to the minute, in its own zone."""
    return f"{at:%Y-%m-%d %H:%M}"


def chained(rows: Iterable[Row]) -> Iterator[Entry]:
    """Yield the entries of one stream's lines, each held against the one before it.

    Raises ``Invalid`` at the first that cannot be read or does not follow.
    """
    before: Entry | None = None
    for row in rows:
        try:
            entry = read_entry(row.body)
            check_shape(entry)
            follows = _follows(row, entry, before)
        except UNREADABLE:
            raise Invalid(fault_of(row)) from None
        if not follows:
            raise Invalid(fault_of(row))
        yield entry
        before = entry


@contextmanager
def foldable(entry: Entry) -> Iterator[None]:
    """Name the entry that is folded in the block, if it cannot be. Raises ``Invalid``."""
    try:
        yield
    except UNREADABLE as error:
        row = Row(entry.stream, entry.n, entry.request_id, "", entry.hash, entry.body)
        raise Invalid(fault_of(row)) from error


def _pretends(row: Row, at: datetime) -> bool:
    """Return whether a line that says it is of later was written by an instant.

    To find the column's text in the bytes is quick, and true of every line that nobody changed.
    """
    if b'"at":"%s"' % row.at.encode("utf-8", "surrogateescape") in row.body:
        return False
    try:
        return read_entry(row.body).at <= at
    except UNREADABLE:
        return False  # whatever it is, it stands among later ones


def _follows(row: Row, entry: Entry, before: Entry | None) -> bool:
    n, prev = (0, "") if before is None else (before.n, before.hash)
    return (
        (row.hash, row.at) == (entry.hash, stamp(entry.at))
        and (row.stream, row.n) == (entry.stream, entry.n)
        and entry.n == n + 1
        and entry.content["prev"] == prev
    )


def fault_of(row: Row) -> Problem:
    """Return what is said of a line that cannot be folded."""
    n: object = row.n
    return Problem(
        "past_unreadable",
        "the past cannot be rebuilt from this entry: it cannot be read, or does not follow from "
        "the one before it (rectify verify says what is wrong)",
        source=str(row.stream),
        line=n if isinstance(n, int) else None,
    )
