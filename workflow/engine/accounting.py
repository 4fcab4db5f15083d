"""Accounting for a day: who should have been told of what, and what became of it.

What should have been is worked out from the log alone, by the rules, the calendar and the people of
that moment; the outbox is then asked for each of it. What it does not know was never owed: missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Generic, TypeVar

from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD, SUPERSEDED, SUPPRESSED
from notifications.planning.audience import NOBODY, Audience
from states.administration import evolve_office
from states.audit import rungs_due
from states.errors import Invalid, Problem
from states.evolution import evolve
from states.frozen import replace
from states.issue import Issue, Obligation
from states.ladder import Occurrence
from states.log import OFFICE, Entry
from states.office import Office, Person
from states.rules import Rules
from workflow.engine.desk import Desk, calendar_of, office_of, process_of
from workflow.engine.reading import entry_in, legible
from workflow.engine.telling import audience_among
from workflow.ports import Sent, Session

MISSING, FAILED, UNCLEAR, OPEN, CLOSED = "missing", "failed", "unclear", "open", "closed"
SETTLED = "settled"
OUTCOMES = (MISSING, FAILED, UNCLEAR, OPEN, SUPPRESSED, SETTLED, CLOSED, ACCEPTED)
BY_HAND = "by_hand"
"""The cause of what a person has decided."""
_ENDS = {
    ACCEPTED: ACCEPTED,
    DEAD: FAILED,
    AMBIGUOUS: UNCLEAR,
    SUPPRESSED: SUPPRESSED,
    SUPERSEDED: SUPPRESSED,
}
State = TypeVar("State", Issue, Office)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What somebody should have been told of: a rung of an obligation, or a step taken.

    A step is named by its ``event`` and the number ``n`` of its entry.
    """

    issue: Issue
    obligation: Obligation | None = None
    occurrence: Occurrence | None = None
    event: str | None = None
    n: int | None = None

    @property
    def cause(self) -> str:
        """What the keys of its notices begin with."""
        if self.obligation is not None and self.occurrence is not None:
            return f"{self.obligation.id}/{self.occurrence.rung.name}.{self.occurrence.nth}"
        return f"{self.issue.key}/{self.n}/{self.event}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One person who should have been told of something, and what became of that.

    ``outcome`` is one of ``OUTCOMES``: ``closed`` says that the work was done on that very day
    before anybody was reminded of it, ``settled`` that somebody has said what became of it (on
    record with the reason), ``open`` that the message is still on its way. ``sent`` is the notice,
    ``message`` the message of a day in which it went.
    """

    subject: Subject
    person: str
    outcome: str
    sent: Sent | None = None
    message: Sent | None = None


@dataclass(slots=True)
class Past(Generic[State]):
    """The states of a stream, each with the entry that led to it."""

    entries: list[Entry] = field(default_factory=list)
    states: list[State] = field(default_factory=list)

    def at(self, moment: datetime) -> State | None:
        """Return the state as of an instant, None before the first entry."""
        return self._last(lambda entry: entry.at <= moment)

    def on(self, day: date) -> State | None:
        """Return the state at the end of a civil day of the office."""
        return self._last(lambda entry: entry.content["day"] <= day.isoformat())

    def during(self, day: date) -> list[State]:
        """Return the states that the entries of a civil day led to, in order."""
        pairs = zip(self.entries, self.states, strict=True)
        return [state for entry, state in pairs if entry.content["day"] == day.isoformat()]

    def _last(self, holds: Callable[[Entry], bool]) -> State | None:
        pairs = zip(reversed(self.entries), reversed(self.states), strict=True)
        return next((state for entry, state in pairs if holds(entry)), None)


def account(desk: Desk, day: date) -> list[Due]:
    """Return everybody who should have been told of something on a day, with what became of it.

    Raises ``NotFound`` before the office is founded, ``Invalid`` for a day that lies ahead.
    """
    with desk.store.reading() as session:
        office_of(session)
        if day > desk.day(desk.clock()):
            facts = {"day": day.isoformat()}
            raise Invalid(
                Problem("day_ahead", "{day} lies ahead (rectify preview says what it owes)", facts)
            )
        return _Account(desk, session, day).dues()


class _Account:
    """The account of one day, in one transaction."""

    def __init__(self, desk: Desk, session: Session, day: date) -> None:
        self._desk, self._session, self._day = desk, session, day
        self._people: Mapping[str, Person] = session.people()
        self._office: Past[Office] = Past()
        self._issues: list[Past[Issue]] = []
        self._sent: dict[str, dict[str, Sent]] = {}
        self._messages: dict[str, Sent] = {}
        self._read()
        beat = session.last_beat()
        # A day that no sweep has looked at yet is not over: what it owes may still come.
        self._is_over = day < desk.day(desk.clock()) or (beat is not None and desk.day(beat) >= day)

    def _read(self) -> None:
        for stream, rows in groupby(self._session.rows(), key=attrgetter("stream")):
            entries = [entry_in(row) for row in rows]
            if stream == OFFICE:
                self._office = _folded(entries, evolve_office)
            else:
                self._issues.append(_folded(entries, evolve))
        for sent in self._session.notices():
            key = sent.notice.key
            self._messages[key] = sent
            cause = key.removesuffix(f"/{SUPERSEDED}")
            if cause == key:
                cause = key.rsplit("/", 2)[0]
            self._sent.setdefault(cause, {})[sent.notice.recipient] = sent

    def dues(self) -> list[Due]:
        """Return what was due, ordered as a reader asks: the issue, then what it is about."""
        found: list[Due] = []
        for past in self._issues:
            last = past.entries[-1]
            with legible(last.stream, last.n):
                found += [*self._rungs(past), *self._steps(past)]
        return sorted(found, key=_order)

    # ---------------------------------------------------------------- rungs

    def _rungs(self, past: Past[Issue]) -> Iterator[Due]:
        """Yield whom the rungs reached on the day should have reminded."""
        before = past.on(self._day - timedelta(days=1))
        standing = self._reached(before, self._day - timedelta(days=1))
        ended = self._reached(past.on(self._day), self._day)
        begun: dict[str, Subject] = {}  # what was closed again in the course of the day
        for issue in (before, *past.during(self._day)):
            begun |= self._reached(issue, self._day)
        for cause, subject in {**begun, **ended}.items():
            if cause not in standing:
                yield from self._reminded(past, subject, closed=cause not in ended)

    def _reached(self, issue: Issue | None, day: date) -> dict[str, Subject]:
        office = self._office.on(day)
        if issue is None or office is None:
            return {}
        rungs = rungs_due(self._rules(issue, office), issue, day)
        subjects = [
            Subject(issue=issue, obligation=obligation, occurrence=occurrence)
            for obligation, occurrence in rungs
        ]
        return {subject.cause: subject for subject in subjects}

    def _reminded(self, past: Past[Issue], subject: Subject, *, closed: bool) -> Iterator[Due]:
        sent = self._sent.get(subject.cause, {})
        if NOBODY in sent:  # a later rung took its place, or it is on record that nobody was there
            yield self._due(subject, NOBODY, sent[NOBODY])
            return
        for person in {**self._to_be_reminded(past, subject, sent), **sent}:
            yield self._due(subject, person, sent.get(person), closed=closed)

    def _to_be_reminded(
        self, past: Past[Issue], subject: Subject, sent: Mapping[str, Sent]
    ) -> Mapping[str, str | None]:
        """Return whom a rung reminds, by the people of the moment at which it was owed."""
        obligation, occurrence = subject.obligation, subject.occurrence
        if obligation is None or occurrence is None:
            return {}
        moment = min((one.notice.created_at for one in sent.values()), default=None)
        issue, office, day = subject.issue, self._office.on(self._day), self._day
        if moment is not None:
            issue, office = past.at(moment) or issue, self._office.at(moment)
            day = self._desk.day(moment)
        audience = self._audience(issue, office, day)
        owed = audience.owed_to(occurrence.rung.to, obligation)
        return owed if owed or sent else {NOBODY: None}

    # ---------------------------------------------------------------- steps

    def _steps(self, past: Past[Issue]) -> Iterator[Due]:
        """Yield whom the steps taken on the day should have told."""
        for entry, issue in zip(past.entries, past.states, strict=True):
            content = entry.content
            if content["day"] != self._day.isoformat():
                continue
            step = process_of(self._session, content["process"]).step(
                content["from"], content["event"]
            )
            if step is None or not step.notify:
                continue
            subject = Subject(issue=issue, event=entry.event, n=entry.n)
            sent = self._sent.get(subject.cause, {})
            audience = self._audience(issue, self._office.at(entry.at), self._day)
            for person in audience.owed_news(step.notify, entry.hands):
                yield self._due(subject, person, sent.get(person))

    # ---------------------------------------------------------------- what became of it

    def _due(
        self, subject: Subject, person: str, sent: Sent | None, *, closed: bool = False
    ) -> Due:
        if sent is None:
            outcome = CLOSED if closed else MISSING if self._is_over else OPEN
            return Due(subject=subject, person=person, outcome=outcome)
        message = self._messages.get(sent.notice.bundle or "")
        told = sent if sent.settled_at or message is None else message
        outcome = _ENDS.get(told.status, OPEN)
        if told.cause == BY_HAND and outcome in (ACCEPTED, FAILED):
            outcome = SETTLED
        return Due(
            subject=subject,
            person=person,
            outcome=outcome,
            sent=sent,
            message=message,
        )

    def _audience(self, issue: Issue, office: Office | None, day: date) -> Audience:
        office = office or office_of(self._session)
        rules = self._rules(issue, office)
        audience = audience_among(self._desk, issue, rules, office, self._people)
        return replace(audience, today=day)

    def _rules(self, issue: Issue, office: Office) -> Rules:
        return Rules(
            process_of(self._session, issue.process), calendar_of(self._session, office.calendar)
        )


def _folded(entries: list[Entry], follow: Callable[[State | None, Entry], State]) -> Past[State]:
    past: Past[State] = Past()
    state: State | None = None
    for entry in entries:
        with legible(entry.stream, entry.n):
            state = follow(state, entry)
        past.entries.append(entry)
        past.states.append(state)
    return past


def _order(due: Due) -> tuple[object, ...]:
    subject = due.subject
    issue, obligation = subject.issue, subject.obligation
    about = (1, str(subject.n)) if obligation is None else (0, obligation.id)
    return issue.round, issue.number, *about, due.person
