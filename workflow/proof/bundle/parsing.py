"""Reading JSON that can be read in one way only: the canonical form, and nothing beside it.

Every judge of a bundle takes the same bytes for JSON and refuses the same. The rules stand in
docs/reference/bundle-format.md, below its table of members.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from typing import Any, NoReturn

from states.canonical import LARGEST, canonical
from workflow.proof.bundle.reading import LONGEST

DEEPEST = 64
_DIGITS = 17

Record = dict[str, Any]


def _refused(text: str) -> NoReturn:
    raise ValueError(f"no value of the log: {text:.40}")


def _integer(text: str) -> int:
    """Return an integer of the log; a long one is refused before it is worked out."""
    number = int(text) if len(text) <= _DIGITS else LARGEST + 1
    if abs(number) > LARGEST:
        _refused(text)
    return number


def _object(pairs: list[tuple[str, Any]]) -> Record:
    """Return an object whose keys are ASCII; one that stands twice shows when it is rewritten."""
    found = dict(pairs)
    if not all(map(str.isascii, found)):
        raise ValueError("a key is not ASCII")
    return found


_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_refused,
    parse_int=_integer,
    parse_constant=_refused,
)


def parsed(line: bytes | None) -> Record:
    """Return the object that canonical bytes hold.

    Raises ``ValueError`` for anything else: it is written again, and must be the same bytes. That
    alone refuses blanks, other orders, double keys and every second way to write a text or number.
    """
    if line is None or len(line) > LONGEST:
        raise ValueError("too long")
    text = line.decode("utf-8")
    try:
        value = _decoder.decode(text)
    except RecursionError:
        raise ValueError("too deep") from None
    if type(value) is not dict:
        raise ValueError("no object")
    # What is in NFC as a whole is so in each of its texts: no sign of JSON combines with anything.
    normal = text.isascii() or unicodedata.is_normalized("NFC", text)
    if not normal or text.count("{") + text.count("[") > DEEPEST:
        _check(value)
    if canonical(value) != line:
        raise ValueError("not in canonical form")
    return value


def _check(whole: Record) -> None:
    """Refuse what is too deep, and texts that are not in NFC."""
    level: list[Any] = [whole]
    for depth in range(DEEPEST + 1):
        if depth == DEEPEST and any(type(value) in (dict, list) for value in level):
            raise ValueError("too deep")
        level = [inner for value in level for inner in _inside(value)]


def _inside(value: Any) -> Iterable[Any]:
    """Return what a value holds. Raises ``ValueError`` if it is none of the log."""
    if type(value) is list:
        return value
    if type(value) is dict:
        return value.values()
    if type(value) is str and not unicodedata.is_normalized("NFC", value):
        raise ValueError("not in NFC")
    return ()


def holds(value: Any, kind: type, *names: str) -> bool:
    """Return whether an object has these fields, all of one kind; ``true`` is no integer."""
    return type(value) is dict and all(type(value.get(name)) is kind for name in names)
