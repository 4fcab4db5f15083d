"""The reminder ladder: which rung of an obligation is owed on a given day.

A ladder belongs to the deadline, not to a timer: asked on any day, it says which occurrence is the
latest one reached, so that ten days without a tick owe one reminder and not ten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from states.frozen import Struct
from states.lights import RED
from states.term import Term

if TYPE_CHECKING:
    from states.calendar import Calendar

RESEND = "resend"
HOLD = "hold"


class Rung(Struct, frozen=True, kw_only=True):
    """One point of a ladder.

    ``at`` counts from the due date (negative: before it). ``repeat`` holds growing intervals: the
    rung recurs after each of them in turn, then for ever after the last. ``to`` names roles,
    ``holder`` being whoever owes the work. ``colour`` is the light from this rung on ("" leaves
    it), ``letter`` the kind of letter it issues ("" none). An ``urgent`` rung goes alone and at
    any hour. ``if_unknown`` says what is done where nobody can find out whether its message
    arrived: it is sent again as a copy (``resend``), or a person decides (``hold``).
    """

    name: str
    at: Term
    repeat: tuple[Term, ...] = ()
    to: tuple[str, ...] = ("holder",)
    colour: str = ""
    letter: str = ""
    urgent: bool = False
    if_unknown: str = ""

    @property
    def policy(self) -> str:
        """What is done if nobody can find out: a letter is held, unless the rung says else."""
        return self.if_unknown or (HOLD if self.letter else RESEND)


class Occurrence(Struct, frozen=True, kw_only=True):
    """A rung on its day; ``nth`` counts the repetitions of a repeating rung from 1."""

    rung: Rung
    nth: int
    on: date


class Reached(Struct, frozen=True, kw_only=True):
    """What a day owes: the latest occurrence, the earlier ones it supersedes, the next date."""

    owed: Occurrence | None
    superseded: tuple[Occurrence, ...]
    next_on: date | None


class Ladder(Struct, frozen=True):
    """Rungs in the order of their days; only the last may repeat."""

    name: str
    rungs: tuple[Rung, ...]

    def occurrences(self, calendar: Calendar, due: date) -> Iterator[Occurrence]:
        """Yield every occurrence in order; without end where the last rung repeats."""
        for rung in self.rungs:
            on, nth = calendar.add(due, rung.at), 1
            yield Occurrence(rung=rung, nth=nth, on=on)
            while rung.repeat:
                on = calendar.add(on, rung.repeat[min(nth, len(rung.repeat)) - 1])
                nth += 1
                yield Occurrence(rung=rung, nth=nth, on=on)

    def until(self, calendar: Calendar, due: date, last: date) -> list[Occurrence]:
        """Return the occurrences up to and including a day."""
        return self._split(calendar, due, last)[0]

    def first_on(self, calendar: Calendar, due: date, opened_on: date) -> date | None:
        """Return the day on which an obligation opened on ``opened_on`` is first reminded of.

        Rungs that had passed before it was opened count as one: the latest of them is owed at
        once, because a deadline that is near or missed from the start must not stay silent.
        """
        passed, following = self._split(calendar, due, opened_on)
        if passed:
            return passed[-1].on
        return following.on if following else None

    def reached(self, calendar: Calendar, due: date, since: date, today: date) -> Reached:
        """Say what is owed on ``today`` of the occurrences dated ``since`` or later."""
        passed, following = self._split(calendar, due, today)
        due_now = [o for o in passed if o.on >= since]
        return Reached(
            owed=due_now[-1] if due_now else None,
            superseded=tuple(due_now[:-1]),
            next_on=following.on if following else None,
        )

    def colours(self, calendar: Calendar, due: date) -> tuple[tuple[date, str], ...]:
        """Return from which day the light has which colour, in order.

        What is overdue is never without its light: where no rung after the date has a colour, it
        is red from the day after, a date being kept until the end of its day.
        """
        return _colours(self, calendar, due)

    def _split(
        self, calendar: Calendar, due: date, day: date
    ) -> tuple[list[Occurrence], Occurrence | None]:
        """Return the occurrences up to and including a day, and the one after them, if any."""
        passed: list[Occurrence] = []
        for occurrence in self.occurrences(calendar, due):
            if occurrence.on > day:
                return passed, occurrence
            passed.append(occurrence)
        return passed, None


@lru_cache(maxsize=4096)  # of a round, most issues are owed on the same few days
def _colours(ladder: Ladder, calendar: Calendar, due: date) -> tuple[tuple[date, str], ...]:
    turns = [(calendar.add(due, r.at), r.colour) for r in ladder.rungs if r.colour]
    if not any(r.colour for r in ladder.rungs if r.at.amount > 0):
        turns.append((due + timedelta(days=1), RED))
    return tuple(turns)
