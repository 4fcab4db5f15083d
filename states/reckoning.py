"""From rules to dates: how the terms of an issue are counted, by its process and the calendar.

Every date that nobody gave is counted here and nowhere else, so that it can be counted again:
by whoever explains it, by whoever proves it, and after another calendar was adopted.
"""

from __future__ import annotations

from datetime import date, timedelta

from states.calendar import Reckoning
from states.issue import Issue, Obligation
from states.parts import Duty
from states.process import Due, ObligationRule
from states.recurrence import first_after, is_provisional
from states.rules import Rules
from states.term import Term

BY_RULE = ("cycle", "entered")
"""Anchors from which a rule counts; at the others stands a date that somebody gave."""


def own_date(rules: Rules, issue: Issue, type: str | None = None) -> Reckoning:
    """Return the issue's own date by rule; ``type`` as if it were of that type."""
    due = rules.process.deadline(type or issue.type).due
    entered = issue.cycle_entered or issue.cycle_began
    return _counted(rules, issue, due, due.term, (issue.cycle_began, entered))


def by_rule(rules: Rules, issue: Issue, rule: ObligationRule, owed_since: date) -> Reckoning:
    """Return the date of an obligation whose rule counts from the cycle or from its opening."""
    anchor = issue.cycle_began if rule.due.anchor == "cycle" else owed_since
    term = next((o.term for o in issue.overrides if o.kind == rule.kind), rule.due.term)
    return _counted(rules, issue, rule.due, term, (anchor, owed_since))


def _counted(
    rules: Rules, issue: Issue, due: Due, term: Term, days: tuple[date, date]
) -> Reckoning:
    """Count a term from the first day, but at least the other from the second."""
    anchor, since = days
    counted = rules.calendar.reckon(anchor, term, issue.pauses)
    if not due.at_least.amount:
        return counted
    least = rules.calendar.reckon(since, due.at_least, issue.pauses)
    return least if least.due > counted.due else counted


def reckoning_of(rules: Rules, issue: Issue, obligation: Obligation) -> Reckoning | None:
    """Return how the date of an obligation is counted; None for a date that somebody gave."""
    rule = rules.process.obligation(obligation.kind)
    if rule is None or rule.due.anchor not in BY_RULE:
        return None
    return by_rule(rules, issue, rule, obligation.owed_since or obligation.opened_on)


def occurrence_after(rules: Rules, duty: Duty, day: date) -> tuple[date | None, bool]:
    """Return the first date of a duty later than a day, and whether it is a guess."""
    due = first_after(rules.calendar, duty.when, day)
    if due is None:
        return None, False
    return due, is_provisional(rules.calendar, duty.when, day, due)


def lapse_of(rules: Rules, duty: Duty) -> date | None:
    """Return the day on which the awaited occurrence can no longer be met: the next one's."""
    return None if duty.due is None else first_after(rules.calendar, duty.when, duty.due)


def awaited_again(rules: Rules, duty: Duty) -> tuple[date | None, bool]:
    """Return the date of the awaited occurrence counted anew, moved on by pauses as before."""
    due, provisional = occurrence_after(rules, duty, duty.since - timedelta(days=1))
    return (None if due is None else due + timedelta(days=duty.moved)), provisional


def visit_date(rules: Rules, accepted_on: date, position: int) -> tuple[date, bool] | None:
    """Return the date of a look-back after acceptance; None where the policy knows no such one."""
    terms = rules.process.policy.look_backs
    if position >= len(terms):
        return None
    counted = rules.calendar.reckon(accepted_on, terms[position])
    return counted.due, counted.provisional
