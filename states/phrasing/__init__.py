"""Recurrences as people write them, in Chinese and in English, and back again.

What a phrase leaves open is decided here, and only here:

- 每月, 每季度, 每半年, 每年 and their ends (月底, 季度末, 年底): the last calendar day;
- 月初: the fifth working day; 年初, 季度初, 半年初: the last working day of the first month;
- a day without its month counts from the period's beginning, counted from the end from its end;
- 前夕, and 前 without a number: the last working day before;
- 重大节假日, 节日 and the like, which no law defines: every statutory holiday, the wider reading;
- 每30天, 每周: from the occurrence before, unless a day is named to count from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from states.phrasing import chinese, english
from states.phrasing.names import HOLIDAYS, tight
from states.recurrence import Recurrence

__all__ = ["HOLIDAYS", "parse_recurrence", "written"]

_LONGEST = 500  # characters
_SEPARATORS = (re.compile(r"或者?|以及|;|\bor\b"), re.compile(r"[、和及,]|\band\b"))


def parse_recurrence(text: str) -> tuple[Recurrence, ...]:
    """Return what a text states, Chinese or English; several are joined by ``或``, ``、``, ``or``.

    Raises ``ValueError`` with the part that is not understood.
    """
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(folded) > _LONGEST:
        raise ValueError(folded[:40] + "…")
    found: dict[Recurrence, None] = {}
    for part in _SEPARATORS[0].split(folded):
        found |= dict.fromkeys(_several(part.strip()))
    return tuple(found)


def _several(text: str) -> Iterable[Recurrence]:
    """Yield what a phrase states, or, if it is none, what its parts do."""
    one = _one(text)
    if one is not None:
        yield one
        return
    for part in _SEPARATORS[1].split(text):
        one = _one(part.strip())
        if one is None:
            raise ValueError(part.strip() or text or "–")
        yield one


def _one(text: str) -> Recurrence | None:
    return chinese.read(tight(text)) or english.read(text)


def written(recurrences: Iterable[Recurrence], language: str) -> str:
    """Return recurrences in words, Chinese (``zh``) or English, as ``parse_recurrence`` reads."""
    if language == "zh":
        return "或".join(map(chinese.write, recurrences))
    return " or ".join(map(english.write, recurrences))
