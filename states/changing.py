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


_Setter = Callable[[Any, Any], None]
_Shape = tuple[tuple[_Setter, ...], Callable[[Any], tuple[Any, ...]]]
_shapes: dict[type[Any], _Shape] = {}


def _shape(kind: type[Any]) -> _Shape:
    """Return what sets each slot of a class, in the order of its fields, and what reads them."""
    names = tuple(field.name for field in fields(kind))
    setters = tuple(getattr(kind, name).__set__ for name in names)
    return _shapes.setdefault(kind, (setters, attrgetter(*names)))


def changed(value: Value, **changes: Any) -> Value:
    """Return a copy of a frozen value (of two fields or more) with these fields changed.

    Raises ``AttributeError`` for a field that there is not.
    """
    kind: type[Any] = type(value)
    setters, values = _shapes.get(kind) or _shape(kind)
    copy: Value = object.__new__(kind)
    for setter, held in zip(setters, values(value)):  # noqa: B905 - both are of the same fields
        setter(copy, held)
    for name, held in changes.items():
        put(copy, name, held)
    return copy
