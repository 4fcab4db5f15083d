"""The light: the colour of the worst rung reached, on any day, of anything owed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.lights import COLOURS, LIGHTS, SUSPENDED, light_on, merged

START = date(2023, 5, 1)
NEAR = ((date(2023, 5, 10), "yellow"), (date(2023, 5, 20), "red"))
FAR = ((date(2023, 5, 15), "green"), (date(2023, 5, 25), "yellow"))
TURNS = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(COLOURS)), max_size=5, unique_by=lambda t: t[0]
).map(lambda turns: tuple((START + timedelta(days=n), colour) for n, colour in sorted(turns)))


@pytest.mark.parametrize(
    ("day", "colour"),
    [
        (date(2023, 5, 9), "green"),
        (date(2023, 5, 10), "yellow"),
        (date(2023, 5, 19), "yellow"),
        (date(2023, 5, 20), "red"),
        (date(2031, 1, 1), "red"),
    ],
)
def test_a_colour_lasts_from_its_day_until_the_next(day: date, colour: str):
    assert light_on(NEAR, day) == colour


def test_nothing_owed_is_green():
    assert light_on((), START) == "green"
    assert merged([]) == ()


def test_the_worst_of_several_counts_and_no_colour_is_said_twice():
    assert merged([FAR, NEAR]) == NEAR
    assert merged([FAR]) == ((date(2023, 5, 25), "yellow"),)


def test_a_light_that_a_ladder_turns_back_turns_back_unless_another_holds_it():
    back = ((date(2023, 5, 12), "red"), (date(2023, 5, 14), "green"))
    assert merged([back, NEAR]) == (
        (date(2023, 5, 10), "yellow"),
        (date(2023, 5, 12), "red"),
        (date(2023, 5, 14), "yellow"),
        (date(2023, 5, 20), "red"),
    )


@given(st.lists(TURNS, max_size=4), st.integers(-2, 32))
def test_merging_changes_no_days_colour_and_leaves_no_needless_turn(lights: list, offset: int):
    day = START + timedelta(days=offset)
    together = merged(lights)
    worst = max((COLOURS.index(light_on(turns, day)) for turns in lights), default=0)
    assert light_on(together, day) == COLOURS[worst]
    colours = ["green", *(colour for _, colour in together)]
    assert all(a != b for a, b in pairwise(colours))


def test_a_list_shows_every_colour_the_gravest_first_and_what_is_suspended():
    assert list(LIGHTS) == [*reversed(COLOURS), SUSPENDED]
