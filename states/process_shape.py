"""The shape of a process table: which keys it has, and what kind of value each of them takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from states.errors import Message
from states.ladder import HOLD, RESEND
from states.process import LANGUAGES
from states.term import DAYS, MONTHS, WORKDAYS, parse_term


@dataclass(frozen=True, slots=True)
class Fault(Message):
    """A fault of a process: the table, the position of the row (from 0) and the key it is in.

    A key may end in ``[n]``: the n-th row (from 0) of the list that the key holds.
    """

    table: str = ""
    position: int = 0
    key: str = ""


COUNT_LIMIT = 1000  # more is a slip of the keyboard
_TEXT, _FLAG, _TABLE = "a text that is not empty", "true or false", "a table"
_LIST, _ROWS = "a list of texts", "a list of tables"
_COUNT = f"a whole number from 0 to {COUNT_LIMIT}"
_TERM = "a term such as 10 workdays, 20 days or 3 months"
_TERMS = "a list of terms such as 10 workdays, 20 days or 3 months"
_POLICY = "resend or hold"
_TERM_LIMIT = {WORKDAYS: 2600, DAYS: 3660, MONTHS: 120}  # ten years: more is a slip too


def _is_term(value: Any) -> bool:
    try:
        term = parse_term(value) if isinstance(value, str) else None
    except ValueError:
        return False
    return term is not None and abs(term.amount) <= _TERM_LIMIT[term.unit]


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    _TEXT: lambda value: isinstance(value, str) and bool(value),
    _FLAG: lambda value: isinstance(value, bool),
    _TABLE: lambda value: isinstance(value, dict),
    _LIST: lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
    _ROWS: lambda value: isinstance(value, list) and all(isinstance(v, dict) for v in value),
    _POLICY: lambda value: value in (RESEND, HOLD),
    _COUNT: lambda value: type(value) is int and 0 <= value <= COUNT_LIMIT,
    _TERM: _is_term,
    _TERMS: lambda value: isinstance(value, list) and all(map(_is_term, value)),
}

_COUNTED = {"anchor": (_TEXT, True), "after": (_TERM, False), "rule": (_TEXT, False)}
_STATED = {"applies": (_LIST, False), "source": (_TEXT, False), "confirmed": (_FLAG, False)}
_WORDS = dict.fromkeys(LANGUAGES, (_TEXT, False))
_SHAPES: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "": {
        "name": (_TEXT, True),
        "initial": (_TEXT, True),
        "final": (_LIST, False),
        "deadline": (_ROWS, True),
        "policy": (_TABLE, False),
        "state": (_ROWS, True),
        "step": (_ROWS, True),
        "obligation": (_ROWS, False),
        "ladder": (_ROWS, False),
        "word": (_ROWS, False),
    },
    "deadline": {**_COUNTED, **_STATED},
    "policy": {
        "extensions": (_COUNT, False),
        "longest_extension": (_TERM, False),
        "look_backs": (_TERMS, False),
        "missed_duties": (_COUNT, False),
    },
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
        **_STATED,
        **_WORDS,
    },
    "due": {**_COUNTED, "at_least": (_TERM, False)},
    "ladder": {"name": (_TEXT, True), "rung": (_ROWS, True)},
    "rung": {
        "name": (_TEXT, True),
        "at": (_TERM, True),
        "to": (_LIST, False),
        "colour": (_TEXT, False),
        "letter": (_TEXT, False),
        "urgent": (_FLAG, False),
        "if_unknown": (_POLICY, False),
        "repeat": (_TERMS, False),
    },
    "word": {"sort": (_TEXT, True), "name": (_TEXT, True), **_WORDS},
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


_TOP = _Place()


def check_shape(table: Mapping[str, Any]) -> list[Fault]:
    """Return every missing or unknown key and every value of the wrong kind."""
    return list(_check_row("", table, _TOP))


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


def sound(table: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """Return what of a table is in shape, and by table the places its remaining rows had.

    So the rest can still be looked at while some rows are misshapen.
    """
    found: dict[str, Any] = {}
    places: dict[str, list[int]] = {}
    for key, (kind, _) in _SHAPES[""].items():
        value = table.get(key)
        if kind == _ROWS:
            rows: list[Any] = value if value is not None and _KINDS[kind](value) else []
            places[key] = [i for i, row in enumerate(rows) if not any(_check_row(key, row, _TOP))]
            found[key] = [rows[i] for i in places[key]]
        elif key in table and not any(_check_value(kind, key, value, _TOP)):
            found[key] = value
    return found, places
