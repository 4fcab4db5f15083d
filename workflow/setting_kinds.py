"""What a setting must be: the kinds of values there are, each with the words for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notifications.delivery.window import Window
from states.errors import Message
from states.term import parse_term


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be: the test, and what is said (``key``, ``value``) of one that fails."""

    holds: Callable[[Any], bool]
    fault: Message


def is_text(value: Any) -> bool:
    """Return whether a value is a text."""
    return isinstance(value, str)


TEXT = Kind(is_text, Message("config_value", "{key} must be text, not {value}"))
FLAG = Kind(
    lambda value: isinstance(value, bool),
    Message("config_value", "{key} must be true or false, not {value}"),
)


def whole(low: int, high: int) -> Kind:
    """A whole number from one to another."""

    def holds(value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    text = Message(
        "config_value",
        "{key} must be a whole number from {low} to {high}, not {value}",
        {"low": low, "high": high},
    )
    return Kind(holds, text)


def one_of(*words: str) -> Kind:
    """One of these words."""
    shown = " / ".join(word or '""' for word in words)
    text = Message("config_value", "{key} must be {words}, not {value}", {"words": shown})
    return Kind(lambda value: value in words, text)


def seconds(most: int) -> Kind:
    """Seconds, above 0 and at most so many."""

    def holds(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most

    text = Message(
        "config_value",
        "{key} must be seconds, above 0 and at most {most}, not {value}",
        {"most": most},
    )
    return Kind(holds, text)


def is_zone(value: Any) -> bool:
    """Return whether a value is a time zone that this machine knows."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return False
    return True


ZONE = Kind(
    is_zone,
    Message("config_value", "{key} must be a time zone such as Asia/Shanghai, not {value}"),
)


def is_hours(value: Any) -> bool:
    """Return whether a value is hours of a day."""
    try:
        Window.parse(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True


HOURS = Kind(
    is_hours,
    Message("config_value", '{key} must be hours of a day such as "08:30-17:30", not {value}'),
)


def _is_variable(value: Any) -> bool:
    return is_text(value) and re.fullmatch(r"([A-Z_][A-Z0-9_]*)?", value) is not None


VARIABLE = Kind(
    _is_variable,
    Message(
        "config_value",
        "{key} must be the name of an environment variable, such as RECTIFY_SECRET, not {value}",
    ),
)
"""Whoever writes the secret itself there must not see it again in an error."""


def setting(default: Any, kind: Kind | None = None, *, key: str = "") -> Any:
    """Make a field of a section; ``key`` is its name in the file where that is no Python name."""
    guessed = FLAG if isinstance(default, bool) else TEXT
    return field(default=default, metadata={"kind": kind or guessed, "key": key})


def _is_span(value: Any) -> bool:
    try:
        return parse_term(value).amount > 0
    except (ValueError, AttributeError):
        return False


SPAN = Kind(
    _is_span,
    Message("config_value", '{key} must be a span of time such as "5 workdays", not {value}'),
)


def _is_hour(value: Any) -> bool:
    return is_text(value) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None


HOUR = Kind(_is_hour, Message("config_value", '{key} must be an hour such as "17:30", not {value}'))

section = dataclass(frozen=True, slots=True, kw_only=True)
