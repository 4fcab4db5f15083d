"""A user's calendar file: read, held against the calendar in force, and merged onto it.

Read are a table of days and the text of the State Council's notice. A year of the file replaces
what the calendar held of it. Every fault is named with its line, all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from states.calendar import PUBLISHED, WEEKDAYS, Calendar, Year
from states.calendar_data import CHINA
from states.errors import Invalid, Problem
from states.frozen import replace
from states.phrasing import HOLIDAYS
from workflow.exchange.calendar_notice import read_notice
from workflow.exchange.calendar_rows import is_table, read_rows
from workflow.exchange.encoding import decode
from workflow.exchange.stated_days import EARLIEST, LATEST, Reading, Stated, feasts
from workflow.named_file import read_named

MAX_BYTES = 500_000
OWN = "own"
_UNTIL_2007 = ("元旦", "春节", "劳动节", "国庆节")  # three more are statutory since 2008
_FIXED = {(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆节"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Where a file's days come from; ``year`` is that which it must be for, None: as it says."""

    source: str = ""
    published_on: date | None = None
    url: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A calendar with the years of a file, and what the file is called there."""

    calendar: Calendar
    years: tuple[int, ...]
    source: str


def calendar_of_file(path: Path, base: Calendar, notice: Notice) -> Imported:
    """Return a calendar with the years of a file in place of what it held of them, published.

    A notice without a source is called by the number in its text, or by the file's name. Raises
    ``Invalid`` with every fault of the file.
    """
    text = _text(path)
    called = notice.source or document_number(text) or path.name
    return merged(base, path.name, text, replace(notice, source=called))


def merged(base: Calendar, source: str, text: str, notice: Notice) -> Imported:
    """Return a calendar with the years that a text states. Raises ``Invalid`` with every fault."""
    if not text.strip():
        raise Invalid(Problem("calendar_empty", "the file is empty", {}, source))
    read = read_rows(text, source) if is_table(text) else read_notice(text, source, notice.year)
    years = read.years or _years(read.days, notice.year)
    problems = [*read.problems, *_faults(base, read, years, source)]
    if problems:
        raise Invalid(*sorted(problems, key=lambda problem: problem.line or 0))
    calendar = _onto(base, _named(base, read.days), years, notice)
    return Imported(calendar=calendar, years=years, source=notice.source)


def arranged_in(day: date, holiday: str) -> int:
    """Return the year whose notice a day belongs to: New Year's begins in the December before."""
    return day.year + (day.month == 12 and holiday == "元旦")


def _text(path: Path) -> str:
    return _decoded(read_named(path, MAX_BYTES), path.name)


def _decoded(data: bytes, source: str) -> str:
    """Return a text; what is said of a file that is none speaks of reports, not of calendars."""
    try:
        return decode(data, source)
    except Invalid as error:
        if error.message.code not in ("file_format", "encoding_unknown"):
            raise
        raise Invalid(
            Problem("calendar_text", "this is no text: save it as CSV or text (UTF-8)", {}, source)
        ) from None


# ---------------------------------------------------------------- what can be so


def _years(days: Iterable[Stated], year: int | None) -> tuple[int, ...]:
    """Return the years of a table: those of its days, without one of which it has December alone.

    That December belongs to the New Year's break of the year after it.
    """
    if year is not None:
        return (year,)
    months: dict[int, set[int]] = {}
    for stated in days:
        months.setdefault(stated.day.year, set()).add(stated.day.month)
    return tuple(y for y in sorted(months) if months[y] != {12} or y + 1 not in months)


def _faults(
    base: Calendar, read: Reading, years: tuple[int, ...], source: str
) -> Iterator[Problem]:
    if not read.days:
        if not read.problems:
            yield Problem(
                "calendar_nothing", "no day off and no day worked was found in it", {}, source
            )
        return
    for year in years:
        if not EARLIEST <= year <= LATEST:
            yield Problem(
                "calendar_no_year", "{year} is no year of a calendar", {"year": year}, source
            )
    seen: dict[date, Stated] = {}
    for stated in read.days:
        yield from _day_faults(base, stated, years, source)
        yield from _contradiction(seen.setdefault(stated.day, stated), stated, source)
    if base.name == CHINA:
        yield from _missing(base, read, years, source)


