"""The marks by which official Chinese documents number their levels: 一、 （一） 1. （1） 问题1：.

The order of the levels is that of GB/T 9704-2012; a mark is read from the folded line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_HAN = r"[一二三四五六七八九十百]{1,5}"


class Level(IntEnum):
    """How deep a mark stands; a greater value is further down."""

    CHAPTER = 1
    SECTION = 2
    ITEM = 3
    SUBITEM = 4
    UNMARKED = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at the start of a line: its level, its number and where the words after it begin."""

    level: Level
    number: int | None
    end: int
    named: bool = False  # 问题1：says itself that it numbers an issue


_NAMED = re.compile(
    rf"[(\[【]?\s*问题\s*(?:([0-9]{{1,3}})|({_HAN}))\s*(?:[)\]】]\s*[:、.]?|[:、.])\s*", re.ASCII
)
_MARKS = (
    (Level.CHAPTER, re.compile(rf"({_HAN})\s*、\s*")),
    (Level.SECTION, re.compile(rf"\(\s*({_HAN})\s*\)\s*[、.:]?\s*")),
    (Level.ITEM, re.compile(r"([0-9]{1,3})\s*[.、:](?![0-9])\s*", re.ASCII)),
    (Level.ITEM, re.compile(r"([0-9]{1,3})\s+(?=关于|针对|[“\"])", re.ASCII)),
    (Level.SUBITEM, re.compile(r"\(\s*([0-9]{1,3})\s*\)\s*[、.:]?\s*", re.ASCII)),
    (Level.SUBITEM, re.compile(r"([0-9]{1,2})\)\s*", re.ASCII)),
    (Level.SUBITEM, re.compile(r"([①-⑳])\s*")),
)


def read_mark(folded: str) -> Mark:
    """The mark a line begins with; level UNMARKED where there is none."""
    hit = _NAMED.match(folded)
    if hit:
        return Mark(Level.ITEM, number_of(hit.group(1) or hit.group(2)), hit.end(), named=True)
    for level, pattern in _MARKS:
        hit = pattern.match(folded)
        if hit:
            return Mark(level, number_of(hit.group(1)), hit.end())
    return Mark(Level.UNMARKED, None, 0)


def number_of(numeral: str) -> int:
    """The value of Arabic digits, of a circled digit, or of a Chinese numeral below 1000."""
    if numeral.isdecimal():
        return int(numeral)
    if "①" <= numeral[0] <= "⑳":
        return ord(numeral[0]) - ord("①") + 1
    total, digit = 0, 0
    for char in numeral:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit
