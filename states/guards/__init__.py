"""Named preconditions: each says everything that is missing, never a bare no.

A guard is a function of the case at hand; a process names it in ``requires``. To add one, write
the function in the module of its subject and list it here.
"""

from __future__ import annotations

from collections.abc import Mapping

from states.guards import completion, extending, keeping, people, plan
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
        plan.date_not_past,
        plan.something_classified,
        plan.measures_within_rule,
        plan.known_rule,
        plan.known_obligation,
        completion.not_in_future,
        completion.measures_proven,
        completion.remainder_named,
        completion.remainder_open,
        keeping.duties_declared,
        keeping.long_term_needs_duty,
        keeping.duty_falls_due,
        keeping.known_duty,
        keeping.duty_not_early,
        keeping.duty_proven,
        keeping.duty_overdue,
        keeping.known_visit,
        keeping.known_look_back,
        keeping.look_back_reason,
        keeping.proposal_open,
        extending.before_due,
        extending.one_request,
        extending.later_date,
        extending.extension_within_limits,
        extending.extension_pending,
        extending.grant_within,
        extending.one_suspension,
        extending.is_suspended,
        people.reason,
        people.basis,
        people.not_the_drafter,
        people.not_the_submitter,
        people.not_the_requester,
        people.not_the_doer,
        people.letter_addressed,
        people.held_by_from_person,
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
    "something_classified": "type",
}
