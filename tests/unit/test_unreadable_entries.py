"""Bytes in the log that rectify never wrote: whoever reads them says so, and never falls over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from states.errors import Invalid
from states.log import OFFICE, Row
from tests.cast import issue_in, row_of
from workflow.engine.pieces import pieces
from workflow.engine.reading import entry_in
from workflow.proof.anchors.measuring import Measure

ENTRY = dict(issue_in("in_rectification").entries[0].content)
NESTED = b"[" * 200_000 + b"]" * 200_000


def saying(**changes: Any) -> bytes:
    return json.dumps(ENTRY | changes, separators=(",", ":")).encode()


NO_ENTRIES = {
    "nothing": b"",
    "no text": b"\xff\xfe",
    "a list": b"[]",
    "a number": b"1e400",
    "nested without end": NESTED,
    "nested within": saying(facts={}).replace(b'"facts":{}', b'"facts":' + NESTED),
    "a time that is a number": saying(at=1),
    "a time that is none": saying(at="2023-02-30T00:00:00.000000Z"),
    "a time before all years": saying(at="0000-01-01T00:00:00.000000Z"),
}


@pytest.mark.parametrize("body", NO_ENTRIES.values(), ids=NO_ENTRIES)
def test_bytes_that_are_no_entry_are_named_by_their_place(body: bytes):
    row = Row("R-1", 3, "r", "2023-03-01T00:00:00.000000Z", "", body)
    with pytest.raises(Invalid) as caught:
        entry_in(row)
    (problem,) = caught.value.problems
    assert (problem.code, problem.source, problem.line) == ("entry_unreadable", "R-1", 3)


class _Log:
    """A session as far as pieces of evidence are read from it."""

    def __init__(self, body: bytes) -> None:
        self._row = Row("R-1", 1, "r", "2023-03-01T00:00:00.000000Z", "", body)

    def rows(self, stream: str | None) -> list[Row]:
        return [self._row]


NO_PIECES: dict[str, Any] = {
    "a list": [],
    "a text": "x",
    "nothing in it": {},
    "a hash that is a number": {"sha256": 1, "size": 1, "name": "x"},
    "one that replaces a list": {"sha256": "ab", "size": 1, "name": "x", "replaces": [1]},
}


@pytest.mark.parametrize("facts", NO_PIECES.values(), ids=NO_PIECES)
def test_a_registration_that_registers_nothing_is_named_or_passed_over(facts: Any):
    log: Any = _Log(saying(records="evidence", facts=facts))
    with pytest.raises(Invalid):
        list(pieces(log))
    assert list(pieces(log, tolerant=True)) == []


NO_ACTS: dict[str, Any] = {
    "a key in a list": {"event": "adopt_key", "facts": []},
    "a key that is a number": {"event": "adopt_key", "facts": {"key": 1}},
    "a restore that says a text": {"event": "restore", "facts": "x"},
    "a restore that says a list": {"event": "restore", "facts": ["backup"]},
    "seals that are a number": {"event": "restore", "facts": {"lost": 1}},
    "seals that are texts": {"event": "restore", "facts": {"lost": ["x"]}},
    "anchors that are numbers": {"event": "restore", "facts": {"backup": 1}},
}


@pytest.mark.parametrize("said", NO_ACTS.values(), ids=NO_ACTS)
def test_an_act_of_the_office_that_says_nothing_sound_is_measured_all_the_same(said: Any):
    sound = [row_of(entry).body for entry in issue_in("in_rectification").entries]
    bodies = [saying(stream=OFFICE, n=2, **said), *sound]
    measure = Measure({len(bodies)}, "sha256")
    measure.read(enumerate(bodies))
    measured = measure.result(0)
    assert measured.entries == len(bodies)
    assert (measured.keys, measured.restored, measured.lost) == ((), (), None)
    assert len(bodies) in measured.roots
