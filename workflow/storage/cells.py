"""Small values as they stand in a column of text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from states.canonical import stamp

moment = lru_cache(maxsize=16)(stamp)
"""Return an instant as text; most of a transaction bears the same one."""


def iso(day: date | None) -> str | None:
    """Return a day as text, or None."""
    return None if day is None else day.isoformat()


def day(text: str | None) -> date | None:
    """Return the day that text states, or None."""
    return None if text is None else date.fromisoformat(text)


def turns(lights: Sequence[tuple[date, str]]) -> str:
    """Return lights as text: ``2026-10-01=yellow,2026-10-16=red``."""
    return ",".join(f"{since.isoformat()}={colour}" for since, colour in lights)


@lru_cache(maxsize=4096)  # issues of a round mostly turn on the same days
def lights(text: str) -> tuple[tuple[date, str], ...]:
    """Return the lights that text states."""
    pairs = (turn.partition("=") for turn in text.split(",") if turn)
    return tuple((date.fromisoformat(since), colour) for since, _, colour in pairs)
