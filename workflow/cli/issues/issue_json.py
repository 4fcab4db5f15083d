"""One issue for programs; the fields are documented in ``rectify show --help``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from states.frozen import asdict
from workflow.cli.completion.duties import duty_json
from workflow.cli.completion.looking_back import look_back_json
from workflow.cli.naming import Names, iso, person_json
from workflow.cli.reminders.lettering import letter_json
from workflow.cli.whom import Whom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from states.issue import Issue
    from states.parts import Extension, Measure
    from workflow.engine.reading import View


def issue_json(view: View, around: Whom, held: Mapping[int, str]) -> dict[str, Any]:
    """Return an issue with everything about it except its log.

    ``held`` says by number what has become of the files of evidence.
    """
    issue, names = view.issue, around.names
    responsible = issue.responsibility
    plain = ("key", "round", "number", "title", "aspect", "unit", "state", "cycle", "n")
    return {
        **{name: getattr(issue, name) for name in plain},
        "type": issue.type,
        "long_term": issue.long_term,
        "light": view.light,
        "voided": issue.voided,
        "suspended": iso(issue.suspended.since) if issue.suspended else None,
        "due": iso(issue.due),
        "due_original": iso(issue.due_original),
        "due_source": issue.due_source,
        "provisional": issue.provisional,
        "cycle_began": iso(issue.cycle_began),
        "responsible": {
            "leader": person_json(names, responsible.leader),
            "department": responsible.department,
            "person": person_json(names, responsible.person),
        },
        "measures": [_measure(issue, measure) for measure in issue.measures],
        "evidence": [
            {**asdict(p), "version": issue.version(p.number), "held": held.get(p.number)}
            for p in issue.evidence
        ],
        "duties": [duty_json(issue, duty, names) for duty in issue.duties],
        "no_duties": issue.no_duties,
        "verdict": issue.verdict,
        "remainder": _remainder(issue),
        "claim": asdict(issue.claim) if issue.claim else None,
        **_course(issue, names),
        "owed": _owed(view, around),
        "drafted_by": list(issue.drafted_by),
        "submitted_by": list(issue.submitted_by),
        "returns": issue.returns,
    }


def _course(issue: Issue, names: Names) -> dict[str, Any]:
    """Return what has happened to the issue's time and people."""
    return {
        "tenures": [
            {
                "role": tenure.role,
                "person": person_json(names, tenure.person),
                "since": iso(tenure.since),
                "until": iso(tenure.until),
            }
            for tenure in issue.tenures
        ],
        "extensions": [_extension(extension) for extension in issue.extensions],
        "suspensions": [
            {"since": iso(s.since), "reason": s.reason, "resumed_on": iso(s.resumed_on)}
            for s in issue.suspensions
        ],
        "terms": [
            {"kind": own.kind, "after": str(own.term), "reason": own.reason}
            for own in issue.overrides
        ],
        "look_backs": [look_back_json(visit) for visit in issue.look_backs],
        "letters": [letter_json(issue.key, letter, names) for letter in issue.letters],
        "reopening_proposed": {"because": issue.proposal.because, "on": iso(issue.proposal.on)}
        if issue.proposal
        else None,
        "completed_on": iso(issue.completed_on),
        "accepted_on": iso(issue.accepted_on),
    }


def _extension(extension: Extension) -> dict[str, Any]:
    return {
        "number": extension.number,
        "measure": extension.measure,
        "was": iso(extension.was),
        "asked": iso(extension.asked),
        "reason": extension.reason,
        "progress": extension.progress,
        "by": list(extension.by),
        "on": iso(extension.on),
        "outcome": extension.outcome,
        "granted": iso(extension.granted),
        "cycle": extension.cycle,
    }


def _measure(issue: Issue, measure: Measure) -> dict[str, Any]:
    return {
        "number": measure.number,
        "text": measure.text,
        "due": iso(measure.due),
        "due_original": iso(measure.due_original),
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
            "provisional": obligation.provisional,
            "days_left": (obligation.due - view.today).days,
            "working_days_left": view.calendar.count_workdays(view.today, obligation.due),
            "by": list(around.audience.holders(obligation)),
        }
        for obligation in sorted(view.issue.obligations, key=lambda o: o.due)
    ]
