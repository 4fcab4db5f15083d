"""The fold of entries: an issue, an office, what was due, as of any moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from states.administration import evolve_office
from states.evolution import evolve
from states.issue import Issue, Obligation
from states.ladder import Occurrence
from states.log import Entry
from states.office import Office
from states.rules import Rules


def replay(entries: Iterable[Entry], at: date | datetime | None = None) -> Issue | None:
    """Return the issue that its entries yield; None before the first of them.

    With an instant it is the issue as of then, with a day as of that day's end at the office.
    """
    issue: Issue | None = None
    for entry in entries:
        if at is not None and _later(entry, at):
            break
        issue = evolve(issue, entry)
    return issue


def _later(entry: Entry, at: date | datetime) -> bool:
    if isinstance(at, datetime):
        return entry.at > at
    return str(entry.content["day"]) > at.isoformat()


def rungs_due(rules: Rules, issue: Issue, day: date) -> tuple[tuple[Obligation, Occurrence], ...]:
    """Return the latest rung that each open obligation had reached on a day, if it had one.

    The issue is one that ``replay`` yields for that day; the rules are its process and the calendar
    that the office had in force then, by which its ladders were climbed.
    """
    reached = []
    for obligation in issue.obligations:
        ladder = rules.process.ladder(obligation.ladder)
        first = ladder.first_on(rules.calendar, obligation.due, obligation.opened_on)
        if first is not None:
            occurrence = ladder.reached(rules.calendar, obligation.due, first, day).owed
            reached += [] if occurrence is None else [(obligation, occurrence)]
    return tuple(reached)


def replay_office(entries: Iterable[Entry]) -> Office | None:
    """Return the office that the entries of its stream yield."""
    office: Office | None = None
    for entry in entries:
        office = evolve_office(office, entry)
    return office
