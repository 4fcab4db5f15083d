"""Questions that need the rules: what may be done next, what is owed by whom, a past moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from states.decision import options
from states.errors import Message, NotFound, Option
from states.evolution import evolve
from states.issue import Issue, Obligation
from states.lights import light_on
from states.office import Office
from states.rules import Rules
from workflow.engine.desk import Desk, issue_of, office_of, rules_of
from workflow.engine.reading import View, entries, legible, view_of
from workflow.engine.telling import audience_of
from workflow.engine.waking import ladder_of, next_wake
from workflow.identity import Identity
from workflow.ports import Filter, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An open obligation with its issue and whoever owes it.

    ``days_left`` counts calendar days, ``working_days_left`` working days; both are negative when
    it is overdue. ``next_on`` is the day of its next reminder.
    """

    obligation: Obligation
    issue: Issue
    holders: tuple[str, ...]
    days_left: int
    working_days_left: int
    light: str
    next_on: date | None


def choices(
    desk: Desk, key: str, by: Identity, facts: Mapping[str, Any] | None = None
) -> list[Option]:
    """Return every event the issue's state knows, with what the acting person still misses."""
    with desk.store.reading() as session:
        office = office_of(session)
        issue = issue_of(session, key)
        attempt = desk.attempt("", by.actor(office), facts or {}, "")
        return options(rules_of(session, issue.process, office), issue, attempt, office)


def replayed(desk: Desk, key: str, at: datetime | None = None) -> View:
    """Return an issue rebuilt from its log, as of an instant.

    Raises ``NotFound`` before it, ``Invalid`` at an entry that cannot be followed.
    """
    issue: Issue | None = None
    for entry in entries(desk, key):
        if at is not None and entry.at > at:
            break
        with legible(entry.stream, entry.n):
            issue = evolve(issue, entry)
    if issue is None:
        raise NotFound(
            Message(
                "not_yet",
                "{key} did not exist at {at}",
                {"key": key, "at": at.isoformat() if at else ""},
            )
        )
    with desk.store.reading() as session:
        return view_of(desk, session, issue, at)


def owed(desk: Desk, within_days: int | None = None) -> list[Owed]:
    """Return what is owed, the nearest date first; up to so many days from today if given."""
    today = desk.day(desk.clock())
    by = None if within_days is None else today + timedelta(days=within_days)
    with desk.store.reading() as session:
        office = office_of(session)
        keys = [s.key for s in session.summaries(Filter(next_due_by=by)) if s.next_due]
        found = [
            _owed(desk, session, (issue, obligation), office)
            for issue in session.issues(keys).values()
            for obligation in issue.obligations
            if by is None or obligation.due <= by
        ]
    return sorted(found, key=_urgency)


def _urgency(owed: Owed) -> tuple[date, str, int, str]:
    """Return what the nearest date comes first by; issue 10 stands after issue 2."""
    return owed.obligation.due, owed.issue.round, owed.issue.number, owed.obligation.id


def _owed(desk: Desk, session: Session, what: tuple[Issue, Obligation], office: Office) -> Owed:
    issue, obligation = what
    audience = audience_of(desk, session, issue, office)
    rules, today = audience.rules, audience.today
    return Owed(
        obligation=obligation,
        issue=issue,
        holders=audience.holders(obligation),
        days_left=(obligation.due - today).days,
        working_days_left=rules.calendar.count_workdays(today, obligation.due),
        light=_light(rules, obligation, today),
        next_on=next_wake(rules, obligation, today),
    )


def _light(rules: Rules, obligation: Obligation, today: date) -> str:
    turns = ladder_of(rules, obligation).colours(rules.calendar, obligation.due)
    return light_on(turns, today)
