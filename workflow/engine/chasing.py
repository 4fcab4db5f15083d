"""The tick: owe every reminder whose day has come. What is owed is data; when to look is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from notifications.notice import DEAD, SUPERSEDED, Notice
from notifications.planning import for_rung
from states.office import Office
from workflow.engine.desk import Desk, office_of, process_of
from workflow.engine.telling import audience_of
from workflow.ports import Awaited, Rearmed, Session

BATCH = 200
"""Obligations per transaction: long enough to be quick, short enough to let others write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What a tick owed anew: reminders, of which some reach nobody, and those it superseded."""

    day: date
    owed: int = 0
    unreachable: int = 0
    superseded: int = 0


def tick(desk: Desk, node: str) -> Ticked:
    """Owe every reminder whose day has come, once; any number of ticks at once change nothing.

    After a downtime each obligation owes its latest rung only. Raises ``NotFound`` before the
    office is founded.
    """
    today = desk.day(desk.clock())
    counts = {"owed": 0, "unreachable": 0, "superseded": 0}
    while True:
        with desk.store.writing() as session:
            office = office_of(session)
            awaited = session.awaited(today, BATCH)
            for waiting in awaited:
                _owe(desk, session, office, waiting, counts)
            if len(awaited) < BATCH:
                session.beat(node, desk.clock())
                return Ticked(day=today, **counts)


def _owe(
    desk: Desk, session: Session, office: Office, waiting: Awaited, counts: dict[str, int]
) -> None:
    """Owe what one obligation has reached and move its day of reminding on."""
    obligation, issue = waiting.obligation, waiting.issue
    audience = audience_of(desk, session, issue, office)
    ladder = process_of(session, issue.process).ladder(obligation.ladder)
    reached = ladder.reached(obligation.due, waiting.remind_on, audience.today)
    notices = for_rung(audience, obligation, reached)
    session.rearm(
        [Rearmed(obligation=obligation.id, was=waiting.remind_on, remind_on=reached.next_on)]
    )
    for notice in notices:
        if session.owe([notice]):
            counts[_kind(notice)] += 1


def _kind(notice: Notice) -> str:
    return {SUPERSEDED: "superseded", DEAD: "unreachable"}.get(notice.status, "owed")
