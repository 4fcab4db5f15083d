"""Whatever is changed anywhere in the log is found, and the first bad entry is named."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from states.administration import administer
from states.audit import Proven, Record, prove_office, prove_streams, verify
from states.calendar import WEEKDAYS
from states.frozen import replace
from states.log import OFFICE, Row
from states.process_file import default_process
from tests.cast import a_story, attempt, founding, issue_in, row_of

PROCESS = default_process()
COLUMNS = ("stream", "n", "request_id", "at", "hash", "body")


def _the_log() -> tuple[Row, ...]:
    """Return the log of an office and two issues, as a store orders it."""
    founded, office = administer(None, founding(PROCESS))
    bound = administer(
        office, attempt("li", "bind_account", {"person": "li", "account": "uid:1000"})
    )[0]
    other = a_story(key="YX2023-12", facts={"number": 12})
    other.acts("li", "void", {"reason": "重复登记"})
    entries = [founded, bound, *other.entries, *issue_in("long_term_maintenance").entries]
    return tuple(row_of(entry) for entry in entries)


LOG = _the_log()
EVERY_ROW = st.integers(0, len(LOG) - 1)


def flipped(row: Row, column: str, position: int, bit: int) -> Row:
    """Return the row with one bit of one of its columns changed."""
    value = getattr(row, column)
    if isinstance(value, int):
        return replace(row, n=value ^ (1 << (position % 4 * 8 + bit)))
    content = bytearray(value if isinstance(value, bytes) else value.encode())
    content[position % len(content)] ^= 1 << bit
    if column == "body":
        return replace(row, body=bytes(content))
    changed: dict[str, Any] = {column: content.decode(errors="surrogateescape")}
    return replace(row, **changed)


def ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=attrgetter("stream", "n"))


def streams(rows: list[Row] | tuple[Row, ...]) -> dict[str, list[Row]]:
    return {stream: list(group) for stream, group in groupby(rows, key=attrgetter("stream"))}


def first_bad(rows: list[Row]) -> set[tuple[str, int]]:
    """Return the first row of each stream that is not the one that stood in its place."""
    honest, bad = streams(LOG), set()
    for stream, present in streams(rows).items():
        expected = honest.get(stream, [])
        for i, row in enumerate(present):
            if i >= len(expected) or row != expected[i]:
                bad.add((stream, row.n))
                break
    return bad


def named(rows: list[Row]) -> set[tuple[str, int | None]]:
    found = {(p.source, p.line) for p in verify(rows, {PROCESS.hash: PROCESS}).problems}
    assert glanced(rows) == found
    return found


def glanced(rows: list[Row]) -> set[tuple[str, int | None]]:
    """Return the same of who takes at a glance what is in order: the two must agree."""
    proven = Proven()
    record = Record({PROCESS.hash: PROCESS}, {WEEKDAYS.hash: WEEKDAYS}, glance=True)
    for stream, group in groupby(rows, key=attrgetter("stream")):
        if stream == OFFICE:
            prove_office(group, record, proven)
        else:
            lines = ((r.stream, r.n, r.request_id, r.at, r.hash, r.body) for r in group)
            prove_streams(lines, record, proven)
    return {(p.source, p.line) for p in proven.problems}


def test_the_honest_log_is_proven():
    assert ordered(list(LOG)) == list(LOG)
    assert named(list(LOG)) == first_bad(list(LOG)) == set()


@given(EVERY_ROW, st.sampled_from(COLUMNS), st.integers(0, 3000), st.integers(0, 7))
def test_one_bit_changed_anywhere_is_found_and_the_first_bad_entry_named(
    which: int, column: str, position: int, bit: int
):
    rows = list(LOG)
    rows[which] = flipped(rows[which], column, position, bit)
    rows = ordered(rows)
    assert named(rows) == first_bad(rows)
    assert named(rows)


@given(EVERY_ROW, st.sampled_from(COLUMNS), st.data())
def test_a_value_taken_from_another_entry_is_found(which: int, column: str, data: st.DataObject):
    values = {getattr(row, column) for row in LOG} - {getattr(LOG[which], column)}
    rows = list(LOG)
    rows[which] = replace(rows[which], **{column: data.draw(st.sampled_from(sorted(values)))})
    rows = ordered(rows)
    assert named(rows) == first_bad(rows)
    assert named(rows)


@given(EVERY_ROW, EVERY_ROW)
def test_two_bodies_exchanged_are_found(one: int, two: int):
    rows = list(LOG)
    rows[one] = replace(rows[one], body=LOG[two].body, hash=LOG[two].hash)
    rows[two] = replace(rows[two], body=LOG[one].body, hash=LOG[one].hash)
    assert named(rows) == first_bad(rows)
    assert bool(named(rows)) == (one != two)


@given(EVERY_ROW, EVERY_ROW)
def test_rows_given_in_another_order_are_found(one: int, two: int):
    rows = list(LOG)
    rows[one], rows[two] = rows[two], rows[one]
    assert bool(named(rows)) == (one != two)


@given(EVERY_ROW)
def test_a_row_that_stands_twice_is_found(which: int):
    rows = [*LOG[: which + 1], *LOG[which:]]
    assert named(rows) == first_bad(rows) == {(LOG[which].stream, LOG[which].n)}


@given(st.sets(EVERY_ROW, min_size=1, max_size=3))
def test_rows_taken_out_are_found_unless_nothing_follows_them(gone: set[int]):
    rows = [row for i, row in enumerate(LOG) if i not in gone]
    assert named(rows) == first_bad(rows)
    kept, honest = streams(rows), streams(LOG)
    cut = all(honest[stream][: len(present)] == present for stream, present in kept.items())
    assert bool(named(rows)) == (not cut)


def test_every_bit_of_one_entry_is_told():
    row = LOG[3]
    assert row.n > 1
    for position in range(len(row.body)):
        for bit in range(8):
            rows = list(LOG)
            rows[3] = flipped(row, "body", position, bit)
            assert named(rows[2:4]) == {(row.stream, row.n)}
