"""A calendar as a table: one day a row, ``date,day,holiday``, off or work, 休 or 班."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from states.errors import Problem
from workflow.exchange.lines import fold
from workflow.exchange.stated_days import Reading, Stated, feasts, possible, wrong_weekday

_HEADINGS = {
    "date": ("date", "日期", "时间"),
    "day": ("day", "type", "类型", "安排", "状态", "上班或放假", "休班", "班休"),
    "holiday": ("holiday", "name", "节日", "节假日", "假日", "名称", "假期"),
}
_COLUMN_OF = {title: column for column, titles in _HEADINGS.items() for title in titles}
_OFF = frozenset({"off", "holiday", "rest", "休", "休息", "放假", "节假日", "假", "假日", "调休"})
_WORK = frozenset(
    {"work", "workday", "working", "班", "上班", "补班", "工作", "工作日", "调休上班"}
)
_DATE = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?(?:\((?P<weekday>.*)\))?",
    re.ASCII,
)


def is_table(text: str) -> bool:
    """Return whether the first line that is not empty is the heading of such a table."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    titles = re.split("[,;\t]", fold(first).lower())
    return any(title.strip().strip('"') in _HEADINGS["date"] for title in titles)


def read_rows(text: str, source: str) -> Reading:
    """Return the days that a table states, with every fault."""
    days: list[Stated] = []
    problems: list[Problem] = []
    try:
        for found in _days(text, source):
            if isinstance(found, Stated):
                days.append(found)
            else:
                problems.append(found)
    except csv.Error as error:
        problems.append(
            Problem("csv_broken", "not a readable table: {error}", {"error": str(error)}, source)
        )
    return Reading(days=tuple(days), problems=tuple(problems))


def _days(text: str, source: str) -> Iterator[Stated | Problem]:
    heading = next(line for line in text.splitlines() if line.strip())
    delimiter = max(",;\t", key=heading.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    line = 1
    for cells in rows:
        if columns and any(cell.strip() for cell in cells):
            yield from _row(dict(zip(columns, cells, strict=False)), source, line)
        elif any(cell.strip() for cell in cells):
            columns = [_COLUMN_OF.get(fold(cell).strip().lower(), "") for cell in cells]
            if "day" not in columns:
                facts = {"column": "day / 类型"}
                yield Problem("csv_column", "there is no column {column}", facts, source, line)
                return
        line = rows.line_num + 1


def _row(cells: dict[str, str], source: str, line: int) -> Iterator[Stated | Problem]:
    written, kind = cells.get("date", "").strip(), cells.get("day", "").strip()
    day, problem = _date(written, source, line)
    if problem is not None:
        yield problem
    if fold(kind).lower() not in _OFF | _WORK:
        yield Problem(
            "calendar_kind",
            "{value} says neither off nor work (write off or work, 休 or 班)",
            {"value": kind or "–"},
            source,
            line,
        )
    elif day is not None:
        holiday = cells.get("holiday", "").strip()
        # Calendars know the festivals of China by one name each.
        named = feasts(holiday)[0] if len(feasts(holiday)) == 1 else holiday
        works = fold(kind).lower() in _WORK
        yield Stated(day=day, works=works, holiday=named, line=line)


def _date(written: str, source: str, line: int) -> tuple[date | None, Problem | None]:
    hit = _DATE.fullmatch(fold(written).replace(" ", ""))
    day = possible(int(hit["year"]), int(hit["month"]), int(hit["day"])) if hit else None
    if hit is None or day is None:
        return None, Problem(
            "calendar_date",
            "{value} is no date (write YYYY-MM-DD)",
            {"value": written or "–"},
            source,
            line,
        )
    return day, wrong_weekday(day, hit["weekday"] or "", source, line)
