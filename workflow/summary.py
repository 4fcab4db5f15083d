"""An issue as a line of a list, and the facts shown beside it."""

from __future__ import annotations

from states.issue import Issue
from workflow.ports import Summary


def summarise(issue: Issue) -> Summary:
    """Return the searchable columns of an issue: the same for every store."""
    responsibility = issue.responsibility
    return Summary(
        key=issue.key,
        round=issue.round,
        number=issue.number,
        title=issue.title,
        aspect=issue.aspect,
        unit=issue.unit,
        state=issue.state,
        cycle=issue.cycle,
        due=issue.due,
        due_original=issue.due_original,
        next_due=min((o.due for o in issue.obligations), default=None),
        leader=responsibility.leader,
        department=responsibility.department,
        person=responsibility.person,
        remains=issue.remains,
        voided=issue.voided is not None,
        n=issue.n,
    )
