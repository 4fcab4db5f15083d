"""The light of an issue: the colour of the worst rung reached of anything owed on it.

Colours mean different things in different places, so which rung has which colour is the process's
affair, and a word always stands beside the colour. Only their order is fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

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
    turns = [
        (since, at, _GRAVITY[colour]) for at, one in enumerate(lights) for since, colour in one
    ]
    turns.sort(key=itemgetter(0))  # of one light, what comes later on the same day stays later
    gravities, shown = [0] * len(lights), 0
    found: list[tuple[date, str]] = []
    for since, on_this_day in groupby(turns, key=itemgetter(0)):
        for _, at, gravity in on_this_day:
            gravities[at] = gravity
        if shown != (shown := max(gravities)):
            found.append((since, COLOURS[shown]))
    return tuple(found)
