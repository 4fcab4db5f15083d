"""What the office is told of itself: messages that failed, sending that stopped, a missing year.

Such a notice is of no obligation. What failed and what is missing waits for the message of the day;
that sending has stopped goes at once, and even while it is stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from notifications.notice import (
    ALARMS,
    ANCHOR,
    DEAD,
    DIGEST,
    LASTING,
    PENDING,
    STORM,
    UNDELIVERED,
    WAITING,
    Notice,
)
from notifications.planning.audience import NOBODY, Staff
from notifications.planning.digest import CALENDAR_MISSING
from notifications.planning.quoting import Facts
from states.attempt import AUDITOR, PRINCIPAL, SUPERVISOR
from states.calendar import PUBLISHED, Calendar
from states.canonical import stamp
from states.checkpoint import Checkpoint
from states.ladder import Ladder, Rung
from states.term import WORKDAYS, Term

(STOPPED,) = ALARMS

CHASING = Ladder(
    UNDELIVERED,
    (
        Rung(name="first", at=Term(0, WORKDAYS)),
        Rung(name="again", at=Term(3, WORKDAYS), repeat=(Term(5, WORKDAYS),)),
    ),
)
"""When somebody is told of a failure nobody has taken note of, counted from its day: our choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A message that failed on a day: its number, its notice, its status and what it cost.

    ``units`` are those of the issues it speaks of.
    """

    id: int
    notice: Notice
    status: str
    cause: str
    since: date
    attempts: int
    units: tuple[str, ...] = ()


def undelivered(staff: Staff, failure: Failure, nth: int) -> list[Notice]:
    """Return the notices that tell, for the ``nth`` time, of a message that failed.

    First the supervisors of the units concerned are told, from the second time on everybody who
    supervises and the principals of these units. Whoever did not get the message is not told of it
    in the same way, unless there is nobody else.
    """
    items = _failed(staff, failure)
    if not items:
        return []
    about = {"count": len(items), "again": nth > 1, "everybody": nth > 1, "items": items}
    key = f"{UNDELIVERED}/{failure.id}/{nth}"
    return [
        _notice(staff, person, key, UNDELIVERED, about) for person in _owners(staff, failure, nth)
    ]


def failure_of(key: str) -> int:
    """Return the number of the message of whose failure the notice of that key tells."""
    return int(key.split("/")[1])


def _owners(staff: Staff, failure: Failure, nth: int) -> Sequence[str]:
    office, units = staff.office, failure.units
    near = [person for unit in units for person in office.holders(SUPERVISOR, unit)]
    all_of_them = [*office.in_role(SUPERVISOR)]
    all_of_them += [person for unit in units for person in office.holders(PRINCIPAL, unit)]
    for persons in (near, all_of_them) if nth == 1 else (all_of_them,):
        told = [p for p in staff.reached_by(persons) if p != failure.notice.recipient]
        if told:
            return told
    return tuple(staff.reached_by(all_of_them)) or (NOBODY,)


def _failed(staff: Staff, failure: Failure) -> list[Facts]:
    """Return what failed: a message of the day is named by what it should have said.

    That nobody could be told of an earlier failure is not a failure to be told of in turn.
    """
    notice = failure.notice
    said = [{**notice.facts, "template": notice.template}]
    if notice.template == DIGEST:
        said = notice.facts["items"]
    common = {
        "id": failure.id,
        "person": "" if notice.recipient == NOBODY else staff.name(notice.recipient),
        "person_id": notice.recipient,
        "channel": notice.channel,
        "address": notice.address,
        "status": failure.status,
        "cause": failure.cause,
        "since": failure.since.isoformat(),
        "attempts": failure.attempts,
    }
    return [
        {
            **common,
            "issue": str(facts.get("issue", "")),
            "title": str(facts.get("title", "")),
            "unit": str(facts.get("unit", "")),
            "what": facts["template"],
            "work": str(facts.get("work") or ""),
            "due": facts.get("due"),
        }
        for facts in said
        if facts["template"] != UNDELIVERED
    ]


def stopped(staff: Staff, cause: str, since: datetime, figures: tuple[int, int]) -> list[Notice]:
    """Return the notices that tell everybody who supervises that nothing is sent.

    ``figures`` are how many messages are ready to be sent, and the limit of a run (0: none).
    """
    ready, limit = figures
    limit = limit if cause == STORM else 0  # what stopped it is no limit of ours
    about = {"cause": cause, "ready": ready, "storm": limit, "since": staff.minute(since)}
    return _to_supervisors(staff, f"{STOPPED}/{stamp(since)}", STOPPED, about)


def calendar_missing(staff: Staff, year: int, calendar: Calendar, affected: int) -> list[Notice]:
    """Return the notices of this month that ask those who supervise for a year of the calendar.

    ``affected`` is how many issues have a date owed that was counted without it.
    """
    covered = [known.year for known in calendar.years if known.status == PUBLISHED]
    about = {
        "years": [year],
        "calendar": calendar.name,
        "affected": affected,
        "last_on": f"{max(covered)}-12-31" if covered else None,
    }
    key = f"{CALENDAR_MISSING}/{year}/{staff.today:%Y-%m}"
    return _to_supervisors(staff, key, CALENDAR_MISSING, about)


def anchored(staff: Staff, checkpoint: Checkpoint, note: str) -> list[Notice]:
    """Return the notices that bring a checkpoint's note to everybody who audits, once for each.

    They do not wait for the message of the day: the note is to lie in a mail of its own.
    """
    anchor = checkpoint.anchor
    about = {
        "size": checkpoint.size,
        "root": anchor.root,
        "origin": checkpoint.origin,
        "sealed_at": staff.minute(checkpoint.at),
        "note_text": note,
        "note_name": anchor.file_name,
    }
    persons = staff.reached_by(staff.office.in_role(AUDITOR))
    return [
        _notice(staff, person, f"{ANCHOR}/{checkpoint.size}", ANCHOR, about) for person in persons
    ]


def _to_supervisors(staff: Staff, key: str, template: str, about: Facts) -> list[Notice]:
    persons = staff.reached_by(staff.office.in_role(SUPERVISOR))
    return [_notice(staff, person, key, template, about) for person in persons]


def _notice(
    staff: Staff, person: str, key: str, template: str, about: Mapping[str, object]
) -> Notice:
    channel, address = staff.address(person)
    alive = PENDING if template in LASTING else WAITING
    reachable = channel != NOBODY
    return Notice(
        key=f"{key}/{person}/{channel}",
        issue="",
        template=template,
        recipient=person,
        channel=channel,
        address=address,
        language=staff.language(person),
        created_at=staff.now,
        facts={**_greeting(staff, person), **about},
        status=alive if reachable else DEAD,
        cause=None if reachable else "no_address",
    )


def _greeting(staff: Staff, person: str) -> Facts:
    details = staff.people.get(person)
    others = [p for p in staff.office.in_role(SUPERVISOR) if p != person]
    return {
        "recipient": staff.name(person) if person != NOBODY else "",
        "recipient_title": details.title if details else "",
        "today": staff.today.isoformat(),
        "at": staff.minute(staff.now),
        "issue": "",
        "contacts": [staff.name(other) for other in others[:2]],
    }
