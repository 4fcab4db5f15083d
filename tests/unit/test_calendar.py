"""Counting by example: the anchor's day, month ends, pauses, breaks, and what is a guess."""

from __future__ import annotations

import time
from datetime import date

import pytest

from states.calendar import PUBLISHED, WEEKDAYS, Calendar, Year, add_months, read_calendar
from states.calendar_data import china
from states.term import parse_term

CHINA = china()
HELD = Calendar(
    "held",
    years=(Year(year=2025, status=PUBLISHED), Year(year=2026, status=PUBLISHED)),
    off=((date(2025, 12, 31), "New Year"), (date(2026, 1, 1), "New Year")),
    work=((date(2026, 1, 3), "New Year"),),  # a Saturday
)


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("day", "amount", "expected"),
    [
        ("2026-02-13", 1, "2026-02-14"),  # the Saturday before Spring Festival is worked
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-24", -1, "2026-02-14"),
        ("2026-02-18", 1, "2026-02-24"),  # counted from a day off
        ("2026-02-18", 0, "2026-02-14"),  # the last working day stands in its place
        ("2026-09-30", 3, "2026-10-10"),  # National Day, and its make-up Saturday
        ("2022-03-24", 10, "2022-04-08"),  # 2 April (Saturday) worked, 3–5 April off
        ("2025-12-31", 5, "2026-01-08"),  # 4 January (Sunday) worked
    ],
)
def test_working_days_are_counted_by_the_notices(day, amount, expected):
    assert CHINA.add_workdays(on(day), amount) == on(expected)


@pytest.mark.parametrize(
    ("day", "amount", "expected"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-02-28", 1, "2025-03-28"),  # the same number, not the month's end
        ("2025-08-31", 6, "2026-02-28"),
        ("2025-10-31", 4, "2026-02-28"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2025-01-15", -1, "2024-12-15"),
        ("2024-02-29", 12, "2025-02-28"),
    ],
)
def test_a_term_in_months_ends_on_the_same_number_or_the_last_day(day, amount, expected):
    assert add_months(on(day), amount) == on(expected)


def test_no_month_lies_outside_the_years_there_are():
    with pytest.raises(ValueError, match="10000"):
        add_months(date(9999, 12, 1), 1)


def test_dates_by_calendar_days_and_months_stay_on_a_day_off():
    assert CHINA.add(on("2026-09-03"), parse_term("1 month")) == on("2026-10-03")
    assert CHINA.add(on("2026-09-28"), parse_term("5 days")) == on("2026-10-03")


def test_make_up_days_and_holidays_say_whose_they_are():
    assert (HELD.day(on("2026-01-03")).kind, HELD.day(on("2026-01-03")).holiday) == (
        "make_up",
        "New Year",
    )
    assert HELD.day(on("2025-12-31")).kind == "holiday"
    assert HELD.day(on("2026-01-10")).kind == "weekend"
    assert HELD.day(on("2026-01-12")).kind == "working"


def test_working_days_between_two_days_are_counted_with_their_sign():
    assert CHINA.count_workdays(on("2026-02-13"), on("2026-02-24")) == 2
    assert CHINA.count_workdays(on("2026-02-24"), on("2026-02-13")) == -2
    assert CHINA.count_workdays(on("2025-12-31"), on("2026-12-31")) == 248


# ------------------------------------------------------------------ pauses


def test_a_pause_stops_the_count_of_working_days():
    term = parse_term("10 workdays")
    plain = WEEKDAYS.reckon(on("2025-06-02"), term)  # a Monday
    paused = WEEKDAYS.reckon(on("2025-06-02"), term, ((on("2025-06-05"), on("2025-06-11")),))

    assert plain.due == on("2025-06-16")
    assert paused.due == on("2025-06-23")  # five working days later
    assert paused.paused == ((on("2025-06-05"), on("2025-06-11")),)


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [
        ("2025-06-16", "2025-06-16", "2025-06-17"),  # the very day it would be due
        ("2025-06-17", "2025-06-30", "2025-06-16"),  # after it
        ("2025-05-01", "2025-06-02", "2025-06-16"),  # up to the anchor, which does not count
        ("2025-05-01", "2025-06-03", "2025-06-17"),
        ("2025-06-07", "2025-06-08", "2025-06-16"),  # a weekend
    ],
)
def test_only_working_days_inside_the_term_are_lost(first, last, due):
    reckoned = WEEKDAYS.reckon(
        on("2025-06-02"), parse_term("10 workdays"), ((on(first), on(last)),)
    )

    assert reckoned.due == on(due)


@pytest.mark.parametrize(("term", "due"), [("3 months", "2025-09-12"), ("30 days", "2025-07-12")])
def test_a_pause_moves_a_date_by_days_or_months_by_its_length(term, due):
    reckoned = WEEKDAYS.reckon(
        on("2025-06-02"), parse_term(term), ((on("2025-06-10"), on("2025-06-19")),)
    )

    assert reckoned.due == on(due)


def test_a_pause_that_begins_only_because_of_another_counts_too():
    pauses = ((on("2025-06-09"), on("2025-06-13")), (on("2025-06-17"), on("2025-06-18")))

    assert WEEKDAYS.reckon(on("2025-06-02"), parse_term("10 workdays"), pauses).due == on(
        "2025-06-25"
    )


