"""What changed between two moments, and by whom: every entry in between once, and what it did.

The issues are folded in one pass: as of the first moment, then entry by entry up to the second.
What time alone has changed (a light) is told of an issue without any entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from states.errors import Invalid, Problem
from states.evolution import evolve
from states.frozen import replace
from states.log import OFFICE, Entry, Row
from workflow.engine.figures import Figures, figures
from workflow.past.prefix import chained, foldable, worded
from workflow.ports import Filter

if TYPE_CHECKING:
    from states.issue import Issue
    from states.office import Office
    from states.parts import Evidence
    from workflow.engine.desk import Desk

ISSUE, MEASURE = "issue", "measure"
ROLES = ("leader", "department", "person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An issue moved from one state to another by an entry; from "" where it was registered."""

    was: str
    now: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMoved:
    """A date changed by an entry: of the ``issue``, or of a ``measure`` by its number.

    The ``reason`` of a later date that was granted is that of the request.
    """

    what: str
    number: int | None
    was: date | None
    now: date | None
    reason: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassigned:
    """Somebody else answers for an issue since an entry; ``role`` is one of ``ROLES``."""

    role: str
    was: str | None
    now: str | None
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A piece of evidence that an entry has attached."""

    evidence: Evidence
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One issue then (None: it did not exist) and now, and every entry in between.

    The lights are those of the two days; they may differ without any entry.
    """

    before: Issue | None
    after: Issue
    entries: tuple[Entry, ...]
    steps: tuple[Step, ...] = ()
    dates: tuple[DateMoved, ...] = ()
    reassigned: tuple[Reassigned, ...] = ()
    proofs: tuple[Proof, ...] = ()
    light_was: str | None = None
    light: str = ""

    @property
    def others(self) -> tuple[Entry, ...]:
        """The entries that neither moved it nor changed a date, a person or the evidence."""
        telling = (self.steps, self.dates, self.reassigned, self.proofs)
        told = {one.entry.n for kind in telling for one in kind}
        return tuple(entry for entry in self.entries if entry.n not in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed: of issues, in the order of rounds and numbers, of the office, in figures."""

    since: datetime
    until: datetime
    issues: tuple[Changed, ...]
    office_was: Office
    office: Office
    acts: tuple[Entry, ...]
    figures_were: tuple[Figures, ...]
    figures: tuple[Figures, ...]

    @property
    def entries(self) -> int:
        """How many entries lie between the two moments."""
        return len(self.acts) + sum(len(one.entries) for one in self.issues)

    @property
    def is_empty(self) -> bool:
        """True if nothing was written and no light has changed."""
        return not self.acts and not self.issues


def difference(then: Desk, now: Desk) -> Difference:
    """Return what changed between two desks on the same log, each as of its own clock.

    Raises ``Invalid`` if the first is the later one, or if an entry cannot be read.
    """
    since, until = then.clock(), now.clock()
    if since > until:
        raise Invalid(
            Problem(
                "moments_reversed",
                "{since} lies after {until}: name the earlier moment first",
                {"since": worded(since), "until": worded(until)},
            )
        )
    issues, acts = _between(now, since)
    office_was, office = _office(then), _office(now)
    lit = _with_lights(issues, _lights(then), _lights(now))
    return Difference(
        since=since,
        until=until,
        issues=tuple(sorted(lit, key=lambda one: (one.after.round, one.after.number))),
        office_was=office_was,
        office=office,
        acts=acts,
        figures_were=tuple(figures(then)),
        figures=tuple(figures(now)),
    )


def _office(desk: Desk) -> Office:
    from workflow.engine.desk import office_of

    with desk.store.reading() as session:
        return office_of(session)


def _between(desk: Desk, since: datetime) -> tuple[list[Changed], tuple[Entry, ...]]:
    """Return every issue, whether or not it changed, and the acts of the office in between."""
    issues: list[Changed] = []
    acts: tuple[Entry, ...] = ()
    with desk.store.reading() as session:
        for stream, rows in groupby(session.rows(), key=attrgetter("stream")):
            if stream == OFFICE:
                acts = tuple(entry for entry in chained(rows) if entry.at > since)
            elif (changed := _changed(rows, since)) is not None:
                issues.append(changed)
    return issues, acts


def _changed(rows: Iterable[Row], since: datetime) -> Changed | None:
    before: Issue | None = None
    issue: Issue | None = None
    course: list[tuple[Issue | None, Entry, Issue]] = []
    for entry in chained(rows):
        with foldable(entry):
            after = evolve(issue, entry)
        if entry.at > since:
            course.append((issue, entry, after))
        else:
            before = after
        issue = after
    if issue is None:
        return None
    return Changed(
        before=before,
        after=issue,
        entries=tuple(entry for _, entry, _ in course),
        steps=tuple(
            Step(was=was.state if was else "", now=now.state, entry=entry)
            for was, entry, now in course
            if was is None or was.state != now.state
        ),
        dates=tuple(moved for link in course for moved in _dates(*link)),
        reassigned=tuple(one for link in course for one in _reassigned(*link)),
        proofs=tuple(
            Proof(evidence=evidence, entry=entry)
            for was, entry, now in course
            for evidence in now.evidence[len(was.evidence) if was else 0 :]
        ),
    )


def _dates(was: Issue | None, entry: Entry, now: Issue) -> Iterator[DateMoved]:
    """Yield the dates that an entry moved. What is new has no date that could have moved."""
    if was is None:
        return
    reason = str(entry.facts.get("reason") or _asked_for(was, now))
    found: list[tuple[str, int | None, date | None, date | None]] = []
    if was.due != now.due:
        found.append((ISSUE, None, was.due, now.due))
    known = {measure.number: measure.due for measure in was.measures}
    for measure in now.measures:
        if measure.number in known and known[measure.number] != measure.due:
            found.append((MEASURE, measure.number, known[measure.number], measure.due))
    for what, number, before, after in found:
        yield DateMoved(what=what, number=number, was=before, now=after, reason=reason, entry=entry)


def _asked_for(was: Issue, now: Issue) -> str:
    """Return why the later date was asked for that has just been granted; "" if none was."""
    waiting = {one.number for one in was.extensions if one.outcome is None}
    decided = [one for one in now.extensions if one.number in waiting and one.outcome is not None]
    return decided[-1].reason if decided else ""


def _reassigned(was: Issue | None, entry: Entry, now: Issue) -> Iterator[Reassigned]:
    for role in ROLES:
        before = getattr(was.responsibility, role) if was is not None else None
        after = getattr(now.responsibility, role)
        if before != after:
            yield Reassigned(role=role, was=before, now=after, entry=entry)


def _lights(desk: Desk) -> Mapping[str, str]:
    """Return the light of every issue at a desk's moment, by its key."""
    from workflow.engine.reading import lines

    return {line.summary.key: line.light for line in lines(desk, Filter(voided=True))}


def _with_lights(
    issues: Sequence[Changed], then: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[Changed]:
    """Yield the issues of which anything changed, with their lights."""
    for one in issues:
        key = one.after.key
        if one.entries or then.get(key) != now[key]:
            yield replace(one, light_was=then.get(key), light=now[key])
