"""Laws of counting, on the calendar of China, on plain weeks and on any other calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from states.calendar import PUBLISHED, WEEKDAYS, Calendar, Year
from states.calendar_data import china
from states.term import DAYS, MONTHS, WORKDAYS, Term

DAYS_AROUND = st.dates(date(2003, 1, 1), date(2032, 12, 31))
AMOUNTS = st.integers(-400, 400)


@st.composite
def any_calendars(draw):
    """A calendar with days off and make-up days scattered over two years."""
    day = st.dates(date(2025, 1, 1), date(2026, 12, 31))
    picked = draw(st.dictionaries(day, st.sampled_from(["off", "work"]), max_size=60))
    off = tuple(sorted((d, "h") for d, kind in picked.items() if kind == "off"))
    work = tuple(
        sorted((d, "h") for d, kind in picked.items() if kind == "work" and d.weekday() > 4)
    )
    years = (Year(year=2025, status=PUBLISHED), Year(year=2026, status=PUBLISHED))
    return Calendar("any", years=years, off=off, work=work)


CALENDARS = st.one_of(st.just(china()), st.just(WEEKDAYS), any_calendars())


@given(CALENDARS, DAYS_AROUND, AMOUNTS, st.integers(1, 60))
def test_more_days_lead_to_a_later_day(calendar, day, amount, more):
    assert calendar.add_workdays(day, amount) < calendar.add_workdays(day, amount + more)


@given(CALENDARS, DAYS_AROUND, AMOUNTS)
def test_a_working_day_is_reached(calendar, day, amount):
    assert calendar.is_working(calendar.add_workdays(day, amount))


@given(CALENDARS, DAYS_AROUND, AMOUNTS, AMOUNTS)
def test_counting_on_is_counting_at_once(calendar, day, a, b):
    assert calendar.add_workdays(day, a + b) == calendar.add_workdays(
        calendar.add_workdays(day, a), b
    )


@given(CALENDARS, DAYS_AROUND, AMOUNTS)
def test_there_and_back_from_a_working_day(calendar, day, amount):
    assume(calendar.is_working(day))
    there = calendar.add_workdays(day, amount)

    assert calendar.add_workdays(there, -amount) == day


@given(CALENDARS, DAYS_AROUND, AMOUNTS)
def test_what_was_added_is_what_lies_between(calendar, day, amount):
    assert calendar.count_workdays(day, calendar.add_workdays(day, amount)) == amount


@given(CALENDARS, DAYS_AROUND, DAYS_AROUND, DAYS_AROUND)
def test_counts_are_antisymmetric_and_add_up(calendar, a, b, c):
    assert calendar.count_workdays(a, b) == -calendar.count_workdays(b, a)
    assert calendar.count_workdays(a, b) + calendar.count_workdays(b, c) == (
        calendar.count_workdays(a, c)
    )


@given(CALENDARS, DAYS_AROUND, st.integers(0, 40))
def test_a_count_is_the_number_of_working_days(calendar, after, length):
    days = [after + timedelta(days=n) for n in range(1, length + 1)]

    assert calendar.count_workdays(after, after + timedelta(days=length)) == sum(
        map(calendar.is_working, days)
    )


@st.composite
def pauses(draw):
    """Intervals that do not overlap, in any order."""
    at = date(2024, 12, 1)
    found = []
    for gap, length in draw(
        st.lists(st.tuples(st.integers(1, 60), st.integers(0, 40)), max_size=4)
    ):
        first = at + timedelta(days=gap)
        at = first + timedelta(days=length)
        found.append((first, at))
    return tuple(draw(st.permutations(found)))


@given(
    CALENDARS,
    st.dates(date(2024, 12, 1), date(2025, 12, 31)),
    st.integers(0, 120),
    st.sampled_from([WORKDAYS, DAYS]),
    pauses(),
)
def test_a_reckoning_counts_every_day_outside_the_pauses_and_none_inside(
    calendar, anchor, amount, unit, paused
):
    reckoned = calendar.reckon(anchor, Term(amount, unit), paused)
    told = calendar.counted(reckoned)

    assert [d.nth for d in told if d.nth] == list(range(1, amount + 1))
    assert reckoned.due == anchor or not told or told[-1].day == reckoned.due
    for day in told:
        inside = any(first <= day.day <= last for first, last in paused)
        assert day.paused == inside
        assert (day.nth is not None) == (
            not inside and (unit == DAYS or calendar.is_working(day.day))
        )


@given(CALENDARS, DAYS_AROUND, st.integers(0, 60), pauses())
def test_a_date_by_months_moves_by_the_days_paused_before_it(calendar, anchor, amount, paused):
    plain = calendar.add(anchor, Term(amount, MONTHS))
    reckoned = calendar.reckon(anchor, Term(amount, MONTHS), paused)
    inside = sum(
        anchor < d <= reckoned.due
        for first, last in paused
        for d in (first + timedelta(days=n) for n in range((last - first).days + 1))
    )

    assert reckoned.due == plain + timedelta(days=inside)


@given(any_calendars())
def test_breaks_are_whole_in_order_and_hold_every_holiday(calendar):
    breaks = calendar.all_breaks
    for run in breaks:
        assert not calendar.is_working(run.first)
        assert not calendar.is_working(run.last)
        assert calendar.is_working(run.first - timedelta(days=1))
        assert calendar.is_working(run.last + timedelta(days=1))
    assert all(a.last < b.first for a, b in pairwise(breaks))
    assert all(any(b.first <= d <= b.last for b in breaks) for d, _ in calendar.off)
    years = {b.first.year for b in breaks}
    assert tuple(b for year in sorted(years) for b in calendar.breaks(year)) == breaks
