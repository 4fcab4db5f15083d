"""Whole reports in every style: what is read from each stands beside it, as a person notes it.

Every line of a ``.draft`` file begins with the line of the report it is about. ``方面`` marks an
aspect, ``#`` an issue with its number and title, ``=`` its claim, ``-`` a measure with its mark,
``?`` a question with the words it is about, ``!`` noise that was cut out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workflow.exchange import ReportDraft, parse_report

REPORTS = Path(__file__).parents[1] / "data" / "reports"


def noted(draft: ReportDraft) -> str:
    """The draft as lines of text."""
    return "\n".join([*_head(draft), *_body(draft), *_questions(draft)]) + "\n"


def _head(draft: ReportDraft) -> Iterator[str]:
    yield f"title: {draft.title}"
    yield f"inspected: {draft.unit} by {draft.group} ({draft.round_name} {draft.kind})"
    yield f"dates: {draft.inspection_from} – {draft.inspection_to}, feedback {draft.feedback}"
    yield f"declared: {draft.declared.aspects} aspects, {draft.declared.issues} issues"
    found = draft.found
    yield f"found: {found.aspects} aspects, {found.issues} issues, {found.measures} measures"


def _body(draft: ReportDraft) -> Iterator[str]:
    for aspect in draft.aspects:
        yield f"{aspect.line:3} 方面 {aspect.title}"
    for issue in draft.issues:
        yield f"{issue.line:3} #{issue.number} {issue.title} [{issue.aspect}]"
        if issue.claim_line:
            yield f"{issue.claim_line:3}   = {issue.claim[:24]!r}"
        for measure in issue.measures:
            words = measure.text.replace("\n", "⏎")
            yield f"{measure.line:3}   {measure.number} - {measure.label or '·'} {words}"


def _questions(draft: ReportDraft) -> Iterator[str]:
    for problem in draft.problems:
        yield f"{problem.line or '':>3} ? {problem.code}: {problem.facts.get('quote', '')}".rstrip()
    for removed in draft.removed:
        yield f"{removed.line:3} ! {removed.kind}"


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_report_is_read_as_a_person_noted_it(path):
    draft = parse_report(path.read_text(encoding="utf-8"), source=path.name, sha256="")

    assert noted(draft) == path.with_suffix(".draft").read_text(encoding="utf-8")
