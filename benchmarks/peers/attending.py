"""Which peers can be measured here: those whose libraries are installed (``make bench`` does)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from benchmarks.case import Move
from benchmarks.durability import Durability


class Peer(Protocol):
    """An office of the case, kept by other libraries."""

    def advance(self, move: Move) -> object:
        """Make a move, in a transaction of its own."""

    def advance_all(self, moves: Sequence[Move]) -> object:
        """Make moves, all by the same person, in one transaction."""


Making = Callable[[Path, Durability, int], Peer]
"""Makes a peer on a new file with that durability and so many issues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """The peers that are here by name, the packages they use, and the names of the others.

    ``lesser`` are measured beside the peers and compared with none: they do less than was asked.
    """

    making: Mapping[str, Making]
    lesser: Mapping[str, Making]
    packages: tuple[str, ...]
    absent: tuple[str, ...]


_MODULES = {
    "ORM + transitions": ("benchmarks.peers.orm", ("sqlalchemy", "transitions")),
    "django-fsm-2 + log + hash": (
        "benchmarks.peers.fsm.playing",
        ("django", "django_fsm", "django_fsm_log"),
    ),
    "eventsourcing": ("benchmarks.peers.eventsourced", ("eventsourcing",)),
}


def attendance() -> Attendance:
    """Return who is here."""
    making: dict[str, Making] = {}
    lesser: dict[str, Making] = {}
    packages: list[str] = []
    absent = []
    for name, (place, libraries) in _MODULES.items():
        if any(find_spec(library) is None for library in libraries):
            absent.append(name)
            continue
        module = import_module(place)
        making[name] = module.Peer
        if hasattr(module, "EventsAlone"):
            lesser[f"{name}, events alone"] = module.EventsAlone
        packages += module.PACKAGES
    return Attendance(making=making, lesser=lesser, packages=tuple(packages), absent=tuple(absent))
