"""Text from outside made safe to show: no control characters, nothing that reorders a line.

Whoever words an issue's title must not be able to add a header, move a terminal's cursor or turn
a line around (CVE-2021-42574 shows what bidirectional marks do to a reader).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# General categories: control, format (zero width and bidirectional marks are among them) and
# surrogate. Private use stays: rare characters of names are found there.
_REMOVED = frozenset({"Cc", "Cf", "Cs"})
_HARMLESS = frozenset({int, bool, float, type(None)})
_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")


def clean(text: str) -> str:
    """Return text of any number of lines without characters that do more than be read.

    Every kind of line break becomes a line feed, a tabulator a space.
    """
    if text.isprintable():  # false for every one of _REMOVED, and quick
        return text
    lines = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join("\n" if c in _BREAKS else c for c in lines if c in _BREAKS or _is_read(c))


def one_line(text: str, limit: int = 200) -> str:
    """Return text as a single line of at most ``limit`` characters, shortened with an ellipsis."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def without_addresses(text: str) -> str:
    """Return a text without the mail addresses in it, such as a server repeats in its answers."""
    return re.sub(r"[^\s<>@]+@", "…@", text)


def cleaned(value: Any) -> Any:
    """Return a JSON value with every text in it cleaned; what is none is said as text."""
    if type(value) is dict:
        return {
            key: item
            if (type(item) is str and item.isprintable()) or type(item) in _HARMLESS
            else cleaned(item)
            for key, item in value.items()
        }
    if type(value) is str:
        return clean(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return cleaned(dict(value)) if isinstance(value, Mapping) else clean(str(value))


def _is_read(character: str) -> bool:
    return unicodedata.category(character) not in _REMOVED
