"""Packages whose public names are loaded when they are first asked for.

Starting up must cost what is used and no more: a list does not wait for the state machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def on_demand(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return a ``__getattr__`` (PEP 562) for a package: ``homes`` maps each name to its module."""

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(homes[name]), name)

    return load
