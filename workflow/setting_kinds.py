"""What a setting must be: the kinds of values there are, each with the words for it.

They stand in the annotations of ``workflow.settings`` and are read when a file is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notifications.delivery.window import Window
from states.errors import Message
from states.term import parse_term


class Kind(NamedTuple):
    """What a value must be: the test, and what is said (``key``, ``value``) of one that fails.

    ``hides``: what was written in its place is not shown again, for it may be a secret.
    """

    holds: Callable[[Any], bool]
    fault: Message
    hides: bool = False


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


def some_of(*words: str) -> Kind:
    """One or more of these words, each at most once."""

    def holds(value: Any) -> bool:
        good = isinstance(value, list | tuple) and value and all(map(is_text, value))
        return bool(good) and len(set(value)) == len(value) and set(value) <= set(words)

    text = Message(
        "config_value",
        "{key} must be a list of different channels among {channels}, not {value}",
        {"channels": ", ".join(words)},
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
    hides=True,
)


class Named(NamedTuple):
    """The name of a setting in the file, where that is no name for Python."""

    key: str


def named(key: str) -> Named:
    """Say how a setting is called in the file."""
    return Named(key)


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


class Setting(NamedTuple):
    """A setting: the ``name`` of its field in its section, its default, what it must be."""

    name: str
    default: Any
    kind: Kind


def settings_of(section: type[Any]) -> Iterator[tuple[str, Setting]]:
    """Yield the settings of a section, each by its name in the file."""
    blank = section()
    hints = get_type_hints(section, localns=globals(), include_extras=True)
    for name, hint in hints.items():
        default = getattr(blank, name)
        key, kind = name, FLAG if isinstance(default, bool) else TEXT
        for said in getattr(hint, "__metadata__", ()):
            if isinstance(said, Named):
                key = said.key
            else:
                kind = said
        yield key, Setting(name=name, default=default, kind=kind)
