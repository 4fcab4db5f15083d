"""What a command writes besides its entry: obligations armed, lights, people told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from notifications.notice import Notice
from notifications.planning.audience import Audience, Staff
from notifications.planning.digest import digest_key
from notifications.planning.owed import for_step
from states.attempt import LEADER, PRINCIPAL, SUPERVISOR
from states.decision import Decision
from states.frozen import replace
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
    people = _concerned(session, [issue], office)
    audience = audience_among(desk, issue, rules, office, people)
    return replace(audience, has_enough=Cap(desk, session, people))


def staff_of(desk: Desk, session: Session, office: Office) -> Staff:
    """Return the people of the office, for what concerns no issue."""
    now = desk.clock()
    return Staff(
        office=office,
        people=session.people(),
        channels=desk.channels,
        now=now,
        today=desk.day(now),
        waits=desk.window is not None,
        zone=desk.zone,
    )


class Cap:
    """The cap of messages for a person and day, as one transaction sees it."""

    def __init__(self, desk: Desk, session: Session, people: Mapping[str, Person]) -> None:
        self._desk, self._session, self._people = desk, session, people
        self._left: dict[tuple[str, str], int] = {}

    def __call__(self, person: str, channel: str) -> bool:
        """Return whether a person has had enough messages today; if not, another one is counted.

        The message of the day counts too: as long as it is not made, one is kept for it.
        """
        if not self._desk.caution.per_person:
            return False
        left = self._left.get((person, channel))
        if left is None:
            left = self._left_today(person, channel)
        self._left[person, channel] = left - 1
        return left <= 0

    def _left_today(self, person: str, channel: str) -> int:
        zone = zone_of(self._desk, self._people.get(person))
        today = self._desk.clock().astimezone(zone).date()
        midnight = datetime.combine(today, time.min, zone)
        got = self._session.sent_since(person, channel, midnight)
        is_made = bool(self._session.items(digest_key(person, channel, today)))
        return self._desk.caution.per_person - got - (not is_made)


def zone_of(desk: Desk, person: Person | None) -> tzinfo:
    """Return the time zone in which a person's days and window are counted."""
    return ZoneInfo(person.zone) if person is not None and person.zone else desk.zone


def audience_among(
    desk: Desk, issue: Issue, rules: Rules, office: Office, people: Mapping[str, Person]
) -> Audience:
    """Return an issue among people whose details are known already, whatever they have had."""
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
        zone=desk.zone,
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
    cap = Cap(desk, session, people)
    by_process = {d.issue.process: rules_of(session, d.issue.process, office) for d in decisions}
    changes = []
    for decision in decisions:
        issue = decision.issue
        owed: tuple[Notice, ...] = ()
        rules = by_process[issue.process]
        if decision.step.notify:
            audience = audience_among(desk, issue, rules, office, people)
            owed = tuple(for_step(replace(audience, has_enough=cap), decision))
        changes.append(_change(rules, decision, owed))
    return changes


def _change(rules: Rules, decision: Decision, owed: tuple[Notice, ...]) -> Change:
    issue, entry = decision.issue, decision.entry
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
