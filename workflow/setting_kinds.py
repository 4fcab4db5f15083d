"""What a setting must be: the kinds of values there are, each with the words for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notifications.delivery.window import Window


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be: the test, and the words for it."""

    holds: Callable[[Any], bool]
    words: str


def is_text(value: Any) -> bool:
    """Return whether a value is a text."""
    return isinstance(value, str)


TEXT = Kind(is_text, "text")
FLAG = Kind(lambda value: isinstance(value, bool), "true or false")


def whole(low: int, high: int) -> Kind:
    """A whole number from one to another."""

    def holds(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return Kind(holds, f"a whole number from {low} to {high}")


def one_of(*words: str) -> Kind:
    """One of these words."""
    return Kind(lambda value: value in words, " / ".join(word or '""' for word in words))


def seconds(most: int) -> Kind:
    """Seconds, above 0 and at most so many."""

    def holds(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most

    return Kind(holds, f"seconds, above 0 and at most {most}")


def is_zone(value: Any) -> bool:
    """Return whether a value is a time zone that this machine knows."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return False
    return True


def is_hours(value: Any) -> bool:
    """Return whether a value is hours of a day."""
    try:
        Window.parse(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True


def _is_variable(value: Any) -> bool:
    return is_text(value) and re.fullmatch(r"([A-Z_][A-Z0-9_]*)?", value) is not None


VARIABLE = Kind(_is_variable, "the name of an environment variable, such as RECTIFY_SECRET")
"""Whoever writes the secret itself there must not see it again in an error."""


def setting(default: Any, kind: Kind | None = None, *, key: str = "") -> Any:
    """Make a field of a section; ``key`` is its name in the file where that is no Python name."""
    guessed = FLAG if isinstance(default, bool) else TEXT
    return field(default=default, metadata={"kind": kind or guessed, "key": key})


section = dataclass(frozen=True, slots=True, kw_only=True)
