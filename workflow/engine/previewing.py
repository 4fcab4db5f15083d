"""Preview: who will receive what, when and why, if nothing is done meanwhile.

It is no forecast of its own: the tick itself runs ahead, day by day, on a copy of what will wake
(``Rehearsal``), and what it then would send is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any

from notifications.notice import BUNDLED, DEAD, SUPERSEDED, WAITING, Notice
from notifications.planning.digest import is_digest
from states.errors import Invalid, Problem
from states.frozen import replace
from states.ladder import Rung
from states.process import Process
from workflow.engine.chasing import chase
from workflow.engine.desk import Desk, process_of
from workflow.engine.telling import zone_of
from workflow.ports import Clock, Sent, Session

LONGEST = 366
"""Days that can be looked ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedItem:
    """What a message will say: of an obligation, the rung it will have reached and its letter.

    Of a step that was taken, ``kind`` is the event, and there is no rung and no date.
    ``stands_for`` is the person for whom a substitute receives it.
    """

    issue: str
    kind: str
    subject: str = ""
    due: date | None = None
    provisional: bool = False
    rung: str = ""
    nth: int = 0
    colour: str = ""
    letter: str = ""
    urgent: bool = False
    stands_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One message to a person on a day; ``-`` is nobody: what then is owed by no one.

    It does not ``reach`` a person who has no address.
    """

    on: date
    person: str
    reaches: bool
    items: tuple[PlannedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The messages from ``first`` to ``last``, in the order of days and persons."""

    first: date
    last: date
    messages: tuple[Planned, ...]


def preview(desk: Desk, days: int) -> Preview:
    """Return what will be sent today and in the days after it, so many days in all.

    Rounds that are held are looked at as if they were released now.

    Raises ``Invalid`` for a number of days that is not from 1 to 366, or without a rehearsal.
    """
    if desk.rehearsal is None or not 1 <= days <= LONGEST:
        facts = {"days": days, "most": LONGEST}
        problem = Problem(
            "days_wrong", "from 1 to {most} days can be looked ahead, not {days}", facts
        )
        raise Invalid(problem)
    now = desk.clock()
    first = desk.day(now)
    last = first + timedelta(days=days - 1)
    with desk.store.reading() as session:
        store = desk.rehearsal(session, last)
        zones = {zone_of(desk, person) for person in session.people().values()}
    told = _Told()
    for at in _moments(desk, zones | {desk.zone}, now, last):
        ahead = replace(desk, store=store, clock=_standing(at))
        chase(ahead, remakes=False)  # what it makes is thought of as sent
        with store.reading() as session:
            told.look(session, ahead.day(at))
    return Preview(first=first, last=last, messages=tuple(told.messages))


def _standing(at: datetime) -> Clock:
    return lambda: at


def _moments(desk: Desk, zones: set[tzinfo], now: datetime, last: date) -> Iterator[datetime]:
    """Yield now, and later every instant at which somebody's window opens, day by day."""
    yield now
    day = desk.day(now) - timedelta(days=1)
    found: set[datetime] = set()
    while day <= last:
        for zone in zones:
            opens = desk.window.opens if desk.window else now.astimezone(zone).time()
            found.add(datetime.combine(day, opens, zone))
        day += timedelta(days=1)
    yield from sorted(at for at in found if at > now and desk.day(at) <= last)


class _Told:
    """The messages found so far. A notice counts once, when it no longer waits."""

    def __init__(self) -> None:
        self.messages: list[Planned] = []
        self._seen: set[int] = set()

    def look(self, session: Session, day: date) -> None:
        """Add what was sent since the last look."""
        sent = [s for s in session.notices() if s.id not in self._seen and s.status != WAITING]
        self._seen |= {s.id for s in sent}
        said = [s for s in sent if s.status != SUPERSEDED and not is_digest(s.notice.key)]
        said.sort(key=_message_of)
        for (person, _, _), group in groupby(said, key=_message_of):
            together = list(group)
            message = Planned(
                on=day,
                person=person,
                reaches=all(s.status != DEAD for s in together),
                items=tuple(_item(session, s.notice) for s in together),
            )
            self.messages.append(message)


def _message_of(sent: Sent) -> tuple[str, str, int]:
    """Return what makes one message: person and channel; a notice that goes alone is its own."""
    alone = sent.status != BUNDLED
    return sent.notice.recipient, sent.notice.channel, sent.id if alone else 0


def _item(session: Session, notice: Notice) -> PlannedItem:
    facts = notice.facts
    if notice.obligation is None:
        return PlannedItem(issue=notice.issue, kind=str(facts.get("event", notice.template)))
    issue = session.issue(notice.issue)
    rung = _rung(process_of(session, issue.process), facts, notice.rung) if issue else None
    _, _, subject = notice.obligation.removeprefix(f"{notice.issue}/").partition("/")
    return PlannedItem(
        issue=notice.issue,
        kind=facts["kind"],
        subject=subject.partition("/")[2],
        due=date.fromisoformat(facts["due"]),
        provisional=bool(facts.get("provisional")),
        rung=notice.rung or "",
        nth=facts.get("nth") or 0,
        colour=rung.colour if rung else "",
        letter=rung.letter if rung else "",
        urgent=rung.urgent if rung else False,
        stands_for=facts.get("stands_for_person"),
    )


def _rung(process: Process, facts: Mapping[str, Any], name: str | None) -> Rung | None:
    rule = process.obligation(facts["kind"])
    rungs = process.ladder(rule.ladder).rungs if rule else ()
    return next((rung for rung in rungs if rung.name == name), None)
