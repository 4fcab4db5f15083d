"""People and delegations for programs; the fields are documented in ``people list --help``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workflow.cli.naming import iso
from workflow.cli.people.addresses import reached_by

if TYPE_CHECKING:
    from states.office import Office, Person


def people_json(
    office: Office, people: Mapping[str, Person], channels: Sequence[str]
) -> dict[str, Any]:
    """Return everybody with roles and accounts, and every delegation ever made."""
    return {
        "people": [person_json(office, person, channels) for person in people.values()],
        "delegations": [
            {
                "number": delegation.number,
                "principal": delegation.principal,
                "recorder": delegation.recorder,
                "since": iso(delegation.since),
                "until": iso(delegation.until),
                "stands_in": delegation.stands_in,
                "ended": delegation.ended,
            }
            for delegation in office.delegations
        ],
    }


def person_json(office: Office, person: Person, channels: Sequence[str]) -> dict[str, Any]:
    """Return a person with roles and accounts, and the configured channels that reach them."""
    member = office.members.get(person.id)
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "unit": person.unit,
        "department": person.department,
        "language": person.language,
        "zone": person.zone,
        "addresses": dict(person.addresses),
        "reached_by": reached_by(person, channels),
        "accounts": [name for name, owner in office.accounts.items() if owner == person.id],
        "roles": [
            {"role": grant.role, "unit": grant.unit}
            for grant in office.grants
            if grant.person == person.id
        ],
        "left_on": iso(member.left_on) if member else None,
        "successor": member.successor if member else None,
    }
