"""What a version has written replays to the same for ever: entries, states, roots."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from states.acts import ACTS
from states.audit import Proven, Record, prove_office, prove_streams
from states.calendar import WEEKDAYS, Calendar, read_calendar
from states.canonical import canonical, digest
from states.effects import EFFECTS
from states.log import OFFICE, Entry, read_entry
from states.merkle import hash_of, root_of
from states.process import Process, read_process
from states.signed_note import read_key, read_note
from tests.cast import row_of
from workflow.proof.keys import verify
from workflow.storage.bodies import encoded

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
VERSIONS = sorted(path.name for path in GOLDEN.iterdir())
NEWEST = VERSIONS[-1]


@dataclass(frozen=True)
class Golden:
    """A golden log: its entries in the order of their indices, the rules, what it yielded."""

    entries: list[Entry]
    processes: dict[str, Process]
    calendars: dict[str, Calendar]
    notes: list[str]
    expected: Any


def golden(version: str) -> Golden:
    folder = GOLDEN / version
    rules = [line.encode() for line in _lines(folder / "rules.jsonl")]
    processes = {digest(body): read_process(body) for body in rules if b'"steps"' in body}
    calendars = {digest(body): read_calendar(body) for body in rules if b'"steps"' not in body}
    return Golden(
        entries=[read_entry(line.encode()) for line in _lines(folder / "log.jsonl")],
        processes=processes,
        calendars=calendars,
        notes=[json.loads(line)["note"] for line in _lines(folder / "seals.jsonl")],
        expected=json.loads((folder / "expected.json").read_text(encoding="utf-8")),
    )


def _lines(path: Path) -> Iterator[str]:
    return iter(path.read_text(encoding="utf-8").split("\n")[:-1])


def proven(log: Golden, *, again: bool) -> Proven:
    found = Proven()
    rows = sorted((row_of(entry) for entry in log.entries), key=lambda row: (row.stream, row.n))
    record = Record(log.processes, {WEEKDAYS.hash: WEEKDAYS, **log.calendars})
    record = prove_office((row for row in rows if row.stream == OFFICE), record, found)
    if not again:
        record = Record(log.processes, record.calendars, glance=True)
    lines = ((r.stream, r.n, r.request_id, r.at, r.hash, r.body) for r in rows)
    prove_streams(lines, record, found)
    return found


def holds(now: Any, then: Any) -> bool:
    """Return whether a value still says what it said; later versions may say more."""
    if isinstance(then, dict):
        return all(name in now and holds(now[name], value) for name, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(map(holds, now, then))
    return bool(now == then)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_entry_is_decided_again_to_the_same_bytes(version: str) -> None:
    log = golden(version)
    found = proven(log, again=True)
    assert found.problems == []
    assert found.decided == found.entries == log.expected["entries"] == len(log.entries)
    assert all(canonical(entry.content) == entry.body for entry in log.entries)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("again", [True, False])
def test_it_yields_the_states_that_it_yielded_then(version: str, again: bool) -> None:
    log = golden(version)
    found = proven(log, again=again)
    assert found.issues.keys() == log.expected["issues"].keys()
    for key, issue in found.issues.items():
        assert holds(json.loads(encoded(issue)), log.expected["issues"][key]), key
    assert found.office is not None
    assert holds(json.loads(encoded(found.office)), log.expected["office"])
    last = {entry.stream: entry.hash for entry in log.entries}
    assert last == log.expected["hashes"]


@pytest.mark.parametrize("version", VERSIONS)
def test_its_seals_still_fit(version: str) -> None:
    log = golden(version)
    leaves = [bytes.fromhex(entry.hash) for entry in log.entries]
    keys = [read_key(e.facts["key"]) for e in log.entries if e.event == "adopt_key"]
    roots = {}
    for written in log.notes:
        note = read_note(written)
        size = int(note.text.split("\n")[1])
        roots[str(size)] = root_of(hash_of("sha256"), leaves[:size]).hex()
        assert any(note.signed_by(key, verify) for key in keys)
    assert roots == log.expected["roots"]
    assert max(map(int, roots)) < len(leaves)


def test_the_newest_knows_every_effect_and_every_act() -> None:
    """If this fails, a version has learnt something: give it a golden log (``tests.golden``)."""
    entries = golden(NEWEST).entries
    assert {e.event for e in entries if e.stream == OFFICE} == set(ACTS)
    assert {e.content["records"] for e in entries if e.stream != OFFICE} == set(EFFECTS)


def test_a_fact_that_is_read_otherwise_would_be_noticed() -> None:
    log = golden(NEWEST)
    (key, *_) = log.expected["issues"]
    issue = json.loads(encoded(proven(log, again=False).issues[key]))
    assert holds({**issue, "unheard": 1}, log.expected["issues"][key])
    assert not holds({**issue, "returns": issue["returns"] + 1}, log.expected["issues"][key])
