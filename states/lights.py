"""The light of an issue: the colour of the worst rung reached of anything owed on it.

Colours mean different things in different places, so which rung has which colour is the process's
affair, and a word always stands beside the colour. Only their order is fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

GREEN, BLUE, YELLOW, ORANGE, RED = "green", "blue", "yellow", "orange", "red"
COLOURS = (GREEN, BLUE, YELLOW, ORANGE, RED)
"""Every colour a rung can have, from the lightest to the gravest."""

SUSPENDED = "suspended"
"""Shown in place of a colour while the clock of an issue stands still (中止)."""

LIGHTS = (RED, ORANGE, YELLOW, BLUE, GREEN, SUSPENDED)
"""Everything a list can show as the light of an issue, the gravest first."""

_GRAVITY = {colour: gravity for gravity, colour in enumerate(COLOURS)}

Turns = Sequence[tuple[date, str]]
"""From which day the light has which colour, in the order of days; green before the first."""


def light_on(turns: Turns, today: date) -> str:
    """Return the colour on a day."""
    colour = GREEN
    for since, turned in turns:
        if since > today:
            break
        colour = turned
    return colour


def merged(several: Iterable[Turns]) -> tuple[tuple[date, str], ...]:
    """Return the gravest of several lights on every day, as one list without repetitions."""
    lights = list(several)
    days = sorted({since for turns in lights for since, _ in turns})
    found: list[tuple[date, str]] = []
    for day in days:
        worst = max((light_on(turns, day) for turns in lights), key=_GRAVITY.__getitem__)
        if worst != (found[-1][1] if found else GREEN):
            found.append((day, worst))
    return tuple(found)
