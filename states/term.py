"""A term: an amount of working days, calendar days or months.

How a term is counted is said in ``states.calendar``; here it is only read and written.
"""

from __future__ import annotations

import re

from states.frozen import Struct

WORKDAYS = "workdays"
DAYS = "days"
MONTHS = "months"
UNITS = (WORKDAYS, DAYS, MONTHS)
LIMIT = 40_000  # about a century of days: more is a slip of the keyboard

_WRITTEN = re.compile(r"([+-]?\d{1,5})\s*(?:个\s*)?(\D+)")
_SPELLINGS = {
    WORKDAYS: ("workdays", "workday", "working days", "working day", "工作日"),
    DAYS: ("days", "day", "calendar days", "日", "天", "自然日"),
    MONTHS: ("months", "month", "月"),
}
_UNIT_OF = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings}


class Term(Struct, frozen=True):
    """``amount`` of a ``unit`` (one of ``UNITS``); negative counts backwards."""

    amount: int
    unit: str = WORKDAYS

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if abs(self.amount) == 1 else self.unit
        return f"{self.amount} {unit}"


AT_ONCE = Term(0, DAYS)


def parse_term(text: str) -> Term:
    """Return the term that a text states: ``10 workdays``, ``3 months``, ``10个工作日``, ``3个月``.

    Raises ``ValueError`` for anything else.
    """
    written = _WRITTEN.fullmatch(text.strip())
    unit = _UNIT_OF.get(written[2].strip().lower()) if written else None
    if written is None or unit is None or abs(int(written[1])) > LIMIT:
        raise ValueError(text)
    return Term(int(written[1]), unit)
