"""What the page rebuilds of a log after each entry, beside what the fold of the engine makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from states.evolution import evolve
from states.issue import Issue
from states.lights import light_on
from states.log import OFFICE, read_entry
from tests.bundling import made_bundle
from workflow.proof.page import builder
from workflow.proof.page.builder import judge_script
from workflow.proof.page.recounting import lights_over, plain

FOLDER = Path(builder.__file__).parent
# What the page tells of an issue after each entry; fields of later forms of the value are not told.
TOLD = """
const told = (lines) => {
  const history = new History(new Bundle([["entries.jsonl", lines]]));
  for (const _ of history.read());
  return JSON.stringify(history.entries.map((entry) => {
    if (entry === null || entry.stream === OFFICE) return null;
    const past = history.issues.get(entry.stream);
    const i = past.find(({ n }) => n === entry.n);
    return {
      key: i.key, round: i.round, number: i.number, title: i.title, unit: i.unit, state: i.state,
      n: i.n, cycle: i.cycle, due: i.due, due_original: i.dueOriginal, leader: i.leader,
      department: i.department, person: i.person, returns: i.returns, voided: i.voided,
      suspended: i.suspendedSince, completed_on: i.completedOn, accepted_on: i.acceptedOn,
      acceptances: i.acceptances, type: i.type, long_term: i.longTerm,
      evidence: i.evidence.map(({ name }) => name), letters: i.letters.length,
      remains: i.remainder !== null && !i.remainder.doneOn,
      measures: i.measures.map((m) =>
        [m.number, m.text, m.cycle, m.due, m.person, m.doneOn, m.dropped]),
      extensions: i.extensions.map((e) => [e.number, e.asked, e.measure, e.outcome, e.granted]),
      obligations: i.obligations.map(({ id, due }) => [id, due]),
    };
  }));
};
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[MiniRacer]:
    with MiniRacer() as engine:
        scripts = [(FOLDER / f"{name}.js").read_text("utf-8") for name in ("replay", "history")]
        engine.eval("\n".join([judge_script(), *scripts, TOLD]))
        yield engine


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def _expected(issue: Issue) -> dict[str, Any]:
    named = issue.responsibility
    return {
        "key": issue.key, "round": issue.round, "number": issue.number, "title": issue.title,
        "unit": issue.unit, "state": issue.state, "n": issue.n, "cycle": issue.cycle,
        "due": _day(issue.due), "due_original": _day(issue.due_original),
        "leader": named.leader, "department": named.department, "person": named.person,
        "returns": issue.returns, "voided": issue.voided,
        "suspended": _day(issue.suspended.since) if issue.suspended else None,
        "completed_on": _day(issue.completed_on), "accepted_on": _day(issue.accepted_on),
        "acceptances": issue.acceptances, "type": issue.type, "long_term": issue.long_term,
        "evidence": [piece.name for piece in issue.evidence], "letters": len(issue.letters),
        "remains": issue.remains,
        "measures": [
            [m.number, m.text, m.cycle, _day(m.due), m.person, _day(m.done_on), m.dropped]
            for m in issue.measures
        ],
        "extensions": [
            [e.number, _day(e.asked), e.measure, e.outcome, _day(e.granted)]
            for e in issue.extensions
        ],
        "obligations": [[o.id, _day(o.due)] for o in issue.obligations],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_after_every_entry_it_shows_what_the_engine_folds(engine: MiniRacer, seed: int) -> None:
    bundle = made_bundle(seed, 90).bundle
    lines = "".join(body.decode() + "\n" for body in bundle.entries)
    shown = json.loads(str(engine.eval(f"told({json.dumps(lines)})")))
    issues: dict[str, Issue] = {}

    assert len(shown) == len(bundle.entries)
    for index, body in enumerate(bundle.entries):
        entry = read_entry(body)
        if entry.stream != OFFICE:
            issues[entry.stream] = evolve(issues.get(entry.stream), entry)
            assert shown[index] == _expected(issues[entry.stream]), (index, entry.event)


def test_it_reads_lights_as_the_engine_does(engine: MiniRacer) -> None:
    members = dict(made_bundle(1).bundle.members())
    found = 0
    for relights in lights_over(members).values():
        for (_, turns), (_, written) in zip(relights, map(tuple, plain(relights)), strict=True):
            for day, _ in turns:
                shown = engine.eval(f"lightOn({json.dumps(written)}, '{day.isoformat()}')")
                assert shown == light_on(turns, day)
                found += 1
    assert found > 10


def test_what_cannot_be_read_is_shown_as_such_and_stops_nothing(engine: MiniRacer) -> None:
    bundle = made_bundle(0).bundle
    bodies = [body.decode() for body in bundle.entries]
    bodies[12], bodies[13] = "{", '{"stream":"@office"}'
    shown = json.loads(str(engine.eval(f"told({json.dumps(chr(10).join(bodies))})")))

    assert shown[12] is shown[13] is None
    assert len(shown) == len(bodies)
    assert shown[-1] is not None or read_entry(bundle.entries[-1]).stream == OFFICE
