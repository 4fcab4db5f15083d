"""The names of holidays, and recurrences within the bounds of what can be meant."""

from __future__ import annotations

import re
from datetime import date

from states.recurrence import DAY, HOLIDAY, INTERVAL, MONTH, MONTHS_OF, Recurrence

HOLIDAYS = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
    "国庆节": "National Day",
}
"""The statutory holidays of China by the names under which calendars hold them."""

ALIASES = {name: name for name in HOLIDAYS} | {
    "清明": "清明节",
    "五一": "劳动节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
    "十一": "国庆节",
}
"""How people call them in Chinese."""

_NAME_OF = ALIASES | {english.lower(): name for name, english in HOLIDAYS.items()}
_QUOTED = r"\"[^\"]{1,40}\"|“[^”]{1,40}”"
_SPELLINGS = "|".join(map(re.escape, sorted(_NAME_OF, key=len, reverse=True)))
NAME = rf"(?:{_SPELLINGS}|{_QUOTED})"
"""A holiday as it may be written; those of other countries in quotation marks."""

_NAMES = re.compile(NAME, re.IGNORECASE)
_BESIDE_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_MOST_BEFORE = 250  # working days before a holiday: a year
_LONGEST = 3660  # days of an interval
_MOST = {DAY: 31}
_MOST_WORKDAYS = 23


def periodic(every: str, month: int, nth: int, of: str) -> Recurrence | None:
    """Return a recurrence by periods; None if no period has such a day."""
    if not (1 <= abs(nth) <= _MOST.get(of, _MOST_WORKDAYS) and 0 <= month <= MONTHS_OF[every]):
        return None
    return Recurrence(every=every, nth=nth, of=of, month=0 if every == MONTH else month)


def before_holidays(nth: int, names: str | None) -> Recurrence | None:
    """Return a recurrence before holidays, those of which a text holds the names."""
    if not 1 <= nth <= _MOST_BEFORE:
        return None
    called = [_NAME_OF.get(n.lower(), n.strip('"“”')) for n in _NAMES.findall(names or "")]
    return Recurrence(every=HOLIDAY, nth=nth, names=tuple(dict.fromkeys(called)))


def interval(nth: int, since: str | None) -> Recurrence | None:
    """Return a recurrence every so many days, counted from a day where one is written."""
    if not 1 <= nth <= _LONGEST:
        return None
    if since is None:
        return Recurrence(every=INTERVAL, nth=nth)
    numbers = re.findall(r"\d{1,4}", since, re.ASCII)
    try:
        year, month, day = map(int, numbers)
        return Recurrence(every=INTERVAL, nth=nth, since=date(year, month, day))
    except ValueError:
        return None


def quoted(name: str, mark: str) -> str:
    """Return the name of a holiday, in quotation marks where it is none of China's."""
    return name if name in HOLIDAYS else f"{mark[0]}{name}{mark[1]}"


def tight(text: str) -> str:
    """Return a text without the spaces beside Chinese characters."""
    return _BESIDE_CHINESE.sub("", text)
