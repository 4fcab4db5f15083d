"""Bundling: what waits for a person becomes one message, when their window is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from notifications.notice import UNDELIVERED, Notice
from notifications.planning.digest import bundled
from notifications.planning.warning import failure_of
from states.calendar import Calendar
from states.office import Person
from workflow.engine.desk import Desk, calendar_of, office_of
from workflow.engine.telling import audience_of, zone_of
from workflow.engine.waking import work_of
from workflow.ports import Addressee, Session, Waiting

BATCH = 50
"""Messages per transaction."""

CLOSED = "closed"
REASSIGNED = "reassigned"
CAUGHT_UP = "caught_up"
STALE = timedelta(days=1)
"""A notice of its own that was not sent by then is not sent as it is any more."""

LETTER = "letter"
"""The template of notices that bring a letter."""


def bundle_waiting(desk: Desk) -> Counter[str]:
    """Make one message a day of what waits, for everybody whose window is open now.

    Returns how many ``messages`` were made, how many notices are still ``waiting`` and how many
    are ``held`` with their round.
    """
    counts: Counter[str] = Counter()
    with desk.store.reading() as session:
        addressees = session.addressees()
        people = session.people(sorted({a.recipient for a in addressees}))
        calendar = calendar_of(session, office_of(session).calendar)
    ready: list[Addressee] = []
    for addressee in addressees:
        zone = zone_of(desk, people.get(addressee.recipient))
        if desk.window is None or desk.window.is_open(desk.clock(), zone, calendar):
            ready.append(addressee)
        else:
            counts["waiting"] += addressee.items
    for start in range(0, len(ready), BATCH):
        counts += _bundle_some(desk, ready[start : start + BATCH], people)
    return counts


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
    desk: Desk, ready: Sequence[Addressee], people: Mapping[str, Person]
) -> Counter[str]:
    with desk.store.reading() as session:
        office = office_of(session)
        waiting = [w for a in ready for w in session.waiting(a.recipient, a.channel)]
        off = fallen_away(desk, session, waiting)
        calendar = calendar_of(session, office.calendar)
    counts: Counter[str] = Counter()
    with desk.store.writing() as session:
        for addressee in ready:
            waiting = session.waiting(addressee.recipient, addressee.channel)
            for cause in (CLOSED, REASSIGNED):
                gone = [w.id for w in waiting if off.get(w.id) == cause]
                session.withdraw(gone, cause, desk.clock())
            owed = [w for w in waiting if w.id not in off and not office.holds(w.notice.issue)]
            counts["held"] += sum(office.holds(w.notice.issue) for w in waiting)
            counts += _bundle(desk, session, owed, people.get(addressee.recipient), calendar)
    return counts


def fallen_away(desk: Desk, session: Session, waiting: Sequence[Waiting]) -> dict[int, str]:
    """Return the reminders that need not be sent any more, each with its cause.

    Asked in a transaction that locks no issue: what is closed a moment later is said once more.
    """
    reminders = {w.id: w.notice for w in waiting if w.notice.obligation is not None}
    issues = session.issues(sorted({notice.issue for notice in reminders.values()}))
    owed = {o.id: (issue, o) for issue in issues.values() for o in issue.obligations}
    dates = {(i.key, work_of(i.key, o.id), o.due.isoformat()) for i, o in owed.values()}
    office = office_of(session)
    found = _settled(session, waiting)
    for id, notice in reminders.items():
        if notice.obligation not in owed:
            if not _concerns_others(notice, dates):
                found[id] = CLOSED
        elif notice.template != LETTER and notice.facts.get("is_holder"):
            issue, obligation = owed[notice.obligation]
            audience = audience_of(desk, session, issue, office)
            if notice.recipient not in audience.reached_by(audience.holders(obligation)):
                found[id] = REASSIGNED
    return found


def _settled(session: Session, waiting: Sequence[Waiting]) -> dict[int, str]:
    """Return the notices of failures that somebody has taken note of since, or that arrived."""
    told = [w for w in waiting if w.notice.template == UNDELIVERED]
    if not told:
        return {}
    unresolved = {failure.id for failure in session.unresolved()}
    return {w.id: CLOSED for w in told if failure_of(w.notice.key) not in unresolved}


def _concerns_others(notice: Notice, dates: Collection[tuple[str, str, str]]) -> bool:
    """Return whether only the person changed who owes something: its date is that of before.

    Whoever owed it need not be reminded any more. The others are, and a letter is on record: it
    goes to everybody to whom it was issued.
    """
    work = work_of(notice.issue, notice.obligation or "")
    if (notice.issue, work, notice.facts.get("due")) not in dates:
        return False
    return notice.template == LETTER or not notice.facts.get("is_holder")


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
