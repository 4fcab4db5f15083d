"""Proving a store: the log by itself, then everything computed from it against its fold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from states.audit import verify
from states.calendar import Calendar, read_calendar
from states.canonical import digest
from states.errors import Problem, RectificationError
from states.process import Process, read_process
from workflow.engine.comparing import CHECKS, Reading, Seen
from workflow.ports import Session

Named = TypeVar("Named", Process, Calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verification found; sound when there is no problem."""

    entries: int
    issues: int
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """True if nothing was found."""
        return not self.problems


def prove(session: Session) -> Verdict:
    """Verify the whole log and everything that is computed from it or named by it."""
    problems: list[Problem] = []
    processes = _named(
        session.processes(),
        read_process,
        Problem("process_changed", "the process on record was changed"),
        problems,
    )
    calendars = _named(
        session.calendars(),
        read_calendar,
        Problem("calendar_changed", "the calendar on record was changed"),
        problems,
    )
    seen = Seen()
    proven = verify(seen.passing(session.rows()), processes, calendars)
    proven.problems[:0] = problems
    bad = frozenset(problem.source for problem in proven.problems)
    reading = Reading(session, proven, seen, processes, calendars, bad)
    for check in CHECKS:
        _collect(check(reading), proven.problems)
    return Verdict(
        entries=proven.entries, issues=len(proven.issues), problems=tuple(proven.problems)
    )


_UNREADABLE = (
    RectificationError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)


def _collect(found: Iterator[Problem], problems: list[Problem]) -> None:
    """Add what a check finds; that it cannot read what it should check is a finding as well."""
    try:
        for problem in found:
            problems.append(problem)
    except _UNREADABLE as error:
        facts = {"error": f"{type(error).__name__}: {error}"[:200]}
        problems.append(
            Problem("rows_unreadable", "what is kept beside the log is unreadable: {error}", facts)
        )


def _as_bytes(body: object) -> bytes:
    """Return a stored body, whatever a forger put in its place."""
    return body if isinstance(body, bytes) else repr(body).encode()


def _named(
    bodies: Mapping[str, bytes],
    read: Callable[[bytes], Named],
    changed: Problem,
    problems: list[Problem],
) -> dict[str, Named]:
    """Return what is named by its hash, where the name is right; the others are problems."""
    sound = {}
    for name, body in bodies.items():
        try:
            if digest(_as_bytes(body)) == name:
                sound[name] = read(body)
                continue
        except _UNREADABLE:  # bytes under their own name that are nothing of the kind
            pass
        problems.append(Problem(changed.code, changed.text, source=name[:12]))
    return sound
