"""When a duty recurs: by month, quarter, half-year or year, before holidays, or at each event.

A duty may have several: "every quarter or before each statutory holiday" is the union of two. How
people write them is read and written in ``states.phrasing``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from states.calendar import Break, Calendar, add_months

MONTH, QUARTER, HALF_YEAR, YEAR = "month", "quarter", "half_year", "year"
INTERVAL, HOLIDAY, EVENT = "interval", "holiday", "event"
EVERY = (MONTH, QUARTER, HALF_YEAR, YEAR, INTERVAL, HOLIDAY, EVENT)
MONTHS_OF = {MONTH: 1, QUARTER: 3, HALF_YEAR: 6, YEAR: 12}
DAY, WORKDAY = "day", "workday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """``every`` is one of ``EVERY``; the other fields say which day of it.

    For month, quarter, half_year and year: the ``nth`` day (of kind ``of``: ``day`` or
    ``workday``) of the ``month``-th month of the period; negative counts from its end, and a
    month too short gives its last day. ``month`` 0 is the period's last month. For interval:
    every ``nth`` calendar days from ``since``, or, without it, from the occurrence before. For
    holiday: ``nth`` working days before each break (only those with one of ``names``, where
    given). An event has no dates; ``names`` says what it is.
    """

    every: str
    nth: int = -1
    of: str = DAY
    month: int = 0
    names: tuple[str, ...] = ()
    since: date | None = None

    def first_after(self, calendar: Calendar, day: date) -> date | None:
        """Return the first date later than a day.

        None for an event, and where the calendar knows of no later holiday.
        """
        if self.every == EVENT:
            return None
        if self.every == INTERVAL:
            return self._after_interval(day)
        dates = self._before_breaks(calendar, day) if self.every == HOLIDAY else None
        return next((d for d in dates or self._in_periods(calendar, day) if d > day), None)

    def _after_interval(self, day: date) -> date:
        length = max(self.nth, 1)
        if self.since is None:
            return day + timedelta(days=length)
        if day < self.since:
            return self.since
        passed = (day - self.since).days // length
        return self.since + timedelta(days=(passed + 1) * length)

    def _before_breaks(self, calendar: Calendar, day: date) -> Iterator[date]:
        """Yield the dates before the breaks that begin after a day, in order."""
        for run in calendar.all_breaks:
            if run.first > day and self._concerns(run):
                # Of the day off that begins the break the last working day stands in its place.
                yield calendar.add_workdays(run.first, 1 - self.nth)

    def _concerns(self, run: Break) -> bool:
        return not self.names or not set(self.names).isdisjoint(run.names)

    def _in_periods(self, calendar: Calendar, day: date) -> Iterator[date]:
        """Yield the date of the period in which a day lies, and of those after it, without end."""
        length = MONTHS_OF[self.every]
        offset = (min(self.month, length) or length) - 1
        months = day.year * 12 + day.month - 1
        months -= months % length
        while True:
            yield self._in_month(calendar, *divmod(months + offset, 12))
            months += length

    def _in_month(self, calendar: Calendar, year: int, month: int) -> date:
        first = date(year, month + 1, 1)
        last = add_months(first, 1) - timedelta(days=1)
        if self.of == DAY:
            length = last.day
            number = self.nth if self.nth > 0 else length + 1 + self.nth
            return first.replace(day=min(max(number, 1), length))
        before = first - timedelta(days=1)
        length = max(calendar.count_workdays(before, last), 1)
        number = self.nth if self.nth > 0 else length + 1 + self.nth
        return calendar.add_workdays(before, min(max(number, 1), length))

    def may_move(self, calendar: Calendar, due: date) -> bool:
        """Return whether a notice that is still to come can change a date that this gave."""
        if self.every == HOLIDAY:
            run = next(
                (b for b in calendar.all_breaks if b.first > due and self._concerns(b)), None
            )
            return calendar.is_provisional(due, run.first if run else due)
        if self.of == DAY or self.every not in MONTHS_OF:
            return False
        first = due.replace(day=1)
        return calendar.is_provisional(first, add_months(first, 1) - timedelta(days=1))


def first_after(calendar: Calendar, recurrences: tuple[Recurrence, ...], day: date) -> date | None:
    """Return the first date later than a day on which any of the recurrences falls."""
    dates = (r.first_after(calendar, day) for r in recurrences)
    return min((d for d in dates if d is not None), default=None)


def is_provisional(
    calendar: Calendar, recurrences: tuple[Recurrence, ...], day: date, due: date
) -> bool:
    """Return whether the first date after a day, ``due``, rests on a guess at a year's notice."""
    return any(
        r.first_after(calendar, day) == due and r.may_move(calendar, due) for r in recurrences
    )
