"""The rules of rectification: pure values and functions, without clock, I/O or randomness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.loading import on_demand

if TYPE_CHECKING:
    from states.attempt import Actor, Attempt
    from states.audit import replay, verify
    from states.decision import decide, options
    from states.errors import (
        Conflict,
        Invalid,
        NotFound,
        Problem,
        RectificationError,
        Refused,
        Unmet,
    )
    from states.evolution import evolve
    from states.issue import Issue
    from states.log import Entry
    from states.office import Office
    from states.process import Process
    from states.process_file import default_process, parse_process

__all__ = [
    "Actor",
    "Attempt",
    "Conflict",
    "Entry",
    "Invalid",
    "Issue",
    "NotFound",
    "Office",
    "Problem",
    "Process",
    "RectificationError",
    "Refused",
    "Unmet",
    "decide",
    "default_process",
    "evolve",
    "options",
    "parse_process",
    "replay",
    "verify",
]

__getattr__ = on_demand(
    __name__,
    {
        "Actor": "states.attempt",
        "Attempt": "states.attempt",
        "Conflict": "states.errors",
        "Entry": "states.log",
        "Invalid": "states.errors",
        "Issue": "states.issue",
        "NotFound": "states.errors",
        "Office": "states.office",
        "Problem": "states.errors",
        "Process": "states.process",
        "RectificationError": "states.errors",
        "Refused": "states.errors",
        "Unmet": "states.errors",
        "decide": "states.decision",
        "default_process": "states.process_file",
        "evolve": "states.evolution",
        "options": "states.decision",
        "parse_process": "states.process_file",
        "replay": "states.audit",
        "verify": "states.audit",
    },
)
