"""Dates, hours, counts and terms as people write them, in each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from notifications.cleaning import one_line
from notifications.rendering.bounding import counted
from notifications.rendering.folding import fields, folded, listed
from notifications.words.catalog import channel_label

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_TERMS_ZH = {"workday": "个工作日", "day": "日", "month": "个月"}


@lru_cache(maxsize=4096)
def civil_zh(day: str) -> str:
    """Return an ISO date as official documents write it: no leading zeros (GB/T 9704-2012)."""
    on = date.fromisoformat(day)
    return f"{on.year}年{on.month}月{on.day}日"


@lru_cache(maxsize=4096)
def civil_en(day: str) -> str:
    """Return an ISO date with the month in words, which no reader takes for another one."""
    on = date.fromisoformat(day)
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def until_zh(day: str) -> str:
    """Return the moment until which a date is kept: the end of its day."""
    return f"{civil_zh(day)}24时"


def until_en(day: str) -> str:
    """Return the moment until which a date is kept: the end of its day."""
    return f"24:00 on {civil_en(day)}"


def clock_zh(hour: str) -> str:
    """Return an hour such as ``17:30`` as official documents write it (GB/T 15835-2011)."""
    hours, _, minutes = hour.partition(":")
    return f"{int(hours)}时{minutes}分" if int(minutes or 0) else f"{int(hours)}时"


def clock_en(hour: str) -> str:
    """Return an hour such as ``17:30``."""
    return hour


def moment_zh(at: str) -> str:
    """Return a local time to the minute, such as ``2026-11-30T09:05``."""
    return f"{civil_zh(at[:10])} {at[11:16]}".rstrip()


def moment_en(at: str) -> str:
    """Return a local time to the minute, such as ``2026-11-30T09:05``."""
    hour = at[11:16]
    return f"{civil_en(at[:10])}, {hour}" if hour else civil_en(at[:10])


def days_zh(count: int) -> str:
    """Return a number of days without its sign."""
    return f"{abs(count)} 天"


def days_en(count: int) -> str:
    """Return a number of days without its sign."""
    return f"{abs(count)} day" if abs(count) == 1 else f"{abs(count)} days"


def term_zh(term: str) -> str:
    """Return a term such as ``10 workdays`` as official documents write it."""
    amount, unit = term.split()
    return f"{amount}{_TERMS_ZH[unit.removesuffix('s')]}"


def term_en(term: str) -> str:
    """Return a term such as ``10 workdays`` in plain words."""
    return term.replace("workday", "working day")


def filters_of(
    language: str, escape: Callable[[str], str] | None = None
) -> Mapping[str, Callable[..., Any]]:
    """Return what templates of a language may put behind a bar, such as ``due | civil``.

    What is shortened is escaped once more: half of what was harmless need not be.
    """
    zh = language == "zh"
    short = one_line if escape is None else lambda text, limit=200: escape(one_line(text, limit))
    return {
        "any": any,
        "channel": lambda name: channel_label(name, language),
        "civil": civil_zh if zh else civil_en,
        "clock": clock_zh if zh else clock_en,
        "days": days_zh if zh else days_en,
        "fields": counted(lambda pairs: fields(pairs, language)),
        "fold": counted(folded),
        "listed": counted(listed),
        "moment": moment_zh if zh else moment_en,
        "short": counted(short),
        "term": term_zh if zh else term_en,
        "until": until_zh if zh else until_en,
    }
