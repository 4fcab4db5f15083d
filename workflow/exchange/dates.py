"""Dates as reports write them: spaces inside, full-width digits, a year or a month left out.

A date is taken only when the text gives it whole; what is missing or impossible stays visible,
so that a question can be asked instead of a guess made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_SPACED = r"\d(?:[ \t]?\d)"
_YEAR = rf"(?P<year>{_SPACED}{{3}})"
_MONTH = rf"(?P<month>{_SPACED}?)"
_DAY = rf"(?P<day>{_SPACED}?)"
_WRITTEN = rf"(?:{_YEAR}\s*年\s*)?{_MONTH}\s*月\s*{_DAY}\s*[日号]"
_SHORT = r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"
_LONE_DAY = r"(?P<lone>\d{1,2})\s*[日号]"
_DATE = re.compile(rf"(?<!\d)(?:{_WRITTEN}|{_SHORT})", re.ASCII)
_TO = r"\s*起?\s*(?:至|到|-+|—+|–|~|―)\s*"
_END = re.compile(rf"{_TO}(?:{_WRITTEN}|{_SHORT}|{_LONE_DAY})", re.ASCII)
_INCOMPLETE = re.compile(
    r"(?:[\dXx×*某]{1,4}\s*年\s*)?[\dXx×*某]{0,2}\s*月(?:\s*[\dXx×*某]{0,2}\s*[日号]|[上中下]旬|[底初])"
    r"|[\dXx×*某]{1,4}\s*年\s*[\dXx×*某]{0,2}\s*月",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date as it stands in a text; ``start`` and ``end`` are its span, ``year`` may be absent."""

    start: int
    end: int
    year: int | None
    month: int
    day: int

    @property
    def value(self) -> date | None:
        """The calendar day; None where the year is absent or the day does not exist."""
        return _day(self.year, self.month, self.day)

    @property
    def possible(self) -> bool:
        """False for a day that no calendar has (2月30日); without a year 29 February may exist."""
        return _day(self.year or 2000, self.month, self.day) is not None


@dataclass(frozen=True, slots=True)
class FoundRange:
    """Two dates joined by 至, 到 or a dash."""

    first: FoundDate
    last: FoundDate


def find_dates(folded: str) -> list[FoundDate]:
    """Every date with at least a month and a day, in order."""
    return [_found(hit) for hit in _DATE.finditer(folded)]


def find_range(folded: str) -> FoundRange | None:
    """The first range of two dates.

    A last date without its year has the first one's year only where that keeps the order:
    ``2021年11月30日—12月15日`` is clear, ``2021年12月1日—1月15日`` is not.
    """
    for first in find_dates(folded):
        end = _END.match(folded, first.end)
        if end is None:
            continue
        last = _found(end, month=first.month)
        if last.year is None and (last.month, last.day) >= (first.month, first.day):
            last = FoundDate(
                start=last.start, end=last.end, year=first.year, month=last.month, day=last.day
            )
        return FoundRange(first, last)
    return None


def find_incomplete(folded: str) -> tuple[int, int] | None:
    """The span of the first date that lacks its day or some digits (2022年3月, 3月上旬, 3月 日)."""
    whole = {(found.start, found.end) for found in find_dates(folded)}
    for hit in _INCOMPLETE.finditer(folded):
        if not any(start <= hit.start() < end for start, end in whole):
            return hit.span()
    return None


def _found(hit: re.Match[str], month: int = 0) -> FoundDate:
    groups = hit.groupdict()
    year = groups["year"] or groups["y"]
    return FoundDate(
        start=hit.start(),
        end=hit.end(),
        year=_number(year) if year else None,
        month=_number(groups["month"] or groups["m"] or str(month)),
        day=_number(groups["day"] or groups["d"] or groups.get("lone") or "0"),
    )


def _number(digits: str) -> int:
    return int(re.sub(r"\s", "", digits))


def _day(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year is not None else None
    except ValueError:
        return None
