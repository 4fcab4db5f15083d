"""The desk at which every command is handled: the store, the clock, and what they look up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from states.attempt import CLOCK, CLOCK_PERSON, Actor, Attempt
from states.errors import Message, NotFound
from states.process import read_process
from workflow.engine.caution import NONE, Caution

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, tzinfo
    from typing import Any

    from notifications.delivery.window import Window
    from notifications.planning.lettering import Lettering
    from states.calendar import Calendar
    from states.issue import Issue
    from states.office import Office
    from states.process import Process
    from states.rules import Rules
    from states.signed_note import Verify
    from workflow.ports import Clock, Fresh, LetterWriter, Rehearsal, Salt, Session, Store

THE_CLOCK = Actor(person=CLOCK_PERSON, account="rectify", auth=CLOCK)
"""Who takes the steps that time alone brings about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The engine's dependencies. ``zone`` decides which civil day an instant belongs to,
    ``verify`` whether a signature is right.

    ``window`` says in which hours messages are sent (None: at any hour, each alone), ``letters``
    writes the text of letters (None: none are issued), ``lettering`` says what they state besides
    (None: what is usual), ``rehearsal`` copies what will wake,
    ``caution`` keeps people from being flooded.
    """

    store: Store
    clock: Clock
    fresh: Fresh
    salt: Salt
    verify: Verify
    zone: tzinfo
    channels: tuple[str, ...]
    window: Window | None = None
    letters: LetterWriter | None = None
    lettering: Lettering | None = None
    rehearsal: Rehearsal | None = None
    caution: Caution = NONE

    def day(self, at: datetime) -> date:
        """Return the civil date of an instant at the office."""
        return at.astimezone(self.zone).date()

    def attempt(
        self, event: str, actor: Actor, facts: Mapping[str, Any], request_id: str
    ) -> Attempt:
        """Return the attempt as of now."""
        now = self.clock()
        return Attempt(
            event=event,
            actor=actor,
            at=now,
            day=self.day(now),
            request_id=request_id,
            facts=facts,
        )


def office_of(session: Session) -> Office:
    """Return the office. Raises ``NotFound`` before it is founded."""
    office = session.office()
    if office is None:
        raise NotFound(Message("no_office", "nothing is set up here yet (rectify init)"))
    return office


def process_of(session: Session, hash: str) -> Process:
    """Return the process of a hash. Raises ``NotFound`` if it is not on record."""
    body = session.process(hash)
    if body is None:
        raise NotFound(
            Message("no_process", "the process {hash} is not on record", {"hash": hash[:12]})
        )
    return read_process(body)


def calendar_of(session: Session, hash: str) -> Calendar:
    """Return the calendar of a hash; the plain week for an office that has adopted none.

    Raises ``NotFound`` if it is not on record.
    """
    from states.calendar import WEEKDAYS, read_calendar  # a list counts no days

    if hash in ("", WEEKDAYS.hash):
        return WEEKDAYS
    body = session.calendar(hash)
    if body is None:
        raise NotFound(
            Message("no_calendar", "the calendar {hash} is not on record", {"hash": hash[:12]})
        )
    return read_calendar(body)


def rules_of(session: Session, process: str, office: Office) -> Rules:
    """Return a process, by its hash, with the calendar that the office has in force."""
    from states.rules import Rules

    return Rules(process_of(session, process), calendar_of(session, office.calendar))


def issue_of(session: Session, key: str) -> Issue:
    """Return the issue of a key. Raises ``NotFound``."""
    issue = session.issue(key)
    if issue is None:
        raise no_issue(key)
    return issue


def no_issue(key: str) -> NotFound:
    """Return the error for a key that no issue has."""
    return NotFound(Message("no_issue", "there is no issue {key} (rectify list)", {"key": key}))
