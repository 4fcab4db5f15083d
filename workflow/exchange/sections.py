"""Chapters and aspects: what a heading 一、 or （一） announces, judged by its words.

Reports open with an organising part and close with next steps; both number their paragraphs
like aspects. Only where the issues stand does a heading （一） group anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from workflow.exchange.lines import Line, fold
from workflow.exchange.marks import Level, Mark, read_mark


class Zone(Enum):
    """What a section is about, as far as its heading says it."""

    OPEN = auto()
    ORGANISING = auto()
    ISSUES = auto()
    NEXT_STEPS = auto()


_NEXT_STEPS = re.compile(
    r"(?:下一步|下步|今后|接下来)|.*(?:下一步|下步|今后|后续).{0,12}(?:打算|工作|计划|安排|措施|思路)"
    r"|.*(?:打算|努力方向)$"
)
_NEXT_LINE = re.compile(
    r"(?:下一步|下步|今后)(?:的)?(?:整改)?(?:工作)?(?:的)?(?:打算|安排|计划|措施|思路|工作)[:。]?"
)
_ORGANISING = re.compile(r"组织|领导|总体|基本情况|担当|站位|责任|认识|高度重视|部署|统筹")
_ISSUES = re.compile(
    r"逐[项条一]|反馈.{0,4}问题|问题.{0,6}整改|整改(?:落实|进展|完成)?情况|方面|聚焦|存在.{0,4}问题"
)
_ASPECT = re.compile(r"方面|聚焦")
_OF_ISSUES = re.compile(r"聚焦.{4,}|.*方面(?:存在)?的?(?:问题|情况)?")
_ASPECT_LINE = re.compile(
    r"(?:在|聚焦|落实|贯彻)?[^。;:!?]{4,70}方面(?:的问题|存在的?问题|问题)?[:。]?"
)
_NO_ASPECT = re.compile(r"逐[项条]|(?:问题)?整改(?:落实|进展|完成)?情况")


@dataclass(slots=True)
class Section:
    """A chapter or a heading （一）; ``blocks`` counts the issues directly under it."""

    line: Line
    mark: Mark
    zone: Zone
    chapter: Section | None = None
    blocks: int = 0

    @property
    def title(self) -> str:
        """The heading's words without its mark, its full stop and what follows it."""
        return re.split(r"[。：:]", self.line.text[self.mark.end :], maxsplit=1)[0].strip()

    @property
    def worded_as_aspect(self) -> bool:
        """Whether the words are those of an aspect (聚焦…方面)."""
        return bool(_ASPECT.search(self.title)) and len(self.title) <= 90


def read_section(line: Line, chapter: Section | None) -> Section | None:
    """The chapter or section that a line announces, by its mark or as 下一步工作打算."""
    mark = read_mark(line.folded)
    if _NEXT_LINE.fullmatch(line.folded):
        return Section(line, Mark(Level.CHAPTER, None, 0), Zone.NEXT_STEPS)
    if mark.level is Level.CHAPTER:
        return Section(line, mark, _zone(line, mark))
    if mark.level is Level.SECTION:
        return _inside(Section(line, mark, Zone.OPEN, chapter))
    return None


def _inside(section: Section) -> Section:
    """A section is about what its chapter is about, unless the chapter leaves that open."""
    chapter = section.chapter.zone if section.chapter else Zone.OPEN
    if chapter in (Zone.NEXT_STEPS, Zone.ORGANISING):
        section.zone = chapter
    elif _announces_next_steps(fold(section.title)):
        section.zone = Zone.NEXT_STEPS
    elif _OF_ISSUES.fullmatch(fold(section.title)):
        section.zone = Zone.ISSUES
    else:
        section.zone = chapter
    return section


def read_aspect_line(line: Line, chapter: Section | None) -> Section | None:
    """An aspect written without a mark (聚焦…方面的问题), as automatic numbering leaves it."""
    if read_mark(line.folded).level is not Level.UNMARKED:
        return None
    if not _ASPECT_LINE.fullmatch(line.folded):
        return None
    return Section(line, Mark(Level.SECTION, None, 0), Zone.ISSUES, chapter)


def aspects_of(sections: list[Section]) -> list[Section]:
    """The sections that group issues, and empty ones beside them that are worded as aspects."""
    chapters = {id(section.chapter) for section in sections if section.blocks}
    return [section for section in sections if _is_aspect(section, chapters)]


def _is_aspect(section: Section, chapters: set[int]) -> bool:
    if section.blocks == 0:
        beside = section.mark.level is Level.SECTION and id(section.chapter) in chapters
        return beside and section.worded_as_aspect
    if section.mark.level is Level.CHAPTER:
        return "方面" in section.title
    return not _NO_ASPECT.match(section.title)


def _zone(line: Line, mark: Mark) -> Zone:
    words = re.split(r"[。:]", line.folded[mark.end :], maxsplit=1)[0].replace("问题导向", "")[:120]
    if _announces_next_steps(words):
        return Zone.NEXT_STEPS
    issues, organising = _ISSUES.search(words), _ORGANISING.search(words)
    if issues and (not organising or "方面" in words):
        return Zone.ISSUES
    return Zone.ORGANISING if organising else Zone.OPEN


def _announces_next_steps(words: str) -> bool:
    return bool(_NEXT_STEPS.match(words)) and "方面" not in words
