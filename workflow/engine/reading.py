"""Reading: lists with their lights, one issue, what may be done next, the log, a past moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from states.errors import Invalid, Message, NotFound, Problem
from states.lights import GREEN, RED, light
from states.log import Entry, Row, read_entry
from workflow.engine.desk import Desk, issue_of, no_issue, office_of, process_of
from workflow.ports import Filter, Session, Summary

if TYPE_CHECKING:
    from states.issue import Issue
    from states.office import Person
    from states.process import Process


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An issue in a list. ``days_left`` to the nearest thing owed; negative when overdue."""

    summary: Summary
    light: str
    days_left: int | None

    @property
    def overdue(self) -> bool:
        """True if something owed on the issue is past its date."""
        return self.light == RED


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One issue with what is needed to show it: its process, its people, its light."""

    issue: Issue
    process: Process
    people: Mapping[str, Person]
    light: str
    today: date


def lines(desk: Desk, wanted: Filter) -> list[Line]:
    """Return the issues that pass a filter, each with its light."""
    today = desk.day(desk.clock())
    with desk.store.reading() as session:
        office_of(session)
        return [_line(summary, today) for summary in session.summaries(wanted)]


def _line(summary: Summary, today: date) -> Line:
    due = summary.next_due
    return Line(
        summary=summary,
        light=GREEN if summary.voided else light(due, today),
        days_left=None if due is None else (due - today).days,
    )


def view(desk: Desk, key: str) -> View:
    """Return one issue. Raises ``NotFound``."""
    with desk.store.reading() as session:
        return view_of(desk, session, issue_of(session, key))


def view_of(desk: Desk, session: Session, issue: Issue) -> View:
    """Return an issue, present or past, with what is needed to show it."""
    today = desk.day(desk.clock())
    due = min((o.due for o in issue.obligations), default=None)
    return View(
        issue=issue,
        process=process_of(session, issue.process),
        people=session.people(),
        light=light(due, today),
        today=today,
    )


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


def _entry(row: Row) -> Entry:
    try:
        return read_entry(row.body)
    except (ValueError, KeyError, TypeError):
        raise Invalid(
            Problem(
                "entry_unreadable",
                "the entry's bytes are not those of an entry",
                source=row.stream,
                line=row.n,
            )
        ) from None


def entries(desk: Desk, stream: str) -> list[Entry]:
    """Return the entries of a stream in order. Raises ``NotFound`` if there are none."""
    with desk.store.reading() as session:
        found = [_entry(row) for row in session.rows(stream)]
    if not found:
        raise no_issue(stream)
    return found
