"""The send window: which hours of which days, in the recipient's own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.delivery.window import Window
from states.calendar import WEEKDAYS
from states.calendar_data import china
from states.frozen import replace

BEIJING = ZoneInfo("Asia/Shanghai")
HOURS = Window.parse("08:30-17:30")
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")

zones = st.sampled_from(ZONES).map(ZoneInfo)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def seconds(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Return moments between two days of the year, counted from its first."""
    span = st.integers(first * 86_400, last * 86_400)
    return span.map(lambda passed: BEGINNING + timedelta(seconds=passed))


# The weeks in which these zones change their clocks, and the whole year.
moments = st.one_of(seconds(64, 97), seconds(273, 307), seconds(0, 365))
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
windows = (
    st.tuples(times, times, st.booleans())
    .filter(lambda drawn: drawn[0] < drawn[1])
    .map(lambda drawn: Window(opens=drawn[0], closes=drawn[1], workdays_only=drawn[2]))
)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize("text", ["08:30-17:30", " 8:30 – 17:30 ", "08:30~17:30", "08:30至17:30"])
def test_hours_are_read_as_people_write_them(text):
    assert Window.parse(text) == Window(opens=time(8, 30), closes=time(17, 30))


@pytest.mark.parametrize(
    "text", ["", "08:30", "17:30-08:30", "08:30-08:30", "25:00-26:00", "08:30-17:75", "24:00-24:00"]
)
def test_anything_else_is_no_window(text):
    with pytest.raises(ValueError):
        Window.parse(text)


def test_the_whole_day_can_be_open():
    always = Window.parse("00:00-24:00", workdays_only=False)

    assert always.is_open(beijing("2026-10-03T23:59:59"), BEIJING, WEEKDAYS)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-03-02T08:29:59", False),
        ("2026-03-02T08:30:00", True),
        ("2026-03-02T17:29:59", True),
        ("2026-03-02T17:30:00", False),
        ("2026-03-01T10:00:00", False),  # a Sunday
        ("2026-10-05T10:00:00", False),  # a Monday in the National Day holiday
        ("2026-10-10T10:00:00", True),  # a Saturday that is worked instead
    ],
)
def test_it_is_open_in_its_hours_on_working_days(now, is_open):
    assert HOURS.is_open(beijing(now), BEIJING, china()) is is_open


def test_every_person_has_their_own_hours():
    at = beijing("2026-03-02T09:00")

    assert HOURS.is_open(at, BEIJING, china())
    assert not HOURS.is_open(at, ZoneInfo("Europe/Berlin"), china())


def test_before_a_long_holiday_it_opens_after_it():
    opening = HOURS.next_open(beijing("2026-09-30T17:30"), BEIJING, china())

    assert opening == beijing("2026-10-08T08:30")


def test_where_the_hour_does_not_exist_it_opens_when_clocks_are_put_forward():
    new_york = ZoneInfo("America/New_York")
    early = Window(opens=time(2, 30), closes=time(6), workdays_only=False)
    now = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)  # half past one; at two it is three

    assert early.next_open(now, new_york, WEEKDAYS) == datetime(2026, 3, 8, 7, tzinfo=UTC)


@given(windows, zones, moments)
def test_the_next_opening_is_open_not_before_now_and_the_first(window, zone, now):
    opening = window.next_open(now, zone, china())

    assert opening >= now
    assert window.is_open(opening, zone, china())
    if opening > now:
        assert not window.is_open(now, zone, china())
        assert not window.is_open(opening - timedelta(seconds=1), zone, china())
    minute = now + timedelta(minutes=1)
    for step in range(min(3000, int((opening - minute).total_seconds() // 60))):
        assert not window.is_open(minute + timedelta(minutes=step), zone, china())


@given(windows, zones, moments)
def test_at_its_end_it_is_closed(window, zone, now):
    end = window.end_of(now, zone, china())

    if window.is_open(now, zone, china()):
        assert end > now
        local = end.astimezone(zone)
        assert (local.date(), local.time()) == (now.astimezone(zone).date(), window.closes)
    else:
        assert end == now


def test_a_calendar_without_working_days_has_no_opening():
    idle = replace(WEEKDAYS, weekend=(0, 1, 2, 3, 4, 5, 6))

    with pytest.raises(ValueError, match="no working day"):
        HOURS.next_open(datetime.combine(date(2026, 1, 1), time(1), UTC), BEIJING, idle)
