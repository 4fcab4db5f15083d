"""Proving a store: the log by itself, then everything computed from it against its fold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from states.audit import Proven, verify
from states.canonical import digest
from states.errors import Problem, RectificationError
from states.process import Process, read_process
from workflow.ports import Projected, Session
from workflow.summary import summarise


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
    """Verify the whole log and every projection of it."""
    processes, problems = _processes(session)
    proven = verify(session.rows(), processes)
    proven.problems[:0] = problems
    for check in (_projections, _office):
        _collect(check(session, proven), proven.problems)
    return Verdict(
        entries=proven.entries, issues=len(proven.issues), problems=tuple(proven.problems)
    )


_UNREADABLE = (RectificationError, ValueError, TypeError, KeyError, AttributeError, IndexError)


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


def _processes(session: Session) -> tuple[dict[str, Process], list[Problem]]:
    sound, problems = {}, []
    for name, body in session.processes().items():
        if digest(_as_bytes(body)) == name:
            sound[name] = read_process(body)
        else:
            problems.append(
                Problem("process_changed", "the process on record was changed", source=name[:12])
            )
    return sound, problems


def _projections(session: Session, proven: Proven) -> Iterator[Problem]:
    bad = {problem.source for problem in proven.problems}
    unseen = set(proven.issues)
    for projected in session.projected():
        key = projected.issue.key
        unseen.discard(key)
        if key not in bad:
            yield from _compare(projected, proven)
    for key in sorted(unseen):
        yield Problem("projection_missing", "the log has an issue that no row shows", source=key)


def _compare(projected: Projected, proven: Proven) -> Iterator[Problem]:
    key = projected.issue.key
    fold = proven.issues.get(key)
    if fold is None:
        yield Problem("log_missing", "a row shows an issue that the log does not have", source=key)
        return
    if fold.n != projected.issue.n:
        facts = {"log": fold.n, "row": projected.issue.n}
        yield Problem(
            "tail_differs",
            "the log ends at entry {log}, the row is at entry {row}",
            facts,
            source=key,
            line=fold.n + 1,
        )
    elif fold != projected.issue or projected.columns != summarise(fold):
        yield Problem("projection_differs", "the row differs from what its log yields", source=key)
    if sorted(projected.obligations, key=lambda o: o.id) != sorted(
        fold.obligations, key=lambda o: o.id
    ):
        yield Problem(
            "obligations_differ",
            "what is shown as owed differs from what the log yields",
            source=key,
        )


def _office(session: Session, proven: Proven) -> Iterator[Problem]:
    office = session.office()
    if any(problem.source == "@office" for problem in proven.problems):
        return
    if office != proven.office:
        yield Problem(
            "office_differs", "the office differs from what its log yields", source="@office"
        )
        return
    computed, people = session.commitments(), session.people()
    for person in sorted(people.keys() - (office.members if office else {}).keys()):
        facts = {"person": person}
        yield Problem("person_unrecorded", "nobody recorded {person}", facts, source="@office")
    for person, member in (office.members if office else {}).items():
        details = people.get(person)
        shown = details and (details.unit, details.department, details.language)
        recorded = (member.unit, member.department, member.language)
        if computed.get(person) != member.commitment or shown != recorded:
            yield Problem(
                "details_differ",
                "the details of {person} are not those that were recorded",
                {"person": person},
                source="@office",
            )
