"""From the blocks of the outline to issues: wording, claim, measures, and what each leaves open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from states.errors import Problem
from workflow.exchange.contradictions import find_contradictions
from workflow.exchange.declaration import claims_completion
from workflow.exchange.draft import IssueDraft, MeasureDraft
from workflow.exchange.headings import Heading
from workflow.exchange.labels import Role, strip_label
from workflow.exchange.lines import Line
from workflow.exchange.measures import Gap, cut_measures
from workflow.exchange.outline import Block

_CLAIMS = (Role.CLAIM, Role.EFFECT)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph of an issue; ``group`` counts the sub-problems before it."""

    role: Role
    label: str
    line: Line
    group: int


def read_issue(block: Block, number: int, source: str) -> tuple[IssueDraft, list[Problem]]:
    """The issue of one block, and its own questions (all but those about its number)."""
    heading = block.heading
    paragraphs = _paragraphs(block)
    claim = _claim(paragraphs)
    measures, gaps = _measures(paragraphs)
    issue = IssueDraft(
        number=number,
        title=heading.title,
        heading=heading.words,
        aspect=block.section.title if block.section else "",
        line=heading.line.number,
        claim="\n".join(line.text for line in claim),
        claim_line=claim[0].number if claim else None,
        completed=any(claims_completion(line.folded) for line in [heading.line, *claim]),
        measures=tuple(measures),
    )
    problems = [
        *_ask_about_wording(heading, number, source),
        *_ask_about_content(issue, source),
        *(_gap(gap, number, source) for gap in gaps),
        *_ask_about_sub_problems(block, number, source),
    ]
    return issue, problems


def ask_about_claim(issue: IssueDraft, block: Block, source: str) -> list[Problem]:
    """The clauses of an issue that is reported as completed which say that it is not."""
    return [
        Problem(
            "completed_but",
            "issue {issue} is reported as completed, but the text says: {quote}",
            {"issue": issue.number, "quote": hit.quote, "sign": hit.sign},
            source,
            line.number,
        )
        for line in _claim(_paragraphs(block))
        for hit in find_contradictions(line.text, line.folded)
    ]


def labels_not_taken(block: Block) -> list[tuple[str, int]]:
    """The labels whose words are not imported (责任人, 整改时限, …), each with its line."""
    return [
        (paragraph.label, paragraph.line.number)
        for paragraph in _paragraphs(block)
        if paragraph.role is Role.OTHER
    ]


def _paragraphs(block: Block) -> list[_Paragraph]:
    """The block's lines; a line without a label continues what the label before it began."""
    found: list[_Paragraph] = []
    role, label, group = Role.CLAIM, "", 0
    for entry in block.body:
        if isinstance(entry, Heading):
            role, label, group = Role.CLAIM, "", group + 1
            rest = entry.line.part(entry.end)
            own, word, line = strip_label(rest)
        else:
            own, word, line = strip_label(entry)
        if own is not None:
            role, label = own, word
        if line.text:
            found.append(_Paragraph(role, label, line, group))
    return found


def _claim(paragraphs: Iterable[_Paragraph]) -> list[Line]:
    """What the report says was done: the 整改情况, or the measures where nothing else is said."""
    known = list(paragraphs)
    claim = [paragraph.line for paragraph in known if paragraph.role in _CLAIMS]
    return claim or [paragraph.line for paragraph in known if paragraph.role is Role.MEASURES]


def _measures(paragraphs: list[_Paragraph]) -> tuple[list[MeasureDraft], list[Gap]]:
    """Measures stand under 整改措施 where there is such a label, else in the claim.

    Each sub-problem is looked at by itself.
    """
    measures: list[MeasureDraft] = []
    gaps: list[Gap] = []
    for group in sorted({paragraph.group for paragraph in paragraphs}):
        own = [paragraph for paragraph in paragraphs if paragraph.group == group]
        labelled = [paragraph.line for paragraph in own if paragraph.role is Role.MEASURES]
        lines = labelled or [paragraph.line for paragraph in own if paragraph.role is Role.CLAIM]
        found, missed = cut_measures(lines, first=len(measures) + 1)
        measures.extend(found)
        gaps.extend(missed)
    return measures, gaps


def _ask_about_wording(heading: Heading, number: int, source: str) -> list[Problem]:
    if heading.balanced:
        return []
    return [
        Problem(
            "quotes_unbalanced",
            "the quotes in the heading of issue {issue} do not pair, so its title may be cut "
            "wrongly: {quote}",
            {"issue": number, "quote": heading.words},
            source,
            heading.line.number,
        )
    ]


def _ask_about_content(issue: IssueDraft, source: str) -> list[Problem]:
    if issue.measures:
        return []
    if issue.claim:
        return [
            Problem(
                "measures_absent",
                "no measure was found for issue {issue}: {quote}",
                {"issue": issue.number, "quote": issue.heading},
                source,
                issue.line,
            )
        ]
    return [
        Problem(
            "claim_absent",
            "the report says nothing on the rectification of issue {issue}: {quote}",
            {"issue": issue.number, "quote": issue.heading},
            source,
            issue.line,
        )
    ]


def _gap(gap: Gap, number: int, source: str) -> Problem:
    return Problem(
        "measure_numbers_jump",
        "in issue {issue}, {quote} follows {after}: its measures may be cut wrongly",
        {"issue": number, "quote": gap.label, "after": gap.after},
        source,
        gap.line,
    )


def _ask_about_sub_problems(block: Block, number: int, source: str) -> list[Problem]:
    headings = [entry for entry in block.body if isinstance(entry, Heading)]
    if not headings:
        return []
    return [
        Problem(
            "sub_problems",
            "issue {issue} holds {count} sub-problems, the first is {quote}; "
            "they are kept as one issue",
            {"issue": number, "count": len(headings), "quote": headings[0].words},
            source,
            headings[0].line.number,
        )
    ]
