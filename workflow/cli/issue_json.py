"""One issue for programs; the fields are documented in ``rectify show --help``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from workflow.cli.naming import iso, person_json
from workflow.cli.whom import Whom

if TYPE_CHECKING:
    from states.issue import Issue, Measure
    from workflow.engine.reading import View


def issue_json(view: View, around: Whom) -> dict[str, Any]:
    """Return an issue with everything about it except its log."""
    issue, names = view.issue, around.names
    responsible = issue.responsibility
    plain = ("key", "round", "number", "title", "aspect", "unit", "state", "cycle", "n")
    return {
        **{name: getattr(issue, name) for name in plain},
        "light": view.light,
        "voided": issue.voided,
        "due": iso(issue.due),
        "due_original": iso(issue.due_original),
        "due_source": issue.due_source,
        "cycle_began": iso(issue.cycle_began),
        "responsible": {
            "leader": person_json(names, responsible.leader),
            "department": responsible.department,
            "person": person_json(names, responsible.person),
        },
        "measures": [_measure(issue, measure) for measure in issue.measures],
        "evidence": [asdict(proof) for proof in issue.evidence],
        "duties": [
            {
                "number": duty.number,
                "text": duty.text,
                "person": duty.person,
                "every_days": duty.every_days,
                "due": iso(duty.due),
                "cycle": duty.cycle,
            }
            for duty in issue.duties
        ],
        "no_duties": issue.no_duties,
        "verdict": issue.verdict,
        "remainder": _remainder(issue),
        "claim": asdict(issue.claim) if issue.claim else None,
        "owed": _owed(view, around),
        "drafted_by": list(issue.drafted_by),
        "submitted_by": list(issue.submitted_by),
        "returns": issue.returns,
    }


def _measure(issue: Issue, measure: Measure) -> dict[str, Any]:
    return {
        "number": measure.number,
        "text": measure.text,
        "due": iso(measure.due),
        "person": measure.person,
        "done_on": iso(measure.done_on),
        "dropped": measure.dropped,
        "cycle": measure.cycle,
        "line": measure.line,
        "evidence": [proof.number for proof in issue.proofs_of(measure.number)],
    }


def _remainder(issue: Issue) -> dict[str, Any] | None:
    rest = issue.remainder
    if rest is None:
        return None
    return {
        "text": rest.text,
        "person": rest.person,
        "due": iso(rest.due),
        "done_on": iso(rest.done_on),
    }


def _owed(view: View, around: Whom) -> list[dict[str, Any]]:
    return [
        {
            "kind": obligation.kind,
            "what": around.names.kind(obligation.kind),
            "subject": obligation.subject or None,
            "due": iso(obligation.due),
            "days_left": (obligation.due - view.today).days,
            "by": list(around.audience.holders(obligation)),
        }
        for obligation in sorted(view.issue.obligations, key=lambda o: o.due)
    ]
