"""Gives every issue a number that is unique in its report, and says where the printed ones fail.

Printed numbers are kept. Only an issue without a number, or with one that another already has,
gets the next free one, and each such case is a question: nothing is renumbered in silence.
"""

from __future__ import annotations

from collections.abc import Sequence

from states.errors import Problem
from workflow.exchange.headings import Heading


def number_issues(headings: Sequence[Heading], source: str) -> tuple[list[int], list[Problem]]:
    """The number of each issue in order, and the questions that the printed numbers raise."""
    printed = [heading.mark.number for heading in headings]
    restart = _restart(printed)
    if headings and all(number is None for number in printed):
        return _running(headings), [
            Problem(
                "numbers_absent",
                "the issues carry no numbers; they are numbered in the order of the text",
                {},
                source,
                headings[0].line.number,
            )
        ]
    if restart is not None:
        return _running(headings), [
            Problem(
                "numbers_restart",
                "the numbers start again at {quote}; the issues are numbered through "
                "in the order of the text",
                {"quote": headings[restart].words},
                source,
                headings[restart].line.number,
            )
        ]
    numbers, problems = _fill(headings, source)
    return numbers, _gaps(headings, source) + problems


def _running(headings: Sequence[Heading]) -> list[int]:
    return list(range(1, len(headings) + 1))


def _restart(printed: Sequence[int | None]) -> int | None:
    """Where the numbers begin again with 1 and run on, as they do when each aspect counts anew."""
    for at in range(1, len(printed)):
        if printed[at] == 1 and 1 in printed[:at]:
            following = printed[at + 1] if at + 1 < len(printed) else 2
            return at if following in (1, 2) else None
    return None


def _fill(headings: Sequence[Heading], source: str) -> tuple[list[int], list[Problem]]:
    free = max((heading.mark.number or 0 for heading in headings), default=0) + 1
    lines: dict[int, int] = {}
    numbers: list[int] = []
    problems: list[Problem] = []
    for heading in headings:
        number, line = heading.mark.number, heading.line.number
        if not number:
            problems.append(
                Problem(
                    "number_absent",
                    "an issue carries no number: {quote}; it is kept as {issue}",
                    {"quote": heading.words, "issue": free},
                    source,
                    line,
                )
            )
        elif number in lines:
            problems.append(
                Problem(
                    "number_repeated",
                    "the number {number} stands twice, first in line {first}; "
                    "this issue is kept as {issue}: {quote}",
                    {
                        "number": number,
                        "first": lines[number],
                        "issue": free,
                        "quote": heading.words,
                    },
                    source,
                    line,
                )
            )
        if not number or number in lines:
            number, free = free, free + 1
        lines[number] = line
        numbers.append(number)
    return numbers, problems


def _gaps(headings: Sequence[Heading], source: str) -> list[Problem]:
    """Numbers that the text skips, and numbers that run backwards, each at the later heading."""
    known = [heading for heading in headings if heading.mark.number]
    printed = {heading.mark.number for heading in known}
    problems: list[Problem] = []
    highest = 0
    for heading in known:
        number = heading.mark.number or 0
        missing = [
            value
            for value in range(highest + 1, min(number, highest + 1000))
            if value not in printed
        ]
        if missing:
            problems.append(
                Problem(
                    "number_missing",
                    "the numbers jump from {before} to {number}: {missing} is missing",
                    {
                        "before": highest,
                        "number": number,
                        "missing": _spans(missing),
                        "quote": heading.words,
                    },
                    source,
                    heading.line.number,
                )
            )
        if number < highest:
            problems.append(
                Problem(
                    "number_out_of_order",
                    "the number {number} comes after {before}: {quote}",
                    {"number": number, "before": highest, "quote": heading.words},
                    source,
                    heading.line.number,
                )
            )
        highest = max(highest, number)
    return problems


def _spans(numbers: Sequence[int]) -> str:
    first, last = numbers[0], numbers[-1]
    return str(first) if first == last else f"{first}–{last}"
