"""Whom a notice is for: roles resolved to people on the day it is owed, not before.

Whoever holds the role today is told; in the days of a substitution, the substitute. Somebody who
has left is not told: the successor is, or else the next one up the line. Somebody who cannot be
reached stays on record, and the next one up the line is told as well. Where nobody can be told at
all, that itself is put on record by ``NOBODY``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo

from states.attempt import LEADER, PRINCIPAL, RESPONSIBLE, SUPERVISOR
from states.calendar import Calendar
from states.frozen import Struct
from states.issue import Issue, Obligation
from states.office import Office, Person
from states.process import Process
from states.rules import Rules

NOBODY = "-"
HOLDER = "holder"
_UP_THE_LINE = {
    RESPONSIBLE: (RESPONSIBLE, LEADER, PRINCIPAL, SUPERVISOR),
    LEADER: (LEADER, PRINCIPAL, SUPERVISOR),
    PRINCIPAL: (PRINCIPAL, SUPERVISOR),
}


def _never(person: str, channel: str) -> bool:
    return False


class Staff(Struct, frozen=True, kw_only=True):
    """The people of an office and the ways to reach them, at a moment.

    ``channels`` are the configured ones, the preferred first; ``waits`` says that notices wait for
    the send window of their recipient; ``has_enough`` whether a person has had as many messages
    today, on a channel, as anybody is to get in a day; ``zone`` is the office's.
    """

    office: Office
    people: Mapping[str, Person]
    channels: Sequence[str]
    now: datetime
    today: date
    waits: bool = False
    has_enough: Callable[[str, str], bool] = _never
    zone: tzinfo = UTC

    def minute(self, at: datetime) -> str:
        """Return an instant as the office's clocks show it, to the minute."""
        return at.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")

    def reached_by(self, persons: Sequence[str]) -> dict[str, str | None]:
        """Return persons with substitutes in the place of those who are away."""
        told: dict[str, str | None] = {}
        for person in persons:
            substitute = self._substitute(person)
            told.setdefault(substitute or person, person if substitute else None)
        return told

    def _substitute(self, person: str) -> str | None:
        """Return who stands in today: the substitute's own one where that one is away as well."""
        away = {
            d.principal: d.recorder
            for d in self.office.delegations
            if d.stands_in and d.holds(self.today)
        }
        standing, seen = person, {person}
        while (following := away.get(standing)) is not None:
            if following in seen:
                return None  # they stand in for each other: whoever owes it is told
            seen.add(following)
            standing = following
        return standing if standing != person else None

    def successor(self, person: str | None) -> str | None:
        """Return a person, or who follows them where they have left; None where nobody does."""
        seen: set[str] = set()
        while person is not None and person not in seen:
            member = self.office.members.get(person)
            if member is None or member.left_on is None or member.left_on > self.today:
                return person
            seen.add(person)
            person = member.successor
        return None

    def reachable(self, person: str) -> bool:
        """Return whether a person has an address on one of the channels."""
        return self.address(person)[0] != NOBODY

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


class Audience(Staff, frozen=True, kw_only=True):
    """An issue among its people: the rules, the office, details of persons, and the moment."""

    issue: Issue
    rules: Rules

    @property
    def held(self) -> bool:
        """Whether nothing is sent of the issue's round yet."""
        return self.office.holds(self.issue.key)

    @property
    def process(self) -> Process:
        """The process of the issue."""
        return self.rules.process

    @property
    def calendar(self) -> Calendar:
        """The calendar of the office."""
        return self.rules.calendar

    # ---------------------------------------------------------------- who

    def in_role(self, role: str) -> tuple[str, ...]:
        """Return who stands in a role towards the issue and is there: the one named, else its
        holders."""
        responsibility = self.issue.responsibility
        if role == RESPONSIBLE:
            return self._there((responsibility.person,))
        if role == LEADER and (named := self._there((responsibility.leader,))):
            return named
        return self._there(self.office.holders(role, self.issue.unit))

    def holders(self, obligation: Obligation) -> tuple[str, ...]:
        """Return who owes an obligation: the person the plan names, else the role's, else up."""
        if named := self._there((obligation.person,)):
            return named
        return next(self._up(obligation.role), ())

    def named(self, obligation: Obligation) -> str | None:
        """Return whom the plan or the assignment names for an obligation, there or not."""
        if obligation.person is not None:
            return obligation.person
        named = self.issue.responsibility
        return {RESPONSIBLE: named.person, LEADER: named.leader}.get(obligation.role)

    def has_left(self, person: str) -> bool:
        """Return whether a person has left without anybody succeeding them."""
        return self.successor(person) is None

    def succeeded(self, obligation: Obligation, person: str) -> str | None:
        """Return the name of whoever has left and whom a person succeeds without holding the role.

        The successor is told, but can do nothing about it before a handover.
        """
        named = self.named(obligation)
        if named in (None, person) or self.successor(named) != person:
            return None
        if obligation.role in self.office.roles(person, self.issue.unit):
            return None
        return self.name(named)

    def _up(self, role: str) -> Iterator[tuple[str, ...]]:
        """Yield who stands in a role, then who is next up the line, where there is anybody."""
        for step in _UP_THE_LINE.get(role, (role, SUPERVISOR)):
            if found := self.in_role(step):
                yield found

    def _there(self, named: Sequence[str | None]) -> tuple[str, ...]:
        """Return persons with those who left replaced by their successors, or left out."""
        found = (self.successor(person) for person in named)
        return tuple(dict.fromkeys(person for person in found if person is not None))

    # ---------------------------------------------------------------- who is told

    def told(self, roles: Sequence[str], obligation: Obligation) -> tuple[str, ...]:
        """Return who is told of an obligation's rung, ``NOBODY`` if there is none."""
        return tuple(self.told_for(roles, obligation))

    def told_for(self, roles: Sequence[str], obligation: Obligation) -> dict[str, str | None]:
        """Return who is told, and for whom they stand in, if for anybody."""
        told = self.owed_to(roles, obligation)
        if not any(self.reachable(person) for person in told):
            told |= self._next_reachable(obligation.role)
        return told or {NOBODY: None}

    def owed_to(self, roles: Sequence[str], obligation: Obligation) -> dict[str, str | None]:
        """Return who is to be told whether or not they can be reached."""
        wanted: dict[str, None] = {}
        for role in roles:
            found = self.holders(obligation) if role == HOLDER else self.in_role(role)
            wanted |= dict.fromkeys(found)
        return self.reached_by(tuple(wanted))

    def owed_news(self, roles: Sequence[str], hands: Collection[str]) -> dict[str, str | None]:
        """Return who is to be told of a step taken: not those whose ``hands`` took it."""
        named = [person for role in roles for person in self.in_role(role)]
        told = self.reached_by(tuple(dict.fromkeys(named)))
        if roles and not told:
            told = {NOBODY: None}
        return {person: away for person, away in told.items() if person not in hands}

    def addressed(self, roles: Sequence[str], obligation: Obligation) -> tuple[str, ...]:
        """Return to whom a letter is addressed: those who are away too, for whom others get it.

        It is theirs to sign for, by themselves or through the substitute who records for them.
        """
        told = self.told_for(roles, obligation)
        return tuple(dict.fromkeys(away or person for person, away in told.items()))

    def _next_reachable(self, role: str) -> dict[str, str | None]:
        """Return the first from a role up the line who can be reached at all."""
        for persons in self._up(role):
            found = self.reached_by(persons).items()
            if reached := {person: away for person, away in found if self.reachable(person)}:
                return reached
        return {}
