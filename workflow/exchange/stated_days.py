"""What a calendar file states of single days, before anybody has asked whether it can be so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from states.errors import Problem
from states.phrasing.names import ALIASES

EARLIEST, LATEST = 1990, 2200  # years; anything else is a slip of the keyboard
WEEKDAYS = "一二三四五六日"
_FEAST = re.compile("|".join(sorted(ALIASES, key=len, reverse=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A day that is off or, at a weekend, worked; for which holiday, and in which line.

    ``holiday`` may name several (国庆节、中秋节) where which day is whose is not said.
    """

    day: date
    works: bool
    holiday: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read: ``years`` the file itself names, its days in order, and its faults."""

    days: tuple[Stated, ...]
    years: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


def feasts(text: str) -> tuple[str, ...]:
    """Return the holidays of China that a text names, as calendars call them, in order."""
    return tuple(dict.fromkeys(ALIASES[name] for name in _FEAST.findall(text)))


def possible(year: int, month: int, day: int) -> date | None:
    """Return a day, or None if there is no such day or its year cannot be meant."""
    try:
        found = date(year, month, day)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST <= year <= LATEST else None


def weekday_of(bracket: str) -> int | None:
    """Return the weekday that ``周四`` or ``星期四`` names, Monday 0; None where none is named."""
    named = re.search(r"(?:周|星期|礼拜)([一二三四五六日天])", bracket)
    return WEEKDAYS.index(named[1].replace("天", "日")) if named else None


def wrong_weekday(day: date, bracket: str, source: str, line: int) -> Problem | None:
    """Return the fault of a date whose bracket names another weekday."""
    said = weekday_of(bracket)
    if said is None or said == day.weekday():
        return None
    facts = {"day": day.isoformat(), "said": "周" + WEEKDAYS[said]}
    facts["is"] = "周" + WEEKDAYS[day.weekday()]
    return Problem("calendar_weekday", "{day} is {is}, not {said}", facts, source, line)
