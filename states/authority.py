"""Who may administer: which unit an act of the office concerns, and who supervises it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.attempt import SUPERVISOR, Attempt
from states.errors import Unmet
from states.office import EVERYWHERE, Office

FOUND = "found_office"
_OF_EVERYBODY = frozenset(
    (
        "bind_account",
        "unbind_account",
        "adopt_process",
        "adopt_calendar",
        "migrate_issues",
        "adopt_key",
        "adopt_recovery",
        "redact",
        "restore",
    )
)
_OF_MESSAGES = frozenset(("release", "retry_notices", "resolve_notices"))


def authority_unmet(
    office: Office | None, attempt: Attempt, facts: Mapping[str, Any]
) -> list[Unmet]:
    """Return nothing if the actor supervises the unit that the act is about, or founds all."""
    if office is None:
        if attempt.event == FOUND:
            return []
        return [Unmet("no_office", "the office has not been founded yet (rectify init)")]
    if attempt.event == FOUND:
        return [Unmet("office_exists", "the office was founded already")]
    if attempt.actor.on_behalf_of is not None:
        return [
            Unmet("own_hands", "what concerns people and roles is not recorded for another person")
        ]
    if attempt.event not in _OF_MESSAGES:
        return _supervises(office, attempt, _unit(office, attempt.event, facts))
    units = _units_told(office, facts)
    if not units and attempt.actor.principal not in office.in_role(SUPERVISOR):
        return [Unmet("not_supervisor", "only a supervisor may do this")]
    return [unmet for unit in units for unmet in _supervises(office, attempt, unit)]


def _supervises(office: Office, attempt: Attempt, unit: str) -> list[Unmet]:
    if SUPERVISOR in office.roles_of(attempt.actor, unit, attempt.day):
        return []
    if unit == EVERYWHERE:
        return [Unmet("not_supervisor", "only a supervisor of every unit may do this")]
    return [Unmet("not_supervisor", "only a supervisor of {unit} may do this", {"unit": unit})]


def _units_told(office: Office, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the units of whose issues messages speak; what is of no unit is any supervisor's."""
    rounds = (office.rounds.get(named.get("code", "")) for named in facts.get("rounds", ()))
    units = [known.unit for known in rounds if known is not None]
    units += [named["unit"] for named in facts.get("notices", ()) if "unit" in named]
    return tuple(dict.fromkeys(units))


def _unit(office: Office, event: str, facts: Mapping[str, Any]) -> str:
    """Return the unit concerned; acts that reach beyond one unit concern every unit."""
    if event in _OF_EVERYBODY:
        return EVERYWHERE
    if event in ("leave", "rejoin", "hand_over"):
        person = str(facts.get("person") or facts.get("from_person") or "")
        leaving = office.members.get(person)
        return _reach(office, person, leaving.unit if leaving else "")
    if event in ("delegate", "substitute", "end_delegation"):
        numbered = {d.number: d.principal for d in office.delegations}
        principal = facts.get("principal", numbered.get(facts.get("number", 0), ""))
        member = office.members.get(principal)
        return _reach(office, principal, member.unit if member else "")
    unit = str(facts.get("unit", EVERYWHERE))
    member = office.members.get(facts.get("person", ""))
    if event == "edit_person" and member is not None:
        return unit if member.unit == unit == _reach(office, member.id, unit) else EVERYWHERE
    return unit


def _reach(office: Office, person: str, home: str) -> str:
    """Return the unit in which all that a person is lies; every unit if it is more than one.

    Who may speak for a person, or change where their mail goes, must have authority over all of it:
    else a supervisor of one unit would borrow the rights of a supervisor of all.
    """
    units = {grant.unit for grant in office.grants if grant.person == person} | {home}
    return home if units == {home} and home else EVERYWHERE
