"""The rules in force: the process of an issue together with the calendar of the office."""

from __future__ import annotations

from dataclasses import dataclass

from states.calendar import Calendar
from states.process import Process


@dataclass(frozen=True, slots=True)
class Rules:
    """What every decision and every date follows from."""

    process: Process
    calendar: Calendar
