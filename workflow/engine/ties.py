"""What ties two people together, by the office's own stream: substitutes, handovers, accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from states.frozen import replace
from states.log import Entry

ALWAYS = "9999-12-31"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One stood in (代理) for another; entry ``n`` of the office, written by ``by``, says so.

    Days are ISO dates, both included.
    """

    principal: str
    substitute: str
    since: str
    until: str
    n: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One handed over to another: entry ``n`` of the office or of the issue, written by ``by``."""

    giver: str
    taker: str
    day: str
    n: int
    by: str


@dataclass(slots=True)
class Ties:
    """Everything in the office's stream that ties people together, and who adopted what."""

    stands: list[Stand] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    adopted: dict[str, tuple[str, int]] = field(default_factory=dict)
    units: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    trial: bool = False
    _delegations: dict[int, int] = field(default_factory=dict)
    _count: int = 0

    def stood_in(self, person: str, workers: Iterable[str], days: tuple[str, str]) -> Stand | None:
        """Return when a person was the substitute of one of the workers within some days."""
        first, last = days
        return next(
            (
                s
                for s in self.stands
                if s.substitute == person
                and s.principal in workers
                and s.since <= last
                and s.until >= first
            ),
            None,
        )

    def unit_of(self, person: str, day: str) -> str:
        """Return the unit in which a person was on a day; "" where nobody said."""
        known = [unit for since, unit in self.units.get(person, ()) if since <= day]
        return known[-1] if known else ""

    def look(self, entry: Entry) -> None:
        """Take note of an entry of the office."""
        facts, day = entry.facts, str(entry.content["day"])
        event, by = entry.event, entry.hands[-1]
        if event in ("delegate", "substitute"):
            self._delegated(entry, day, by)
        elif event == "end_delegation" and facts["number"] in self._delegations:
            place = self._delegations[facts["number"]]
            ended = min(self.stands[place].until, day)
            self.stands[place] = replace(self.stands[place], until=ended)
        elif event == "hand_over":
            giver, taker = facts["from_person"], facts["to_person"]
            self.passed.append(Passed(giver=giver, taker=taker, day=day, n=entry.n, by=by))
        elif event in ("found_office", "adopt_process", "migrate_issues"):
            self.adopted.setdefault(facts["process"], (by, entry.n))
        if event == "found_office":
            self.trial = bool(facts.get("trial"))
        if event in ("found_office", "add_person", "edit_person"):
            unit = facts.get("unit", "")
            self.units.setdefault(facts["person"], []).append((day, unit))

    def _delegated(self, entry: Entry, day: str, by: str) -> None:
        self._count += 1
        if entry.event == "delegate":
            return
        facts = entry.facts
        self._delegations[self._count] = len(self.stands)
        self.stands.append(
            Stand(
                principal=facts["principal"],
                substitute=facts["recorder"],
                since=facts.get("since", day),
                until=facts.get("until", ALWAYS),
                n=entry.n,
                by=by,
            )
        )
