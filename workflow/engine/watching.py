"""Watching: what goes wrong with sending, and what the calendar lacks, is told to who supervises.

A failure belongs to somebody until it is settled: it is told of at once, and again and again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from notifications.notice import UNDELIVERED, Notice
from notifications.planning.audience import Staff
from notifications.planning.digest import CALENDAR_MISSING
from notifications.planning.warning import (
    CHASING,
    STOPPED,
    Failure,
    calendar_missing,
    stopped,
    undelivered,
)
from states.calendar import PUBLISHED, Calendar
from workflow.engine.caution import WATCH
from workflow.engine.desk import Desk, calendar_of, office_of
from workflow.engine.telling import staff_of
from workflow.engine.trusting import trust_the_clock
from workflow.ports import Filter, Sent, Session

PUBLICATION = (11, 1)
"""From this day on the calendar of the next year is asked for if a date owed rests on it: notices
of the State Council for the years 2020 to 2026 came from 25 October to 8 December."""

LAST_CALL = (12, 1)
"""From this day on it is asked for in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How many notices a watch has newly owed: of failures, of a stop, of a missing calendar."""

    undelivered: int = 0
    stopped: int = 0
    calendar: int = 0


def watch(desk: Desk, node: str) -> Watched:
    """Owe whatever those who supervise must hear of; any number of watches change nothing.

    Raises ``NotFound`` before the office is founded; ``Invalid`` if the clock is far ahead.
    """
    trust_the_clock(desk)
    with desk.store.reading() as session:
        office = office_of(session)
        staff = staff_of(desk, session, office)
        calendar = calendar_of(session, office.calendar)
        notices = {
            UNDELIVERED: list(_undelivered(desk, session, staff, calendar)),
            STOPPED: _stopped(desk, session, staff),
            CALENDAR_MISSING: _calendar_missing(session, staff, calendar),
        }
    with desk.store.writing() as session:
        owed = {template: session.owe(some) for template, some in notices.items() if some}
        session.beat(node, WATCH, desk.clock())
    return Watched(
        undelivered=owed.get(UNDELIVERED, 0),
        stopped=owed.get(STOPPED, 0),
        calendar=owed.get(CALENDAR_MISSING, 0),
    )


# ---------------------------------------------------------------- failures


def _undelivered(
    desk: Desk, session: Session, staff: Staff, calendar: Calendar
) -> Iterator[Notice]:
    failed = session.unresolved()
    units = _units(session, failed)
    for sent in failed:
        failure = Failure(
            id=sent.id,
            notice=sent.notice,
            status=sent.status,
            cause=sent.cause or "",
            since=_since(desk, session, sent),
            attempts=sent.attempts,
            units=tuple(sorted({units[key] for key in _issues(sent) if key in units})),
        )
        told = CHASING.reached(calendar, failure.since, failure.since, staff.today).owed
        if told is not None:
            nth = told.nth + (told.rung != CHASING.rungs[0])
            yield from undelivered(staff, failure, nth)


def _since(desk: Desk, session: Session, sent: Sent) -> date:
    """Return the day on which it was known that a message failed."""
    at = sent.settled_at
    if at is None:
        trail = session.deliveries(sent.id)
        at = trail[-1].at if trail else sent.notice.created_at
    return desk.day(at)


def _issues(sent: Sent) -> set[str]:
    items = sent.notice.facts.get("items", ())
    return {sent.notice.issue, *(str(item.get("issue", "")) for item in items)} - {""}


def _units(session: Session, failed: Sequence[Sent]) -> dict[str, str]:
    """Return the unit of each issue that failed messages speak of."""
    keys = sorted({key for sent in failed for key in _issues(sent)})
    return {key: issue.unit for key, issue in session.issues(keys).items()}


# ---------------------------------------------------------------- a stop


def _stopped(desk: Desk, session: Session, staff: Staff) -> list[Notice]:
    halt = session.halt()
    if halt is None:
        return []
    ready = desk.store.outbox.ready(desk.clock())
    return stopped(staff, halt.cause, halt.since, (ready, desk.caution.storm))


# ---------------------------------------------------------------- the calendar


def _calendar_missing(session: Session, staff: Staff, calendar: Calendar) -> list[Notice]:
    year = missing_year(calendar, staff.today)
    if year is None:
        return []
    affected = sum(summary.provisional for summary in session.summaries(Filter()))
    month = (staff.today.month, staff.today.day)
    if year > staff.today.year and not affected and month < LAST_CALL:
        return []
    return calendar_missing(staff, year, calendar, affected)


def missing_year(calendar: Calendar, today: date) -> int | None:
    """Return the year that is to be asked for now: this one, or late in it the next."""
    if not calendar.rests_on_notices:
        return None
    known = {year.year for year in calendar.years if year.status == PUBLISHED}
    if today.year not in known:
        return today.year
    is_late = (today.month, today.day) >= PUBLICATION
    return today.year + 1 if is_late and today.year + 1 not in known else None
