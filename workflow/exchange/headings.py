"""Recognises the heading of an issue, in the styles that reports use, and its wording.

``N.关于“…”问题。`` in all its variants is a heading by itself. Weaker forms (``N.关于…的问题``
without quotes, a bare ``N.…``, ``针对“…”问题`` without a number) count only where their
surroundings bear them out, because the same words stand in prefaces that hold no issue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from states.frozen import replace
from workflow.exchange.labels import label_starts, read_label
from workflow.exchange.lines import Line
from workflow.exchange.marks import Level, Mark, read_mark

_WINDOW = 300  # a heading's words; keeps the search for its end linear on any input
_HEADLINE = 40
_OPENING = "“\"‘'「『〝”"
_CLOSING = "”\"’'」』〞“"
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "〝": "〞"}
_LEAD = re.compile(r"(?:(?P<about>关于|针对|对于|对)\s*)?(?:巡[察视]组?(?:反馈|指出|提出)的?\s*)?")
_TAIL = re.compile(
    r"\s*(?:的|这一|这个|等|方面的?|方面存在的?)?\s*问题(?:的?整改(?:落实|进展|完成)?(?:情况)?)?(?:方面)?"
)
_TAIL_ABOUT = re.compile(r"\s*的?整改(?:落实|进展|完成)?(?:情况)?|(?=\s*(?:[。:;]|$))")
_PLAIN = re.compile(
    r"(?:关于|针对)\s*(?P<title>[^。;:!?]{2,120}?)的?问题(?=\s*(?:$|[。:;,!])|的?整改(?:落实|进展)?(?:情况)?(?:$|[。:;,]))"
)
_PLAIN_TAIL = re.compile(r"(?:的?整改(?:落实|进展)?(?:情况)?)?")
_PUNCTUATION = re.compile(r"\s*[。:;,!.]?\s*")
# “针对巡察反馈问题，…” opens many a preface: these words name no particular issue.
_GENERAL = re.compile(
    r"(?:县委|市委|区委|本次|此次|这次)?(?:巡[察视]组?)?(?:所?(?:反馈|指出|提出|发现|存在|查摆|梳理|移交))*"
    r"(?:的|出的|到的)?(?:各类|各项|突出|主要|具体|有关|相关|上述|以上|这些|自身|各个|共性|个性|\d+[个项])*(?:意见|建议|和|及|、)*"
)


class Strength(IntEnum):
    """How sure a heading is by its own words."""

    BARE = 1
    PLAIN = 2
    QUOTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A possible heading of an issue: its mark, its wording and where the words after it begin."""

    line: Line
    mark: Mark
    title: str
    end: int
    strength: Strength
    about: bool = False  # begins with 关于 or 针对
    balanced: bool = True

    @property
    def words(self) -> str:
        """The heading as it stands in the report, with mark and punctuation."""
        return self.line.text[: self.end].strip()

    @property
    def alone(self) -> bool:
        """Whether nothing follows the heading in its line."""
        return self.end >= len(self.line.text)

    @property
    def clause(self) -> bool:
        """Whether it reads on as a sentence (针对“…”问题，召开会议…), as prefaces do."""
        before, rest = self.line.folded[: self.end].rstrip(), self.line.folded[self.end :]
        spoken = before.endswith(",") and "针对" in before and rest != ""
        return spoken and not re.match(r"一[是要]|[①1]|\(1\)", rest)

    @property
    def labelled(self) -> bool:
        """Whether a label (整改情况：) follows in the same line."""
        return read_label(self.line.folded[self.end :]) is not None


def read_heading(line: Line) -> Heading | None:
    """The heading of an issue that this line begins with, judged by the line alone."""
    mark = read_mark(line.folded)
    if mark.level is not Level.UNMARKED and read_label(line.folded) is not None:
        return None
    return (
        _quoted(line, mark)
        or _after_headline(line, mark)
        or _plain(line, mark)
        or _bare(line, mark)
    )


