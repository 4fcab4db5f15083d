"""What a report says about itself: how many aspects and issues there are, and that all are done.

Only words outside the issues count, and only where the sentence is about the feedback: reports
are full of other totals (民主生活会查摆问题5个方面11个).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from workflow.exchange.lines import Line, sentences
from workflow.exchange.marks import number_of

_NUMBER = r"(?:[0-9]{1,4}|[一二三四五六七八九十百]{1,5})"
_ASPECTS = rf"(?<![0-9第])(?P<aspects>{_NUMBER})\s*个?大?(?:方面|大类|类)"
_ISSUES = rf"(?<![0-9第])(?P<issues>{_NUMBER})\s*[个项条](?:具体|突出|主要|反馈|存在的?)?问题"
_DECLARATIONS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_ASPECTS}[^。;0-9]{{0,12}}?{_ISSUES}",
        rf"(?:反馈|指出|提出|移交|发现)[^。;,0-9]{{0,24}}?{_ISSUES}",
        rf"(?:这|上述|以上|以下)\s*{_ISSUES}",
        rf"(?:反馈|指出|提出|移交)[^。;,0-9]{{0,12}}?问题(?:共计?|合计|总计)?\s*(?P<issues>{_NUMBER})\s*[个项条]",
        rf"(?:反馈|指出|提出|存在|以下|上述)[^。;,0-9]{{0,16}}?{_ASPECTS}(?:存在)?的?问题",
    )
)
_ABOUT = re.compile(r"反馈|指出|巡[察视]组|巡[察视]意见|以下|上述|如下")
_OTHERS = re.compile(
    r"民主生活会|组织生活会|自查|查摆|排查|审计|专项(?!巡)|各单位|其他|其它|上一?轮|其中"
)
_NEAR = 30  # characters before a number that say whose number it is
_DONE = r"(?:完成整改|整改完成|整改完毕|整改到位|整改落实到位|完成|销号|整改结束)"
_COMPLETED = re.compile(
    rf"(?:全部|均|都|全面)(?:已经?)?[^。;,]{{0,8}}?{_DONE}|已全部整改"
    r"|(?:整改|完成)率?\s*(?:达到?|为|实现)?了?\s*100%"
)
_NOT_YET = re.compile(r"(?:确保|力争|争取|保证|必须|未|不|将|计划|预计|要)[^。;,]{0,20}$")
_IN_PARTS = re.compile(
    r"(?:正在|持续|未完成|未整改|基本完成|部分)(?:整改|推进|完成)?[^。;,]{0,8}?[0-9]+\s*[个项条]",
    re.ASCII,
)
_OWN = re.compile(
    r"(?:已|已经|均已|现已|全部)(?:整改完成|完成整改|整改完毕|整改到位|销号|办结)|[(\[【]已(?:完成|整改)"
)


@dataclass(frozen=True, slots=True)
class Declared:
    """A number that the text gives for its aspects or issues, with the words and their line."""

    number: int
    line: int
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the text declares, in order; ``completed_line`` is the line that calls all done."""

    aspects: tuple[Declared, ...]
    issues: tuple[Declared, ...]
    completed_line: int | None


def read_declaration(outside: Iterable[Line]) -> Declaration:
    """The declarations in the lines that belong to no issue."""
    aspects: list[Declared] = []
    issues: list[Declared] = []
    completed: int | None = None
    for line in sentences(outside):
        if _ABOUT.search(line.folded):
            _collect(line, aspects, issues)
        if completed is None and _calls_all_done(line.folded):
            completed = line.number
    return Declaration(
        aspects=tuple(sorted(aspects, key=lambda declared: declared.line)),
        issues=tuple(sorted(issues, key=lambda declared: declared.line)),
        completed_line=completed,
    )


def claims_completion(folded: str) -> bool:
    """Whether an issue's own text calls it completed (已整改到位, 已完成整改)."""
    return bool(_OWN.search(folded))


def _collect(line: Line, aspects: list[Declared], issues: list[Declared]) -> None:
    for pattern in _DECLARATIONS:
        for hit in pattern.finditer(line.folded):
            if _OTHERS.search(line.folded, max(0, hit.start() - _NEAR), hit.end()):
                continue
            quote = line.text[hit.start() : hit.end()]
            for name, into in (("aspects", aspects), ("issues", issues)):
                if hit.groupdict().get(name):
                    _add(into, Declared(number_of(hit[name]), line.number, quote))


def _add(into: list[Declared], found: Declared) -> None:
    """Each number once per line: ``4个方面25个问题 … 这25个问题`` declares 25 once."""
    if not any(known.line == found.line and known.number == found.number for known in into):
        into.append(found)


def _calls_all_done(folded: str) -> bool:
    if _IN_PARTS.search(folded) or not re.search(r"整改|问题", folded):
        return False
    return any(not _NOT_YET.search(folded[: hit.start()]) for hit in _COMPLETED.finditer(folded))
