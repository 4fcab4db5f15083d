"""``verify``: every stream of the log, entry by entry, up to its first bad one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from states.administration import evolve_office
from states.audit.checks import CHAIN, STEPS, Link, Record, dates
from states.audit.deciding import administered_again, can_be_decided, decided_again
from states.audit.glancing import Glance, Note
from states.audit.offices import Offices
from states.calendar import WEEKDAYS, Calendar
from states.errors import Message, Problem
from states.evolution import evolve
from states.frozen import replace
from states.issue import Issue
from states.log import OFFICE, UNREADABLE, Entry, Line, Row, read_entry
from states.office import Office
from states.process import Process


@dataclass(slots=True)
class Proven:
    """What a verified log yields: the folds, and every problem found on the way.

    ``decided`` counts the entries that were decided again.
    """

    issues: dict[str, Issue] = field(default_factory=dict)
    office: Office | None = None
    entries: int = 0
    decided: int = 0
    problems: list[Problem] = field(default_factory=list)


def verify(
    rows: Iterable[Row],
    processes: Mapping[str, Process],
    calendars: Mapping[str, Calendar] | None = None,
    offices: Offices | None = None,
) -> Proven:
    """Prove a log, its rows ordered by stream and number, by the rules that are on record.

    Every stream is checked up to its first bad entry, which is named; what follows from a bad
    entry proves nothing. The folds of the sound streams are returned for comparison. With the
    ``offices`` that there were (``prove_office``) every entry of an issue is decided again;
    acts of the office always are.
    """
    proven = Proven()
    record = Record(processes, {WEEKDAYS.hash: WEEKDAYS, **(calendars or {})}, offices)
    for stream, group in groupby(rows, key=attrgetter("stream")):
        if stream == OFFICE:
            prove_office(group, record, proven)
        else:
            _prove_issue(stream, map(_line, group), _Work(record, proven, _nothing))
    return proven


def prove_streams(
    lines: Iterable[Line], record: Record, proven: Proven, note: Note | None = None
) -> None:
    """Prove the streams of issues, their lines ordered by stream and number.

    What is found joins ``proven``; ``note`` is called with every entry that is sound: its stream,
    number and content. The stream of the office is passed over.
    """
    for stream, group in groupby(lines, key=itemgetter(0)):
        if stream != OFFICE:
            _prove_issue(stream, group, _Work(record, proven, note or _nothing))


def _nothing(stream: str, n: int, content: Mapping[str, Any]) -> None:
    """Note nothing."""


@dataclass(frozen=True, slots=True)
class _Work:
    record: Record
    proven: Proven
    note: Note


def prove_office(rows: Iterable[Row], record: Record, proven: Proven) -> Record:
    """Prove the stream of the office; return the record with every office that there was."""
    offices = Offices()
    previous: Entry | None = None
    for row in rows:
        proven.entries += 1
        entry, findings = _act(row, previous, record, offices)
        if entry is None or findings:
            proven.problems += [_problem(row, finding) for finding in findings]
            return replace(record, offices=offices, whole=False)
        offices.add(entry)
        proven.decided += "office" in entry.content
        previous = entry
    proven.office = offices.latest or proven.office
    return replace(record, offices=offices)


def _act(
    row: Row, previous: Entry | None, record: Record, offices: Offices
) -> tuple[Entry | None, list[Message]]:
    """Return an entry of the office, and what is wrong with it."""
    try:
        entry = read_entry(row.body, record.read)
        link = Link(row, entry, previous, None, record)
        findings = [finding for check in CHAIN for finding in check(link)]
        findings = findings or list(administered_again(link, offices.latest))
        if not findings:
            evolve_office(offices.latest, entry)
    except UNREADABLE:
        return None, [_NO_ENTRY]
    return entry, findings


_NO_ENTRY = Message("entry_unreadable", "the entry's bytes are not those of an entry")


_line: Callable[[Row], Line] = attrgetter("stream", "n", "request_id", "at", "hash", "body")


def _prove_issue(stream: str, lines: Iterator[Line], work: _Work) -> None:
    record, proven = work.record, work.proven
    glance = Glance(record, work.note)
    for line in lines:
        proven.entries += 1
        if record.glance and glance.takes(line):
            continue
        row = Row(*line)
        entry, after, findings = _next(row, glance, record)
        if entry is None or after is None or findings:
            proven.problems += [_problem(row, finding) for finding in findings]
            return
        proven.decided += can_be_decided(entry, record)
        glance.goes_on(line, entry, after)
    issue = glance.issue
    if issue is not None:
        proven.issues[stream] = issue


def _next(
    row: Row, glance: Glance, record: Record
) -> tuple[Entry | None, Issue | None, list[Message]]:
    """Return the next entry of an issue, the issue after it, and what is wrong with it."""
    try:
        entry = read_entry(row.body, record.read)
        link = Link(row, entry, glance.previous, glance.issue, record)
        after, findings = _examined(link)
    except UNREADABLE:
        return None, None, [_NO_ENTRY]
    return entry, after, findings


def _examined(link: Link) -> tuple[Issue | None, list[Message]]:
    findings = [finding for check in CHAIN for finding in check(link)]
    findings = findings or [finding for check in STEPS for finding in check(link)]
    if findings:
        return None, findings
    if not can_be_decided(link.entry, link.record):
        after = evolve(link.issue, link.entry)
        return after, list(dates(link, after))
    issue, findings = decided_again(link)
    return issue, [told for finding in findings for told in _told(link, finding)]


def _told(link: Link, finding: Message) -> list[Message]:
    """Return a finding, or where other content is another date, the dates."""
    if finding.code != "content_differs":
        return [finding]
    return list(dates(link, evolve(link.issue, link.entry))) or [finding]


def _problem(row: Row, finding: Message) -> Problem:
    return Problem(finding.code, finding.text, finding.facts, source=str(row.stream), line=row.n)
