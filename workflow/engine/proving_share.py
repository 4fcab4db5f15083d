"""Proving a share: its log by itself, then all that is kept of its issues against its folds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from states.audit import Proven, Record, prove_streams
from states.errors import Problem, RectificationError
from states.log import UNREADABLE as BYTES_UNREADABLE
from states.log import Line
from workflow.engine import comparing
from workflow.engine.comparing_reading import Reading, Seen
from workflow.engine.proving_tree import NO_LEAVES, Leaves, leaves_of
from workflow.ports import Session, Share
from workflow.shares import Stretch, Told

UNREADABLE = (RectificationError, *BYTES_UNREADABLE)
"""What rows that rectify never wrote may do to whoever reads them."""


def collect(found: Iterable[Problem], problems: list[Problem]) -> None:
    """Add what a check finds; that it cannot read what it should check is a finding as well."""
    try:
        for problem in found:
            problems.append(problem)
    except UNREADABLE as error:
        problems.append(unreadable(error))


def unreadable(error: Exception) -> Problem:
    """Return that something could not be read, and why."""
    facts = {"error": f"{type(error).__name__}: {error}"[:200]}
    return Problem("rows_unreadable", "what is kept beside the log is unreadable: {error}", facts)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What every share is proven by: the rules on record and every office that there was."""

    record: Record
    office: Proven
    counted_from: date
    suite: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the proof of a share found, and what of it is sealed."""

    entries: int
    issues: int
    decided: int
    problems: tuple[Problem, ...]
    leaves: Leaves


def prove_share(session: Session, known: Grounds, stretch: Stretch) -> Part:
    """Verify the issues of a stretch and all that is kept of them."""
    share, seen, proven = session.share(stretch), Seen(), Proven()
    problems, lines = proven.problems, list(share.lines())
    prove_streams(lines, known.record, proven, seen.note)
    bad = frozenset(problem.source for problem in proven.problems)
    reading = Reading(
        session=session,
        share=share,
        lines=lines,
        proven=proven,
        seen=seen,
        processes=known.record.processes,
        calendars=known.record.calendars,
        office=known.office.office,
        counted_from=known.counted_from,
        bad=bad,
        notices=_notices(share, problems),
        read=known.record.read,
    )
    for check in comparing.CHECKS:
        collect(check(reading), problems)
    return Part(
        entries=proven.entries,
        issues=len(proven.issues),
        decided=proven.decided,
        problems=tuple(problems),
        leaves=_leaves(share, lines, known.suite),
    )


def _leaves(share: Share, lines: Sequence[Line], suite: str) -> Leaves:
    try:
        return leaves_of(share.sealed(), lines, suite)
    except UNREADABLE:
        return NO_LEAVES  # the tree has a gap there


def _notices(share: Share, problems: list[Problem]) -> tuple[Told, ...]:
    """Return the notices of a share, as far as they can be read."""
    found: list[Told] = []
    try:
        for told in share.notices():
            found.append(told)
    except UNREADABLE as error:
        problems.append(unreadable(error))
    return tuple(found)
