"""Notices that the cast is owed, and the people around an issue who are owed them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from notifications.notice import SUPERSEDED, Notice
from notifications.planning.audience import Audience
from notifications.planning.owed import for_rung, for_step
from states.issue import Issue, Obligation
from states.office import Person
from tests.cast import EVERYBODY, Story, moment

PEOPLE = {
    id: Person(id=id, name=id.title(), addresses={"mail": f"{id}@office.example"})
    for id in EVERYBODY
}


def around(story: Story, today: date | None = None, **changes: Any) -> Audience:
    day = today or story.day
    fields: dict[str, Any] = {
        "issue": story.issue,
        "rules": story.rules,
        "office": story.office,
        "people": PEOPLE,
        "channels": ("mail",),
        "now": moment(day),
        "today": day,
    }
    return Audience(**(fields | changes))


def the_obligation(issue: Issue, kind: str, subject: str = "") -> Obligation:
    (found,) = (o for o in issue.obligations if (o.kind, o.subject) == (kind, subject))
    return found


def reminded(
    story: Story, kind: str, days: int, subject: str = "", since: int = 0, **changes: Any
) -> list[Notice]:
    """Return what is owed ``days`` after the due date, last reminded ``since`` days before."""
    obligation = the_obligation(story.issue, kind, subject)
    today = obligation.due + timedelta(days=days)
    ladder = story.rules.process.ladder(obligation.ladder)
    begun = today - timedelta(days=since)
    reached = ladder.reached(story.rules.calendar, obligation.due, begun, today)
    return for_rung(around(story, today, **changes), obligation, reached)


def told(notices: list[Notice]) -> list[str]:
    return [notice.recipient for notice in notices if notice.status != SUPERSEDED]


def facts_of(notices: list[Notice], person: str) -> dict[str, Any]:
    (found,) = (dict(n.facts) for n in notices if n.recipient == person)
    return found


def stepped(story: Story, **changes: Any) -> list[Notice]:
    """Return what the last decision of a story owes."""
    return for_step(around(story, **changes), story.decisions[-1])
