"""From a report that was read to the facts by which its round and issues are registered."""

from __future__ import annotations

from typing import Any

from states.errors import Invalid, Problem
from workflow.engine.advancing import Registration
from workflow.exchange.draft import IssueDraft, ReportDraft


def registration(draft: ReportDraft, code: str | None = None) -> Registration:
    """Return what a report registers, under the code given or ``R<year of feedback>``.

    Raises ``Invalid`` if there is nothing to register: no issue, no unit, or neither a code nor a
    feedback date to make one of.
    """
    problems = list(_lacking(draft, code))
    if problems:
        raise Invalid(*problems)
    code = code or f"R{draft.feedback.year if draft.feedback else ''}"
    return Registration(
        code=code,
        round={
            "code": code,
            "unit": draft.unit,
            "source": draft.source,
            "sha256": draft.sha256,
            "group": draft.group,
            "kind": draft.kind,
            "inspection_from": draft.inspection_from,
            "inspection_to": draft.inspection_to,
            "feedback": draft.feedback,
            "declared_aspects": draft.declared.aspects,
            "declared_issues": draft.declared.issues,
            "found_aspects": draft.found.aspects,
            "found_issues": draft.found.issues,
        },
        issues=[_issue(draft, issue, code) for issue in draft.issues],
    )


def _lacking(draft: ReportDraft, code: str | None) -> list[Problem]:
    problems = []
    if not draft.issues:
        problems.append(
            Problem("no_issues", "no issue was found in this text", source=draft.source)
        )
    if not draft.unit:
        problems.append(
            Problem("no_unit", "the text does not name the inspected unit", source=draft.source)
        )
    if code is None and draft.feedback is None:
        problems.append(
            Problem(
                "no_code",
                "the text has no feedback date to name the round after; name it (--round)",
                source=draft.source,
            )
        )
    numbers = [issue.number for issue in draft.issues]
    for issue in draft.issues:
        if numbers.count(issue.number) > 1:
            problems.append(
                Problem(
                    "number_twice",
                    "the number {number} stands for more than one issue",
                    {"number": issue.number},
                    source=draft.source,
                    line=issue.line,
                )
            )
    return problems


def _issue(draft: ReportDraft, issue: IssueDraft, code: str) -> dict[str, Any]:
    claim = {
        "text": issue.claim,
        "source": draft.source,
        "sha256": draft.sha256,
        "line": issue.claim_line,
    }
    return {
        "round": code,
        "number": issue.number,
        "title": issue.title,
        "aspect": issue.aspect,
        "unit": draft.unit,
        "feedback": draft.feedback,
        "line": issue.line,
        "claim": [claim] if issue.claim else None,
        "measures": [{"text": m.text, "line": m.line} for m in issue.measures],
    }
