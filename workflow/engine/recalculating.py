"""Counting dates anew: when another calendar is adopted, or running issues change their process.

A date moves only by an entry, and only where it moves: each issue concerned gets an entry of its
own, in the transaction of the act. What such an entry opens wakes only after that day. Rungs before
dates that were given follow the new calendar without an entry, because no date moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.administration import administer
from states.calendar import Calendar
from states.errors import Invalid, Problem
from states.issue import Issue
from states.log import OFFICE, Entry
from states.obligations import Recounted, recounted
from states.office import Office
from states.process import Process
from states.rules import Rules
from workflow.engine.clockwork import clock_event, recount
from workflow.engine.desk import Desk, calendar_of, office_of, process_of, rules_of
from workflow.engine.repeating import same_command
from workflow.engine.telling import RECALCULATION, changes_of
from workflow.engine.waking import first_wake, next_wake
from workflow.identity import Identity
from workflow.ports import OfficeChange, Projected, Rearmed, Relit, Session
from workflow.summary import lights_of

ADOPT_CALENDAR = "adopt_calendar"
MIGRATE = "migrate_issues"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDate:
    """A date by rule that is counted to another day, or that stops or begins to be provisional.

    ``kind`` is that of the obligation, ``issue`` for the issue's own date. ``was`` None: it was not
    owed before; ``now`` None: it is owed no longer. ``was_lapsing`` and ``lapsing`` are the days
    from which an occurrence of a duty counts as missed; they may move alone.
    """

    issue: str
    kind: str
    subject: str
    was: date | None
    now: date | None
    was_provisional: bool
    provisional: bool
    was_lapsing: date | None = None
    lapsing: date | None = None

    @property
    def lapse_moves(self) -> bool:
        """Whether what stays owed counts as missed from another day."""
        stays_owed = self.was is not None and self.now is not None
        return stays_owed and self.was_lapsing != self.lapsing

    @property
    def moves(self) -> bool:
        """Whether any day becomes another one; else it is only confirmed or put in question."""
        return self.was != self.now or self.lapse_moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What would move, in the order of the issues; ``issues`` counts the ones looked at."""

    moved: tuple[MovedDate, ...]
    issues: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """The act of the office, and every date that it moved, in the order of the issues."""

    entry: Entry
    moved: tuple[MovedDate, ...]


def foresee(
    desk: Desk, calendar: Calendar | None = None, process: Process | None = None
) -> Foresight:
    """Say which dates would move if a calendar were adopted, or running issues took a process.

    Raises ``Invalid`` with every issue that could not follow.
    """
    today = desk.day(desk.clock())
    with desk.store.reading() as session:
        office = office_of(session)
        in_force = calendar or calendar_of(session, office.calendar)
        moved: list[MovedDate] = []
        problems: list[Problem] = []
        looked_at = 0
        for projected in _of(session, process):
            issue = projected.issue
            looked_at += 1
            rules = Rules(process or process_of(session, issue.process), in_force)
            found = recounted(rules, issue, today)
            if found or process is not None:
                problems += _cannot(rules, issue)
            moved += _moved(issue, found)
    if problems:
        raise Invalid(*problems)
    return Foresight(moved=tuple(moved), issues=looked_at)


def adopt_calendar(
    desk: Desk,
    calendar: Calendar,
    facts: Mapping[str, Any],
    by: Identity,
    request_id: str | None = None,
) -> Adopted:
    """Put a calendar in force and count every date by rule anew, all in one transaction.

    ``facts`` are those of the act beside the calendar's hash and name. Raises ``Refused``,
    ``Denied``; ``Invalid`` with every issue whose process cannot count anew.
    """
    request = request_id or desk.fresh()
    said = {"calendar": calendar.hash, "name": calendar.name, **facts}
    with desk.store.writing() as session:
        if (done := session.entry_of(request)) is not None:
            actor = by.actor(office_of(session))
            return Adopted(entry=same_command(done, OFFICE, ADOPT_CALENDAR, said, actor), moved=())
        before = office_of(session)
        attempt = desk.attempt(ADOPT_CALENDAR, by.actor(before), said, request)
        entry, office = administer(before, attempt)
        # First of all: it locks the office, so that no date is given by the old calendar meanwhile.
        session.administer(OfficeChange(entry=entry, office=office, calendar=calendar.body))
        work = _Recalculation(desk, session, office, request)
        moved = work.run(f"{calendar.name} {calendar.hash[:12]}", None)
        return Adopted(entry=entry, moved=tuple(moved))


def migrate(desk: Desk, by: Identity, request_id: str | None = None) -> Adopted:
    """Move every running issue to the process in force, in one transaction.

    Raises ``Refused``, ``Denied``; ``Invalid`` with every issue whose state the process in force
    does not know, or that it could not count anew.
    """
    request = request_id or desk.fresh()
    with desk.store.writing() as session:
        before = office_of(session)
        process = process_of(session, before.process)
        said: dict[str, Any] = {"process": process.hash, "name": process.name}
        if (done := session.entry_of(request)) is not None:
            entry = same_command(done, OFFICE, MIGRATE, said, by.actor(before))
            return Adopted(entry=entry, moved=())
        counted = said | {"issues": sum(1 for _ in _of(session, process))}
        entry, office = administer(
            before, desk.attempt(MIGRATE, by.actor(before), counted, request)
        )
        session.administer(OfficeChange(entry=entry, office=office))
        work = _Recalculation(desk, session, office, request)
        moved = work.run(f"{process.name} {process.hash[:12]}", process)
        return Adopted(entry=entry, moved=tuple(moved))


