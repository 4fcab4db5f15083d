"""In which roles somebody stands towards an issue, and what they lack for a step."""

from __future__ import annotations

from collections.abc import Iterator, Set

from states.attempt import CLOCK, CLOCK_PERSON, RESPONSIBLE, Actor, Attempt
from states.errors import Unmet
from states.issue import Issue
from states.office import Office
from states.process import Step

# Conditions that another person would meet: a refusal still offers the event to that person.
ABOUT_THE_ACTOR = frozenset(
    (
        "role_none",
        "role_missing",
        "not_answering",
        "no_delegation",
        "own_plan",
        "own_completion",
        "own_request",
        "own_work",
        "not_addressed",
    )
)
_OF_THE_REMAINDER = ("remainder_done", "evidence")


def actor_unmet(step: Step, issue: Issue, attempt: Attempt, office: Office) -> list[Unmet]:
    """Return what the actor lacks for a step of an issue."""
    if missing := delegation_unmet(attempt, office):
        return missing
    unmet = role_unmet(step, roles_on(step, issue, attempt, office), issue.unit)
    if not unmet or RESPONSIBLE not in step.by:
        return unmet
    if RESPONSIBLE in office.roles(attempt.actor.principal, issue.unit):
        facts = {"person": issue.responsibility.person or "–"}
        return [
            Unmet(
                "not_answering",
                "only the responsible person of this issue may do this (named: {person})",
                facts,
            )
        ]
    return unmet


def delegation_unmet(attempt: Attempt, office: Office) -> list[Unmet]:
    """Return what is missing if the actor records for somebody who has not delegated it."""
    actor = attempt.actor
    if actor.on_behalf_of is None or office.delegation(actor, attempt.day) is not None:
        return []
    facts = {
        "person": actor.person,
        "principal": actor.on_behalf_of,
        "day": attempt.day.isoformat(),
    }
    return [
        Unmet("no_delegation", "no delegation lets {person} record for {principal} on {day}", facts)
    ]


def role_unmet(step: Step, held: Set[str], unit: str) -> list[Unmet]:
    """Return what is missing if none of the roles held for a unit may take the step."""
    if held & set(step.by):
        return []
    facts = {"roles": tuple(step.by), "held": tuple(sorted(held)), "unit": unit}
    if not held:
        return [
            Unmet(
                "role_none", "only these may do this: {roles}; for {unit} you hold no role", facts
            )
        ]
    return [
        Unmet("role_missing", "only these may do this: {roles}; for {unit} you are {held}", facts)
    ]


def roles_on(step: Step, issue: Issue, attempt: Attempt, office: Office) -> set[str]:
    """Return the roles in which an actor stands towards an issue for a step.

    Holding the role ``responsible`` for the unit is not enough: one must be the issue's
    responsible person, or the one named for the measure, duty or remainder that is spoken of, or
    to whom the letter is addressed. The clock stands in its own role and in no other.
    """
    if is_clock(attempt.actor):
        return {CLOCK}
    person = attempt.actor.principal
    roles = set(office.roles(person, issue.unit)) - {CLOCK}
    if RESPONSIBLE in roles and person not in _answering(step, issue, attempt):
        roles.discard(RESPONSIBLE)
    return roles


def is_clock(actor: Actor) -> bool:
    """Return whether it is the engine itself that acts: what time alone brings about."""
    return actor.person == CLOCK_PERSON and actor.on_behalf_of is None


def _answering(step: Step, issue: Issue, attempt: Attempt) -> Iterator[str | None]:
    yield issue.responsibility.person
    former = issue.piece(attempt.facts.get("replaces"))  # a new version is of the same part
    measure = issue.measure(former.measure if former else attempt.facts.get("measure"))
    if measure is not None:
        yield measure.person
    duty = issue.duty(former.duty if former else attempt.facts.get("duty"))
    if duty is not None:
        yield duty.person
    if issue.remainder is not None and step.records in _OF_THE_REMAINDER:
        yield issue.remainder.person
    letter = issue.letter(attempt.facts.get("letter"))
    if letter is not None:
        yield from letter.to
