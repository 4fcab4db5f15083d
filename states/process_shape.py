"""The shape of a process table: which keys it has, and what kind of value each of them takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from states.errors import Message
from states.process import LANGUAGES


@dataclass(frozen=True, slots=True)
class Fault(Message):
    """A fault of a process: the table, the position of the row (from 0) and the key it is in.

    A key may end in ``[n]``: the n-th row (from 0) of the list that the key holds.
    """

    table: str = ""
    position: int = 0
    key: str = ""


DAYS_LIMIT = 40_000  # about a century: more is a slip of the keyboard
_TEXT, _FLAG, _TABLE = "a text that is not empty", "true or false", "a table"
_LIST, _ROWS, _DAYS = "a list of texts", "a list of tables", f"a whole number below {DAYS_LIMIT}"

_KINDS: Mapping[str, Callable[[Any], bool]] = {
    _TEXT: lambda value: isinstance(value, str) and bool(value),
    _FLAG: lambda value: isinstance(value, bool),
    _TABLE: lambda value: isinstance(value, dict),
    _LIST: lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
    _ROWS: lambda value: isinstance(value, list) and all(isinstance(v, dict) for v in value),
    _DAYS: lambda value: type(value) is int and abs(value) < DAYS_LIMIT,
}

_DUE = {"anchor": (_TEXT, True), "days": (_DAYS, False)}
_TERM = {**_DUE, "at_least": (_DAYS, False)}
_WORDS = dict.fromkeys(LANGUAGES, (_TEXT, False))
_SHAPES: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "": {
        "name": (_TEXT, True),
        "initial": (_TEXT, True),
        "final": (_LIST, False),
        "deadline": (_TABLE, True),
        "state": (_ROWS, True),
        "step": (_ROWS, True),
        "obligation": (_ROWS, False),
        "ladder": (_ROWS, False),
    },
    "deadline": {**_DUE, "source": (_TEXT, False)},
    "state": {"name": (_TEXT, True), **_WORDS},
    "step": {
        "event": (_TEXT, True),
        "from": (_LIST, True),
        "to": (_TEXT, True),
        "by": (_LIST, True),
        "records": (_TEXT, True),
        "requires": (_LIST, False),
        "notify": (_LIST, False),
        **_WORDS,
    },
    "obligation": {
        "kind": (_TEXT, True),
        "while": (_LIST, True),
        "each": (_TEXT, True),
        "who": (_TEXT, True),
        "due": (_TABLE, True),
        "ladder": (_TEXT, True),
        "source": (_TEXT, False),
        "confirmed": (_FLAG, False),
        **_WORDS,
    },
    "ladder": {"name": (_TEXT, True), "rung": (_ROWS, True)},
    "rung": {
        "name": (_TEXT, True),
        "days": (_DAYS, True),
        "repeat_days": (_DAYS, False),
        "to": (_LIST, False),
    },
    "due": _TERM,
}


@dataclass(frozen=True, slots=True)
class _Place:
    """A row; with ``inner``, the table or the row within it that stands under that key."""

    table: str = ""
    position: int = 0
    inner: str = ""

    def row(self, key: str, position: int) -> _Place:
        """Return the place of a row of the list that ``key`` holds here."""
        if not self.table:
            return _Place(key, position)
        return _Place(self.table, self.position, f"{key}[{position}]")

    def part(self, key: str) -> _Place:
        """Return the place of the table that ``key`` holds here."""
        return _Place(self.table, self.position, key) if self.table else _Place(key)

    def of(self, key: str) -> tuple[str, int, str]:
        """Return where a key of this row stands."""
        return self.table, self.position, self.inner or key


def check_shape(table: Mapping[str, Any]) -> list[Fault]:
    """Return every missing or unknown key and every value of the wrong kind."""
    return list(_check_row("", table, _Place()))


def _check_row(shape: str, row: Mapping[str, Any], place: _Place) -> Iterator[Fault]:
    known = _SHAPES[shape]
    for key in row:
        if key not in known:
            facts = {"key": key, "known": tuple(known)}
            yield Fault(
                "key_unknown", "{key} is not known here (known: {known})", facts, *place.of(key)
            )
    for key, (kind, required) in known.items():
        if key in row:
            yield from _check_value(kind, key, row[key], place)
        elif required:
            yield Fault("key_missing", "{key} is missing", {"key": key}, *place.of(key))


def _check_value(kind: str, key: str, value: Any, place: _Place) -> Iterator[Fault]:
    if not _KINDS[kind](value):
        facts = {"key": key, "kind": kind}
        yield Fault("key_type", "{key} must be {kind}", facts, *place.of(key))
    elif kind == _TABLE:
        yield from _check_row(key, value, place.part(key))
    elif kind == _ROWS:
        for position, row in enumerate(value):
            yield from _check_row(key, row, place.row(key, position))
