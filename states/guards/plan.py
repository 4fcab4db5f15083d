"""Guards on the plan: who is responsible, which measures, until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from states.errors import Unmet
from states.guards.case import Case


def three_clarities(case: Case) -> Iterator[Unmet]:
    """The "three clarities" (三明确) are named: leader, department, person."""
    named = case.issue.responsibility
    if named.leader is None:
        yield Unmet("no_leader", "no responsible leader is named (rectify assign --leader)")
    if named.department is None:
        yield Unmet(
            "no_department", "no responsible department is named (rectify assign --department)"
        )
    if named.person is None:
        yield Unmet("no_person", "no responsible person is named (rectify assign --person)")


def measures_planned(case: Case) -> Iterator[Unmet]:
    """There is a measure, and each one is dated, not later than the issue."""
    issue = case.issue
    if not issue.plan:
        yield Unmet("no_measure", "no measure is planned (rectify measure add)")
    for measure in issue.plan:
        if measure.due is None:
            yield Unmet(
                "measure_undated",
                "measure {number} has no date (rectify measure edit --due)",
                {"number": measure.number},
            )
        else:
            yield from _too_late(measure.number, measure.due, issue.due)
    if issue.due is None:
        yield Unmet("issue_undated", "the issue itself has no due date (rectify change-due)")


def _too_late(number: int, due: date, limit: date | None) -> Iterator[Unmet]:
    if limit is not None and due > limit:
        yield Unmet(
            "measure_after_issue",
            "measure {number} is due {due}, after the issue's own date {limit}",
            {"number": number, "due": due.isoformat(), "limit": limit.isoformat()},
        )


def within_issue_due(case: Case) -> Iterator[Unmet]:
    """A date given for a measure is not later than the issue's own date."""
    due, limit = case.facts.get("due"), case.issue.due
    if due is not None and limit is not None and date.fromisoformat(due) > limit:
        yield Unmet(
            "due_after_issue",
            "the date {due} is after the issue's own date {limit}",
            {"due": due, "limit": limit.isoformat()},
            asks="due",
        )


def date_given(case: Case) -> Iterator[Unmet]:
    """A measure added to a plan that was approved brings its date along."""
    if "due" not in case.facts:
        yield Unmet("no_date", "a measure added after approval needs its date", asks="due")


def measures_within_new_due(case: Case) -> Iterator[Unmet]:
    """The issue's new date is not earlier than that of a measure still open."""
    if "due" not in case.facts:
        return
    limit = date.fromisoformat(case.facts["due"])
    for measure in case.issue.plan:
        if measure.is_open and measure.due is not None:
            yield from _too_late(measure.number, measure.due, limit)


def known_measure(case: Case) -> Iterator[Unmet]:
    """The measure named, if one is, belongs to the present plan."""
    number = case.facts.get("measure")
    if number is not None and number not in {m.number for m in case.issue.plan}:
        known = ", ".join(str(m.number) for m in case.issue.plan) or "-"
        yield Unmet(
            "measure_unknown",
            "there is no measure {number} in the present plan (known: {known})",
            {"number": number, "known": known},
            asks="measure",
        )


def open_measure(case: Case) -> Iterator[Unmet]:
    """The measure named belongs to the present plan and is still to be done."""
    yield from known_measure(case)
    number = case.facts.get("measure")
    if any(m.number == number and not m.is_open for m in case.issue.plan):
        yield Unmet(
            "measure_done", "measure {number} is already done", {"number": number}, asks="measure"
        )


def another_measure(case: Case) -> Iterator[Unmet]:
    """A plan that was approved keeps at least one measure."""
    if len(case.issue.plan) <= 1:
        yield Unmet("last_measure", "the last measure of an approved plan cannot be dropped")
