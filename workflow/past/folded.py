"""The office and its issues as the log up to an instant yields them, folded once when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from states.administration import evolve_office
from states.canonical import instant
from states.errors import Invalid, Message, NotFound, Problem
from states.evolution import evolve
from states.log import OFFICE, Entry, Row
from workflow.past.prefix import MOST_NAMED, Prefix, chained, foldable, worded
from workflow.ports import Closed

if TYPE_CHECKING:
    from states.issue import Issue
    from states.office import Office

RECALCULATION = "recalculation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How an open obligation came to be: when, by which calendar, and by which office's word.

    ``office`` is the number of the office's entry by which it was decided, None where the entry
    does not say; ``before`` the issue that a recalculation counted anew, None for any other entry.
    """

    at: datetime
    calendar: str
    office: int | None
    before: Issue | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A calendar put in force by an entry of the office: ``n``, when, on which civil day."""

    n: int
    at: datetime
    day: date
    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An issue moved to another process: when, on which civil day, and to which."""

    at: datetime
    day: date
    process: str


@dataclass(slots=True)
class Ledger:
    """The issues, with how what is open was opened and what was closed.

    ``moves`` are the processes that issues were moved to, ``first`` those they began under.
    """

    issues: dict[str, Issue] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    closed: list[Closed] = field(default_factory=list)
    moves: dict[str, list[Moved]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class PastOffice:
    """The office, and every calendar that it ever had in force by then."""

    office: Office
    calendars: list[InForce] = field(default_factory=list)
    processes: set[str] = field(default_factory=set)


def folded_office(prefix: Prefix) -> PastOffice:
    """Return the office as it was. Raises ``NotFound`` before it was founded, ``Invalid``."""
    office: Office | None = None
    calendars: list[InForce] = []
    processes: set[str] = set()
    for entry in prefix.entries(OFFICE):
        with foldable(entry):
            office = evolve_office(office, entry)
        processes.add(office.process)
        if not calendars or calendars[-1].calendar != office.calendar:
            calendars.append(_in_force(entry, office.calendar))
    if office is None:
        raise _not_founded(prefix)
    return PastOffice(office, calendars, processes)


def _in_force(entry: Entry, calendar: str) -> InForce:
    day = date.fromisoformat(entry.content["day"])
    return InForce(n=entry.n, at=entry.at, day=day, calendar=calendar)


def _not_founded(prefix: Prefix) -> NotFound:
    """Return the error for a moment before the office, which says since when there is one."""
    with prefix.origin.reading() as session:
        office = session.office()
        first = next(session.rows(OFFICE), None)
    if office is None or first is None:
        return NotFound(Message("no_office", "nothing is set up here yet (rectify init)"))
    since = instant(first.at).astimezone(prefix.at.tzinfo)
    return NotFound(
        Message(
            "not_founded_yet",
            "at {at} there was no office here yet; its first entry is of {since}",
            {"at": worded(prefix.at), "since": worded(since)},
        )
    )


def folded_issue(prefix: Prefix, key: str) -> Issue | None:
    """Return one issue as it was, None if it did not exist then. Raises ``Invalid``."""
    ledger = Ledger()
    fold_stream(ledger, key, prefix.rows(key))
    return ledger.issues.get(key)


def folded_ledger(prefix: Prefix) -> Ledger:
    """Return all issues as they were. Raises ``Invalid`` with every stream that cannot be read."""
    ledger = Ledger()
    faults: list[Problem] = []
    for stream, rows in prefix.streams():
        if stream == OFFICE:
            continue
        try:
            fold_stream(ledger, stream, rows)
        except Invalid as error:
            faults += error.problems
    if faults:
        raise Invalid(*faults[:MOST_NAMED])
    return ledger


def fold_stream(ledger: Ledger, key: str, rows: Iterable[Row]) -> None:
    """Fold the lines of one issue into a ledger. Raises ``Invalid`` at the first faulty entry."""
    issue: Issue | None = None
    for entry in chained(rows):
        before, content = issue, entry.content
        with foldable(entry):
            issue = evolve(issue, entry)
            if content["opens"] or content["closes"]:
                _open_and_close(ledger, entry, before)
            if before is not None and before.process != issue.process:
                day = date.fromisoformat(content["day"])
                moved = Moved(at=entry.at, day=day, process=issue.process)
                ledger.moves.setdefault(key, []).append(moved)
            if before is None:
                ledger.first[key] = issue.process
    if issue is not None:
        ledger.issues[key] = issue


def _open_and_close(ledger: Ledger, entry: Entry, before: Issue | None) -> None:
    content: Any = entry.content
    for closed in content["closes"]:
        ledger.openings.pop(closed["id"], None)
        one = Closed(obligation=closed["id"], by=entry.n, because=closed["because"])
        ledger.closed.append(one)
    is_recount = content["records"] == RECALCULATION
    for record in content["opens"]:
        ledger.openings[record["id"]] = Opening(
            at=entry.at,
            calendar=content.get("calendar", ""),
            office=content.get("office"),
            before=before if is_recount else None,
        )
