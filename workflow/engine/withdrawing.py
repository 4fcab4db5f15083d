"""What waits and need not be said any more, or not to whom it was owed: withdrawn, told to others.

A reminder is owed on a day to whoever stands in its roles then. Before it is sent somebody may have
left, or be away, or the work may be done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from contextlib import suppress

from notifications.notice import DEAD, UNDELIVERED, WAITING, Notice
from notifications.planning.audience import NOBODY, Audience
from notifications.planning.digest import LETTER, NEWS
from notifications.planning.owed import for_rung, occurrence_key
from notifications.planning.warning import failure_of
from states.errors import Invalid
from states.frozen import replace
from states.issue import Issue, Obligation
from states.ladder import Occurrence, Reached
from states.office import Office, Person
from workflow.engine.desk import Desk, office_of
from workflow.engine.telling import audience_of, staff_of
from workflow.engine.waking import ladder_of, work_of
from workflow.ports import Addressee, Session, Waiting

CLOSED = "closed"
REASSIGNED = "reassigned"
NO_ADDRESS = "no_address"


Open = Mapping[str, Set[tuple[str, str]]]
"""What issues owe: by their keys, kind and date of each obligation that is open."""


def withdraw_fallen(desk: Desk, addressees: Sequence[Addressee]) -> Open:
    """Withdraw what need not be said any more; tell others of what is theirs by now.

    Return what the issues that the rest speaks of owe.
    """
    with desk.store.reading() as session:
        waiting = [w for a in addressees for w in session.waiting(a.recipient, a.channel)]
        off = fallen_away(desk, session, waiting)
        people = session.people(sorted({a.recipient for a in addressees}))
        left = open_work(session, [w.notice for w in waiting if w.id not in off])
    if off:
        _withdraw(desk, waiting, off)
    if astray := [a for a in addressees if has_no_way(people.get(a.recipient), a.channel)]:
        _send_elsewhere(desk, astray)
    return left


def _withdraw(desk: Desk, waiting: Sequence[Waiting], off: Mapping[int, str]) -> None:
    with desk.store.writing() as session:
        office = office_of(session)
        for cause in (CLOSED, REASSIGNED):
            gone = [id for id, why in off.items() if why == cause]
            session.withdraw(gone, cause, desk.clock())
        for one in waiting:
            if off.get(one.id) == REASSIGNED:
                instead = _passed_on if one.notice.template == NEWS else _instead
                session.owe(list(instead(desk, session, office, one.notice)))


def has_no_way(person: Person | None, channel: str) -> bool:
    """Return whether somebody, who is known, has no address on a channel any more."""
    return person is not None and not person.addresses.get(channel)


def _send_elsewhere(desk: Desk, addressees: Sequence[Addressee]) -> None:
    """Let what waits on a channel where somebody has no address any more go by another one.

    Where there is none it is on record that it reaches nobody, and told as a failure.
    """
    with desk.store.writing() as session:
        staff = staff_of(desk, session, office_of(session))
        for addressee in addressees:
            other, address = staff.address(addressee.recipient)
            for waiting in session.waiting(addressee.recipient, addressee.channel):
                if other != NOBODY:
                    session.readdress(waiting.id, other, address)
                    continue
                session.withdraw([waiting.id], NO_ADDRESS, desk.clock())
                session.owe([_undeliverable(waiting.notice)])


def _undeliverable(notice: Notice) -> Notice:
    key = f"{notice.key.rpartition('/')[0]}/{NOBODY}"
    return replace(
        notice, key=key, channel=NOBODY, address="", status=DEAD, cause=NO_ADDRESS, bundle=None
    )


def open_work(session: Session, notices: Sequence[Notice]) -> Open:
    """Return what the issues owe of whose steps notices tell."""
    keys = {work[0] for notice in notices for work in _told_of(notice)}
    issues = _readable(session, keys)
    return {
        key: {(o.kind, o.due.isoformat()) for o in issue.obligations}
        for key, issue in issues.items()
    }


def tells_of_the_past(notice: Notice, now: Open) -> bool:
    """Return whether a message names as owed, beside news, what is not owed so any more."""
    return any(
        issue in now and (kind, due) not in now[issue] for issue, kind, due in _told_of(notice)
    )


def as_owed(notice: Notice, now: Open) -> Notice:
    """Return news without what is not owed so any more: of a date that moved, other news tell."""
    if notice.template != NEWS or notice.issue not in now:
        return notice
    open_ones = now[notice.issue]
    owed = [o for o in notice.facts.get("owed", ()) if (o["kind"], o["due"]) in open_ones]
    return replace(notice, facts={**notice.facts, "owed": owed})


def _told_of(notice: Notice) -> list[tuple[str, str, str]]:
    """Return the work that a message names as owed beside news: issue, kind and date of each."""
    alone = [{**notice.facts, "template": notice.template}]
    news = (item for item in notice.facts.get("items", alone) if item.get("template") == NEWS)
    return [(n["issue"], o["kind"], o["due"]) for n in news for o in n.get("owed", ())]


def fallen_away(desk: Desk, session: Session, waiting: Sequence[Waiting]) -> dict[int, str]:
    """Return the reminders that need not be sent any more, each with its cause.

    Asked in a transaction that locks no issue: what is closed a moment later is said once more.
    """
    reminders = {w.id: w.notice for w in waiting if w.notice.obligation is not None}
    issues = _readable(session, {notice.issue for notice in reminders.values()})
    owed = {o.id: (issue, o) for issue in issues.values() for o in issue.obligations}
    dates = {(i.key, work_of(i.key, o.id), o.due.isoformat()) for i, o in owed.values()}
    office = office_of(session)
    found = _settled(session, waiting)
    found |= {w.id: REASSIGNED for w in waiting if _is_news_of_who_left(desk, office, w.notice)}
    audiences: dict[str, Audience] = {}
    for id, notice in reminders.items():
        if notice.issue not in issues:
            continue
        if notice.obligation not in owed:
            if not _concerns_others(notice, dates):
                found[id] = CLOSED
        elif notice.template != LETTER:
            issue, obligation = owed[notice.obligation]
            if issue.key not in audiences:
                audiences[issue.key] = audience_of(desk, session, issue, office)
            if not _is_for(audiences[issue.key], notice, obligation):
                found[id] = REASSIGNED
    return found


def _readable(session: Session, keys: Set[str]) -> dict[str, Issue]:
    """Return issues by their keys; one that cannot be read must not silence the others."""
    try:
        return session.issues(sorted(keys))
    except Invalid:
        found: dict[str, Issue] = {}
        for key in sorted(keys):
            with suppress(Invalid):
                found |= session.issues([key])
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


def _is_news_of_who_left(desk: Desk, office: Office, notice: Notice) -> bool:
    member = office.members.get(notice.recipient)
    left_on = member.left_on if member is not None else None
    today = desk.day(desk.clock())
    return notice.template == NEWS and left_on is not None and left_on <= today


def _passed_on(desk: Desk, session: Session, office: Office, notice: Notice) -> Iterator[Notice]:
    """Yield news for who follows whoever has left, in the words in which it was written."""
    staff = staff_of(desk, session, office)
    successor = staff.successor(notice.recipient)
    if successor is None:
        return
    channel, address = staff.address(successor)
    if channel == NOBODY:
        return
    details = staff.people[successor]
    facts = {"recipient": details.name, "recipient_title": details.title}
    yield replace(
        notice,
        key=f"{'/'.join(notice.key.split('/')[:-2])}/{successor}/{channel}",
        recipient=successor,
        channel=channel,
        address=address,
        facts={**notice.facts, **facts},
        status=WAITING,
    )


def _is_for(audience: Audience, notice: Notice, obligation: Obligation) -> bool:
    """Return whether a reminder still is for whom it was owed to."""
    if notice.facts.get("is_holder"):
        return notice.recipient in audience.reached_by(audience.holders(obligation))
    occurrence = _occurrence(audience, notice, obligation)
    return occurrence is None or notice.recipient in audience.told_for(
        occurrence.rung.to, obligation
    )


def _occurrence(audience: Audience, notice: Notice, obligation: Obligation) -> Occurrence | None:
    """Return the occurrence of a rung of which a notice reminds, None if its process has none."""
    ladder = ladder_of(audience.rules, obligation)
    reached = ladder.until(audience.rules.calendar, obligation.due, audience.today)
    named = (o for o in reached if notice.key.startswith(occurrence_key(obligation, o) + "/"))
    return next(named, None)


def _instead(desk: Desk, session: Session, office: Office, notice: Notice) -> Iterator[Notice]:
    """Yield the reminders of those who are told by now instead of whom a notice was owed to.

    Whoever had it already, or news of the issue since, is not reminded besides.
    """
    issue = session.issue(notice.issue)
    owed = issue.obligations if issue is not None else ()
    obligation = next((o for o in owed if o.id == notice.obligation), None)
    if issue is None or obligation is None:
        return
    audience = audience_of(desk, session, issue, office)
    occurrence = _occurrence(audience, notice, obligation)
    if occurrence is None:
        return
    key = occurrence_key(obligation, occurrence) + "/"
    know = {
        sent.notice.recipient
        for sent in session.notices(notice.issue)
        if sent.notice.key.startswith(key)
        or (sent.notice.template == NEWS and sent.notice.created_at >= notice.created_at)
    }
    found = Reached(owed=occurrence, superseded=(), next_on=None)
    yield from (n for n in for_rung(audience, obligation, found) if n.recipient not in know)
