"""Cuts an issue's text into measures: 一是…, ①…, （1）…, 1、…, or whole paragraphs.

A mark counts only where a clause begins and only in ascending order from one, so 统一是,
1.5万元 and 一是 in the middle of a phrase cut nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from workflow.exchange.draft import MeasureDraft
from workflow.exchange.lines import Line
from workflow.exchange.marks import number_of

_HAN = r"[一二三四五六七八九十]{1,3}"
_HARD = r"(?:^|(?<=[。;:!?\n)】”]))[ \t]*"
_SOFT = r"(?:^|(?<=[。;:!?\n)】”,、]))[ \t]*"
# 一是一、二是二 is a saying; 第一责任人 is kept out by the comma that 第一 needs.
_FAMILIES = (
    re.compile(rf"{_SOFT}(?P<label>(?P<number>{_HAN})[是要则])(?!一[、,])"),
    re.compile(rf"{_SOFT}(?P<label>第(?P<number>{_HAN}))[、,]\s*"),
    re.compile(rf"{_SOFT}(?P<label>(?P<number>[①-⑳]))[.、]?\s*"),
    re.compile(rf"{_HARD}(?P<label>\((?P<number>[0-9]{{1,2}})\))[.、:]?\s*", re.ASCII),
    re.compile(rf"{_HARD}(?P<label>(?P<number>[0-9]{{1,2}})[.、)])(?![0-9])\s*", re.ASCII),
    re.compile(rf"{_HARD}(?P<label>\((?P<number>{_HAN})\))[.、:]?\s*"),
    re.compile(rf"{_HARD}(?P<label>(?P<number>{_HAN})、)(?!{_HAN})\s*"),
)
_LETTER = re.compile(r"[A-Za-z\u3400-\u9fff]")
_EDGE = " \t\r\n\u3000。；;，,、."


@dataclass(frozen=True, slots=True)
class Gap:
    """A mark that does not follow its predecessor: the cut before it was not made."""

    line: int
    after: str
    label: str


@dataclass(frozen=True, slots=True)
class _Cut:
    family: int
    number: int
    label: str
    start: int
    end: int


def cut_measures(
    paragraphs: Sequence[Line], first: int = 1
) -> tuple[list[MeasureDraft], list[Gap]]:
    """The measures of consecutive paragraphs, numbered from ``first``; see the module's words.

    Where no marks stand, each paragraph is one measure. A paragraph before the first mark is an
    introduction; paragraphs between two marks belong to the earlier one.
    """
    text = "\n".join(line.text for line in paragraphs)
    folded = "\n".join(line.folded for line in paragraphs)
    chosen, gaps = _sequence(folded)
    if not chosen:
        whole = [line for line in paragraphs if _LETTER.search(line.text)]
        return [
            MeasureDraft(number, line.text.strip(_EDGE), line.number)
            for number, line in enumerate(whole, first)
        ], []
    place = _Places(paragraphs)
    found = [
        MeasureDraft(
            number, words, place.line(cut.start), text[cut.start : cut.start + len(cut.label)]
        )
        for number, (cut, words) in enumerate(_texts(text, chosen), first)
    ]
    return found, [Gap(place.line(cut.start), after, cut.label) for after, cut in gaps]


def _sequence(folded: str) -> tuple[list[_Cut], list[tuple[str, _Cut]]]:
    """The ascending marks of the family that begins first, and the marks out of order."""
    marks = sorted(
        (
            _Cut(family, number_of(hit["number"]), hit["label"], hit.start("label"), hit.end())
            for family, pattern in enumerate(_FAMILIES)
            for hit in pattern.finditer(folded)
        ),
        key=lambda cut: cut.start,
    )
    family = _leading_family(folded, marks)
    chosen: list[_Cut] = []
    gaps: list[tuple[str, _Cut]] = []
    for cut in (mark for mark in marks if mark.family == family):
        expected = chosen[-1].number + 1 if chosen else 1
        restarts = cut.number == 1 and _before(folded, cut.start) in ("", "\n")
        if cut.number == expected or restarts:
            chosen.append(cut)
        elif chosen and cut.number > expected:
            gaps.append((chosen[-1].label, cut))
    return chosen, gaps


def _leading_family(folded: str, marks: list[_Cut]) -> int | None:
    """The family of the first mark 1 that has a mark 2, or that needs none: 一是 after a stop."""
    followed = {mark.family for mark in marks if mark.number == 2}
    for mark in marks:
        if mark.number != 1:
            continue
        stop = _before(folded, mark.start) not in (",", "、")
        if mark.family in followed or (mark.family == 0 and mark.label.endswith("是") and stop):
            return mark.family
    return None


def _before(folded: str, at: int) -> str:
    """The character before a position, blanks passed over; ``""`` at the beginning."""
    while at > 0 and folded[at - 1] in " \t":
        at -= 1
    return folded[at - 1 : at]


def _texts(text: str, chosen: list[_Cut]) -> list[tuple[_Cut, str]]:
    found = []
    for at, cut in enumerate(chosen):
        last = at + 1 == len(chosen) or chosen[at + 1].number == 1
        words = _LETTER.search(text, cut.end)  # they may begin in the line after the mark
        line_end = text.find("\n", words.start()) if words else -1
        end = chosen[at + 1].start if at + 1 < len(chosen) else len(text)
        if last and line_end != -1:
            end = min(end, line_end)
        found.append((cut, text[cut.end : end].strip(_EDGE)))
    return found


class _Places:
    """From a position in the joined paragraphs to the line it stands in."""

    def __init__(self, paragraphs: Sequence[Line]) -> None:
        self.numbers = [line.number for line in paragraphs]
        lengths = (len(line.text) + 1 for line in paragraphs)
        self.ends = list(accumulate(lengths))

    def line(self, position: int) -> int:
        return self.numbers[bisect_right(self.ends, position)]
