"""What a command writes besides its entry: obligations armed, people told."""

from __future__ import annotations

from datetime import date

from notifications.audience import Audience
from notifications.notice import Notice
from notifications.planning import for_step
from states.attempt import LEADER, SUPERVISOR
from states.decision import Decision
from states.evolution import opened
from states.issue import Issue
from states.office import Office, Person
from workflow.engine.desk import Desk, process_of
from workflow.ports import Change, Opened, Session


def audience_of(desk: Desk, session: Session, issue: Issue, office: Office) -> Audience:
    """Return an issue among the people who may have to be told of it."""
    now = desk.clock()
    return Audience(
        issue=issue,
        process=process_of(session, issue.process),
        office=office,
        people=_concerned(session, issue, office),
        channels=desk.channels,
        now=now,
        today=desk.day(now),
    )


def _concerned(session: Session, issue: Issue, office: Office) -> dict[str, Person]:
    responsibility = issue.responsibility
    named = [
        responsibility.person,
        responsibility.leader,
        *(o.person for o in issue.obligations),
        *issue.drafted_by,
        *issue.submitted_by,
        *office.holders(LEADER, issue.unit),
        *office.holders(SUPERVISOR, issue.unit),
    ]
    return session.people([person for person in named if person is not None])


def change_of(desk: Desk, session: Session, decision: Decision, office: Office) -> Change:
    """Return everything that an accepted command writes."""
    issue, content = decision.issue, decision.entry.content
    process = process_of(session, issue.process)
    today = date.fromisoformat(content["day"])
    opening = (opened(content, record) for record in content["opens"])
    owed: tuple[Notice, ...] = ()
    if decision.step.notify:
        owed = tuple(for_step(audience_of(desk, session, issue, office), decision))
    return Change(
        entry=decision.entry,
        issue=issue,
        opened=tuple(
            Opened(obligation=o, remind_on=process.ladder(o.ladder).first_on(o.due, today))
            for o in opening
        ),
        owed=owed,
    )
