"""The working-day calendar: versioned data, and what follows from it.

A calendar is known by the hash of its canonical form, which entries name, so that a date once
given can be counted again with the calendar of then. It answers for any day; for years that no
notice has published it answers *provisionally*, and says so.

How terms are counted: the day of the anchor does not count (Civil Code of the PRC, Art. 201); a
working day is counted whole; a term in months ends on the day of the same number, or on the last
day of a month that is too short (Art. 202); a date by calendar days or months stays where it
falls, on a day off too.
"""

from __future__ import annotations

import calendar as gregorian
import json
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, timedelta
from functools import cached_property, lru_cache

from states.canonical import canonical, digest
from states.days import (
    HOLIDAY,
    MAKE_UP,
    OFF_WEEKEND,
    PROVISIONAL,
    PUBLISHED,
    WEEKEND,
    WORKING,
    Break,
    CountedDay,
    DayKind,
    Reckoning,
    Year,
    add_months,
)
from states.term import DAYS, MONTHS, WORKDAYS, Term

__all__ = [
    "PROVISIONAL",
    "PUBLISHED",
    "WEEKDAYS",
    "Break",
    "Calendar",
    "CountedDay",
    "DayKind",
    "Reckoning",
    "Year",
    "add_months",
]

REACH = timedelta(days=3)  # from 29 December to the year that the notice is for
_ORDINARY = DayKind(kind=WORKING)
_REST = DayKind(kind=OFF_WEEKEND)


