"""Gathering what the checks look at, in one pass over the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from sys import intern
from typing import Any

from states.evolution import evolve
from states.issue import Issue
from states.log import OFFICE, Entry, Row
from workflow.engine.pieces import pieces
from workflow.engine.reading import entry_in, legible
from workflow.engine.separating import ties_in
from workflow.engine.signs.sign import (
    Contradictions,
    Limits,
    Material,
    Moment,
    Place,
    Trace,
)
from workflow.ports import Session

# What nobody did, or what says nothing of the work.
_PASSED_OVER = frozenset(("letter", "acknowledgement", "recalculation", "duty_missed"))
# What the checks read of an entry; of a whole log all the rest would be much.
_WRITTEN = ("text", "note", "progress", "remains")
_KEPT = ("measure", "measures", "claim", *_WRITTEN)
_NOTHING: Mapping[str, Any] = {}
Wanted = Callable[[Mapping[str, str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which issues are in question (by the facts of their registration), as of which day."""

    today: date
    wanted: Wanted = lambda facts: True
    limits: Limits = field(default_factory=Limits)
    contradictions: Contradictions = lambda text: []


def gathered(session: Session, scope: Scope) -> Material:
    """Return the material. Raises ``Invalid`` at an entry that cannot be read."""
    traces = []
    for stream, rows in groupby(session.rows(), key=attrgetter("stream")):
        trace = None if stream == OFFICE else _trace(rows, scope.wanted)
        if trace is not None and trace.issue.voided is None:
            traces.append(trace)
    hashes = {piece.sha256 for trace in traces for piece in trace.issue.evidence}
    return Material(
        traces=tuple(traces),
        files=_files(session, hashes),
        ties=ties_in(session),
        limits=scope.limits,
        today=scope.today,
        contradictions=scope.contradictions,
    )


def _files(session: Session, hashes: set[str]) -> dict[str, tuple[tuple[datetime, Place], ...]]:
    found: dict[str, list[tuple[datetime, Place]]] = {}
    for piece in pieces(session):
        if piece.sha256 in hashes:
            place = Place(piece.issue, piece.n)
            found.setdefault(piece.sha256, []).append((piece.at, place))
    return {sha256: tuple(sorted(places)) for sha256, places in found.items()}


def _trace(rows: Iterator[Row], wanted: Wanted) -> Trace | None:
    issue: Issue | None = None
    moments: list[Moment] = []
    for row in rows:
        entry = entry_in(row)
        with legible(row.stream, row.n):
            if issue is None and not wanted(entry.facts):
                return None
            before, issue = issue, evolve(issue, entry)
            if entry.content["records"] not in _PASSED_OVER:
                moments.append(_moment(entry, before, issue))
    return None if issue is None else Trace(issue, tuple(moments))


def _kept(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts that the checks read. Raises ``TypeError`` where a text is none."""
    found = {name: facts[name] for name in _KEPT if name in facts}
    if not found:
        return _NOTHING
    if not all(isinstance(found.get(name, ""), str) for name in _WRITTEN):
        raise TypeError("a text is none")
    return found


# One value for all entries of a day, and for all that the same people wrote.
_day = lru_cache(maxsize=4096)(date.fromisoformat)


@lru_cache(maxsize=4096)
def _alike(hands: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(intern, hands))


def _moment(entry: Entry, before: Issue | None, after: Issue) -> Moment:
    return Moment(
        n=entry.n,
        at=entry.at,
        day=_day(entry.content["day"]),
        records=intern(entry.content["records"]),
        event=intern(entry.event),
        cycle=after.cycle,
        hands=_alike(entry.hands),
        account=intern(entry.content["actor"]["account"]),
        facts=_kept(entry.facts),
        due=before.due if before else None,
    )
