"""What an issue owes as it stands, and what an entry therefore opens and closes.

Obligations are computed when an entry is written and kept in it: a later change of rules or
calendar never moves a date that was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from states.issue import Issue, Obligation
from states.process import ObligationRule, Process

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an issue that somebody owes: its name, the person the plan names, its date."""

    subject: str
    person: str | None
    due: date | None


def _issue(issue: Issue) -> Iterator[Part]:
    yield Part("", None, issue.due)


def _measures(issue: Issue) -> Iterator[Part]:
    for measure in issue.plan:
        if measure.is_open:
            yield Part(str(measure.number), measure.person, measure.due)


def _remainder(issue: Issue) -> Iterator[Part]:
    remainder = issue.remainder
    if remainder is not None and remainder.done_on is None:
        yield Part("", remainder.person, remainder.due)


def _duties(issue: Issue) -> Iterator[Part]:
    for duty in issue.current_duties:
        yield Part(f"{duty.number}.{duty.occurrence}", duty.person, duty.due)


PARTS = {"issue": _issue, "measure": _measures, "remainder": _remainder, "duty": _duties}


def changes(
    process: Process, issue: Issue, content: Mapping[str, Any]
) -> tuple[list[Record], list[Record]]:
    """Return what an entry of this content opens and closes, given the issue as it leaves it.

    Its event is the reason written beside what is closed. An obligation that stays owed keeps its
    date, unless its own date or its person was changed; a new cycle owes everything anew.
    """
    day = date.fromisoformat(content["day"])
    renewed = content["records"] == "new_cycle"
    open_now = {_identity(process, o): o for o in issue.obligations}
    opens: list[Record] = []
    for rule in process.obligations:
        if issue.voided is not None or issue.state not in rule.states:
            continue
        for part in PARTS[rule.each](issue):
            due = _due(rule, part, issue, day)
            identity = (rule.kind, part.subject, part.person, _given(rule, due))
            if due is not None and (renewed or open_now.pop(identity, None) is None):
                opens.append(_record(rule, part, due, f"{issue.key}/{issue.n}/{rule.kind}"))
    closes = [{"id": o.id, "because": content["event"]} for o in open_now.values()]
    return opens, closes


def _identity(process: Process, obligation: Obligation) -> tuple[str, str, str | None, date | None]:
    rule = process.obligation(obligation.kind)
    due = _given(rule, obligation.due) if rule else obligation.due
    return (obligation.kind, obligation.subject, obligation.person, due)


def _given(rule: ObligationRule, due: date | None) -> date | None:
    """Return the date if it was given by a person; a date by rule does not tell apart."""
    return due if rule.due.anchor in ("due", "own") else None


def _due(rule: ObligationRule, part: Part, issue: Issue, day: date) -> date | None:
    anchors = {"cycle": issue.cycle_began, "entered": day, "due": issue.due, "own": part.due}
    anchor = anchors[rule.due.anchor]
    if anchor is None:
        return None
    due = anchor + timedelta(days=rule.due.days)
    return max(due, day + timedelta(days=rule.due.at_least)) if rule.due.at_least else due


def _record(rule: ObligationRule, part: Part, due: date, name: str) -> Record:
    return {
        "id": f"{name}/{part.subject}" if part.subject else name,
        "kind": rule.kind,
        "subject": part.subject,
        "role": rule.role,
        "person": part.person,
        "due": due.isoformat(),
        "ladder": rule.ladder,
    }


def deadline(process: Process, began: date) -> date:
    """Return the issue's own date by the process's rule, for a cycle that began on a day."""
    return began + timedelta(days=process.deadline.days)
