"""The desk at which every command is handled: the store, the clock, and what they look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from states.attempt import CLOCK, CLOCK_PERSON, Actor, Attempt
from states.calendar import WEEKDAYS, Calendar, read_calendar
from states.errors import Message, NotFound
from states.issue import Issue
from states.office import Office
from states.process import Process, read_process
from states.rules import Rules
from workflow.engine.caution import NONE, Caution
from workflow.ports import Clock, Fresh, LetterWriter, Rehearsal, Salt, Session, Store

if TYPE_CHECKING:
    from notifications.delivery.window import Window
    from notifications.planning.lettering import Lettering

THE_CLOCK = Actor(person=CLOCK_PERSON, account="rectify", auth=CLOCK)
"""Who takes the steps that time alone brings about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The engine's dependencies. ``zone`` decides which civil day an instant belongs to.

    ``window`` says in which hours messages are sent (None: at any hour, each alone), ``letters``
    writes the text of letters (None: none are issued), ``lettering`` says what they state besides
    (None: what is usual), ``rehearsal`` copies what will wake,
    ``caution`` keeps people from being flooded.
    """

    store: Store
    clock: Clock
    fresh: Fresh
    salt: Salt
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
