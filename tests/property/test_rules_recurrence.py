"""Laws of recurrences: dates go on for ever and in order; what is written is read back."""

from __future__ import annotations

import contextlib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from states.calendar_data import china
from states.phrasing import HOLIDAYS, parse_recurrence, written
from states.recurrence import MONTHS_OF, Recurrence, first_after, is_provisional
from states.recurring import read_recurrence, recurrence_record


@st.composite
def periodic(draw):
    every = draw(st.sampled_from(sorted(MONTHS_OF)))
    of = draw(st.sampled_from(["day", "workday"]))
    most = 31 if of == "day" else 23
    nth = draw(st.integers(-most, most).filter(bool))
    month = 0 if every == "month" else draw(st.integers(0, MONTHS_OF[every]))
    return Recurrence(every=every, nth=nth, of=of, month=month)


NAMES = st.lists(st.sampled_from(sorted(HOLIDAYS)), max_size=4, unique=True).map(tuple)
DATED = st.one_of(
    periodic(),
    st.builds(
        Recurrence,
        every=st.just("interval"),
        nth=st.integers(1, 3660),
        since=st.none() | st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    ),
    st.builds(Recurrence, every=st.just("holiday"), nth=st.integers(1, 250), names=NAMES),
)
EVENTS = st.sampled_from(["", "民主生活会", "Board meeting", "审计"]).map(
    lambda name: Recurrence(every="event", names=(name,) if name else ())
)
ALL = st.one_of(DATED, EVENTS)
DAYS = st.dates(date(2004, 1, 1), date(2028, 1, 1))


@given(DATED, DAYS, DAYS)
def test_dates_are_later_and_keep_their_order(recurrence, a, b):
    calendar = china()
    first, second = (recurrence.first_after(calendar, day) for day in sorted((a, b)))

    assert first is None or first > min(a, b)
    assert second is None or (first is not None and first <= second)


@given(DATED, DAYS)
def test_no_date_is_passed_over(recurrence, day):
    if recurrence.every == "interval" and recurrence.since is None:
        return  # counted from the occurrence before: every day is one's own beginning
    found = recurrence.first_after(china(), day)
    if found is not None and found.toordinal() - day.toordinal() > 1:
        between = date.fromordinal((found.toordinal() + day.toordinal()) // 2)
        assert between == found or recurrence.first_after(china(), between) == found


@given(st.lists(DATED, min_size=1, max_size=3).map(tuple), DAYS)
def test_a_union_has_the_earliest_date(recurrences, day):
    found = first_after(china(), recurrences, day)
    dates = [d for r in recurrences if (d := r.first_after(china(), day)) is not None]

    assert found == (min(dates) if dates else None)
    if found is not None:
        assert is_provisional(china(), recurrences, day, found) in (True, False)


@given(st.lists(ALL, min_size=1, max_size=3, unique=True).map(tuple))
def test_what_is_written_is_read_back(recurrences):
    assert parse_recurrence(written(recurrences, "zh")) == recurrences
    assert parse_recurrence(written(recurrences, "en")) == recurrences


@given(ALL)
def test_a_record_is_read_back(recurrence):
    assert read_recurrence(recurrence_record(recurrence)) == recurrence


LETTERS = (
    "每个一月季度半年第工作日法定节假前夕春节国庆次天周最后倒数或、,0123456789十 everyonmthdaworkfl"
)


@given(st.text(alphabet=LETTERS, max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(ValueError):
        read = parse_recurrence(text)
        assert parse_recurrence(written(read, "zh")) == read
