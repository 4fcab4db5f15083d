"""The packaged calendar of China against two packages, day by day, and against the notices."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from states.calendar import PROVISIONAL, PUBLISHED
from states.calendar_data import china
from tests.architecture.sources import ROOT

CHINA = china()
PUBLISHED_YEARS = range(2004, 2027)

# As the notices for 2021 to 2026 name them (国办发明电).
WORKED_AT_WEEKENDS = {
    2021: "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    2022: "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}

# Where chinesecalendar differs from the notices, which the calendar follows.
OTHERWISE_IN_CHINESECALENDAR = {
    # 国办发明电〔2005〕35号 for 2006: "12月31日（星期六）上班"; the package has a day off.
    date(2005, 12, 31),
}
OTHERWISE_IN_HOLIDAYS: set[date] = set()


def days(first: int, last: int) -> list[date]:
    """Every day of some years."""
    start = date(first, 1, 1)
    return [start + timedelta(days=n) for n in range((date(last + 1, 1, 1) - start).days)]


@pytest.mark.parametrize("year", WORKED_AT_WEEKENDS)
def test_the_weekend_days_worked_are_those_of_the_notice(year):
    worked = [f"{d:%m-%d}" for d in days(year, year) if CHINA.day(d).kind == "make_up"]

    assert worked == WORKED_AT_WEEKENDS[year].split()
    assert all(CHINA.is_working(date.fromisoformat(f"{year}-{d}")) for d in worked)


def test_there_are_forty_of_them():
    assert [len(w.split()) for w in WORKED_AT_WEEKENDS.values()] == [7, 7, 7, 8, 5, 6]


def test_every_day_is_as_holidays_has_it_but_those_explained():
    theirs = holidays.country_holidays("CN", years=range(2003, 2028))
    different = {d for d in days(2004, 2026) if CHINA.is_working(d) != theirs.is_working_day(d)}

    assert different == OTHERWISE_IN_HOLIDAYS


def test_every_day_is_as_chinesecalendar_has_it_but_those_explained():
    different = {
        d for d in days(2004, 2026) if CHINA.is_working(d) != chinese_calendar.is_workday(d)
    }

    assert different == OTHERWISE_IN_CHINESECALENDAR


def test_years_are_published_with_a_source_and_those_to_come_are_not():
    status = {year.year: year.status for year in CHINA.years}

    assert status == dict.fromkeys(PUBLISHED_YEARS, PUBLISHED) | dict.fromkeys(
        range(2027, 2031), PROVISIONAL
    )
    assert all(year.source for year in CHINA.years)
    assert all(y.published_on is None or y.published_on < date(y.year, 1, 1) for y in CHINA.years)
    newest = next(y for y in CHINA.years if y.year == 2026)
    assert (newest.source, newest.published_on) == ("国办发明电〔2025〕7号", date(2025, 11, 4))


def test_a_year_to_come_has_its_festivals_and_no_exchanged_day():
    off = [f"{d:%m-%d} {name}" for d, name in CHINA.off if d.year == 2027]

    assert off == [
        "01-01 元旦",
        *[f"02-0{n} 春节" for n in (5, 6, 7, 8)],
        "04-05 清明节",
        "05-01 劳动节",
        "05-02 劳动节",
        "06-09 端午节",
        "09-15 中秋节",
        "10-01 国庆节",
        "10-02 国庆节",
        "10-03 国庆节",
    ]
    assert not [d for d, _ in CHINA.work if d.year > 2026]


@pytest.mark.parametrize("year", PUBLISHED_YEARS)
def test_every_published_year_has_its_festivals(year):
    found = {name for d, name in CHINA.off if d.year == year}
    wanted = {"元旦", "春节", "劳动节", "国庆节"}
    if year >= 2008:
        wanted |= {"清明节", "端午节", "中秋节"}

    assert wanted <= found


def test_no_weekday_is_named_as_worked_and_no_day_twice():
    assert all(d.weekday() > 4 for d, _ in CHINA.work)
    both = [d for d, _ in (*CHINA.off, *CHINA.work)]
    assert len(both) == len(set(both))
    assert list(CHINA.off) == sorted(CHINA.off)
    assert list(CHINA.work) == sorted(CHINA.work)


def test_the_data_are_what_the_tool_writes():
    done = subprocess.run(
        [sys.executable, "-m", "tools.calendar_seed", "check"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_the_calendar_is_not_read_before_it_is_asked_for():
    program = "import sys, states.calendar_data; print('tomllib' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program + "; print(states.calendar_data.china.cache_info().misses)"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert told.stdout.split()[-1] == "0"