@dataclass(frozen=True)
class Calendar:
    """``off`` and ``work`` are exceptions to the plain week, with the holiday they belong to.

    ``off`` holds every day of a holiday's arrangement, weekends included; ``work`` the weekend
    days that are worked to make up. Both are sorted by date.
    """

    name: str
    years: tuple[Year, ...] = ()
    off: tuple[tuple[date, str], ...] = ()
    work: tuple[tuple[date, str], ...] = ()
    weekend: tuple[int, ...] = field(default=WEEKEND)

    @cached_property
    def body(self) -> bytes:
        """The canonical bytes, which are stored and hashed."""
        return canonical(
            {
                "name": self.name,
                "weekend": list(self.weekend),
                "years": [
                    {
                        "year": y.year,
                        "status": y.status,
                        "source": y.source,
                        "url": y.url,
                        "published_on": y.published_on.isoformat() if y.published_on else "",
                    }
                    for y in self.years
                ],
                "off": [[day.isoformat(), holiday] for day, holiday in self.off],
                "work": [[day.isoformat(), holiday] for day, holiday in self.work],
            }
        )

    @cached_property
    def hash(self) -> str:
        """The name of this very calendar: SHA-256 of ``body`` in hex."""
        return digest(self.body)

    def __hash__(self) -> int:
        return hash(self.hash)

    @cached_property
    def _exceptions(self) -> dict[date, DayKind]:
        off = {day: DayKind(kind=HOLIDAY, holiday=name) for day, name in self.off}
        return off | {day: DayKind(kind=MAKE_UP, holiday=name) for day, name in self.work}

    def day(self, day: date) -> DayKind:
        """Return what a day is."""
        kind = self._exceptions.get(day)
        if kind is not None:
            return kind
        return _REST if day.weekday() in self.weekend else _ORDINARY

    def is_working(self, day: date) -> bool:
        """Return whether a day is worked."""
        return self.day(day).is_working

    @cached_property
    def _published(self) -> frozenset[int]:
        return frozenset(y.year for y in self.years if y.status == PUBLISHED)

    @property
    def rests_on_notices(self) -> bool:
        """False for a plain week, where nothing needs to be published."""
        return bool(self.years)

    def is_provisional(self, first: date, last: date) -> bool:
        """Return whether a notice that is not published can still change a day of an interval.

        That is a day of an unpublished year, or one of the last of December before it: a notice
        reaches back to the 29th at the earliest (as those for 2008 and 2019 did).
        """
        if not self.rests_on_notices:
            return False
        until = last + REACH if last.year < MAXYEAR else last
        return any(year not in self._published for year in range(first.year, until.year + 1))

    @cached_property
    def _working_days(self) -> dict[int, list[date]]:
        return {}

    def _of_year(self, year: int) -> list[date]:
        """Return the working days of a year, in order; computed once."""
        days = self._working_days.get(year)
        if days is None:
            first = date(year, 1, 1).toordinal()
            length = 365 + gregorian.isleap(year)
            every = (date.fromordinal(first + i) for i in range(length))
            days = self._working_days[year] = [d for d in every if self.is_working(d)]
        return days

    def add_workdays(self, day: date, amount: int) -> date:
        """Return the working day that is ``amount`` working days after a day (before: negative).

        Of a day off the last working day before it stands in its place, so that adding composes:
        ``add(d, a + b) == add(add(d, a), b)``, and ``add(d, 0)`` is ``d`` itself if it is worked.
        """
        year = day.year
        days = self._of_year(year)
        at = bisect_right(days, day) - 1 + amount
        while at < 0:
            year -= 1
            days = self._of_year(year)
            at += len(days)
        while at >= len(days):
            at -= len(days)
            year += 1
            days = self._of_year(year)
        return days[at]

    def count_workdays(self, after: date, until: date) -> int:
        """Return how many working days lie after one day up to and including another.

        Negative, with the same size, where the days are exchanged.
        """
        if until < after:
            return -self.count_workdays(until, after)
        return self._index(until, after.year) - self._index(after, after.year)

    def _index(self, day: date, base: int) -> int:
        """Return the number of working days from the first of January ``base`` up to a day."""
        whole = sum(len(self._of_year(year)) for year in range(base, day.year))
        return whole + bisect_right(self._of_year(day.year), day)

    def add(self, day: date, term: Term) -> date:
        """Return the day that a term after a day falls on (before it: negative amounts)."""
        if term.unit == WORKDAYS:
            return self.add_workdays(day, term.amount)
        if term.unit == DAYS:
            return day + timedelta(days=term.amount)
        return add_months(day, term.amount)

    def reckon(
        self, anchor: date, term: Term, paused: tuple[tuple[date, date], ...] = ()
    ) -> Reckoning:
        """Count a term from an anchor; days in ``paused`` intervals do not count.

        Working days are counted one by one around the pauses; a date by calendar days or months
        moves on by the length of every pause that begins before it. A clock is a list of
        intervals, never a counter: counted again, it gives the same. Nothing pauses a term that
        is counted backwards.
        """
        due = self.add(anchor, term)
        crossed: list[tuple[date, date]] = []
        counted = anchor  # up to this day pauses have been taken into account
        for first, last in sorted(paused):
            begins = max(first, counted + timedelta(days=1))
            if begins > due or last < begins:
                continue
            crossed.append((first, last))
            counted = last
            if term.unit == WORKDAYS:
                lost = self.count_workdays(begins - timedelta(days=1), last)
                due = self.add_workdays(due, lost)
            else:
                due += timedelta(days=(last - begins).days + 1)
        guessed = term.unit == WORKDAYS and self.is_provisional(min(anchor, due), max(anchor, due))
        return Reckoning(
            anchor=anchor, term=term, due=due, provisional=guessed, paused=tuple(crossed)
        )

    def counted(self, reckoning: Reckoning) -> tuple[CountedDay, ...]:
        """Explain a reckoning day by day, from the day after its anchor up to the date.

        Of a term in months the days have no number, for none is counted; nor has it one before
        the anchor: of a term counted backwards nothing is told.
        """
        told: list[CountedDay] = []
        nth, unit = 0, reckoning.term.unit
        for number in range(reckoning.anchor.toordinal() + 1, reckoning.due.toordinal() + 1):
            day = date.fromordinal(number)
            kind = self.day(day)
            paused = any(first <= day <= last for first, last in reckoning.paused)
            counts = not paused and (kind.is_working if unit == WORKDAYS else unit != MONTHS)
            nth += counts
            told.append(CountedDay(day=day, kind=kind, nth=nth if counts else None, paused=paused))
        return tuple(told)

    def breaks(self, year: int) -> tuple[Break, ...]:
        """Return the breaks that begin in a year: days off in a row with a holiday among them."""
        return tuple(run for run in self.all_breaks if run.first.year == year)

    @cached_property
    def all_breaks(self) -> tuple[Break, ...]:
        """Every break that the calendar knows of, in order."""
        found: list[Break] = []
        for day, _ in self.off:
            if not (found and day <= found[-1].last) and not self.is_working(day):
                found.append(self._run(day))
        return tuple(found)

    def _run(self, day: date) -> Break:
        first = last = day
        while not self.is_working(first - timedelta(days=1)):
            first -= timedelta(days=1)
        while not self.is_working(last + timedelta(days=1)):
            last += timedelta(days=1)
        days = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
        names = dict.fromkeys(h for h in (self.day(d).holiday for d in days) if h)
        return Break(first=first, last=last, names=tuple(names))


WEEKDAYS = Calendar("weekdays")
"""Monday to Friday, without holidays: nothing in it is ever provisional."""


@lru_cache(maxsize=16)
def read_calendar(body: bytes) -> Calendar:
    """Return the calendar that canonical bytes hold; the inverse of ``Calendar.body``."""
    record = json.loads(body)
    return Calendar(
        name=record["name"],
        weekend=tuple(record["weekend"]),
        years=tuple(
            Year(
                year=y["year"],
                status=y["status"],
                source=y["source"],
                url=y["url"],
                published_on=date.fromisoformat(y["published_on"]) if y["published_on"] else None,
            )
            for y in record["years"]
        ),
        off=tuple((date.fromisoformat(day), name) for day, name in record["off"]),
        work=tuple((date.fromisoformat(day), name) for day, name in record["work"]),
    )
