"""A frozen value with some of its fields changed, in a third of the time ``replace`` takes.

Folding a log is little else. The classes here have slots, no default that is made anew and nothing
that is checked when one is made, so a copy field by field is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

Value = TypeVar("Value")

put = object.__setattr__
"""Sets a field of a value that nobody else has seen yet, as the frozen values themselves do."""


_Shape = tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]
_shapes: dict[type[Any], _Shape] = {}


def _shape(kind: type[Any]) -> _Shape:
    if kind not in _shapes:
        names = tuple(field.name for field in fields(kind))
        _shapes[kind] = (names, attrgetter(*names))
    return _shapes[kind]


def changed(value: Value, **changes: Any) -> Value:
    """Return a copy of a frozen value (of two fields or more) with these fields changed.

    Raises ``AttributeError`` for a field that there is not.
    """
    kind: type[Any] = type(value)
    names, values = _shape(kind)
    copy: Value = object.__new__(kind)
    for name, held in zip(names, values(value), strict=True):
        put(copy, name, held)
    for name, held in changes.items():
        put(copy, name, held)
    return copy