def _day_faults(
    base: Calendar, stated: Stated, years: tuple[int, ...], source: str
) -> Iterator[Problem]:
    day = stated.day
    facts = {"day": day.isoformat(), "years": tuple(map(str, years))}
    if day.year not in years and not (day.month == 12 and day.year + 1 in years):
        yield Problem("calendar_foreign", "{day} lies outside {years}", facts, source, stated.line)
    if stated.works and day.weekday() not in base.weekend:
        yield Problem(
            "calendar_ordinary",
            "{day} is worked anyway: it is no day of the weekend",
            facts,
            source,
            stated.line,
        )


def _contradiction(first: Stated, stated: Stated, source: str) -> Iterator[Problem]:
    if first.works != stated.works:
        facts = {"day": stated.day.isoformat(), "line": first.line}
        yield Problem(
            "calendar_contradiction",
            "{day} is off and worked at once (see line {line})",
            facts,
            source,
            stated.line,
        )


def _missing(
    base: Calendar, read: Reading, years: tuple[int, ...], source: str
) -> Iterator[Problem]:
    """Yield a fault for each year that lacks a statutory festival."""
    found: dict[int, set[str]] = {year: set() for year in years}
    for stated in read.days:
        if not stated.works:
            names = feasts(stated.holiday) or feasts(_holiday(base, stated))
            for name in names:
                found.setdefault(arranged_in(stated.day, name), set()).add(name)
    for year in years:
        wanted = _UNTIL_2007 if year < 2008 else tuple(HOLIDAYS)
        names_missing = tuple(name for name in wanted if name not in found[year])
        if names_missing:
            facts = {"year": year, "holidays": names_missing}
            yield Problem(
                "calendar_holidays", "{year} has no day off for {holidays}", facts, source
            )


# ---------------------------------------------------------------- names and merging


def _holiday(base: Calendar, stated: Stated) -> str:
    """Return a day's holiday: as stated, else as the calendar has it, else that of its date."""
    day = stated.day
    if stated.holiday or base.name != CHINA:
        return stated.holiday
    if day.month == 12:
        return "元旦"  # no other holiday lies there
    return base.day(day).holiday or _FIXED.get((day.month, day.day), "")


def _named(base: Calendar, days: Iterable[Stated]) -> list[Stated]:
    """Return days with one holiday each.

    Of two that are arranged together the notice does not say which day is whose: the calendar may
    know the festival itself; else the first named has the first day, the last named the others.
    """
    named: list[Stated] = []
    begun: set[str] = set()
    for stated in sorted(days, key=lambda s: s.day):
        holiday = _holiday(base, stated)
        names = feasts(holiday)
        if len(names) > 1:
            known = base.day(stated.day).holiday
            chosen = names[-1] if holiday in begun or stated.works else names[0]
            begun |= set() if stated.works else {holiday}
            holiday = known if known in names else chosen
        named.append(replace(stated, holiday=holiday))
    off = [one for one in named if not one.works]
    return [one if one.holiday or not off else _nearest(one, off) for one in named]


def _nearest(stated: Stated, off: list[Stated]) -> Stated:
    """Return a day worked for the holiday that lies nearest to it."""
    nearest = min(off, key=lambda one: abs((one.day - stated.day).days))
    return replace(stated, holiday=nearest.holiday)


def _onto(base: Calendar, days: list[Stated], years: tuple[int, ...], notice: Notice) -> Calendar:
    stated = {one.day for one in days}

    def kept(old: tuple[tuple[date, str], ...]) -> dict[date, str]:
        return {d: n for d, n in old if arranged_in(d, n) not in years and d not in stated}

    off = kept(base.off) | {one.day: one.holiday for one in days if not one.works}
    work = kept(base.work) | {one.day: one.holiday for one in days if one.works}
    return replace(
        base,
        name=OWN if base.name == WEEKDAYS.name else base.name,
        years=_with_years(base.years, years, notice),
        off=tuple(sorted(off.items())),
        work=tuple(sorted(work.items())),
    )


def _with_years(old: tuple[Year, ...], years: tuple[int, ...], notice: Notice) -> tuple[Year, ...]:
    found: Mapping[int, Year] = {year.year: year for year in old} | {
        year: Year(
            year=year,
            status=PUBLISHED,
            source=notice.source,
            url=notice.url,
            published_on=notice.published_on,
        )
        for year in years
    }
    return tuple(found[year] for year in sorted(found))


_DOCUMENT = re.compile(r"国(?:办)?发明电〔\d{4}〕\d{1,3}号", re.ASCII)


def document_number(text: str) -> str:
    """Return the number of the notice that a text bears (国办发明电〔2026〕9号), or ``""``."""
    found = _DOCUMENT.search(text)
    return found[0] if found else ""
