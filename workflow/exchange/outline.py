"""The skeleton of a report: its sections, its issues' headings and the lines under each.

A heading is accepted by its words and by where it stands: no issue is taken from the next
steps, and none from a preface that merely speaks of problems.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from states.frozen import replace
from workflow.exchange.dates import find_dates
from workflow.exchange.headings import Heading, Strength, read_heading
from workflow.exchange.labels import Role, read_label, strip_label
from workflow.exchange.lines import Line
from workflow.exchange.marks import Level, Mark, number_of, read_mark
from workflow.exchange.sections import Section, Zone, aspects_of, read_aspect_line, read_section

_CLOSING = re.compile(
    r"特此报告|附件?\s*[0-9]*\s*:|附件$|\(?联系(?:人|电话|方式)"
    r"|(?:电话|电子邮箱|邮政编码|通讯地址)\s*:|\(此件"
)
_ISSUE_LABELS = (Role.CLAIM, Role.MEASURES, Role.PROBLEM)
_SEVERAL = 3  # no preface numbers that many paragraphs 针对“…”问题
_LOOK_AHEAD = 4  # lines after 问题描述： among which 整改情况： or 整改措施： must stand


@dataclass(slots=True)
class Block:
    """An issue's heading, its section and its lines; a heading among them is a sub-problem's."""

    heading: Heading
    section: Section | None
    body: list[Line | Heading] = field(default_factory=list)
    by_label: bool = False


@dataclass(slots=True)
class Outline:
    """A report taken apart: ``preface`` ends at the first issue, ``outside`` is in no issue."""

    blocks: list[Block] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    preface: list[Line] = field(default_factory=list)
    outside: list[Line] = field(default_factory=list)
    doubtful: list[Heading] = field(default_factory=list)

    @property
    def aspects(self) -> list[Section]:
        """The sections that are aspects."""
        return aspects_of(self.sections)


def outline(lines: Sequence[Line]) -> Outline:
    """The skeleton of the cleaned lines."""
    walk = _Walk(lines)
    for at in range(len(lines)):
        walk.take(at)
    return walk.found


class _Walk:
    """One pass over the lines with the chapter, the section and the issue that are open."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.headings = [read_heading(line) for line in lines]
        self.bare_allowed = not any(_marked(heading) for heading in self.headings)
        self.quoted = sum(
            _marked(heading) and heading.strength is Strength.QUOTED
            for heading in self.headings
            if heading
        )
        self.found = Outline()
        self.chapter: Section | None = None
        self.section: Section | None = None
        self.block: Block | None = None
        self.pending: int | None = None

    @property
    def zone(self) -> Zone:
        inner = self.section or self.chapter
        return inner.zone if inner else Zone.OPEN

    def take(self, at: int) -> None:
        line, heading = self.lines[at], self.headings[at]
        section = self._section(line, at)
        if heading is not None and self._accepts(heading, at):
            self._open_issue(Block(heading, None))
        elif self._takes_label(line, at):
            return
        elif section is not None:
            self._open_section(section)
        elif self.block is not None and not self._closes(at):
            self._doubt(heading, self.block)
            self.block.body.append(self._sub_problem(heading, at) or line)
        else:
            self._leave(line, heading)

    def _accepts(self, heading: Heading, at: int) -> bool:
        level = heading.mark.level
        if self.zone is Zone.NEXT_STEPS or self._groups(heading, at):
            return False
        if self.block and level > self.block.heading.mark.level and not self.block.by_label:
            return False
        if heading.strength is Strength.QUOTED and level is not Level.UNMARKED:
            return not heading.clause or self.zone is Zone.ISSUES or self.quoted >= _SEVERAL
        if level is Level.CHAPTER:
            return False
        if heading.labelled or self._next_is_labelled(at):
            return heading.strength > Strength.BARE or self._bare(heading)
        return self._stands_as_heading(heading)

    def _stands_as_heading(self, heading: Heading) -> bool:
        """Without a label after it, or without quotes or mark, its place must speak for it."""
        if heading.strength is Strength.BARE or self.zone is Zone.ORGANISING:
            return False
        marked = heading.mark.level is not Level.UNMARKED
        if heading.alone and (marked or heading.strength is Strength.QUOTED):
            return True
        if self.zone is not Zone.ISSUES:
            return False
        if marked:
            return heading.mark.number in (1, self._last_number() + 1)
        return heading.alone or heading.strength is Strength.QUOTED

    def _bare(self, heading: Heading) -> bool:
        return self.bare_allowed and not re.search(r"方面(?:的?问题)?$", heading.title)

    def _groups(self, heading: Heading, at: int) -> bool:
        """A heading （一） with headings 1. right below it, or worded as an aspect, is no issue."""
        if heading.mark.level not in (Level.CHAPTER, Level.SECTION) or not heading.alone:
            return False
        below = self.headings[at + 1] if at + 1 < len(self.lines) else None
        deeper = _marked(below) and below is not None and below.mark.level > heading.mark.level
        return deeper or bool(re.search(r"方面(?:存在)?的?问题", heading.line.folded))

    def _next_is_labelled(self, at: int) -> bool:
        return at + 1 < len(self.lines) and read_label(self.lines[at + 1].folded) in _ISSUE_LABELS

    def _last_number(self) -> int:
        return (self.found.blocks[-1].heading.mark.number or 0) if self.found.blocks else 0

    def _section(self, line: Line, at: int) -> Section | None:
        follows = at + 1 < len(self.lines) and self.headings[at + 1] is not None
        if follows and (unmarked := read_aspect_line(line, self.chapter)):
            return unmarked
        section = read_section(line, self.chapter)
        if section is None or self.block is None:
            return section
        return section if self._is_structural(section, at) else None

    def _is_structural(self, section: Section, at: int) -> bool:
        """Inside an issue, 一、 and （一） may number its measures instead of opening a section."""
        if section.zone is Zone.NEXT_STEPS or section.worded_as_aspect:
            return True
        if at + 1 < len(self.lines) and _marked(self.headings[at + 1]):
            return True
        level = section.mark.level
        before = self.chapter if level is Level.CHAPTER else self.section
        body = self.block.body if self.block else []
        lines = [entry.line if isinstance(entry, Heading) else entry for entry in body]
        enumerates = any(read_mark(line.folded).level is level for line in lines)
        if before is None:
            return not enumerates and section.mark.number != 1
        return not enumerates and section.mark.number == (before.mark.number or 0) + 1

    def _open_section(self, section: Section) -> None:
        self.block = None
        self.section = None if section.mark.level is Level.CHAPTER else section
        if section.mark.level is Level.CHAPTER:
            self.chapter = section
        self.found.sections.append(section)
        self._outside(section.line)

    def _open_issue(self, block: Block) -> None:
        heading = block.heading
        if self.pending is not None and heading.mark.number is None:
            block.heading = replace(heading, mark=replace(heading.mark, number=self.pending))
        self.pending = None
        block.section = self.section or self.chapter
        if block.section:
            block.section.blocks += 1
        self.block = block
        self.found.blocks.append(block)
        rest = heading.line.part(heading.end)
        if rest.text:
            block.body.append(rest)

    def _takes_label(self, line: Line, at: int) -> bool:
        """序号：, 反馈方面： and 问题描述：, as labelled lines and table rows have them."""
        role, _, words = strip_label(line)
        if self.zone is Zone.NEXT_STEPS:
            return False
        mark = read_mark(line.folded)
        if mark.level is Level.ITEM and mark.end == len(line.text):
            self.pending = mark.number
            return True
        if role is Role.NUMBER and words.folded.isdecimal():
            self.pending = number_of(words.folded)
            return True
        if role is Role.ASPECT and words.text:
            known = self.section is not None and self.section.title == words.text
            if not known:
                self._open_section(
                    Section(words, Mark(Level.SECTION, None, 0), Zone.ISSUES, self.chapter)
                )
            return True
        return role is Role.PROBLEM and self._opens_by_label(words, at)

    def _opens_by_label(self, words: Line, at: int) -> bool:
        if not words.text or (self.block and not self._is_done(self.block)):
            return False
        ahead = self.lines[at + 1 : at + 1 + _LOOK_AHEAD]
        if not any(read_label(line.folded) in (Role.CLAIM, Role.MEASURES) for line in ahead):
            return False
        heading = read_heading(words)
        if heading is None or heading.strength is Strength.BARE:
            title = words.text.rstrip("。；;：:，,")
            heading = Heading(
                line=words,
                mark=Mark(Level.UNMARKED, None, 0),
                title=title,
                end=len(words.text),
                strength=Strength.BARE,
            )
        self._open_issue(Block(heading, None, by_label=True))
        return True

    def _doubt(self, heading: Heading | None, block: Block) -> None:
        """针对“…”问题 inside an issue is another issue's heading, unless it repeats the title."""
        if heading and heading.mark.level is Level.UNMARKED and heading.strength is Strength.QUOTED:
            title = block.heading.title
            if heading.about and heading.title not in title and title not in heading.title:
                self.found.doubtful.append(heading)

    def _is_done(self, block: Block) -> bool:
        """A block begun by a label ends at the next 问题描述：, once it has a claim or measures."""
        roles = {read_label(entry.folded) for entry in block.body if isinstance(entry, Line)}
        return block.by_label and bool(roles & {Role.CLAIM, Role.MEASURES})

    def _sub_problem(self, heading: Heading | None, at: int) -> Heading | None:
        if heading is None or heading.mark.level is Level.UNMARKED or self.block is None:
            return None
        if heading.mark.level <= self.block.heading.mark.level:
            return None
        if heading.strength is Strength.QUOTED or (
            heading.strength is Strength.PLAIN and heading.alone
        ):
            return heading
        return heading if heading.strength is Strength.BARE and self._next_is_labelled(at) else None

    def _closes(self, at: int) -> bool:
        """A signature, a date on its own or an attachment list ends the last issue."""
        here = self.lines[at].folded
        if _CLOSING.match(here) or _is_date(here):
            return True
        below = self.lines[at + 1].folded if at + 1 < len(self.lines) else ""
        return len(here) <= 40 and not re.search(r"[。;:,!?]$", here) and _is_date(below)

    def _leave(self, line: Line, heading: Heading | None) -> None:
        self.block = None
        if heading and _marked(heading) and self.zone is not Zone.NEXT_STEPS:
            self.found.doubtful.append(heading)
        self._outside(line)

    def _outside(self, line: Line) -> None:
        if not self.found.blocks:
            self.found.preface.append(line)
        if self.zone is not Zone.NEXT_STEPS:
            self.found.outside.append(line)


def _marked(heading: Heading | None) -> bool:
    return (
        heading is not None
        and heading.mark.level is not Level.UNMARKED
        and heading.strength > Strength.BARE
    )


def _is_date(folded: str) -> bool:
    found = find_dates(folded)
    return len(found) == 1 and not (folded[: found[0].start] + folded[found[0].end :]).strip("() ")