def test_pauses_that_overlap_are_not_counted_twice():
    pauses = ((on("2025-06-09"), on("2025-06-13")), (on("2025-06-11"), on("2025-06-16")))

    assert WEEKDAYS.reckon(on("2025-06-02"), parse_term("10 workdays"), pauses).due == on(
        "2025-06-24"
    )


def test_nothing_pauses_a_term_counted_backwards():
    reckoned = WEEKDAYS.reckon(
        on("2025-06-16"), parse_term("-10 workdays"), ((on("2025-06-05"), on("2025-06-11")),)
    )

    assert (reckoned.due, reckoned.paused) == (on("2025-06-02"), ())


# ------------------------------------------------------------------ the explanation


def test_a_reckoning_is_explained_day_by_day():
    reckoned = CHINA.reckon(
        on("2026-02-12"), parse_term("4 workdays"), ((on("2026-02-25"), on("2026-02-25")),)
    )

    told = [
        (
            f"{counted.day:%m-%d} {counted.nth or '-'} {counted.kind.kind}"
            f"{' ' + counted.kind.holiday if counted.kind.holiday else ''}"
            f"{' paused' if counted.paused else ''}"
        )
        for counted in CHINA.counted(reckoned)
    ]

    assert told == [
        "02-13 1 working",
        "02-14 2 make_up 春节",
        *[f"02-{day} - holiday 春节" for day in range(15, 24)],
        "02-24 3 working",
        "02-25 - working paused",
        "02-26 4 working",
    ]
    assert reckoned.due == on("2026-02-26")


def test_calendar_days_are_numbered_and_months_are_not():
    days = CHINA.counted(CHINA.reckon(on("2026-02-12"), parse_term("3 days")))
    months = CHINA.counted(CHINA.reckon(on("2026-01-31"), parse_term("1 month")))

    assert [day.nth for day in days] == [1, 2, 3]
    assert {day.nth for day in months} == {None}
    assert len(months) == 28


def test_nothing_is_told_of_a_count_backwards_or_at_once():
    assert CHINA.counted(CHINA.reckon(on("2026-02-12"), parse_term("-3 workdays"))) == ()
    assert CHINA.counted(CHINA.reckon(on("2026-02-12"), parse_term("0 days"))) == ()


# ------------------------------------------------------------------ guesses, breaks, identity


@pytest.mark.parametrize(
    ("first", "last", "guessed"),
    [
        ("2026-01-01", "2026-12-28", False),
        ("2026-12-01", "2026-12-29", True),  # a notice reaches back to the 29th
        ("2026-12-31", "2027-01-04", True),
        ("2027-03-01", "2027-03-05", True),
        ("2003-12-01", "2003-12-02", True),
        ("2040-01-02", "2040-01-03", True),
        ("2025-12-20", "2026-01-10", False),
    ],
)
def test_what_a_notice_can_still_change_is_provisional(first, last, guessed):
    assert CHINA.is_provisional(on(first), on(last)) is guessed


def test_a_date_is_provisional_where_working_days_of_an_unpublished_year_were_counted():
    assert CHINA.reckon(on("2026-12-20"), parse_term("10 workdays")).provisional
    assert not CHINA.reckon(on("2026-12-01"), parse_term("10 workdays")).provisional
    assert not CHINA.reckon(on("2026-12-20"), parse_term("3 months")).provisional
    assert not WEEKDAYS.reckon(on("2026-12-20"), parse_term("10 workdays")).provisional


def test_breaks_take_in_the_days_off_around_them():
    breaks = [(str(b.first), str(b.last), b.names) for b in CHINA.breaks(2025)]

    assert breaks == [
        ("2025-01-01", "2025-01-01", ("元旦",)),
        ("2025-01-28", "2025-02-04", ("春节",)),
        ("2025-04-04", "2025-04-06", ("清明节",)),
        ("2025-05-01", "2025-05-05", ("劳动节",)),
        ("2025-05-31", "2025-06-02", ("端午节",)),
        ("2025-10-01", "2025-10-08", ("国庆节", "中秋节")),
    ]


def test_a_break_belongs_to_the_year_in_which_it_begins():
    assert [str(b.first) for b in CHINA.breaks(2022)][-1] == "2022-12-31"
    assert next(str(b.first) for b in CHINA.breaks(2023)) == "2023-01-21"
    # 1 January 2029 is a Monday: the weekend before it is part of the break
    assert [str(b.first) for b in CHINA.breaks(2028)][-1] == "2028-12-30"


def test_the_body_names_the_calendar_and_is_read_back():
    again = read_calendar(CHINA.body)

    assert again == CHINA
    assert again.hash == CHINA.hash
    assert read_calendar(WEEKDAYS.body) == WEEKDAYS
    assert len({CHINA.hash, HELD.hash, WEEKDAYS.hash}) == 3


def test_counting_takes_no_time():
    """A million in about half a second on the machine it was written on; here a tenth of that."""
    begun = time.perf_counter()
    for n in range(100_000):
        CHINA.add_workdays(date.fromordinal(738_000 + n % 3_000), 15)

    assert time.perf_counter() - begun < 2
