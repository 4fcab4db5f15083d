"""The auditor's functions: rebuild an issue from its entries, and prove a stream of the log.

``replay`` is the fold that the engine itself uses; there is no second implementation to drift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from states.administration import evolve_office
from states.canonical import stamp
from states.errors import Message, Problem
from states.evolution import evolve
from states.issue import Issue
from states.log import OFFICE, Entry, Row, read_entry
from states.office import Office
from states.process import Process


def replay(entries: Iterable[Entry], at: datetime | None = None) -> Issue | None:
    """Return the issue that its entries yield, as of an instant if one is given; None before it."""
    issue: Issue | None = None
    for entry in entries:
        if at is not None and entry.at > at:
            break
        issue = evolve(issue, entry)
    return issue


def replay_office(entries: Iterable[Entry]) -> Office | None:
    """Return the office that the entries of its stream yield."""
    office: Office | None = None
    for entry in entries:
        office = evolve_office(office, entry)
    return office


@dataclass(slots=True)
class Proven:
    """What a verified log yields: the folds, and every problem found on the way."""

    issues: dict[str, Issue] = field(default_factory=dict)
    office: Office | None = None
    entries: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry beside the one before it, and the issue as it stood in between."""

    row: Row
    entry: Entry
    previous: Entry | None
    issue: Issue | None
    processes: Mapping[str, Process]


def _hash(link: Link) -> Iterator[Message]:
    if link.row.hash != link.entry.hash:
        yield Message("hash_wrong", "the entry's bytes do not have the hash recorded for them")


def _columns(link: Link) -> Iterator[Message]:
    row, entry = link.row, link.entry
    written = (entry.stream, entry.n, entry.request_id, stamp(entry.at))
    if (row.stream, row.n, row.request_id, row.at) != written:
        yield Message("columns_differ", "the entry's columns say something else than its bytes")


def _order(link: Link) -> Iterator[Message]:
    expected = 1 if link.previous is None else link.previous.n + 1
    if link.row.n != expected:
        facts = {"expected": expected, "found": link.row.n}
        yield Message("entry_missing", "entry {expected} is missing, {found} follows", facts)


def _chain(link: Link) -> Iterator[Message]:
    expected = "" if link.previous is None else link.previous.hash
    if link.entry.content.get("prev") != expected:
        yield Message("chain_broken", "the entry does not follow from the one before it")


def _time(link: Link) -> Iterator[Message]:
    if link.previous is not None and link.entry.at < link.previous.at:
        yield Message("time_backwards", "the entry is dated before the one it follows")


def _step(link: Link) -> Iterator[Message]:
    content = link.entry.content
    if link.row.stream == OFFICE:
        return
    process = link.processes.get(content["process"])
    if process is None:
        yield Message("process_unknown", "the process it was decided by is not on record")
        return
    source = "" if link.issue is None else link.issue.state
    step = process.step(source, content["event"])
    if (
        step is None
        or content["from"] != source
        or content["to"] != step.reaches(source)
        or content["records"] != step.records
    ):
        facts = {"event": content["event"], "state": source or "-", "to": content["to"]}
        yield Message(
            "step_not_allowed",
            "the process in force knows no step {event} from {state} to {to}",
            facts,
        )


CHECKS: tuple[Callable[[Link], Iterator[Message]], ...] = (
    _hash,
    _columns,
    _order,
    _chain,
    _time,
    _step,
)


# What bytes that rectify never wrote may do to it: whoever changed them chose them freely.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


def verify(rows: Iterable[Row], processes: Mapping[str, Process]) -> Proven:
    """Prove a log, its rows ordered by stream and number.

    Every stream is checked up to its first bad entry, which is named; what follows from a bad
    entry proves nothing. The folds of the sound streams are returned for comparison.
    """
    proven = Proven()
    for stream, group in groupby(rows, key=attrgetter("stream")):
        _verify_stream(stream, group, processes, proven)
    return proven


def _verify_stream(
    stream: str, rows: Iterator[Row], processes: Mapping[str, Process], proven: Proven
) -> None:
    issue: Issue | None = None
    office: Office | None = None
    previous: Entry | None = None
    for row in rows:
        proven.entries += 1
        entry = None
        try:
            entry = read_entry(row.body)
            link = Link(row, entry, previous, issue, processes)
            findings = [finding for check in CHECKS for finding in check(link)]
            if not findings and stream == OFFICE:
                office = evolve_office(office, entry)
            elif not findings:
                issue = evolve(issue, entry)
        except _UNREADABLE:
            findings = [Message("entry_unreadable", "the entry's bytes are not those of an entry")]
        if findings:
            proven.problems += [_problem(row, finding) for finding in findings]
            return
        previous = entry
    if issue is not None:
        proven.issues[stream] = issue
    proven.office = office or proven.office


def _problem(row: Row, finding: Message) -> Problem:
    return Problem(finding.code, finding.text, finding.facts, source=str(row.stream), line=row.n)
