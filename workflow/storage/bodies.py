"""The frozen values as JSON: how an issue and the office are kept whole in one column.

The searchable columns stand beside; both are computed from the log and can be computed anew. A
list reads columns only, and pays neither for the values nor for what reads them (40 ms).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from states.errors import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    import msgspec

    from states.issue import Issue
    from states.office import Office


def encoded(value: Issue | Office) -> bytes:
    """Return the value as JSON."""
    return _encoder().encode(value)


def facts(values: Mapping[str, Any]) -> str:
    """Return what a notice may say, or other small facts, as JSON text."""
    return _encoder().encode(values).decode()


def issue_in(body: bytes, key: str) -> Issue:
    """Return the issue that ``encoded`` wrote. Raises ``Invalid`` for any other bytes."""
    try:
        issue: Issue = _issues().decode(body)
    except ValueError as error:
        raise _unreadable(key, error) from error
    return issue


def office_in(body: bytes) -> Office:
    """Return the office that ``encoded`` wrote. Raises ``Invalid`` for any other bytes."""
    try:
        office: Office = _offices().decode(body)
    except ValueError as error:
        raise _unreadable("@office", error) from error
    return office


def _unreadable(name: str, error: ValueError) -> Invalid:
    return Invalid(
        Problem(
            "projection_unreadable",
            "what is kept beside the log of {name} cannot be read ({reason})",
            {"name": name, "reason": str(error)},
            source=name,
        )
    )


@cache
def _encoder() -> msgspec.json.Encoder:
    import msgspec

    return msgspec.json.Encoder()


@cache
def _issues() -> msgspec.json.Decoder[Issue]:
    import msgspec

    from states.issue import Issue

    return msgspec.json.Decoder(Issue)


@cache
def _offices() -> msgspec.json.Decoder[Office]:
    import msgspec

    from states.office import Office

    return msgspec.json.Decoder(Office)
