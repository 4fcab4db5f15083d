"""Recurrences in English: every month on day 25, 3 workdays before holidays, each time: …."""

from __future__ import annotations

import re
from collections.abc import Callable

from states.phrasing.names import HOLIDAYS, NAME, before_holidays, interval, periodic, quoted, tight
from states.recurrence import (
    DAY,
    EVENT,
    HALF_YEAR,
    HOLIDAY,
    INTERVAL,
    MONTH,
    Recurrence,
)

_PERIODIC = re.compile(
    r"(?:every|each) (?P<every>month|quarter|half[- ]year|year)"
    r"(?: in (?:month (?P<month>[0-9]{1,2})|(?P<ending>its last month)))?"
    r"(?: on (?:the )?(?:last (?P<last>day|workday)"
    r"|(?P<of>day|workday) (?P<nth>[0-9]{1,3})(?P<end> from the end)?))?"
)
_HOLIDAYS = re.compile(
    r"(?P<nth>[0-9]{1,3}) (?:workdays?|working days?) before "
    rf"(?:(?:each |every |the )?(?:statutory |public )?holidays?|(?P<names>{NAME}(?:, {NAME})*))",
    re.IGNORECASE,
)
_INTERVAL = re.compile(r"every (?P<nth>[0-9]{1,4}) days?(?: from (?P<since>[0-9-]{8,10}))?")
_EVENT = re.compile(r"(?:each|every) time(?:: ?(?P<name>[^;]{1,40}))?", re.IGNORECASE)
_SHORT = {
    "monthly": "every month",
    "quarterly": "every quarter",
    "half-yearly": "every half year",
    "yearly": "every year",
    "annually": "every year",
    "weekly": "every 7 days",
    "every week": "every 7 days",
    "every two weeks": "every 14 days",
    "every day": "every 1 days",
}


def read(text: str) -> Recurrence | None:
    """Return the one recurrence that a phrase states; None if it does not."""
    text = _SHORT.get(text.lower(), text)
    for form, take in _FORMS:
        hit = form.fullmatch(text) if form.flags & re.IGNORECASE else form.fullmatch(text.lower())
        if hit and (found := take(hit)):
            return found
    return None


def _periodic(hit: re.Match[str]) -> Recurrence | None:
    every = HALF_YEAR if hit["every"].startswith("half") else hit["every"]
    month = int(hit["month"] or 0)
    named = hit["month"] or hit["ending"]
    if (every == MONTH and named) or (hit["month"] and not month):
        return None
    if hit["nth"] is None:
        return periodic(every, month, -1, hit["last"] or DAY)
    nth = int(hit["nth"]) * (-1 if hit["end"] else 1)
    return periodic(every, month if named or nth < 0 else 1, nth, hit["of"])


def _before(hit: re.Match[str]) -> Recurrence | None:
    return before_holidays(int(hit["nth"]), hit["names"])


def _every(hit: re.Match[str]) -> Recurrence | None:
    return interval(int(hit["nth"]), hit["since"])


def _each_time(hit: re.Match[str]) -> Recurrence:
    return Recurrence(every=EVENT, names=(tight(hit["name"].strip()),) if hit["name"] else ())


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Recurrence | None]], ...] = (
    (_PERIODIC, _periodic),
    (_HOLIDAYS, _before),
    (_INTERVAL, _every),
    (_EVENT, _each_time),
)


def write(recurrence: Recurrence) -> str:
    """Return a recurrence in words, as ``read`` reads it."""
    if recurrence.every == HOLIDAY:
        names = ", ".join(HOLIDAYS.get(n) or quoted(n, '""') for n in recurrence.names)
        days = "workday" if recurrence.nth == 1 else "workdays"
        return f"{recurrence.nth} {days} before {names or 'holidays'}"
    if recurrence.every == EVENT:
        return (
            ": ".join(("each time", ", ".join(recurrence.names)))
            if recurrence.names
            else "each time"
        )
    if recurrence.every == INTERVAL:
        since = f" from {recurrence.since}" if recurrence.since else ""
        days = "day" if recurrence.nth == 1 else "days"
        return f"every {recurrence.nth} {days}{since}"
    return _written_period(recurrence)


def _written_period(recurrence: Recurrence) -> str:
    period = f"every {recurrence.every.replace('_', ' ')}"
    if recurrence.every != MONTH:
        if recurrence.month:
            period += f" in month {recurrence.month}"
        elif recurrence.nth > 0:
            period += " in its last month"
    if recurrence.nth > 0:
        return f"{period} on {recurrence.of} {recurrence.nth}"
    if recurrence.nth < -1:
        return f"{period} on {recurrence.of} {-recurrence.nth} from the end"
    plain = recurrence.of == DAY and not recurrence.month
    return period if plain else f"{period} on last {recurrence.of}"