def _quoted(line: Line, mark: Mark) -> Heading | None:
    lead = _LEAD.match(line.folded, mark.end)
    start = lead.end() if lead else mark.end
    if start >= len(line.folded) or line.folded[start] not in _OPENING:
        return None
    about = bool(lead and lead.group("about"))
    close, balanced = _closing(line.folded, start, about or mark.named)
    if close is None:
        return None
    tail = _TAIL.match(line.folded, close + 1) or _TAIL_ABOUT.match(line.folded, close + 1)
    end = tail.end() if tail else close + 1
    return Heading(
        line=line,
        mark=mark,
        title=line.text[start + 1 : close].strip(),
        end=_after_punctuation(line.folded, end),
        strength=Strength.QUOTED,
        about=about,
        balanced=balanced,
    )


def _after_headline(line: Line, mark: Mark) -> Heading | None:
    """``1.强化监督执纪。针对“…”问题，…``: a positive headline, then the issue."""
    stop = line.folded.find("。", mark.end, mark.end + _HEADLINE)
    if mark.level is not Level.ITEM or mark.named or stop == -1:
        return None
    if not line.folded.startswith(("针对", "关于"), stop + 1):
        return None
    heading = _quoted(line, replace(mark, end=stop + 1))
    return heading and replace(heading, strength=Strength.PLAIN)


def _closing(folded: str, start: int, about: bool) -> tuple[int | None, bool]:
    """The outer closing quote: the one that balances the first, else the last before 问题."""
    opening = folded[start]
    closing = _PAIRS.get(opening)
    depth, last = 0, None
    for at in range(start, min(len(folded), start + _WINDOW)):
        char = folded[at]
        if char == "。" and last is not None:
            break
        depth += (char == opening) - (char == closing)
        if at == start or char not in (closing or _CLOSING):
            continue
        ends = _ends_heading(folded, at + 1, about)
        if closing and depth == 0:
            return (at, True) if ends else (None, True)
        if ends:
            last = at
    return last, closing is None


def _ends_heading(folded: str, at: int, about: bool) -> bool:
    return bool(_TAIL.match(folded, at) or (about and _TAIL_ABOUT.match(folded, at)))


def _plain(line: Line, mark: Mark) -> Heading | None:
    if mark.named:
        return _named(line, mark)
    hit = _PLAIN.match(line.folded, mark.end)
    if hit is None or _GENERAL.fullmatch(hit.group("title")):
        return None
    tail = _PLAIN_TAIL.match(line.folded, hit.end())
    end = tail.end() if tail else hit.end()
    return Heading(
        line=line,
        mark=mark,
        title=line.text[hit.start("title") : hit.end("title")].strip(),
        end=_after_punctuation(line.folded, end),
        strength=Strength.PLAIN,
    )


def _named(line: Line, mark: Mark) -> Heading | None:
    """``问题1：…``: the mark says that an issue follows; the wording is the first sentence."""
    about = _PLAIN.match(line.folded, mark.end)
    if about:
        title, end = line.text[about.start("title") : about.end("title")], about.end()
    else:
        end = _sentence_end(line.folded, mark.end)
        title = line.text[mark.end : end]
    title = title.strip().strip("。；;：:，,")
    if not title:
        return None
    return Heading(
        line=line,
        mark=mark,
        title=title,
        end=_after_punctuation(line.folded, end),
        strength=Strength.QUOTED,
    )


def _bare(line: Line, mark: Mark) -> Heading | None:
    if mark.level not in (Level.ITEM, Level.SECTION, Level.SUBITEM):
        return None
    end = _sentence_end(line.folded, mark.end)
    title = line.text[mark.end : end].strip().rstrip("。；;：:，,")
    if not title or len(title) > _WINDOW // 2:
        return None
    return Heading(
        line=line,
        mark=mark,
        title=title,
        end=_after_punctuation(line.folded, end),
        strength=Strength.BARE,
    )


def _sentence_end(folded: str, start: int) -> int:
    ends = {*label_starts(folded), folded.find("。", start)}
    return min((end for end in ends if end > start), default=len(folded))


def _after_punctuation(folded: str, at: int) -> int:
    hit = _PUNCTUATION.match(folded, at)
    return hit.end() if hit else at
