"""Whom a notice is for: roles resolved to people on the day it is owed, not before.

Whoever holds the role today is told. Where nobody holds it the next one up the line is, and where
nobody can be told at all, that itself is put on record by ``NOBODY``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from states.attempt import LEADER, RESPONSIBLE, SUPERVISOR
from states.issue import Issue, Obligation
from states.office import Office, Person
from states.process import Process

NOBODY = "-"
HOLDER = "holder"
_UP_THE_LINE = {
    RESPONSIBLE: (RESPONSIBLE, LEADER, SUPERVISOR),
    LEADER: (LEADER, SUPERVISOR),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """An issue among its people: the rules, the office, details of persons, and the moment.

    ``channels`` are the configured ones, the preferred first.
    """

    issue: Issue
    process: Process
    office: Office
    people: Mapping[str, Person]
    channels: Sequence[str]
    now: datetime
    today: date

    def in_role(self, role: str) -> tuple[str, ...]:
        """Return who stands in a role towards the issue: the one named, else who holds it."""
        responsibility = self.issue.responsibility
        if role == RESPONSIBLE:
            return (responsibility.person,) if responsibility.person else ()
        if role == LEADER and responsibility.leader:
            return (responsibility.leader,)
        return self.office.holders(role, self.issue.unit)

    def holders(self, obligation: Obligation) -> tuple[str, ...]:
        """Return who owes an obligation: the person the plan names, else the role's, else up."""
        if obligation.person is not None:
            return (obligation.person,)
        for role in _UP_THE_LINE.get(obligation.role, (obligation.role,)):
            if found := self.in_role(role):
                return found
        return ()

    def told(self, roles: Sequence[str], obligation: Obligation) -> tuple[str, ...]:
        """Return who is told of an obligation's rung, ``NOBODY`` if there is none."""
        people: dict[str, None] = {}
        for role in roles:
            found = self.holders(obligation) if role == HOLDER else self.in_role(role)
            people |= dict.fromkeys(found)
        return tuple(people) or (NOBODY,)

    def name(self, person: str) -> str:
        """Return a person's name, or their id where the details are unknown."""
        details = self.people.get(person)
        return details.name if details else person

    def language(self, person: str) -> str:
        """Return the language in which a person is written to."""
        details = self.people.get(person)
        return details.language if details else "zh"

    def address(self, person: str) -> tuple[str, str]:
        """Return a person's channel and address; ``NOBODY`` and "" where there is none."""
        details = self.people.get(person)
        addresses = details.addresses if details else {}
        channel = next((c for c in self.channels if addresses.get(c)), NOBODY)
        return channel, addresses.get(channel, "")
