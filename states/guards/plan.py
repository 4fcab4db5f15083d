"""Guards on the plan: who is responsible, which measures, until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from states.errors import Unmet
from states.frozen import replace
from states.guards.case import Case
from states.issue import IMMEDIATE
from states.parts import Override
from states.reckoning import BY_RULE, by_rule, own_date
from states.term import parse_term


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


def date_not_past(case: Case) -> Iterator[Unmet]:
    """A new date is not before today; of an issue put right at once a measure's may be.

    立行立改, 边巡边改: what was put right during the inspection is dated before the feedback.
    """
    due = case.facts.get("due")
    if due is None or due >= case.attempt.day.isoformat():
        return
    of_a_measure = bool({"text", "measure"} & case.facts.keys())
    if of_a_measure and case.issue.type == IMMEDIATE:
        return
    yield Unmet("date_past", "the date {due} has already passed", {"due": due}, asks="due")


def something_classified(case: Case) -> Iterator[Unmet]:
    """The type or the flag of long-term keeping (长期坚持) is given."""
    if not {"type", "long_term"} & case.facts.keys():
        yield Unmet(
            "nothing_classified",
            "say of which type the issue is, or whether it is long-term",
            asks="type",
        )


def measures_within_rule(case: Case) -> Iterator[Unmet]:
    """The date that the rule gives to another type has not passed, and no measure is due later."""
    issue = case.issue
    named = case.facts.get("type", issue.type)
    if not issue.due_by_rule or named == issue.type or issue.accepted_on is not None:
        return
    due = own_date(case.rules, issue, named).due
    if due < case.attempt.day:
        yield Unmet(
            "rule_date_past",
            "by the rule for {type} the issue was due {due}: give it a date first "
            "(rectify change-due)",
            {"type": named, "due": due.isoformat()},
        )
    for measure in issue.plan:
        if measure.is_open and measure.due is not None:
            yield from _too_late(measure.number, measure.due, due)


def known_rule(case: Case) -> Iterator[Unmet]:
    """The kind of obligation counts by a rule, and what is owed by it now does not become past."""
    kind, after = case.facts.get("kind"), case.facts.get("after")
    if kind is None:
        return
    rule = case.rules.process.obligation(kind)
    if rule is None or rule.due.anchor not in BY_RULE:
        known = tuple(r.kind for r in case.rules.process.obligations if r.due.anchor in BY_RULE)
        yield Unmet(
            "rule_unknown",
            "no rule counts the date of {kind}; rules count those of {known}",
            {"kind": kind, "known": known},
            asks="kind",
        )
        return
    if after is None:
        return
    term = parse_term(after)
    counted = replace(case.issue, overrides=(Override(kind=kind, term=term, reason=""),))
    for owed in case.issue.obligations:
        due = by_rule(case.rules, counted, rule, owed.owed_since or owed.opened_on).due
        if owed.kind == kind and due < case.attempt.day:
            facts = {"after": after, "due": due.isoformat(), "kind": kind}
            yield Unmet("term_past", "with {after}, {kind} was due {due}", facts, asks="after")


def known_obligation(case: Case) -> Iterator[Unmet]:
    """The obligation named is still owed."""
    named = case.facts.get("obligation")
    if named is not None and named not in {o.id for o in case.issue.obligations}:
        yield Unmet("obligation_unknown", "{obligation} is not owed", {"obligation": named})
