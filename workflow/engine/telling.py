"""What a command writes besides its entry: obligations armed, people told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from notifications.audience import Audience
from notifications.notice import Notice
from notifications.planning import for_step
from states.attempt import LEADER, SUPERVISOR
from states.decision import Decision
from states.issue import Issue
from states.office import Office, Person
from workflow.engine.desk import Desk, process_of
from workflow.ports import Change, Opened, Session


def audience_of(desk: Desk, session: Session, issue: Issue, office: Office) -> Audience:
    """Return an issue among the people who may have to be told of it."""
    return _audience(desk, session, issue, office, _concerned(session, [issue], office))


def _audience(
    desk: Desk, session: Session, issue: Issue, office: Office, people: Mapping[str, Person]
) -> Audience:
    now = desk.clock()
    return Audience(
        issue=issue,
        process=process_of(session, issue.process),
        office=office,
        people=people,
        channels=desk.channels,
        now=now,
        today=desk.day(now),
    )


def _concerned(session: Session, issues: Sequence[Issue], office: Office) -> dict[str, Person]:
    """Return the details of whoever may have to be told of issues, read at once."""
    named = {person for issue in issues for person in _named(issue)}
    for unit in {issue.unit for issue in issues}:
        named |= {*office.holders(LEADER, unit), *office.holders(SUPERVISOR, unit)}
    return session.people(sorted(person for person in named if person is not None))


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
    process = process_of(session, issue.process)
    today = date.fromisoformat(entry.content["day"])
    opened = (o for o in issue.obligations if o.opened_by == entry.n)
    owed: tuple[Notice, ...] = ()
    if decision.step.notify:
        owed = tuple(for_step(_audience(desk, session, issue, office, people), decision))
    return Change(
        entry=entry,
        issue=issue,
        opened=tuple(
            Opened(obligation=o, remind_on=process.ladder(o.ladder).first_on(o.due, today))
            for o in opened
        ),
        owed=owed,
    )
