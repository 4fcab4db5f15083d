"""The send window: in which hours of which days messages go out.

A window shifts the sending, never a deadline. It is asked in the recipient's own time zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from states.frozen import Struct

if TYPE_CHECKING:
    from states.calendar import Calendar

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})")
_LONGEST_SEARCH = 60
"""Days to look ahead: no arrangement of days off lasts longer."""


class Window(Struct, frozen=True, kw_only=True):
    """From ``opens`` up to, not including, ``closes``; every day, or on working days only."""

    opens: time
    closes: time
    workdays_only: bool = True

    @classmethod
    def parse(cls, hours: str, *, workdays_only: bool = True) -> Window:
        """Return the window that a text such as ``08:30-17:30`` states.

        ``24:00`` is the end of the day. Raises ``ValueError`` for anything else.
        """
        found = _HOURS.fullmatch(hours.strip())
        if found is None:
            raise ValueError(hours)
        opens = time(int(found[1]), int(found[2]))
        whole = (found[3], found[4]) == ("24", "00")
        closes = time.max if whole else time(int(found[3]), int(found[4]))
        if opens >= closes:
            raise ValueError(hours)
        return cls(opens=opens, closes=closes, workdays_only=workdays_only)

    def is_open(self, now: datetime, zone: tzinfo, calendar: Calendar) -> bool:
        """Return whether a message may go out now to somebody in a time zone."""
        local = now.astimezone(zone)
        if self.workdays_only and not calendar.is_working(local.date()):
            return False
        return self.opens <= local.time() < self.closes

    def next_open(self, now: datetime, zone: tzinfo, calendar: Calendar) -> datetime:
        """Return now if the window is open, else the instant (UTC) at which it opens next."""
        if self.is_open(now, zone, calendar):
            return now
        first = now.astimezone(zone).date()
        for ahead in range(_LONGEST_SEARCH):
            for opening in self._openings(first + timedelta(days=ahead), zone):
                if opening > now and self.is_open(opening, zone, calendar):
                    return opening
        raise ValueError("the calendar has no working day ahead")

    def _openings(self, day: date, zone: tzinfo) -> list[datetime]:
        """Return the instants (UTC) of a day at which the window may open.

        Where clocks are put back the hour comes twice; where they are put forward it may not come
        at all, and the window opens when they are.
        """
        hours = (self.opens.replace(fold=fold) for fold in (0, 1))
        instants = {datetime.combine(day, hour, zone).astimezone(UTC) for hour in hours}
        midnights = (datetime.combine(d, time.min, zone) for d in (day, day + timedelta(days=1)))
        begin, end = (midnight.astimezone(UTC) for midnight in midnights)
        if begin.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
            instants.add(_clock_change(begin, end, zone))
        return sorted(instants)

    def end_of(self, now: datetime, zone: tzinfo, calendar: Calendar) -> datetime:
        """Return the instant (UTC) at which the open window closes; now if it is not open."""
        if not self.is_open(now, zone, calendar):
            return now
        local = now.astimezone(zone)
        return datetime.combine(local.date(), self.closes, zone).astimezone(UTC)


def _clock_change(begin: datetime, end: datetime, zone: tzinfo) -> datetime:
    """Return the instant between two others (UTC) at which clocks are changed, to the second."""
    before = begin.astimezone(zone).utcoffset()
    low, high = 0, int((end - begin).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (begin + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return begin + timedelta(seconds=high)
