"""The duties that a real report named, and all their dates in two years: a golden file.

``tests/data/duty_dates.txt`` was checked by eye, line by line, against the notices of both years.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from states.calendar import Calendar
from states.calendar_data import china
from states.phrasing import parse_recurrence, written
from states.recurrence import HOLIDAY, Recurrence, first_after
from tests.architecture.sources import ROOT

GOLDEN = ROOT / "tests" / "data" / "duty_dates.txt"
FIRST, LAST = date(2024, 12, 31), date(2026, 12, 31)

# The issue of the report, its words, and how they are stated as a duty.
DUTIES = (
    ("1", "每月", "每月"),
    ("3", "每个月一天", "每个月一天"),
    ("8", "每月自查", "每月"),
    ("8", "每季度对账", "每季度"),
    ("9", "每季度或法定节假日前夕", "每季度或法定节假日前夕"),
    ("9", "每半年", "每半年"),
    ("14", "每月", "每月"),
    ("16", "年初", "年初"),
    ("18", "重大节假日", "重大节假日前夕"),
    ("19", "当天/按月", "每次收款当天或按月"),
    ("22", "每次民主生活会", "每次民主生活会"),
)


def blocks() -> Iterator[str]:
    """Every duty with its dates, one a line: the weekday, and the break that it precedes."""
    calendar = china()
    for issue, words, stated in DUTIES:
        when = parse_recurrence(stated)
        yield f"{issue} {words}: {written(when, 'zh')} | {written(when, 'en')}"
        day, found = FIRST, 0
        while (following := first_after(calendar, when, day)) and following <= LAST:
            yield f"  {following} {following:%a}{preceded(calendar, when, following)}"
            day, found = following, found + 1
        yield f"  = {found}"
        yield ""


def preceded(calendar: Calendar, when: tuple[Recurrence, ...], day: date) -> str:
    """The break that a date precedes, if that is why it is one; whether a notice may move it."""
    before = [r for r in when if r.every == HOLIDAY and r.first_after(calendar, last(day)) == day]
    if not before:
        return ""
    run = next(b for b in calendar.all_breaks if b.first > day)
    told = f"  before {'、'.join(run.names)} {run.first} {run.first:%a} – {run.last} {run.last:%a}"
    return told + ("  provisional" if before[0].may_move(calendar, day) else "")


def last(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def test_every_duty_has_the_dates_that_were_checked_by_eye():
    assert "\n".join(blocks()).rstrip() + "\n" == GOLDEN.read_text(encoding="utf-8")
