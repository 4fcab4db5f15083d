"""Guards on people: reasons given, nobody judging their own work, roles really held."""

from __future__ import annotations

from collections.abc import Iterator

from states.attempt import LEADER, RESPONSIBLE
from states.errors import Unmet
from states.guards.case import Case


def reason(case: Case) -> Iterator[Unmet]:
    """A reason is given."""
    if "reason" not in case.facts:
        yield Unmet("no_reason", "a reason must be given", asks="reason")


def basis(case: Case) -> Iterator[Unmet]:
    """The basis is given: the document, visit or complaint that shows it."""
    if "basis" not in case.facts:
        yield Unmet(
            "no_basis", "the basis (document, visit, complaint …) must be given", asks="basis"
        )


def _taking_part(case: Case, before: tuple[str, ...]) -> str | None:
    return next((hand for hand in case.attempt.actor.hands if hand in before), None)


def not_the_drafter(case: Case) -> Iterator[Unmet]:
    """Who drafted the plan, or recorded it for another, does not approve it."""
    person = _taking_part(case, case.issue.drafted_by)
    if person is not None:
        yield Unmet(
            "own_plan", "{person} drafted this plan and may not judge it", {"person": person}
        )


def not_the_submitter(case: Case) -> Iterator[Unmet]:
    """Who submitted the completion or finished a measure, or recorded it, does not accept it."""
    person = _taking_part(case, (*case.issue.submitted_by, *case.issue.done_by))
    if person is not None:
        yield Unmet(
            "own_completion",
            "{person} had a hand in this completion and may not accept it",
            {"person": person},
        )


def somebody_named(case: Case) -> Iterator[Unmet]:
    """At least one of leader, department and person is given."""
    if not {"leader", "department", "person"} & case.facts.keys():
        yield Unmet("nobody_named", "name a leader, a department or a person", asks="person")


def named_hold_roles(case: Case) -> Iterator[Unmet]:
    """Whoever is named holds the role for it in the issue's unit: otherwise they could not act."""
    for fact, person, role in _named(case):
        if person in case.office.members and role not in case.office.roles(person, case.issue.unit):
            yield Unmet(
                "role_not_held",
                "{person} does not hold the role {role} for {unit}",
                {"person": person, "role": role, "unit": case.issue.unit},
                asks=fact,
            )


def _named(case: Case) -> Iterator[tuple[str, str, str]]:
    for fact, role in (("leader", LEADER), ("person", RESPONSIBLE), ("by", RESPONSIBLE)):
        if fact in case.facts:
            yield fact, case.facts[fact], role
    for position, duty in enumerate(case.facts.get("duties", ()), start=1):
        if "person" in duty:
            yield f"duties[{position}].person", duty["person"], RESPONSIBLE