def _of(session: Session, process: Process | None) -> Iterator[Projected]:
    """Yield the issues concerned: those not voided; for a process those not under it already."""
    for projected in session.projected():
        issue = projected.issue
        if issue.voided is None and (process is None or issue.process != process.hash):
            yield projected


def _moved(issue: Issue, found: list[Recounted]) -> Iterator[MovedDate]:
    for one in found:
        yield MovedDate(
            issue=issue.key,
            kind=one.kind,
            subject=one.subject,
            was=one.was,
            now=one.now,
            was_provisional=one.was_provisional,
            provisional=one.provisional,
            was_lapsing=one.was_lapsing,
            lapsing=one.lapsing,
        )


class _Recalculation:
    """Issues counted anew, one after the other, in the transaction of the act."""

    def __init__(self, desk: Desk, session: Session, office: Office, request: str) -> None:
        self._desk, self._session, self._office, self._request = desk, session, office, request
        self._today = desk.day(desk.clock())
        self._problems: list[Problem] = []

    def run(self, reason: str, process: Process | None) -> list[MovedDate]:
        """Write what changes and return every date moved. Raises ``Invalid`` with all problems."""
        moved: list[MovedDate] = []
        relit: list[Relit] = []
        rearmed: list[Rearmed] = []
        for projected in list(_of(self._session, process)):
            rules = self._rules(projected.issue, process)
            issue = self._session.issue(projected.issue.key) or projected.issue
            found = recounted(rules, issue, self._today)
            if found or process is not None:
                moved += _moved(issue, found)
                issue = self._written(rules, issue, reason)
                rearmed += _still_awaited(rules, issue, projected, self._today)
            elif (lights := lights_of(rules, issue)) != projected.columns.lights:
                relit.append(Relit(issue=issue.key, lights=lights))
            if not self._problems:
                rearmed += _rearmed(rules, issue, projected.wakes, self._today)
        if self._problems:
            raise Invalid(*self._problems)
        self._session.relight(relit)
        self._session.rearm(rearmed)
        return moved

    def _rules(self, issue: Issue, process: Process | None) -> Rules:
        rules = rules_of(self._session, issue.process, self._office)
        return rules if process is None else Rules(process, rules.calendar)

    def _written(self, rules: Rules, issue: Issue, reason: str) -> Issue:
        """Write the entry of an issue and return it as it stands then."""
        self._problems += _cannot(rules, issue)
        if self._problems:
            return issue  # nothing will be written; what else is wrong is still to be said
        how = (reason, f"{self._request}/{issue.key}")
        decision = recount(self._desk, rules, issue, self._office, how)
        self._session.append(changes_of(self._desk, self._session, [decision], self._office))
        return decision.issue


def _cannot(rules: Rules, issue: Issue) -> list[Problem]:
    """Return why the dates of an issue cannot be counted anew; nothing if they can."""
    if clock_event(rules, issue.state, RECALCULATION) is not None:
        return []
    facts = {"state": issue.state, "process": rules.process.name}
    if issue.state not in rules.process.states:
        return [
            Problem(
                "state_unknown_there",
                "the process {process} does not know the state {state}, in which the issue is",
                facts,
                source=issue.key,
            )
        ]
    return [
        Problem(
            "no_recalculation",
            "the process {process} has no step that counts dates anew in the state {state}",
            facts,
            source=issue.key,
        )
    ]


def _rearmed(
    rules: Rules, issue: Issue, wakes: Mapping[str, date | None], today: date
) -> Iterator[Rearmed]:
    """Yield the new days of waking of what stays owed and waits for a later day.

    What is due by now is left to the tick.
    """
    for obligation in issue.obligations:
        was = wakes.get(obligation.id)
        if was is None or was <= today:
            continue
        wake_on = next_wake(rules, obligation, today)
        if wake_on != was:
            yield Rearmed(obligation=obligation.id, was=was, wake_on=wake_on)


def _still_awaited(
    rules: Rules, issue: Issue, projected: Projected, today: date
) -> Iterator[Rearmed]:
    """Yield the days of waking of what was opened anew while its reminder waited for a tick.

    That reminder is owed as it would have been: to adopt a calendar silences nobody.
    """
    awaited = {
        (o.kind, o.subject)
        for o in projected.obligations
        if (wake_on := projected.wakes.get(o.id)) is not None and wake_on <= today
    }
    for obligation in issue.obligations:
        if (obligation.kind, obligation.subject) in awaited and obligation.opened_by == issue.n:
            was, wake_on = next_wake(rules, obligation, today), first_wake(rules, obligation)
            if wake_on is not None and wake_on <= today:
                yield Rearmed(obligation=obligation.id, was=was, wake_on=wake_on)
