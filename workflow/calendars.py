"""Calendars by name: China's, plain weeks, a file of one's own, or a country of ``holidays``.

The package ``holidays`` is optional (``pip install rectification[holidays]``). It computes; it
publishes nothing. Its years count as published where the holidays follow from law alone. Where a
year is arranged anew by notice, or days hang on the sight of the moon, they do so only up to the
last year of which the package holds such arrangements: what it says of later ones is a guess.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from states.calendar import PROVISIONAL, PUBLISHED, WEEKDAYS, Calendar, Year
from states.calendar_data import CHINA, china
from states.errors import Invalid, Problem

if TYPE_CHECKING:
    from holidays import HolidayBase

COMPUTED = range(2004, 2041)
"""The years for which ``holidays`` is asked: the same for everybody, whatever the day."""

_FILE, _COUNTRY = "csv:", "holidays:"
_OBSERVED = "IslamicHolidays"  # those of the package whose days the moon decides


def named_calendar(name: str, base: Path) -> Calendar:
    """Return the calendar of a name.

    ``china``, ``weekdays`` (Monday to Friday), ``csv:FILE`` (relative to ``base``; its years are
    published, there are no others), ``holidays:DE`` or ``holidays:DE-BY``. Raises ``Invalid``.
    """
    if name == CHINA:
        return china()
    if name == WEEKDAYS.name:
        return WEEKDAYS
    if name.startswith(_FILE) and len(name) > len(_FILE):
        from workflow.exchange.calendar_file import Notice, calendar_of_file

        path = base / Path(name.removeprefix(_FILE)).expanduser()
        return calendar_of_file(path, Calendar(name), Notice(source=path.name)).calendar
    if name.startswith(_COUNTRY) and len(name) > len(_COUNTRY):
        return _of_country(name, *name.removeprefix(_COUNTRY).upper().partition("-")[::2])
    facts = {"name": name, "known": "china, weekdays, csv:FILE, holidays:DE, holidays:DE-BY"}
    raise Invalid(
        Problem("calendar_unknown", "there is no calendar {name} (known: {known})", facts)
    )


def _of_country(name: str, country: str, subdivision: str) -> Calendar:
    try:
        from holidays import country_holidays
    except ImportError:
        raise Invalid(
            Problem(
                "holidays_missing",
                "the calendar {name} needs the package holidays (install rectification[holidays])",
                {"name": name},
            )
        ) from None
    try:
        days = country_holidays(country, subdiv=subdivision or None, years=COMPUTED)
    except NotImplementedError as error:
        facts = {"name": name, "error": str(error)}
        raise Invalid(
            Problem("calendar_country", "there is no calendar {name}: {error}", facts)
        ) from None
    return _calendar(name, days)


def _calendar(name: str, days: HolidayBase) -> Calendar:
    from importlib.metadata import version

    source = f"holidays {version('holidays')}"
    last = _documented(days)
    years = (
        Year(year=y, status=PUBLISHED if y <= last else PROVISIONAL, source=source)
        for y in COMPUTED
        if days.start_year <= y <= days.end_year
    )
    work = sorted(day for day in days.weekend_workdays if day.year in COMPUTED)
    return Calendar(
        name=name,
        years=tuple(years),
        off=tuple(sorted((day, title) for day, title in days.items() if day not in work)),
        work=tuple((day, "") for day in work),
        weekend=tuple(sorted(days.weekend)),
    )


def _documented(days: HolidayBase) -> int:
    """Return the last year of which the package says more than a rule yields."""
    observed = any(base.__name__ == _OBSERVED for base in type(days).__mro__)
    if not (observed or days.has_substituted_holidays):
        return COMPUTED[-1]
    tables = (getattr(days, name) for name in dir(days) if name.startswith("special_"))
    return max(map(_last_year, tables), default=0)


def _last_year(table: object) -> int:
    if not isinstance(table, dict):
        return 0
    return max((year for year in table if isinstance(year, int)), default=0)
