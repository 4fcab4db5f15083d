"""A rehearsal: a store of its own with whatever will wake, in which time can run ahead.

The preview ticks on it day by day. So it says what will be sent by the very functions that send
it, and nothing that it does is kept.
"""

from __future__ import annotations

from datetime import date

from notifications.notice import ACCEPTED, DEAD, SUPERSEDED, SUPPRESSED, Notice
from notifications.planning.digest import is_digest
from states.frozen import replace
from states.office import Office
from workflow.memory import MemorySession, MemoryStore, Tables
from workflow.ports import Sent, Session, Store

EVERYTHING = 2**31 - 1
"""No limit to what is copied: a whole office is some megabytes."""


def _released(office: Office | None) -> Office | None:
    """Return the office without anything held: what would go out is what is asked for."""
    if office is None:
        return None
    rounds = {code: replace(known, held=False) for code, known in office.rounds.items()}
    return replace(office, rounds=rounds)


def _of_a_day(sent: Sent) -> Notice:
    """Return a message of a day as one that has left: it keeps its day, and counts as a message.

    What was withdrawn or failed does not count.
    """
    left = sent.status not in (SUPERSEDED, SUPPRESSED, DEAD)
    return replace(sent.notice, status=ACCEPTED if left else SUPERSEDED)


def rehearsal(session: Session, last: date) -> Store:
    """Return a store with the office, its people, and everything that wakes up to a day."""
    tables = Tables(
        office=_released(session.office()),
        people={id: (person, b"") for id, person in session.people().items()},
        processes=session.processes(),
        calendars=session.calendars(),
    )
    for awaited in session.awaited(last, EVERYTHING):
        issue = awaited.issue
        tables.issues[issue.key] = issue
        tables.lights[issue.key] = ()
        tables.wakes[awaited.obligation.id] = awaited.wake_on
    waiting = [w for a in session.addressees() for w in session.waiting(a.recipient, a.channel)]
    if waiting:
        copied = MemorySession(tables)
        copied.owe([_of_a_day(sent) for sent in session.notices() if is_digest(sent.notice.key)])
        copied.owe([w.notice for w in waiting])
        # The issues that notices speak of: what is no longer owed on them is not said.
        for key, issue in session.issues(sorted({w.notice.issue for w in waiting})).items():
            tables.issues.setdefault(key, issue)
            tables.lights.setdefault(key, ())
    return MemoryStore(tables)
