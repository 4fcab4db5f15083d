"""Reading: lists with their lights, one issue, what may be done next, the log, a past moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from states.errors import Invalid, Message, NotFound, Problem
from states.frozen import Struct
from states.lights import GREEN, SUSPENDED, light_on
from states.log import OFFICE, UNREADABLE, Entry, Row, check_shape, read_entry
from workflow.engine.desk import (
    Desk,
    calendar_of,
    issue_of,
    no_issue,
    office_of,
    process_of,
)

if TYPE_CHECKING:
    from states.calendar import Calendar
    from states.issue import Issue
    from states.lights import Turns
    from states.office import Person
    from states.process import Process
    from workflow.ports import Session
    from workflow.values import Filter, Summary


class Line(Struct, frozen=True, kw_only=True):
    """An issue in a list. ``days_left`` to the nearest thing owed; negative when overdue.

    ``light`` is a colour, or ``suspended`` while the clock of the issue stands still.
    """

    summary: Summary
    light: str
    days_left: int | None

    @property
    def overdue(self) -> bool:
        """True if something owed on the issue is past its date."""
        return self.days_left is not None and self.days_left < 0


class View(Struct, frozen=True, kw_only=True):
    """One issue with what is needed to show it: its process, its people, its light.

    ``calendar`` is the one in force on ``today``, which for a past moment is its day.
    """

    issue: Issue
    process: Process
    calendar: Calendar
    people: Mapping[str, Person]
    light: str
    today: date


def lines(desk: Desk, wanted: Filter) -> list[Line]:
    """Return the issues that pass a filter, each with its light."""
    today = desk.day(desk.clock())
    with desk.store.reading() as session:
        office_of(session)
        return [_line(summary, today) for summary in session.summaries(wanted)]


def issues(desk: Desk, wanted: Filter) -> list[Issue]:
    """Return the issues that pass a filter, whole, ordered by round and number."""
    with desk.store.reading() as session:
        office_of(session)
        keys = [summary.key for summary in session.summaries(wanted)]
        found = session.issues(keys)
    return [found[key] for key in keys if key in found]


def _line(summary: Summary, today: date) -> Line:
    due = summary.next_due
    return Line(
        summary=summary,
        light=_light(summary.lights, today, suspended=summary.suspended, voided=summary.voided),
        days_left=None if due is None else (due - today).days,
    )


def _light(turns: Turns, today: date, *, suspended: bool, voided: bool) -> str:
    if voided:
        return GREEN
    return SUSPENDED if suspended else light_on(turns, today)


def view(desk: Desk, key: str) -> View:
    """Return one issue. Raises ``NotFound``."""
    with desk.store.reading() as session:
        return view_of(desk, session, issue_of(session, key))


def view_of(desk: Desk, session: Session, issue: Issue, at: datetime | None = None) -> View:
    """Return an issue, present or past, with what is needed to show it as it was at a moment."""
    from states.rules import Rules
    from workflow.summary import lights_of

    today = desk.day(at or desk.clock())
    rules = Rules(
        process=process_of(session, issue.process),
        calendar=calendar_of(session, calendar_at(session, at)),
    )
    suspended, voided = issue.suspended is not None, issue.voided is not None
    return View(
        issue=issue,
        process=rules.process,
        calendar=rules.calendar,
        people=session.people(),
        light=_light(lights_of(rules, issue), today, suspended=suspended, voided=voided),
        today=today,
    )


def calendar_at(session: Session, at: datetime | None) -> str:
    """Return the hash of the calendar in force at a moment, or now."""
    if at is None:
        return office_of(session).calendar
    found = ""
    for row in session.rows(OFFICE):
        entry = entry_in(row)
        if entry.at > at:
            break
        found = entry.facts.get("calendar", found)
    return str(found)


def key_of(desk: Desk, text: str) -> str:
    """Return the key that a person means: a whole key, or a bare number in the only round.

    Raises ``NotFound`` if there is no such issue, or if a bare number could mean several.
    """
    with desk.store.reading() as session:
        if not text.isdecimal():
            return issue_of(session, text).key
        rounds = office_of(session).rounds
        if not rounds:
            raise no_issue(text)
        if len(rounds) != 1:
            raise NotFound(
                Message(
                    "number_ambiguous",
                    "{number} could mean an issue of several rounds; write it whole: {examples}",
                    {"number": text, "examples": tuple(f"{code}-{text}" for code in rounds)},
                )
            )
        return issue_of(session, f"{next(iter(rounds))}-{int(text)}").key


def entry_in(row: Row) -> Entry:
    """Return the entry of a line of the log. Raises ``Invalid`` if its bytes are none."""
    with legible(row.stream, row.n):
        entry = read_entry(row.body)
        check_shape(entry)
        return entry


@contextmanager
def legible(stream: str, n: int) -> Iterator[None]:
    """Name the entry that is read or followed in the block, if that cannot be done.

    Raises ``Invalid``. Whoever can write into the database chooses its bytes freely.
    """
    try:
        yield
    except UNREADABLE as error:
        raise Invalid(
            Problem(
                "entry_unreadable",
                "the entry's bytes are not those of an entry",
                source=stream,
                line=n,
            )
        ) from error


def entries(desk: Desk, stream: str) -> list[Entry]:
    """Return the entries of a stream in order. Raises ``NotFound`` if there are none."""
    with desk.store.reading() as session:
        return entries_in(session, stream)


def entries_in(session: Session, stream: str) -> list[Entry]:
    """Return the entries of a stream in order. Raises ``NotFound`` if there are none."""
    found = [entry_in(row) for row in session.rows(stream)]
    if not found:
        raise no_issue(stream)
    return found
