"""What a command writes besides its entry: obligations armed, lights, people told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from notifications.audience import Audience
from notifications.notice import Notice
from notifications.planning import for_step
from states.attempt import LEADER, PRINCIPAL, SUPERVISOR
from states.decision import Decision
from states.issue import Issue, Obligation
from states.office import Office, Person
from states.rules import Rules
from workflow.engine.desk import Desk, rules_of
from workflow.engine.waking import first_wake, next_wake
from workflow.ports import Change, Opened, Session
from workflow.summary import lights_of

RECALCULATION = "recalculation"
"""What an entry records that only counts dates anew: it floods nobody on the day it is written."""


def audience_of(desk: Desk, session: Session, issue: Issue, office: Office) -> Audience:
    """Return an issue among the people who may have to be told of it."""
    rules = rules_of(session, issue.process, office)
    return audience_among(desk, issue, rules, office, _concerned(session, [issue], office))


def audience_among(
    desk: Desk, issue: Issue, rules: Rules, office: Office, people: Mapping[str, Person]
) -> Audience:
    """Return an issue among people whose details are known already."""
    now = desk.clock()
    return Audience(
        issue=issue,
        rules=rules,
        office=office,
        people=people,
        channels=desk.channels,
        now=now,
        today=desk.day(now),
        waits=desk.window is not None,
    )


def _concerned(session: Session, issues: Sequence[Issue], office: Office) -> dict[str, Person]:
    """Return the details of whoever may have to be told of issues, read at once."""
    named = {person for issue in issues for person in _named(issue)}
    for unit in {issue.unit for issue in issues}:
        for role in (LEADER, PRINCIPAL, SUPERVISOR):
            named |= {*office.holders(role, unit)}
    return session.people(sorted(_and_for_them({p for p in named if p is not None}, office)))


def _and_for_them(named: set[str], office: Office) -> set[str]:
    """Return persons with their substitutes and successors, and theirs in turn."""
    found = set(named)
    while True:
        more = {d.recorder for d in office.delegations if d.stands_in and d.principal in found}
        members = (office.members[person] for person in found if person in office.members)
        more |= {member.successor for member in members if member.successor is not None}
        if more <= found:
            return found
        found |= more


def _named(issue: Issue) -> Iterator[str | None]:
    yield issue.responsibility.person
    yield issue.responsibility.leader
    yield from (o.person for o in issue.obligations)
    yield from issue.drafted_by
    yield from issue.submitted_by


def changes_of(
    desk: Desk, session: Session, decisions: Sequence[Decision], office: Office
) -> list[Change]:
    """Return everything that accepted commands write."""
    telling = [decision for decision in decisions if decision.step.notify]
    people = _concerned(session, [d.issue for d in telling], office) if telling else {}
    return [_change(desk, session, decision, office, people) for decision in decisions]


def _change(
    desk: Desk, session: Session, decision: Decision, office: Office, people: Mapping[str, Person]
) -> Change:
    issue, entry = decision.issue, decision.entry
    rules = rules_of(session, issue.process, office)
    owed: tuple[Notice, ...] = ()
    if decision.step.notify:
        owed = tuple(for_step(audience_among(desk, issue, rules, office, people), decision))
    return Change(
        entry=entry,
        issue=issue,
        opened=tuple(
            Opened(obligation=o, wake_on=wake_of(rules, decision, o))
            for o in issue.obligations
            if o.opened_by == entry.n
        ),
        owed=owed,
        lights=lights_of(rules, issue),
    )


def wake_of(rules: Rules, decision: Decision, obligation: Obligation) -> date | None:
    """Return when what a decision has opened is first looked at."""
    if decision.step.records == RECALCULATION:
        return next_wake(rules, obligation, obligation.opened_on)
    return first_wake(rules, obligation)
