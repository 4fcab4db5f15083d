"""Alarms: what is owed but reaches nobody, or not the one who owes it."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.planning.audience import HOLDER, NOBODY, Audience
from states.issue import Issue, Obligation
from workflow.engine.desk import Desk, office_of, rules_of
from workflow.engine.telling import audience_among
from workflow.ports import Filter

UNNAMED = "nobody"
LEFT = "left"
UNREACHABLE = "unreachable"
WITHOUT_ROLE = "without_role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An obligation that does not reach whoever should do it.

    ``why`` is ``nobody`` (nobody is named or holds the role), ``left`` (the person has left and
    nobody succeeded them), ``without_role`` (the person is named but holds the role no more, and
    so can do nothing about it) or ``unreachable`` (no address on any channel). ``person`` is the
    one who should, if anybody; ``told`` who is really told of it (``-``: nobody at all).
    """

    issue: Issue
    obligation: Obligation
    why: str
    person: str | None
    told: tuple[str, ...]


def alarms(desk: Desk) -> list[Alarm]:
    """Return every open obligation that waits on nobody, the nearest date first."""
    found: list[Alarm] = []
    with desk.store.reading() as session:
        office = office_of(session)
        people = session.people()
        keys = [s.key for s in session.summaries(Filter()) if s.next_due]
        for issue in session.issues(keys).values():
            rules = rules_of(session, issue.process, office)
            audience = audience_among(desk, issue, rules, office, people)
            found += [a for o in issue.obligations if (a := _alarm(audience, o)) is not None]
    return sorted(found, key=_order)


def _order(alarm: Alarm) -> tuple[object, ...]:
    issue, obligation = alarm.issue, alarm.obligation
    return obligation.due, issue.round, issue.number, obligation.kind, obligation.subject


def _alarm(audience: Audience, obligation: Obligation) -> Alarm | None:
    named = audience.named(obligation)
    why = _why(audience, obligation, named)
    if why is None:
        return None
    told = tuple(p for p in audience.told((HOLDER,), obligation) if audience.reachable(p))
    return Alarm(
        issue=audience.issue, obligation=obligation, why=why, person=named, told=told or (NOBODY,)
    )


def _why(audience: Audience, obligation: Obligation, named: str | None) -> str | None:
    if named is None and not audience.in_role(obligation.role):
        return UNNAMED
    if named is not None and audience.has_left(named):
        return LEFT
    if named is not None and not _may_act(audience, obligation, named):
        return WITHOUT_ROLE
    holders = audience.holders(obligation)
    if not any(audience.reachable(person) for person in audience.reached_by(holders)):
        return UNREACHABLE
    return None


def _may_act(audience: Audience, obligation: Obligation, named: str) -> bool:
    """Return whether who is named holds the role for it; a successor acts after a handover only."""
    office = audience.office
    return office.has_left(named) or obligation.role in office.roles(named, audience.issue.unit)
