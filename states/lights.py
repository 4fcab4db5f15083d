"""The light of an issue: how near the nearest thing owed on it is. The word always goes with it."""

from __future__ import annotations

from datetime import date

RED = "red"
YELLOW = "yellow"
GREEN = "green"
LIGHTS = (RED, YELLOW, GREEN)
SOON_DAYS = 7


def light(next_due: date | None, today: date, soon_days: int = SOON_DAYS) -> str:
    """Return red when something is overdue, yellow when it is due within ``soon_days``, else green.

    A due date is kept until the end of its day.
    """
    if next_due is None:
        return GREEN
    left = (next_due - today).days
    if left < 0:
        return RED
    return YELLOW if left <= soon_days else GREEN
