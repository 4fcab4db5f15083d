"""The documented JSON of a draft: stable names, ISO dates, and no noise word anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from states.errors import Problem
from workflow.exchange.draft import Counts, IssueDraft, Removed, ReportDraft


def sentence(problem: Problem) -> str:
    """A question in English, without its place."""
    return problem.text.format(**problem.facts)


def draft_json(draft: ReportDraft, say: Callable[[Problem], str] = sentence) -> dict[str, Any]:
    """The draft as plain values; ``say`` gives the text of a question in the reader's language."""
    return {
        "source": draft.source,
        "sha256": draft.sha256,
        "title": draft.title,
        "unit": draft.unit,
        "group": draft.group,
        "round": draft.round_name or draft.kind,
        "inspection": {"from": _day(draft.inspection_from), "to": _day(draft.inspection_to)},
        "feedback": _day(draft.feedback),
        "declared": {"aspects": draft.declared.aspects, "issues": draft.declared.issues},
        "found": _found(draft.found),
        "aspects": [{"title": aspect.title, "line": aspect.line} for aspect in draft.aspects],
        "problems": [_problem(problem, say) for problem in draft.problems],
        "removed": [_removed(removed) for removed in draft.removed],
        "issues": [_issue(issue) for issue in draft.issues],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _found(counts: Counts) -> dict[str, int | None]:
    return {"aspects": counts.aspects, "issues": counts.issues, "measures": counts.measures}


def _problem(problem: Problem, say: Callable[[Problem], str]) -> dict[str, Any]:
    return {"code": problem.code, "line": problem.line, "text": say(problem), **problem.facts}


def _removed(removed: Removed) -> dict[str, Any]:
    """What was cut is described, not repeated: the output itself stays free of it."""
    length = len(removed.text)
    return {
        "line": removed.line,
        "text": f"{removed.kind}, {length} characters",
        "kind": removed.kind,
        "length": length,
    }


def _issue(issue: IssueDraft) -> dict[str, Any]:
    return {
        "number": issue.number,
        "title": issue.title,
        "heading": issue.heading,
        "aspect": issue.aspect,
        "line": issue.line,
        "claim": {"text": issue.claim, "line": issue.claim_line},
        "measures": [
            {"number": m.number, "text": m.text, "line": m.line, "label": m.label}
            for m in issue.measures
        ],
    }
