"""The pipeline: lines → without noise → taken apart → outline → issues → questions → draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from states.errors import Invalid, Problem
from states.frozen import replace
from workflow.exchange.declaration import Declaration, Declared, read_declaration
from workflow.exchange.draft import AspectDraft, Counts, IssueDraft, ReportDraft
from workflow.exchange.glue import unglue
from workflow.exchange.issues import ask_about_claim, read_issue
from workflow.exchange.lines import Line, split_lines
from workflow.exchange.marks import Level, read_mark
from workflow.exchange.noise import clean
from workflow.exchange.numbering import number_issues
from workflow.exchange.origin import read_origin
from workflow.exchange.outline import Outline, outline
from workflow.exchange.questions import ask_about_report, ask_about_text

_TITLE_END = re.compile(r"报告|通报|公示|情况|台账|公告|汇报|清单|方案")
_LONGEST_TITLE = 80


def parse_report(text: str, *, source: str, sha256: str) -> ReportDraft:
    """The draft of a report's text; ``source`` and ``sha256`` are kept as they are given.

    Raises ``Invalid`` (``report_empty``) where the text holds no words. A text without issues is
    no error: the draft says that none was found.
    """
    return parse_lines(split_lines(text), source=source, sha256=sha256)


def parse_lines(lines: Iterable[Line], *, source: str, sha256: str) -> ReportDraft:
    """The same for lines that somebody else has numbered (paragraphs of a ``.docx``)."""
    cleaned, removed = clean(lines)
    if not cleaned:
        raise Invalid(Problem("report_empty", "the report is empty", {}, source))
    title, rest = _title(cleaned)
    parts = outline(unglue(rest))
    origin, problems = read_origin(parts.preface, title, source)
    declaration = read_declaration(parts.outside)
    issues, about_issues = _issues(parts, declaration, source)
    aspects = tuple(AspectDraft(aspect.title, aspect.line.number) for aspect in parts.aspects)
    draft = ReportDraft(
        source=source,
        sha256=sha256,
        title=title,
        origin=origin,
        declared=Counts(aspects=_first(declaration.aspects), issues=_first(declaration.issues)),
        aspects=aspects,
        issues=issues,
        removed=tuple(removed),
    )
    problems += about_issues + ask_about_report(draft, parts, declaration)
    problems += ask_about_text(cleaned, problems, source)
    return replace(draft, problems=tuple(sorted(problems, key=_place)))


def _place(problem: Problem) -> int:
    return problem.line or 0


def _first(declared: Sequence[Declared]) -> int | None:
    return declared[0].number if declared else None


def _title(lines: list[Line]) -> tuple[str, list[Line]]:
    """The first line where it is worded as a title, with a second one that completes it."""
    for count in (1, 2):
        if count > len(lines) or _is_marked(lines[count - 1]):
            break
        words = "".join(line.text for line in lines[:count])
        ends = not re.search(r"[。，；：！？!?]$", words)
        if len(words) <= _LONGEST_TITLE and ends and _TITLE_END.search(words):
            return words, lines[count:] or lines
    return "", lines


def _is_marked(line: Line) -> bool:
    return read_mark(line.folded).level is not Level.UNMARKED


def _issues(
    parts: Outline, declaration: Declaration, source: str
) -> tuple[tuple[IssueDraft, ...], list[Problem]]:
    numbers, problems = number_issues([block.heading for block in parts.blocks], source)
    aspects = {id(section) for section in parts.aspects}
    issues: list[IssueDraft] = []
    for block, number in zip(parts.blocks, numbers, strict=True):
        if block.section is not None and id(block.section) not in aspects:
            block.section = None
        issue, own = read_issue(block, number, source)
        issues.append(issue)
        problems += own
        if declaration.completed_line is not None or issue.completed:
            problems += ask_about_claim(issue, block, source)
    return tuple(issues), problems
