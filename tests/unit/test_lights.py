"""The light of an issue, by its nearest date."""

from __future__ import annotations

from datetime import date

import pytest

from states.lights import LIGHTS, light

TODAY = date(2023, 5, 23)


@pytest.mark.parametrize(
    ("next_due", "colour"),
    [
        (None, "green"),
        (date(2023, 5, 31), "green"),
        (date(2023, 5, 30), "yellow"),
        (date(2023, 5, 23), "yellow"),
        (date(2023, 5, 22), "red"),
        (date(2021, 1, 1), "red"),
    ],
)
def test_a_date_is_kept_until_the_end_of_its_day(next_due: date | None, colour: str):
    assert light(next_due, TODAY) == colour
    assert colour in LIGHTS


def test_how_soon_is_near_can_be_said():
    assert light(date(2023, 6, 2), TODAY, soon_days=10) == "yellow"
    assert light(date(2023, 6, 2), TODAY, soon_days=9) == "green"
    assert light(date(2023, 5, 24), TODAY, soon_days=0) == "green"
