"""Named preconditions: each says everything that is missing, never a bare no.

A guard is a function of the case at hand; a process names it in ``requires``. To add one, write
the function in the module of its subject and list it here.
"""

from __future__ import annotations

from collections.abc import Mapping

from states.guards import completion, people, plan
from states.guards.case import Case, Guard

__all__ = ["ASKS", "GUARDS", "Case", "Guard"]

GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (
        plan.three_clarities,
        plan.measures_planned,
        plan.within_issue_due,
        plan.date_given,
        plan.measures_within_new_due,
        plan.known_measure,
        plan.open_measure,
        plan.another_measure,
        completion.not_in_future,
        completion.measures_proven,
        completion.remainder_named,
        completion.remainder_open,
        completion.duties_declared,
        completion.known_duty,
        people.reason,
        people.basis,
        people.not_the_drafter,
        people.not_the_submitter,
        people.somebody_named,
        people.named_hold_roles,
    )
}

# A fact that a guard must have: a step whose effect does not take it could never be taken.
ASKS: Mapping[str, str] = {
    "date_given": "due",
    "duties_declared": "duties",
    "reason": "reason",
    "basis": "basis",
    "somebody_named": "person",
}
