"""Recurrences as people state them and as entries hold them: a text, or records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from states.phrasing import parse_recurrence
from states.recurrence import EVERY, INTERVAL, Recurrence

NTH_LIMIT = 366
INTERVAL_LIMIT = 3660
_YEARS = range(1900, 3000)

Record = dict[str, Any]


def recurrence_record(recurrence: Recurrence) -> Record:
    """Return a recurrence as an entry holds it."""
    since = recurrence.since
    return {
        "every": recurrence.every,
        "nth": recurrence.nth,
        "of": recurrence.of,
        "month": recurrence.month,
        "names": list(recurrence.names),
        "since": None if since is None else since.isoformat(),
    }


_KEYS = recurrence_record(Recurrence(every="")).keys()


def read_recurrence(record: Mapping[str, Any]) -> Recurrence:
    """Return the recurrence that an entry's record states. Raises ``KeyError``, ``ValueError``."""
    since = record["since"]
    return Recurrence(
        every=record["every"],
        nth=record["nth"],
        of=record["of"],
        month=record["month"],
        names=tuple(record["names"]),
        since=None if since is None else date.fromisoformat(since),
    )


def recurrences_in(records: Iterable[Mapping[str, Any]]) -> tuple[Recurrence, ...]:
    """Return the recurrences that an entry's records state."""
    return tuple(read_recurrence(record) for record in records)


def recurrences(value: Any) -> list[Record]:
    """Return records of what is said: a text, or records of which some keys may be missing.

    Raises ``ValueError`` or ``TypeError`` for anything else.
    """
    if isinstance(value, str):
        return [recurrence_record(r) for r in parse_recurrence(value)]
    if not isinstance(value, list | tuple) or not value:
        raise ValueError
    return [_checked(item) for item in value]


def _checked(item: Any) -> Record:
    if isinstance(item, Recurrence):
        item = recurrence_record(item)
    if not isinstance(item, Mapping) or not item.keys() <= _KEYS:
        raise ValueError
    record = {**recurrence_record(Recurrence(every="")), **item}
    if isinstance(record["since"], date):
        record["since"] = record["since"].isoformat()
    if not (_sound(record) and _sound_since(record)):
        raise ValueError
    return recurrence_record(read_recurrence(record))


def _sound(record: Record) -> bool:
    counted = record["every"] in ("interval", "holiday")
    lowest = 1 if counted else -NTH_LIMIT
    highest = INTERVAL_LIMIT if record["every"] == INTERVAL else NTH_LIMIT
    names = record["names"]
    return (
        record["every"] in EVERY
        and type(record["nth"]) is int
        and lowest <= record["nth"] <= highest
        and record["nth"] != 0
        and record["of"] in ("day", "workday")
        and type(record["month"]) is int
        and 0 <= record["month"] <= 12
        and isinstance(names, list | tuple)
        and all(isinstance(name, str) for name in names)
    )


def _sound_since(record: Record) -> bool:
    """Only an interval is counted from a day; without one, from the occurrence before."""
    since = record["since"]
    if record["every"] != INTERVAL or since is None:
        return since is None
    return isinstance(since, str) and date.fromisoformat(since).year in _YEARS
