"""When duties recur, by example: months and their ends, working days, holidays, intervals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from states.calendar import WEEKDAYS, Calendar
from states.calendar_data import china
from states.phrasing import parse_recurrence
from states.recurrence import Recurrence, first_after, is_provisional

CHINA = china()


def dates(text: str, first: str, last: str, calendar=CHINA) -> list[str]:
    """The dates of a phrase in an interval, both its ends included."""
    day, until = date.fromisoformat(first) - timedelta(days=1), date.fromisoformat(last)
    found = []
    while (following := first_after(calendar, parse_recurrence(text), day)) and following <= until:
        found.append(following.isoformat())
        day = following
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每月", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("每月31日", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("每月25日", ["2026-01-25", "2026-02-25", "2026-03-25"]),
        ("每月倒数第2日", ["2026-01-30", "2026-02-27", "2026-03-30"]),
        ("每月第1个工作日", ["2026-01-04", "2026-02-02", "2026-03-02"]),  # 4 January: a Sunday
        ("每月最后一个工作日", ["2026-01-30", "2026-02-28", "2026-03-31"]),  # a Saturday, worked
        ("每月第23个工作日", ["2026-01-30", "2026-02-28", "2026-03-31"]),  # no month has so many
        ("每季度", ["2026-03-31"]),
        ("每季度第1个月15日", ["2026-01-15"]),
        ("每季度第2个月最后一个工作日", ["2026-02-28"]),
        ("每季度第3个工作日", ["2026-01-06"]),
        ("每半年", []),
        ("每半年第3个月10日", ["2026-03-10"]),
        ("每年", []),
        ("每年1月第10个工作日", ["2026-01-15"]),
        ("年初", ["2026-01-30"]),
        ("每年2月29日", ["2026-02-28"]),
        ("法定节假日前夕", ["2026-02-14"]),  # 春节 begins on a Sunday after a worked Saturday
        ("法定节假日前4个工作日", ["2026-02-11", "2026-03-31"]),
        ("春节前5个工作日", ["2026-02-10"]),
        ("清明节前夕", []),
        ("每次", []),
        ("自2026年1月10日起每30天", ["2026-01-10", "2026-02-09", "2026-03-11"]),
        ("每45天", ["2026-02-14", "2026-03-31"]),
        ("每季度或法定节假日前夕", ["2026-02-14", "2026-03-31"]),
    ],
)  # fmt: skip
def test_the_first_quarter_of_2026(text, expected):
    assert dates(text, "2026-01-01", "2026-03-31") == expected


def test_periods_follow_one_another_over_the_years():
    halves = ["2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31"]
    februaries = ["2023-02-28", "2024-02-29", "2025-02-28", "2026-02-28"]

    assert dates("每半年", "2024-06-30", "2026-01-01") == halves
    assert dates("每年2月最后一日", "2023-01-01", "2026-12-31") == februaries


def test_the_first_date_is_later_than_the_day_asked_from():
    monthly = parse_recurrence("每月25日")

    assert first_after(CHINA, monthly, date(2026, 1, 24)) == date(2026, 1, 25)
    assert first_after(CHINA, monthly, date(2026, 1, 25)) == date(2026, 2, 25)


def test_a_joint_break_is_one_occurrence_under_either_name():
    assert dates("国庆节、中秋节前夕", "2025-09-01", "2025-10-31") == ["2025-09-30"]
    assert dates("中秋节前夕", "2025-09-01", "2025-10-31") == ["2025-09-30"]
    assert dates("国庆节、中秋节前夕", "2026-09-01", "2026-10-31") == ["2026-09-24", "2026-09-30"]


def test_a_new_years_break_is_announced_in_the_december_before():
    assert dates("元旦前夕", "2022-12-01", "2023-01-31") == ["2022-12-30"]
    assert dates("元旦前2个工作日", "2018-12-01", "2019-01-31") == ["2018-12-28"]


def test_where_no_holiday_is_known_there_is_no_date():
    assert first_after(WEEKDAYS, parse_recurrence("法定节假日前夕"), date(2026, 1, 1)) is None
    assert first_after(CHINA, parse_recurrence("春节前夕"), date(2030, 12, 1)) is None
    assert first_after(CHINA, parse_recurrence("每次民主生活会"), date(2026, 1, 1)) is None


def test_a_month_without_any_working_day_gives_the_next_one():
    august = tuple((date(2026, 8, n), "summer") for n in range(1, 32))
    calendar = Calendar("closed", off=august)
    monthly = Recurrence(every="month", nth=5, of="workday")

    assert monthly.first_after(calendar, date(2026, 7, 6)) == date(2026, 7, 7)
    assert monthly.first_after(calendar, date(2026, 7, 7)) == date(2026, 9, 1)
    assert monthly.first_after(calendar, date(2026, 9, 1)) == date(2026, 9, 7)


@pytest.mark.parametrize(
    ("text", "after", "due", "moves"),
    [
        ("每月", "2026-12-30", "2026-12-31", False),
        ("每月25日", "2027-01-01", "2027-01-25", False),
        ("每月第5个工作日", "2026-12-31", "2027-01-08", True),
        ("每月第5个工作日", "2026-10-31", "2026-11-06", False),
        ("每月最后一个工作日", "2026-11-30", "2026-12-31", True),
        ("元旦前夕", "2026-11-30", "2026-12-31", True),
        ("元旦前10个工作日", "2026-11-30", "2026-12-18", True),  # the break is not published
        ("国庆节前夕", "2026-09-01", "2026-09-30", False),
        ("每30天", "2026-12-20", "2027-01-19", False),
        ("每季度或元旦前夕", "2026-12-01", "2026-12-31", True),
    ],
)
def test_a_date_is_provisional_as_long_as_a_notice_can_move_it(text, after, due, moves):
    when, day = parse_recurrence(text), date.fromisoformat(after)
    found = first_after(CHINA, when, day)

    assert found == date.fromisoformat(due)
    assert is_provisional(CHINA, when, day, found) is moves
