"""Laws of every ladder: each occurrence is owed once, none is lost, none comes early."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from states.calendar import PUBLISHED, Calendar, Year
from states.ladder import Ladder, Occurrence, Rung
from states.lights import COLOURS, RED, light_on
from states.term import DAYS, WORKDAYS, Term

DUE = date(2024, 2, 29)
HORIZON = 120
AMOUNTS = st.integers(1, 25)


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


def offsets(low: int = -60, high: int = HORIZON) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def _calendar(rest: set[int], work: set[int]) -> Calendar:
    # Two free weeks before and after the date, so that working days lag behind calendar days.
    off = tuple((day(n), "节") for n in sorted(rest))
    made_up = tuple((day(n), "节") for n in sorted(work - rest) if day(n).weekday() > 4)
    years = tuple(Year(year=year, status=PUBLISHED) for year in range(2023, 2026))
    return Calendar("random", years=years, off=off, work=made_up)


CALENDARS = st.builds(_calendar, st.sets(st.integers(-20, 20)), st.sets(st.integers(-40, 40)))


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Return rungs before the date in one unit, after it in one unit, and a repeating last one."""
    before = draw(st.sampled_from((WORKDAYS, DAYS)))
    after = draw(st.sampled_from((WORKDAYS, DAYS)))
    early = sorted(-n for n in draw(st.sets(AMOUNTS, max_size=3)))
    late = sorted(draw(st.sets(AMOUNTS, max_size=3)))
    terms = [Term(n, before) for n in early] + draw(st.sampled_from(([], [Term(0, DAYS)])))
    terms += [Term(n, after) for n in late]
    terms = terms or [Term(0, DAYS)]
    lengths = sorted(draw(st.lists(st.integers(1, 12), max_size=3)))
    unit = draw(st.sampled_from((WORKDAYS, DAYS)))
    repeat = tuple(Term(n, unit) for n in lengths)
    colours = st.sampled_from(("", *COLOURS))
    rungs = [Rung(name=f"r{i}", at=at, colour=draw(colours)) for i, at in enumerate(terms)]
    last = rungs.pop()
    return Ladder(
        "any", (*rungs, Rung(name=last.name, at=last.at, colour=last.colour, repeat=repeat))
    )


def by_hand(ladder: Ladder, calendar: Calendar, first: int, last: int) -> list[tuple[str, int]]:
    """Name the occurrences from day ``first`` to ``last``, by adding term after term."""
    found = [(calendar.add(DUE, rung.at), rung.name, 1) for rung in ladder.rungs]
    rung = ladder.rungs[-1]
    on, nth = found[-1][0], 1
    intervals = list(rung.repeat)
    while intervals and on <= day(last):
        on, nth = calendar.add(on, intervals[0]), nth + 1
        found.append((on, rung.name, nth))
        intervals = intervals[1:] or intervals
    return [(name, nth) for on, name, nth in found if day(first) <= on <= day(last)]


def names(occurrences: tuple[Occurrence | None, ...]) -> list[tuple[str, int]]:
    return [(o.rung.name, o.nth) for o in occurrences if o is not None]


@given(ladders(), CALENDARS)
def test_occurrences_come_in_order_and_no_two_on_one_day(ladder: Ladder, calendar: Calendar):
    dates = [o.on for o in islice(ladder.occurrences(calendar, DUE), 20)]
    assert all(a < b for a, b in pairwise(dates))


@given(ladders(), CALENDARS, offsets(), offsets())
def test_what_is_owed_and_superseded_is_everything_in_between(
    ladder: Ladder, calendar: Calendar, since: int, today: int
):
    reached = ladder.reached(calendar, DUE, day(since), day(today))
    assert names((*reached.superseded, reached.owed)) == by_hand(ladder, calendar, since, today)
    if reached.owed is None:
        assert reached.superseded == ()
    else:
        dates = [o.on for o in (*reached.superseded, reached.owed)]
        assert dates == sorted(dates)
        assert day(since) <= dates[0] <= dates[-1] <= day(today)


@given(ladders(), CALENDARS, offsets())
def test_the_next_date_is_after_today_and_nothing_lies_between(
    ladder: Ladder, calendar: Calendar, today: int
):
    next_on = ladder.reached(calendar, DUE, day(today), day(today)).next_on
    if next_on is None:
        assert by_hand(ladder, calendar, today + 1, HORIZON * 2) == []
        assert ladder.rungs[-1].repeat == ()
    else:
        gap = (next_on - day(today)).days
        assert gap > 0
        assert by_hand(ladder, calendar, today + 1, today + gap - 1) == []
        assert by_hand(ladder, calendar, today + gap, today + gap) != []


@given(ladders(), CALENDARS, offsets(), st.sets(offsets()))
def test_however_often_it_is_asked_each_occurrence_is_owed_or_superseded_once(
    ladder: Ladder, calendar: Calendar, opened: int, asked_on: set[int]
):
    told: list[Occurrence] = []
    since = ladder.first_on(calendar, DUE, day(opened))
    first = since
    for offset in sorted(asked_on | {HORIZON}):
        if offset >= opened and since is not None and day(offset) >= since:
            reached = ladder.reached(calendar, DUE, since, day(offset))
            assert reached.owed is not None
            told += [*reached.superseded, reached.owed]
            since = reached.next_on
    assert first is not None
    assert names(tuple(told)) == by_hand(ladder, calendar, (first - DUE).days, HORIZON)


@given(ladders(), CALENDARS, offsets())
def test_asked_daily_every_occurrence_is_owed_on_its_day_and_superseded_never(
    ladder: Ladder, calendar: Calendar, opened: int
):
    since = ladder.first_on(calendar, DUE, day(opened))
    for offset in range(opened, HORIZON + 1):
        if since is None or day(offset) < since:
            continue
        reached = ladder.reached(calendar, DUE, since, day(offset))
        assert reached.superseded == ()
        assert reached.owed is not None
        assert reached.owed.on == day(offset) or offset == opened
        since = reached.next_on


@given(ladders(), CALENDARS, offsets())
def test_opened_late_the_latest_rung_passed_is_owed_at_once(
    ladder: Ladder, calendar: Calendar, opened: int
):
    since = ladder.first_on(calendar, DUE, day(opened))
    assert since is not None
    passed = by_hand(ladder, calendar, -HORIZON, opened)
    reached = ladder.reached(calendar, DUE, since, day(opened))
    assert names((*reached.superseded, reached.owed)) == passed[-1:]


@given(ladders(), CALENDARS, offsets(0))
def test_a_ladder_whose_last_rung_repeats_never_falls_silent(
    ladder: Ladder, calendar: Calendar, today: int
):
    last = ladder.rungs[-1]
    if not last.repeat:
        return
    next_on = ladder.reached(calendar, DUE, day(today), day(today)).next_on
    assert next_on is not None
    longest = calendar.add(max(day(today), calendar.add(DUE, last.at)), last.repeat[-1])
    assert next_on <= longest


@given(ladders(), CALENDARS)
def test_what_is_overdue_has_a_light_that_its_ladder_gave_it(ladder: Ladder, calendar: Calendar):
    turns = ladder.colours(calendar, DUE)
    assert list(turns) == sorted(turns, key=lambda turn: turn[0])
    late = [rung.colour for rung in ladder.rungs if rung.colour and rung.at.amount > 0]
    assert light_on(turns, day(HORIZON)) == (late[-1] if late else RED)
