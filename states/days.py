"""What a day is, and what was counted: the values that a calendar deals in."""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import date

from states.term import Term

PUBLISHED = "published"
PROVISIONAL = "provisional"
WEEKEND = (5, 6)  # Saturday and Sunday, as ``date.weekday`` numbers them

WORKING = "working"
MAKE_UP = "make_up"
OFF_WEEKEND = "weekend"
HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """Where a year's arrangement comes from; ``status`` is ``published`` or ``provisional``."""

    year: int
    status: str
    source: str = ""
    url: str = ""
    published_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayKind:
    """What a day is, and the holiday that makes it so (``""`` for ordinary days).

    ``kind`` is ``working``, ``make_up`` (a weekend day that is worked), ``weekend`` or ``holiday``.
    """

    kind: str
    holiday: str = ""

    @property
    def is_working(self) -> bool:
        """True on a working day, make-up days included."""
        return self.kind in (WORKING, MAKE_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Days off in a row that hold at least one holiday; ``names`` in order, without repetition."""

    first: date
    last: date
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """A counted term: from which day, how long, to which day, and whether a guess took part.

    ``paused`` are the intervals (first and last day, inclusive) that did not count.
    """

    anchor: date
    term: Term
    due: date
    provisional: bool
    paused: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDay:
    """A day of a reckoning: its number, or None with the reason why it does not count.

    The reason is ``paused``, or else what the day is.
    """

    day: date
    kind: DayKind
    nth: int | None
    paused: bool = False


def add_months(day: date, amount: int) -> date:
    """Return the same day ``amount`` months on; the month's last day where it has no such day.

    Raises ``ValueError`` outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
