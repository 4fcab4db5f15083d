"""The reminder ladder by example: which rung is owed on which day, and which light it turns."""

from __future__ import annotations

from datetime import date

import pytest

from states.calendar import WEEKDAYS, Calendar, Year
from states.ladder import Ladder, Reached, Rung
from states.term import DAYS, Term, parse_term

DUE = date(2023, 5, 31)  # a Wednesday, the end of a month


def rung(name: str, at: str, *repeat: str, colour: str = "") -> Rung:
    return Rung(name=name, at=parse_term(at), repeat=tuple(map(parse_term, repeat)), colour=colour)


LADDER = Ladder(
    "any",
    (
        rung("before", "-5 workdays", colour="yellow"),
        rung("on", "0 days", colour="yellow"),
        rung("after", "1 day", "5 workdays", "10 workdays", colour="red"),
    ),
)


def told(reached: Reached) -> str:
    """Return what is owed, what it supersedes and the next date as one line."""
    owed = f"{reached.owed.rung.name} {reached.owed.nth}" if reached.owed else "-"
    older = ", ".join(f"{o.rung.name} {o.nth}" for o in reached.superseded) or "-"
    return f"{owed} | {older} | {reached.next_on}"


@pytest.mark.parametrize(
    ("since", "today", "line"),
    [
        # owed | superseded | next
        ("2023-05-24", "2023-05-23", "- | - | 2023-05-24"),
        ("2023-05-24", "2023-05-24", "before 1 | - | 2023-05-31"),
        ("2023-05-24", "2023-05-30", "before 1 | - | 2023-05-31"),
        ("2023-05-31", "2023-05-30", "- | - | 2023-05-31"),
        ("2023-05-31", "2023-05-31", "on 1 | - | 2023-06-01"),
        ("2023-05-24", "2023-05-31", "on 1 | before 1 | 2023-06-01"),
        ("2023-06-01", "2023-06-01", "after 1 | - | 2023-06-08"),
        ("2023-06-08", "2023-06-07", "- | - | 2023-06-08"),
        ("2023-06-08", "2023-06-08", "after 2 | - | 2023-06-22"),
        # ten days without a tick owe one reminder
        ("2023-05-31", "2023-06-10", "after 2 | on 1, after 1 | 2023-06-22"),
        # the second interval is longer, and the last: it stays for ever
        ("2023-06-22", "2023-07-06", "after 4 | after 3 | 2023-07-20"),
        (
            "2023-05-24",
            "2023-06-22",
            "after 3 | before 1, on 1, after 1, after 2 | 2023-07-06",
        ),
    ],
)
def test_a_day_owes_the_latest_rung_reached(since: str, today: str, line: str):
    reached = LADDER.reached(WEEKDAYS, DUE, date.fromisoformat(since), date.fromisoformat(today))
    assert told(reached) == line


def test_a_ladder_without_repetition_comes_to_an_end():
    ladder = Ladder("once", (rung("on", "0 days"),))
    assert told(ladder.reached(WEEKDAYS, DUE, DUE, DUE)) == "on 1 | - | None"
    later = ladder.reached(WEEKDAYS, DUE, date(2023, 6, 1), date(2024, 1, 1))
    assert told(later) == "- | - | None"


@pytest.mark.parametrize(
    ("opened", "first"),
    [
        ("2023-01-01", "2023-05-24"),
        ("2023-05-23", "2023-05-24"),
        ("2023-05-24", "2023-05-24"),
        ("2023-05-27", "2023-05-24"),
        ("2023-05-31", "2023-05-31"),
        ("2023-06-25", "2023-06-22"),
    ],
)
def test_an_obligation_opened_late_is_reminded_of_at_once_and_once(opened: str, first: str):
    opened_on = date.fromisoformat(opened)
    since = LADDER.first_on(WEEKDAYS, DUE, opened_on)
    assert since == date.fromisoformat(first)
    assert LADDER.reached(WEEKDAYS, DUE, since, opened_on).superseded == ()


def test_rungs_in_working_days_go_around_holidays():
    holidays = tuple((date(2023, 5, day), "端午节") for day in (22, 23, 24, 25, 26))
    calendar = Calendar("test", years=(Year(year=2023, status="published"),), off=holidays)
    days = [o.on for o in LADDER.until(calendar, DUE, DUE)]
    assert days == [date(2023, 5, 17), DUE]
    assert [o.on for o in LADDER.until(WEEKDAYS, DUE, DUE)] == [date(2023, 5, 24), DUE]


def test_the_light_turns_with_the_rungs():
    assert LADDER.colours(WEEKDAYS, DUE) == (
        (date(2023, 5, 24), "yellow"),
        (DUE, "yellow"),
        (date(2023, 6, 1), "red"),
    )


def test_what_is_overdue_turns_red_by_itself_where_no_rung_says_a_colour():
    plain = Ladder("plain", (rung("on", "0 days", "1 day", colour="orange"),))
    assert plain.colours(WEEKDAYS, DUE) == ((DUE, "orange"), (date(2023, 6, 1), "red"))
    own = Ladder("own", (rung("late", "3 days", "1 day", colour="blue"),))
    assert own.colours(WEEKDAYS, DUE) == ((date(2023, 6, 3), "blue"),)


def test_a_rung_tells_the_holder_unless_it_says_otherwise():
    assert Rung(name="on", at=Term(0, DAYS)).to == ("holder",)
