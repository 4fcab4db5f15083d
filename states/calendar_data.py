"""The packaged calendar of China, read when it is first asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files

from states.calendar import Calendar, Year

CHINA = "china"
_TO = " – "


@cache
def china() -> Calendar:
    """Return the working days of China: published years, and statutory days of some after them."""
    text = files("states").joinpath("calendars", "china.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["year"]
    return Calendar(
        name=CHINA,
        years=tuple(
            Year(
                year=row["year"],
                status=row["status"],
                source=row["source"],
                url=row.get("url", ""),
                published_on=row.get("published_on"),
            )
            for row in rows
        ),
        off=tuple(sorted(day for row in rows for day in _days(row["off"]))),
        work=tuple(sorted(day for row in rows for day in _days(row.get("work", ())))),
    )


def _days(spans: Iterable[str]) -> Iterator[tuple[date, str]]:
    """Yield the days of ``元旦 2026-01-01 – 2026-01-03`` with their holiday."""
    for span in spans:
        name, _, days = span.partition(" ")
        first, _, last = days.partition(_TO)
        begins = date.fromisoformat(first).toordinal()
        ends = date.fromisoformat(last or first).toordinal()
        yield from ((date.fromordinal(n), name) for n in range(begins, ends + 1))
