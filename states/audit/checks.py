"""What must hold of an entry beside the one before it: its bytes, its place, its time, its step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from states.audit.offices import Offices
from states.calendar import Calendar
from states.canonical import canonical, stamp
from states.decision import derived_facts
from states.effects import stated
from states.errors import Message
from states.evolution import opened
from states.issue import Issue
from states.log import Decoder, Entry, Row
from states.office import Office
from states.process import Process
from states.reckoning import reckoning_of
from states.rules import Rules


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record: processes and calendars by the hashes that entries name, the offices.

    Without ``offices`` no entry of an issue is decided again; its dates are counted again all the
    same, unless a ``glance`` is enough: then only bytes, order, time and steps are proven, and the
    issues folded. ``whole`` is False where the log of
    the office is not sound to its end: what names a later office can then not be decided again.
    ``read`` decodes the bytes of an entry; ``steps`` keeps which were looked up: process, state and
    event, and where they lead.
    """

    processes: Mapping[str, Process]
    calendars: Mapping[str, Calendar]
    offices: Offices | None = None
    whole: bool = True
    glance: bool = False
    read: Decoder = json.loads
    steps: dict[tuple[str, str, str], tuple[str, str] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry beside the one before it, and the issue as it stood in between."""

    row: Row
    entry: Entry
    previous: Entry | None
    issue: Issue | None
    record: Record


Check = Callable[[Link], Iterator[Message]]


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


CHAIN: tuple[Check, ...] = (_hash, _columns, _order, _chain, _time)
"""What holds of every entry, the office's too."""


def _step(link: Link) -> Iterator[Message]:
    content = link.entry.content
    process = link.record.processes.get(content["process"])
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
    if content["process"] != issue.process and content["process"] in link.record.processes:
        yield Message("process_switched", "the entry follows another process than its issue")


def _calendar(link: Link) -> Iterator[Message]:
    named = link.entry.content.get("calendar", "")
    former = not named and (link.issue is None or not link.issue.calendar)
    if not former and named not in link.record.calendars:
        yield Message("calendar_unknown", "the calendar it was decided by is not on record")


STEPS: tuple[Check, ...] = (_step, _moving, _calendar)
"""What holds of every entry of an issue."""


def dates(link: Link, issue: Issue) -> Iterator[Message]:
    """Yield the dates by rule that process and calendar named by the entry do not yield.

    ``issue`` is the one that the entry leaves.

    An obligation opened again with its date unchanged keeps what an earlier calendar gave. Entries
    of former versions name no calendar and say of no date how it was counted.
    """
    content = link.entry.content
    if "calendar" not in content:
        return
    record = link.record
    rules = Rules(record.processes[content["process"]], record.calendars[content["calendar"]])
    yield from _derivations(link, rules)
    before = link.issue.obligations if link.issue is not None else ()
    standing = {(o.kind, o.subject, o.due, o.anchor) for o in before}
    for opening in content["opens"]:
        obligation = opened(content, opening)
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


# How far clocks around the world are before and behind UTC.
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)


def day_apart(link: Link, office: Office | None) -> Iterator[Message]:
    """Yield that the day of an entry is that of its instant nowhere on earth.

    Where a clock went backwards the instant is held at that of the entry before, or of the office
    that it was decided by, and only the day goes on.
    """
    at = link.entry.at
    if any(before is not None and before.at == at for before in (link.previous, office)):
        return
    day = date.fromisoformat(link.entry.content["day"])
    if not (at - _WEST).date() <= day <= (at + _EAST).date():
        facts = {"day": day.isoformat(), "at": stamp(at)}
        yield Message("day_differs", "its day {day} is not that of its instant {at}", facts)
