"""An issue as a line of a list, and the light it has from which day on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from states.lights import RED, Turns, merged
from workflow.values import Summary

if TYPE_CHECKING:
    from states.issue import Issue, Obligation
    from states.rules import Rules
    from workflow.values import Filter


def summarise(issue: Issue, lights: Turns) -> Summary:
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
        provisional=issue.provisional or any(o.provisional for o in issue.obligations),
        lights=tuple(lights),
        type=issue.type,
        long_term=issue.long_term,
        suspended=issue.suspended is not None,
        completed_on=issue.completed_on,
        acceptances=issue.acceptances,
        leader=responsibility.leader,
        department=responsibility.department,
        person=responsibility.person,
        remains=issue.remains,
        voided=issue.voided is not None,
        n=issue.n,
    )


def lights_of(rules: Rules, issue: Issue) -> tuple[tuple[date, str], ...]:
    """Return from which day an issue has which light: the gravest of what is owed on it."""
    return merged(turns for o in issue.obligations for turns in _turns(rules, issue, o))


def _turns(rules: Rules, issue: Issue, obligation: Obligation) -> Iterator[Turns]:
    """Yield the lights of what is owed; a duty last missed is red until it is performed again."""
    ladder = rules.process.ladder(obligation.ladder)
    yield ladder.colours(rules.calendar, obligation.due)
    rule = rules.process.obligation(obligation.kind)
    if rule is not None and rule.each == "duty":
        duty = issue.duty(int(obligation.subject.partition(".")[0]))
        if duty is not None and duty.missed:
            yield ((duty.since, RED),)


def passes(line: Summary, wanted: Filter) -> bool:
    """Return whether a line passes a filter."""
    for name in ("round", "unit", "state", "person"):
        if getattr(wanted, name) not in (None, getattr(line, name)):
            return False
    if wanted.next_due_by and not (line.next_due and line.next_due <= wanted.next_due_by):
        return False
    return wanted.voided or not line.voided
