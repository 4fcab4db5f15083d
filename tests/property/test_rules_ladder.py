"""Laws of every ladder: each occurrence is owed once, none is lost, none comes early."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from states.ladder import Ladder, Occurrence, Rung

DUE = date(2024, 2, 29)
HORIZON = 120


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    days = sorted(draw(st.sets(st.integers(-40, 40), min_size=1, max_size=5)))
    repeat = draw(st.integers(0, 10))
    rungs = [Rung(name=f"r{i}", days=d) for i, d in enumerate(days[:-1])]
    return Ladder("any", (*rungs, Rung(name="last", days=days[-1], repeat_days=repeat)))


def offsets(low: int = -60, high: int = HORIZON) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


def by_hand(ladder: Ladder, first: int, last: int) -> list[tuple[str, int]]:
    """Name the occurrences from day ``first`` to ``last``, looked up day by day."""
    found = []
    for offset in range(first, last + 1):
        for rung in ladder.rungs:
            turns, rest = divmod(offset - rung.days, rung.repeat_days or HORIZON * 10)
            if turns >= 0 and rest == 0:
                found.append((rung.name, turns + 1))
    return found


def names(occurrences: tuple[Occurrence | None, ...]) -> list[tuple[str, int]]:
    return [(o.rung.name, o.nth) for o in occurrences if o is not None]


@given(ladders(), offsets(), offsets())
def test_what_is_owed_and_superseded_is_everything_in_between(
    ladder: Ladder, since: int, today: int
):
    reached = ladder.reached(DUE, day(since), day(today))
    assert names((*reached.superseded, reached.owed)) == by_hand(ladder, since, today)
    if reached.owed is None:
        assert reached.superseded == ()
    else:
        dates = [o.on for o in (*reached.superseded, reached.owed)]
        assert dates == sorted(dates)
        assert day(since) <= dates[0] <= dates[-1] <= day(today)


@given(ladders(), offsets())
def test_the_next_date_is_after_today_and_nothing_lies_between(ladder: Ladder, today: int):
    next_on = ladder.reached(DUE, day(today), day(today)).next_on
    if next_on is None:
        assert by_hand(ladder, today + 1, HORIZON * 2) == []
        assert ladder.rungs[-1].repeat_days == 0
    else:
        gap = (next_on - day(today)).days
        assert gap > 0
        assert by_hand(ladder, today + 1, today + gap - 1) == []
        assert by_hand(ladder, today + gap, today + gap) != []


@given(ladders(), offsets(), st.sets(offsets()))
def test_however_often_it_is_asked_each_occurrence_is_owed_or_superseded_once(
    ladder: Ladder, opened: int, asked_on: set[int]
):
    told: list[Occurrence] = []
    since: date | None = ladder.first_on(DUE, day(opened))
    first = since
    for offset in sorted(asked_on | {HORIZON}):
        if offset >= opened and since is not None and day(offset) >= since:
            reached = ladder.reached(DUE, since, day(offset))
            assert reached.owed is not None
            told += [*reached.superseded, reached.owed]
            since = reached.next_on
    assert first is not None
    assert names(tuple(told)) == by_hand(ladder, (first - DUE).days, HORIZON)


@given(ladders(), offsets())
def test_asked_daily_every_occurrence_is_owed_on_its_day_and_superseded_never(
    ladder: Ladder, opened: int
):
    since: date | None = ladder.first_on(DUE, day(opened))
    for offset in range(opened, HORIZON + 1):
        if since is None or day(offset) < since:
            continue
        reached = ladder.reached(DUE, since, day(offset))
        assert reached.superseded == ()
        assert reached.owed is not None
        assert reached.owed.on == day(offset) or offset == opened
        since = reached.next_on


@given(ladders(), offsets())
def test_opened_late_the_latest_rung_passed_is_owed_at_once(ladder: Ladder, opened: int):
    since = ladder.first_on(DUE, day(opened))
    passed = by_hand(ladder, -HORIZON, opened)
    reached = ladder.reached(DUE, since, day(opened))
    assert names((*reached.superseded, reached.owed)) == passed[-1:]


@given(ladders(), st.integers(1, 40), offsets(0))
def test_a_ladder_whose_last_rung_repeats_is_never_silent_for_longer_than_that(
    ladder: Ladder, every: int, today: int
):
    last = ladder.rungs[-1]
    repeating = Ladder(
        "any", (*ladder.rungs[:-1], Rung(name="x", days=last.days, repeat_days=every))
    )
    next_on = repeating.reached(DUE, day(today), day(today)).next_on
    assert next_on is not None
    assert (next_on - day(today)).days <= max(every, last.days - today)
