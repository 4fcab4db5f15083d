"""The days of waking as they were: of each open obligation, when a tick was to look at it next.

They are not in the log. What moves them is: the opening, every tick that owed a notice of the
obligation, and every adoption of a calendar or a process; in that order the day is found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from workflow.engine.waking import first_wake, next_wake

if TYPE_CHECKING:
    from states.issue import Issue, Obligation
    from states.rules import Rules
    from workflow.past.folded import InForce, Ledger, Opening

ADOPTED, TICKED = 0, 1


class RulesBy(Protocol):
    """Finds rules by the hashes of a process and a calendar."""

    def __call__(self, process: str, calendar: str) -> Rules:
        """Return the rules."""


@dataclass(frozen=True, slots=True, order=True)
class _Turn:
    """Something that moved a day of waking: what, when, on which civil day."""

    at: datetime
    what: int
    day: date


@dataclass(frozen=True, slots=True)
class PastWakes:
    """Finds days of waking again; ``ticked`` are the instants and days of notices."""

    ledger: Ledger
    calendars: Sequence[InForce]
    ticked: Mapping[str, Sequence[tuple[datetime, date]]]
    rules: RulesBy

    def wake_on(
        self, issue: Issue, obligation: Obligation, until: datetime | None = None
    ) -> date | None:
        """Return when a tick was to look at an obligation next, None for never again.

        ``until`` asks for the moment right before an instant.
        """
        opening = self.ledger.openings.get(obligation.id)
        if opening is None:
            return None
        wake = self._first(issue, obligation, opening)
        for turn in sorted(self._turns(issue, obligation, opening)):
            if until is not None and turn.at >= until:
                break
            rules = self._rules_at(issue, turn.at)
            if turn.what == TICKED or (wake is not None and wake > turn.day):
                wake = next_wake(rules, obligation, turn.day)
        return wake

    def _first(self, issue: Issue, obligation: Obligation, opening: Opening) -> date | None:
        rules = self.rules(self._process_at(issue, opening.at), opening.calendar)
        if opening.before is None:
            return first_wake(rules, obligation)
        today = obligation.opened_on
        if self._was_awaited(opening.before, obligation, opening.at, today):
            wake = first_wake(rules, obligation)
            if wake is not None and wake <= today:
                return wake
        return next_wake(rules, obligation, today)

    def _was_awaited(
        self, before: Issue, obligation: Obligation, at: datetime, today: date
    ) -> bool:
        """Return whether the same work waited for a tick when it was counted anew."""
        work = (obligation.kind, obligation.subject)
        former = [o for o in before.obligations if (o.kind, o.subject) == work]
        wakes = [self._former_wake(before, o, at) for o in former]
        return any(wake is not None and wake <= today for wake in wakes)

    def _former_wake(self, before: Issue, obligation: Obligation, at: datetime) -> date | None:
        """Return the day of waking of what a recalculation has closed."""
        calendar = before.calendar
        for adopted in self.calendars:
            if adopted.at <= before.at:
                calendar = adopted.calendar
        rules = self.rules(before.process, calendar)
        ticks = [day for when, day in self.ticked.get(obligation.id, ()) if when < at]
        if ticks:
            return next_wake(rules, obligation, ticks[-1])
        return first_wake(rules, obligation)

    def _turns(self, issue: Issue, obligation: Obligation, opening: Opening) -> Iterator[_Turn]:
        for at, day in self.ticked.get(obligation.id, ()):
            yield _Turn(at, TICKED, day)
        for adopted in self.calendars[1:]:
            if _is_after(adopted, opening):
                yield _Turn(adopted.at, ADOPTED, adopted.day)
        for moved in self.ledger.moves.get(issue.key, ()):
            if moved.at > opening.at:
                yield _Turn(moved.at, ADOPTED, moved.day)

    def _rules_at(self, issue: Issue, at: datetime) -> Rules:
        in_force = [adopted.calendar for adopted in self.calendars if adopted.at <= at]
        return self.rules(self._process_at(issue, at), in_force[-1] if in_force else "")

    def _process_at(self, issue: Issue, at: datetime) -> str:
        moves = [moved.process for moved in self.ledger.moves.get(issue.key, ()) if moved.at <= at]
        return moves[-1] if moves else self.ledger.first[issue.key]


def _is_after(adopted: InForce, opening: Opening) -> bool:
    """Return whether a calendar was adopted after an obligation had been opened."""
    if opening.office is not None:
        return adopted.n > opening.office
    if opening.before is not None:
        return adopted.at > opening.at
    return adopted.at >= opening.at
