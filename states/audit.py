"""The auditor's functions: rebuild an issue from its entries, and prove a stream of the log.

``replay`` is the fold that the engine itself uses; there is no second implementation to drift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from states.administration import evolve_office
from states.calendar import WEEKDAYS, Calendar
from states.canonical import canonical, stamp
from states.decision import derived_facts
from states.effects import stated
from states.errors import Message, Problem
from states.evolution import evolve, opened
from states.issue import Issue, Obligation
from states.ladder import Occurrence
from states.log import OFFICE, Entry, Row, read_entry
from states.office import Office
from states.process import Process
from states.reckoning import reckoning_of
from states.rules import Rules


def replay(entries: Iterable[Entry], at: date | datetime | None = None) -> Issue | None:
    """Return the issue that its entries yield; None before the first of them.

    With an instant it is the issue as of then, with a day as of that day's end at the office.
    """
    issue: Issue | None = None
    for entry in entries:
        if at is not None and _later(entry, at):
            break
        issue = evolve(issue, entry)
    return issue


def _later(entry: Entry, at: date | datetime) -> bool:
    if isinstance(at, datetime):
        return entry.at > at
    return str(entry.content["day"]) > at.isoformat()


def rungs_due(rules: Rules, issue: Issue, day: date) -> tuple[tuple[Obligation, Occurrence], ...]:
    """Return the latest rung that each open obligation had reached on a day, if it had one.

    The issue is one that ``replay`` yields for that day; the rules are its process and the calendar
    that the office had in force then, by which its ladders were climbed.
    """
    reached = []
    for obligation in issue.obligations:
        ladder = rules.process.ladder(obligation.ladder)
        first = ladder.first_on(rules.calendar, obligation.due, obligation.opened_on)
        if first is not None:
            occurrence = ladder.reached(rules.calendar, obligation.due, first, day).owed
            reached += [] if occurrence is None else [(obligation, occurrence)]
    return tuple(reached)


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
    """An entry beside the one before it, and the issue as it stood in between.

    ``processes`` and ``calendars`` are those on record, by the hashes that entries name.
    """

    row: Row
    entry: Entry
    previous: Entry | None
    issue: Issue | None
    processes: Mapping[str, Process]
    calendars: Mapping[str, Calendar]


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


def _moving(link: Link) -> Iterator[Message]:
    """Only a recalculation moves an issue to another process."""
    content, issue = link.entry.content, link.issue
    if issue is None or content["records"] == "recalculation":
        return
    if content["process"] != issue.process and content["process"] in link.processes:
        yield Message("process_switched", "the entry follows another process than its issue")


def _calendar(link: Link) -> Iterator[Message]:
    if link.row.stream == OFFICE:
        return
    named = link.entry.content.get("calendar", "")
    former = not named and (link.issue is None or not link.issue.calendar)
    if not former and named not in link.calendars:
        yield Message("calendar_unknown", "the calendar it was decided by is not on record")


def _dates(link: Link, issue: Issue) -> Iterator[Message]:
    """Dates by rule are those that the process and the calendar named by the entry yield.

    ``issue`` is the one that the entry leaves.

    An obligation opened again with its date unchanged keeps what an earlier calendar gave. Entries
    of former versions name no calendar and say of no date how it was counted.
    """
    content = link.entry.content
    if "calendar" not in content:
        return
    rules = Rules(link.processes[content["process"]], link.calendars[content["calendar"]])
    yield from _derivations(link, rules)
    before = link.issue.obligations if link.issue is not None else ()
    standing = {(o.kind, o.subject, o.due, o.anchor) for o in before}
    for record in content["opens"]:
        obligation = opened(content, record)
        key = (obligation.kind, obligation.subject, obligation.due, obligation.anchor)
        reckoned = reckoning_of(rules, issue, obligation)
        if reckoned is not None and obligation.anchor is not None and key not in standing:
            due, expected = obligation.due.isoformat(), reckoned.due.isoformat()
            yield from _differs(obligation.kind, due, expected)


def _derivations(link: Link, rules: Rules) -> Iterator[Message]:
    """What follows from what was said (dates of the issue, of duties, of visits) does follow."""
    content = link.entry.content
    said = {**content, "facts": stated(content), "opens": [], "closes": []}
    for name, expected in derived_facts(rules, link.issue, said).items():
        kind = "issue" if name == "due" else name
        yield from _differs(kind, content["facts"].get(name), expected)


def _differs(kind: str, recorded: object, expected: object) -> Iterator[Message]:
    if recorded != expected:
        facts = {"kind": kind, "due": _short(recorded), "expected": _short(expected)}
        yield Message(
            "due_differs",
            "the date {due} of {kind} is not what rule and calendar yield ({expected})",
            facts,
        )


def _short(value: object) -> str:
    text = value if isinstance(value, str) else canonical({"": value}).decode()[4:-1]
    return "-" if value is None else text[:200]


CHECKS: tuple[Callable[[Link], Iterator[Message]], ...] = (
    _hash,
    _columns,
    _order,
    _chain,
    _time,
    _step,
    _moving,
    _calendar,
)


# What bytes that rectify never wrote may do to it: whoever changed them chose them freely.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


def verify(
    rows: Iterable[Row],
    processes: Mapping[str, Process],
    calendars: Mapping[str, Calendar] | None = None,
) -> Proven:
    """Prove a log, its rows ordered by stream and number, by the rules that are on record.

    Every stream is checked up to its first bad entry, which is named; what follows from a bad
    entry proves nothing. The folds of the sound streams are returned for comparison.
    """
    proven = Proven()
    on_record = _OnRecord(processes, {WEEKDAYS.hash: WEEKDAYS, **(calendars or {})})
    for stream, group in groupby(rows, key=attrgetter("stream")):
        _verify_stream(stream, group, on_record, proven)
    return proven


@dataclass(frozen=True, slots=True)
class _OnRecord:
    processes: Mapping[str, Process]
    calendars: Mapping[str, Calendar]


def _verify_stream(stream: str, rows: Iterator[Row], on_record: _OnRecord, proven: Proven) -> None:
    issue: Issue | None = None
    office: Office | None = None
    previous: Entry | None = None
    for row in rows:
        proven.entries += 1
        entry = None
        try:
            entry = read_entry(row.body)
            link = Link(row, entry, previous, issue, on_record.processes, on_record.calendars)
            findings = [finding for check in CHECKS for finding in check(link)]
            if not findings and stream == OFFICE:
                office = evolve_office(office, entry)
            elif not findings:
                after = evolve(issue, entry)
                findings = list(_dates(link, after))
                issue = after
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
