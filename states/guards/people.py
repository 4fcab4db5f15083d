"""Guards on people: reasons given, nobody judging their own work, roles really held."""

from __future__ import annotations

from collections.abc import Iterator

from states.attempt import LEADER, RESPONSIBLE
from states.effects.answering import held_roles
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


def not_the_requester(case: Case) -> Iterator[Unmet]:
    """Who asked for an extension, or recorded the request, does not grant it."""
    request = case.issue.extension
    person = _taking_part(case, request.by) if request is not None else None
    if person is not None:
        yield Unmet(
            "own_request",
            "{person} had a hand in this request and may not grant it",
            {"person": person},
        )


def not_the_doer(case: Case) -> Iterator[Unmet]:
    """Who did the work, or submitted it, does not make the look-back on it."""
    person = _taking_part(case, (*case.issue.submitted_by, *case.issue.done_by))
    if person is not None:
        yield Unmet(
            "own_work",
            "{person} had a hand in this work and may not judge how it lasts",
            {"person": person},
        )


def letter_addressed(case: Case) -> Iterator[Unmet]:
    """The letter is addressed to whoever signs for it, who has not done so yet."""
    number = case.facts.get("letter")
    if number is None:
        return
    letter, person = case.issue.letter(number), case.attempt.actor.principal
    facts = {"number": number, "person": person}
    if letter is None:
        yield Unmet("letter_unknown", "there is no letter {number}", facts, asks="letter")
        return
    received = dict(letter.received)
    if person not in letter.to:
        yield Unmet(
            "not_addressed",
            "letter {number} is addressed to {to}, not to {person}",
            {**facts, "to": letter.to},
        )
    elif person in received:
        yield Unmet(
            "letter_received",
            "{person} signed for letter {number} on {on}",
            {**facts, "on": received[person].isoformat()},
            asks="letter",
        )


def held_by_from_person(case: Case) -> Iterator[Unmet]:
    """Something of the issue is held by the one who hands over, and goes to somebody else."""
    one, other = case.facts.get("from_person"), case.facts.get("to_person")
    if one is not None and one == other:
        yield Unmet(
            "same_person",
            "{person} would hand over to the same person",
            {"person": one},
            asks="to_person",
        )
    if one is not None and not held_roles(case.issue, one):
        yield Unmet(
            "holds_nothing",
            "{person} holds nothing of this issue that is still to be done",
            {"person": one},
            asks="from_person",
        )


def somebody_named(case: Case) -> Iterator[Unmet]:
    """At least one of leader, department and person is given."""
    if not {"leader", "department", "person"} & case.facts.keys():
        yield Unmet("nobody_named", "name a leader, a department or a person", asks="person")


def named_hold_roles(case: Case) -> Iterator[Unmet]:
    """Whoever is named holds the role for it in the issue's unit, and is still there."""
    gone: set[str] = set()
    for fact, person, role in _named(case):
        member = case.office.members.get(person)
        if member is None:
            continue
        if member.left_on is not None and member.left_on <= case.attempt.day:
            if fact not in gone:
                facts = {"person": person, "on": member.left_on.isoformat()}
                yield Unmet("person_left", "{person} left on {on}", facts, asks=fact)
            gone.add(fact)
        elif role not in case.office.roles(person, case.issue.unit):
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
    if "to_person" in case.facts:
        for held in held_roles(case.issue, case.facts.get("from_person", "")):
            yield "to_person", case.facts["to_person"], LEADER if held == LEADER else RESPONSIBLE
    for position, duty in enumerate(case.facts.get("duties", ()), start=1):
        if "person" in duty:
            yield f"duties[{position}].person", duty["person"], RESPONSIBLE
