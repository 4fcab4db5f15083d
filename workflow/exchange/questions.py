"""Questions about a report as a whole: its numbers, its aspects, its dates, its lines.

Each is a value with the line of the words it is about; none changes what was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from states.errors import Problem
from workflow.exchange.dates import find_dates, find_range
from workflow.exchange.declaration import Declaration
from workflow.exchange.draft import ReportDraft
from workflow.exchange.issues import labels_not_taken
from workflow.exchange.lines import Line
from workflow.exchange.outline import Outline

_FULL = 20  # characters; shorter lines are headings, and lists of names
_ENOUGH_LINES = 8
_ENDS = re.compile(r"[。;:!?,、”’」』)）》…0-9]$")


def ask_about_report(draft: ReportDraft, parts: Outline, declaration: Declaration) -> list[Problem]:
    """What the report declares against what was found, and what was not taken from it."""
    problems = _counts(draft, declaration) + _aspects(parts, draft.source)
    problems += _labels(parts, draft.source) + _doubtful(parts, draft.source)
    if not draft.issues:
        problems.append(
            Problem("issues_absent", "no issue was found in this text", {}, draft.source)
        )
    return problems


def ask_about_text(lines: Sequence[Line], asked: Sequence[Problem], source: str) -> list[Problem]:
    """Dates without a year (but those ``asked`` about already), and paragraphs cut into lines."""
    return _years(lines, asked, source) + _broken_lines(lines, source)


def _counts(draft: ReportDraft, declaration: Declaration) -> list[Problem]:
    """Every place that declares a number is held against what was found."""
    found = draft.found
    problems = [
        Problem(
            "aspects_differ",
            "the text declares {declared} aspects ({quote}), {found} were found",
            {"declared": place.number, "found": found.aspects, "quote": place.quote},
            draft.source,
            place.line,
        )
        for place in declaration.aspects
        if place.number != found.aspects
    ]
    problems += [
        Problem(
            "issues_differ",
            "the text declares {declared} issues ({quote}), {found} were found",
            {"declared": place.number, "found": found.issues, "quote": place.quote},
            draft.source,
            place.line,
        )
        for place in declaration.issues
        if place.number != found.issues
    ]
    return problems


def _aspects(parts: Outline, source: str) -> list[Problem]:
    return [
        Problem(
            "aspect_empty",
            "no issue was found under the aspect {quote}",
            {"quote": aspect.title},
            source,
            aspect.line.number,
        )
        for aspect in parts.aspects
        if aspect.blocks == 0
    ]


def _labels(parts: Outline, source: str) -> list[Problem]:
    found = [label for block in parts.blocks for label in labels_not_taken(block)]
    if not found:
        return []
    return [
        Problem(
            "labels_not_taken",
            "the report also gives {quote} ({count} times); enter them by hand, "
            "they are not imported",
            {"quote": "、".join(dict.fromkeys(word for word, _ in found)), "count": len(found)},
            source,
            found[0][1],
        )
    ]


def _doubtful(parts: Outline, source: str) -> list[Problem]:
    return [
        Problem(
            "heading_doubtful",
            "this looks like the heading of an issue, but not by where it stands; "
            "it was not taken: {quote}",
            {"quote": heading.words},
            source,
            heading.line.number,
        )
        for heading in parts.doubtful
    ]


def _years(lines: Sequence[Line], asked: Sequence[Problem], source: str) -> list[Problem]:
    known = {problem.line for problem in asked if problem.code == "date_without_year"}
    found = [
        (line.number, line.text[start:end])
        for line in lines
        if line.number not in known
        for start, end in _without_year(line.folded)
    ]
    if not found:
        return []
    number, quote = found[0]
    return [
        Problem(
            "years_absent",
            "{count} dates in the text have no year, the first is {quote}",
            {"count": len(found), "quote": quote},
            source,
            number,
        )
    ]


def _without_year(folded: str) -> list[tuple[int, int]]:
    """The dates without a year; the end of a range has the year of its beginning."""
    span = find_range(folded)
    ends = span.last.end if span and span.last.year is not None else -1
    return [
        (found.start, found.end)
        for found in find_dates(folded)
        if found.year is None and found.end != ends
    ]


def _broken_lines(lines: Sequence[Line], source: str) -> list[Problem]:
    full = [line for line in lines if len(line.text) >= _FULL]
    broken = [line for line in full if not _ENDS.search(line.folded)]
    if len(full) < _ENOUGH_LINES or 2 * len(broken) < len(full):
        return []
    return [
        Problem(
            "lines_broken",
            "the text seems to be broken into lines of a fixed width (as here: {quote}); "
            "join its paragraphs first, or its measures are cut wrongly",
            {"quote": broken[0].text},
            source,
            broken[0].number,
        )
    ]
