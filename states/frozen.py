"""Frozen values, and copies of them with some fields changed.

Folding a log is little else than making such values: as structs they are made and copied ten times
as fast as data classes, and the store reads them from its rows without a step in between.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from msgspec import Struct, structs
from msgspec.structs import asdict
from msgspec.structs import force_setattr as put

__all__ = ["Struct", "asdict", "put", "replace"]

Value = TypeVar("Value")


def replace(value: Value, /, **changes: Any) -> Value:
    """Return a copy of a struct or data class with these fields changed.

    It is what ``copy.replace`` is from Python 3.13 on. Raises ``TypeError`` for a field that there
    is not.
    """
    if isinstance(value, Struct):
        return structs.replace(value, **changes)
    copy: Value = dataclasses.replace(value, **changes)  # type: ignore[type-var]  # noqa: TID251
    return copy
