"""The office: who is who, who may do what where, which rounds exist and which process is in force.

Like an issue it is the fold of its own stream of entries. Names and addresses are not part of it:
the log holds only a salted commitment to them, so that they can be erased without breaking it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from states.attempt import Actor
from states.frozen import Struct

EVERYWHERE = "*"


class Person(Struct, frozen=True, kw_only=True):
    """The details of a person, kept beside the log.

    ``addresses`` maps a channel to an address; ``zone`` is an IANA time zone, "" the office's.
    """

    id: str
    name: str
    title: str = ""
    unit: str = ""
    department: str = ""
    language: str = "zh"
    zone: str = ""
    addresses: Mapping[str, str] = {}

    def private(self) -> dict[str, object]:
        """Return what the log only commits to."""
        return {"name": self.name, "title": self.title, "addresses": dict(self.addresses)}


class Member(Struct, frozen=True, kw_only=True):
    """A person as the log knows them. From ``left_on`` they are no longer there.

    ``redacted_by`` is the entry of the office by which their details were erased.
    """

    id: str
    unit: str
    department: str
    language: str
    commitment: str
    zone: str = ""
    left_on: date | None = None
    successor: str | None = None
    redacted_by: int | None = None


class Grant(Struct, frozen=True, kw_only=True, order=True):
    """A person holds a role for a unit, or for every unit (``*``)."""

    person: str
    role: str
    unit: str


class Delegation(Struct, frozen=True, kw_only=True):
    """``recorder`` may record for ``principal`` from ``since`` up to and including ``until``.

    A recorder who ``stands_in`` is a substitute (代理): on those days the principal's reminders go
    to them, marked "for" the principal.
    """

    number: int
    principal: str
    recorder: str
    until: date | None
    since: date | None = None
    stands_in: bool = False
    ended: bool = False

    def holds(self, day: date) -> bool:
        """True if the delegation is in force on a day."""
        begun = self.since is None or self.since <= day
        return not self.ended and begun and (self.until is None or day <= self.until)

    def covers(self, actor: Actor, day: date) -> bool:
        """True if this delegation lets the actor record for the principal on that day."""
        pair = (self.recorder, self.principal)
        return self.holds(day) and pair == (actor.person, actor.on_behalf_of)


class Round(Struct, frozen=True, kw_only=True):
    """One inspection as its report states it; ``sha256`` names the report's file.

    While it is ``held`` nothing is sent of its issues.
    """

    code: str
    unit: str
    source: str
    sha256: str
    group: str | None = None
    kind: str | None = None
    inspection_from: date | None = None
    inspection_to: date | None = None
    feedback: date | None = None
    declared_aspects: int | None = None
    declared_issues: int | None = None
    found_aspects: int = 0
    found_issues: int = 0
    held: bool = False


class Office(Struct, frozen=True, kw_only=True):
    """The fold of the office's stream up to entry ``n``, whose hash is ``hash``.

    ``origin`` is the log's name, after its first entry. ``seal_key`` is the key in force that signs
    checkpoints, adopted by entry ``seal_key_n``; ``former_keys`` are those before it, oldest first.
    ``recovery`` is the key that may put another one in the place of a lost ``seal_key`` ("" for
    none), adopted by entry ``recovery_n``; ``former_recoveries`` were used or followed by another.
    ``lost`` are anchors (``SIZE:ROOT16``) of seals that were given out and that a restored backup
    did not know.
    """

    n: int
    hash: str
    at: datetime
    process: str
    calendar: str = ""
    trial: bool = False
    members: Mapping[str, Member] = {}
    grants: tuple[Grant, ...] = ()
    accounts: Mapping[str, str] = {}
    delegations: tuple[Delegation, ...] = ()
    rounds: Mapping[str, Round] = {}
    lost: tuple[str, ...] = ()
    origin: str = ""
    seal_key: str = ""
    seal_key_n: int = 0
    former_keys: tuple[str, ...] = ()
    recovery: str = ""
    recovery_n: int = 0
    former_recoveries: tuple[str, ...] = ()

    @property
    def recoveries(self) -> tuple[str, ...]:
        """Every recovery key that was adopted, oldest first."""
        return (*self.former_recoveries, self.recovery) if self.recovery else self.former_recoveries

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that was adopted, oldest first; the last one is in force."""
        return (*self.former_keys, self.seal_key) if self.seal_key else ()

    @property
    def held(self) -> tuple[str, ...]:
        """The codes of the rounds that are held: nothing of them is sent until somebody says so."""
        return tuple(code for code, known in self.rounds.items() if known.held)

    def holds(self, issue: str) -> bool:
        """Return whether an issue, by its key, is of a round that is held."""
        known = self.rounds.get(issue.rpartition("-")[0])
        return known is not None and known.held

    def has_left(self, person: str) -> bool:
        """Return whether a person is no longer there: their roles wait to be handed over."""
        member = self.members.get(person)
        return member is not None and member.left_on is not None

    def roles(self, person: str, unit: str) -> frozenset[str]:
        """Return the roles that a person holds for a unit; who has left holds none."""
        if self.has_left(person):
            return frozenset()
        return frozenset(
            g.role for g in self.grants if g.person == person and g.unit in (unit, EVERYWHERE)
        )

    def holders(self, role: str, unit: str) -> tuple[str, ...]:
        """Return the persons who hold a role for a unit, in the order of their ids."""
        holding = {g.person for g in self.grants if g.role == role and g.unit in (unit, EVERYWHERE)}
        return tuple(sorted(person for person in holding if not self.has_left(person)))

    def in_role(self, role: str) -> tuple[str, ...]:
        """Return the persons who hold a role for any unit, in the order of their ids."""
        holding = {grant.person for grant in self.grants if grant.role == role}
        return tuple(sorted(person for person in holding if not self.has_left(person)))

    def delegation(self, actor: Actor, day: date) -> Delegation | None:
        """Return a delegation that covers the actor on that day, or None."""
        return next((d for d in self.delegations if d.covers(actor, day)), None)

    def roles_of(self, actor: Actor, unit: str, day: date) -> frozenset[str]:
        """Return the roles in which the actor acts: none without a valid delegation."""
        if actor.on_behalf_of is not None and self.delegation(actor, day) is None:
            return frozenset()
        return self.roles(actor.principal, unit)
