"""An act of the office: what it takes, what it demands, what it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.errors import Unmet
from states.facts import Fact
from states.office import Office

Facts = Mapping[str, Any]
Demand = Callable[[Office, Facts, date], list[Unmet]]
"""Returns what is unmet, given the office before the act and the day on which it is attempted."""

PERSON = Fact("person", "person", required=True)


def nothing(office: Office, facts: Facts, today: date) -> list[Unmet]:
    """Demand nothing."""
    return []


@dataclass(frozen=True, slots=True)
class Act:
    """What an act takes, what it changes of the office, and what it demands of it.

    ``today`` names days that are the day of the act where they are not given.
    """

    takes: tuple[Fact, ...]
    change: Callable[[Office, Facts], Office]
    unmet: Demand = nothing
    today: tuple[str, ...] = ()


def day(text: str | None) -> date | None:
    """Return the day that a fact states, None where it is not given."""
    return None if text is None else date.fromisoformat(text)


def known(*names: str) -> Demand:
    """Demand that the persons named by these facts are members."""

    def unmet(office: Office, facts: Facts, today: date) -> list[Unmet]:
        return [
            Unmet(
                "person_unknown",
                "{name}: there is no person {person} (rectify people list)",
                {"name": name, "person": facts[name]},
                name,
            )
            for name in names
            if name in facts and facts[name] not in office.members
        ]

    return unmet


def there(*names: str) -> Demand:
    """Demand that the persons named by these facts are members who have not left."""

    def unmet(office: Office, facts: Facts, today: date) -> list[Unmet]:
        found = known(*names)(office, facts, today)
        for name in names:
            member = office.members.get(facts.get(name, ""))
            if member is not None and member.left_on is not None:
                left = {"person": member.id, "on": member.left_on.isoformat()}
                found.append(Unmet("person_left", "{person} left on {on}", left, name))
        return found

    return unmet


def both(*demands: Demand) -> Demand:
    """Demand all that several demands do."""

    def unmet(office: Office, facts: Facts, today: date) -> list[Unmet]:
        return [condition for demand in demands for condition in demand(office, facts, today)]

    return unmet
