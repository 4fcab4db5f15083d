"""The reminder ladder: which rung of an obligation is owed on a given day.

A ladder belongs to the deadline, not to a timer: asked on any day, it says which occurrence is the
latest one reached, so that ten days without a tick owe one reminder and not ten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One point of a ladder.

    ``days`` counts from the due date (negative: before it); ``repeat_days`` greater than 0 repeats
    the rung at that interval for ever; ``to`` names roles, ``holder`` being whoever owes the work.
    """

    name: str
    days: int
    repeat_days: int = 0
    to: tuple[str, ...] = ("holder",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A rung on its day; ``nth`` counts the repetitions of a repeating rung from 1."""

    rung: Rung
    nth: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a day owes: the latest occurrence, the earlier ones it supersedes, the next date."""

    owed: Occurrence | None
    superseded: tuple[Occurrence, ...]
    next_on: date | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs in the order of their days; only the last may repeat."""

    name: str
    rungs: tuple[Rung, ...]

    def occurrences(self, due: date, until: date) -> Iterator[Occurrence]:
        """Yield every occurrence up to and including ``until``, in order."""
        for rung in self.rungs:
            on, nth = due + timedelta(days=rung.days), 1
            while on <= until:
                yield Occurrence(rung=rung, nth=nth, on=on)
                if not rung.repeat_days:
                    break
                on, nth = on + timedelta(days=rung.repeat_days), nth + 1

    def first_on(self, due: date, opened_on: date) -> date:
        """Return the day on which an obligation opened on ``opened_on`` is first reminded of.

        Rungs that had passed before it was opened count as one: the latest of them is owed at
        once, because a deadline that is near or missed from the start must not stay silent.
        """
        passed = list(self.occurrences(due, opened_on))
        return passed[-1].on if passed else due + timedelta(days=self.rungs[0].days)

    def reached(self, due: date, since: date, today: date) -> Reached:
        """Say what is owed on ``today`` of the occurrences dated ``since`` or later."""
        due_now = [o for o in self.occurrences(due, today) if o.on >= since]
        return Reached(
            owed=due_now[-1] if due_now else None,
            superseded=tuple(due_now[:-1]),
            next_on=self._after(due, today),
        )

    def _after(self, due: date, today: date) -> date | None:
        for rung in self.rungs:
            on = due + timedelta(days=rung.days)
            if on > today:
                return on
            if rung.repeat_days:
                turns = (today - on).days // rung.repeat_days + 1
                return on + timedelta(days=turns * rung.repeat_days)
        return None
