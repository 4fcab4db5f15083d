"""Bundling: what waits for a person becomes one message, when their window is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime, time, timedelta

from notifications.notice import UNDELIVERED, Notice
from notifications.planning.digest import LETTER, bundled
from notifications.planning.warning import failure_of
from states.calendar import Calendar
from states.frozen import replace
from states.office import Person
from workflow.engine.desk import Desk, calendar_of, office_of
from workflow.engine.telling import zone_of
from workflow.engine.withdrawing import Open, as_owed, withdraw_fallen
from workflow.ports import Addressee, Session, Waiting

BATCH = 50
"""Messages per transaction."""

CAUGHT_UP = "caught_up"
STALE = timedelta(days=1)
"""A notice of its own that was not sent by then is not sent as it is any more."""


def bundle_waiting(desk: Desk) -> Counter[str]:
    """Make one message a day of what waits, for everybody whose window is open now.

    Returns how many ``messages`` were made, how many notices are still ``waiting`` and how many
    are ``held`` with their round.
    """
    opened, _, closed = _open_now(desk)
    if not opened:
        return Counter(waiting=closed)
    owing: dict[str, Set[tuple[str, str]]] = {}
    for start in range(0, len(opened), BATCH):
        owing |= withdraw_fallen(desk, opened[start : start + BATCH])
    ready, people, waiting = _open_now(desk)  # others may be told instead of who was
    counts = Counter(waiting=waiting)
    for start in range(0, len(ready), BATCH):
        counts += _bundle_some(desk, ready[start : start + BATCH], people, owing)
    return counts


def _open_now(desk: Desk) -> tuple[list[Addressee], dict[str, Person], int]:
    """Return for whom notices wait whose window is open, the people, and how many wait on."""
    with desk.store.reading() as session:
        addressees = session.addressees()
        people = session.people(sorted({a.recipient for a in addressees}))
        calendar = calendar_of(session, office_of(session).calendar)
    ready, waiting = [], 0
    for addressee in addressees:
        zone = zone_of(desk, people.get(addressee.recipient))
        if desk.window is None or desk.window.is_open(desk.clock(), zone, calendar):
            ready.append(addressee)
        else:
            waiting += addressee.items
    return ready, people, waiting


def reopen(desk: Desk) -> int:
    """Let what could not be sent on its day wait again; return how many notices do."""
    with desk.store.writing() as session:
        return session.reopen(*stale(desk), desk.clock())


def stale(desk: Desk) -> tuple[datetime, datetime]:
    """Return before when a message of the day, and a notice of its own, must have been made to be
    too old to be sent as it is.

    Without hours of sending every notice goes alone, as it was owed.
    """
    now = desk.clock()
    midnight = datetime.combine(desk.day(now), time.min, desk.zone)
    return midnight, now - STALE if desk.window else datetime.min.replace(tzinfo=UTC)


def _bundle_some(
    desk: Desk, ready: Sequence[Addressee], people: Mapping[str, Person], owing: Open
) -> Counter[str]:
    counts: Counter[str] = Counter()
    with desk.store.writing() as session:
        office = office_of(session)
        calendar = calendar_of(session, office.calendar)
        for addressee in ready:
            waiting = session.waiting(addressee.recipient, addressee.channel)
            owed = [
                replace(w, notice=as_owed(w.notice, owing))
                for w in waiting
                if not office.holds(w.notice.issue)
            ]
            counts["held"] += sum(office.holds(w.notice.issue) for w in waiting)
            counts += _bundle(desk, session, owed, people.get(addressee.recipient), calendar)
    return counts


def _bundle(
    desk: Desk,
    session: Session,
    waiting: Sequence[Waiting],
    person: Person | None,
    calendar: Calendar,
) -> Counter[str]:
    """Make one person's message of what waits for them on one channel."""
    overtaken = _overtaken(waiting)
    now = desk.clock()
    session.withdraw(sorted(overtaken), CAUGHT_UP, now)
    items = [w for w in waiting if w.id not in overtaken]
    if not items:
        return Counter()
    local = now.astimezone(zone_of(desk, person))
    digest = bundled([w.notice for w in items], local, local.date(), calendar)
    if person is not None:
        digest = replace(digest, address=person.addresses.get(digest.channel) or digest.address)
    made = session.bundle(digest, [w.id for w in items])
    return Counter(messages=1) if made else Counter(waiting=len(items))


def _overtaken(waiting: Sequence[Waiting]) -> set[int]:
    """Return the reminders after which a later one of the same obligation, or failure, waits too.

    A letter is overtaken by nothing: it is a paper of its own.
    """
    latest = {_matter(w.notice): w.id for w in waiting}  # the oldest come first
    return {
        w.id
        for w in waiting
        if (matter := _matter(w.notice)) is not None
        and w.notice.template != LETTER
        and w.id != latest[matter]
    }


def _matter(notice: Notice) -> str | None:
    """Return what a notice reminds of, None if it tells of something that has happened."""
    if notice.template == UNDELIVERED:
        return str(failure_of(notice.key))
    return notice.obligation
