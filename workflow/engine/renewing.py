"""Renewing: a message that could not be handed over at once never says what is no longer so.

A mail server that is away, greylisting, a stop: hours may pass between the making of a message and
its sending. Before it goes, what it says is held against the issues as they stand then.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from notifications.delivery.protocol import Job, Outcome
from notifications.notice import ALARMS, LASTING, SUPERSEDED, Notice
from notifications.planning.digest import digest_key, is_digest
from states.office import Person
from workflow.engine.desk import Desk, calendar_of, office_of
from workflow.engine.telling import zone_of
from workflow.engine.withdrawing import (
    CLOSED,
    fallen_away,
    has_no_way,
    open_work,
    tells_of_the_past,
)
from workflow.ports import Sent, Session, Waiting


def take_back(desk: Desk, job: Job) -> bool:
    """Let a claimed message wait again, to be said as things stand; whether it does.

    That is one of whose matters some are settled or others' affair by now, whose person has another
    address, or, of a message of the day, whose hours are over.
    """
    if job.template in ALARMS:
        return _is_over(desk, job)
    if job.template in LASTING:
        return False
    with desk.store.reading() as session:
        found = session.sent([job.id])
        outdated = bool(found) and _is_outdated(desk, session, found[0], job.doubts)
    if not outdated:
        return False
    with desk.store.writing() as session:
        session.take_back(job.id, job.token, desk.clock())
    return True


def _is_over(desk: Desk, job: Job) -> bool:
    """Settle an alarm of a stop that has ended meanwhile; whether it has."""
    with desk.store.reading() as session:
        if session.halt() is not None:
            return False
    ended = Outcome(status=SUPERSEDED, cause=CLOSED)
    return desk.store.outbox.settle(job, ended, desk.clock())


def _is_outdated(desk: Desk, session: Session, sent: Sent, doubts: int) -> bool:
    """Return whether a message is no longer to be sent as it stands.

    A possible copy goes at any hour: on another day nothing would say that it is one.
    """
    notice = sent.notice
    if is_digest(notice.key):
        person = session.people([notice.recipient]).get(notice.recipient)
        if has_no_way(person, notice.channel) or _has_moved(person, notice):
            return True
        if not (doubts or _in_hours(desk, session, person)):
            return True
    said = session.items(notice.key) or [sent]
    waiting = [Waiting(id=one.id, notice=one.notice) for one in said]
    if fallen_away(desk, session, waiting):
        return True
    return tells_of_the_past(notice, open_work(session, [notice]))


def _has_moved(person: Person | None, notice: Notice) -> bool:
    """Return whether somebody has another address on the channel by now."""
    address = person.addresses.get(notice.channel) if person is not None else None
    return address is not None and address != notice.address


def _in_hours(desk: Desk, session: Session, person: Person | None) -> bool:
    if desk.window is None:
        return True
    calendar = calendar_of(session, office_of(session).calendar)
    return desk.window.is_open(desk.clock(), zone_of(desk, person), calendar)


def next_message(desk: Desk, notice: Notice) -> datetime | None:
    """Return from when on what waits is part of a message of the day; None: the next tick makes it.

    Nobody gets two messages of the day on one day: after today's it is that of the next one.
    """
    if desk.window is None:
        return None
    now = desk.clock()
    with desk.store.reading() as session:
        zone = zone_of(desk, session.people([notice.recipient]).get(notice.recipient))
        today = now.astimezone(zone).date()
        calendar = calendar_of(session, office_of(session).calendar)
        is_made = bool(session.items(digest_key(notice.recipient, notice.channel, today)))
    since = datetime.combine(today + timedelta(days=1), time.min, zone) if is_made else now
    opens = desk.window.next_open(since.astimezone(UTC), zone, calendar)
    return None if opens <= now else opens
