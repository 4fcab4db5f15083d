"""Judging a bundle, rules E1 to E10: each entry by itself, and against those before it.

A rule is a small function that yields what is wrong with one line; ``RULES`` lists them. They
follow docs/reference/bundle-format.md alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from states.canonical import entry_digest
from states.checkpoint import origin_of
from states.log import OFFICE
from states.process import SAME
from states.signed_note import NoteKey
from workflow.proof.bundle.adoptions import KEY, RECOVERY, check_adoption, standing_after
from workflow.proof.bundle.findings import Finding, found, lacking
from workflow.proof.bundle.notes import STAMP, key_of_log
from workflow.proof.bundle.parsing import Record, holds, parsed
from workflow.proof.bundle.reading import Archive
from workflow.proof.bundle.steps import Steps, read_process

_STAMP = re.compile(STAMP)


@dataclass(slots=True)
class Stream:
    """How far a stream has come. ``blind``: a process was missing, steps are no longer judged."""

    n: int = 0
    digest: str = ""
    at: str = ""
    state: str = ""
    blind: bool = False
    open: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Past:
    """What the entries read well so far amount to.

    ``keys`` are those adopted, each with its index, ``recovery`` the one that stands by; the
    mappings from a hash tell the first entry that names it (evidence with its size),
    ``commitments`` the last one of each person.
    """

    archive: Archive
    entries: int = 0
    origin: str = ""
    streams: dict[str, Stream] = field(default_factory=dict)
    requests: set[str] = field(default_factory=set)
    keys: list[tuple[int, NoteKey]] = field(default_factory=list)
    recovery: NoteKey | None = None
    calendars: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, tuple[int, object]] = field(default_factory=dict)
    commitments: dict[str, tuple[str, int]] = field(default_factory=dict)
    auths: dict[str, int] = field(default_factory=dict)
    steps: dict[str, Steps | str | None] = field(default_factory=dict)

    def stream(self, name: str) -> Stream:
        """Return a stream as it stands."""
        return self.streams.get(name) or Stream()

    def process(self, name: str) -> Steps | str | None:
        """Return the steps of a process; None if it is not there, a word if it is not itself."""
        if name not in self.steps:
            self.steps[name] = read_process(self.archive, name)
        return self.steps[name]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry beside the stream that it continues."""

    index: int
    content: Record
    digest: str
    stream: Stream
    past: Past

    @property
    def is_office(self) -> bool:
        """Whether it is an entry of the office."""
        return bool(self.content["stream"] == OFFICE)


def read_line(line: bytes | None) -> Record:
    """Return the entry that a line holds (E1). Raises ``ValueError``."""
    entry = parsed(line)
    plain = (
        holds(entry, str, "stream", "request", "at", "day", "event", "prev")
        and holds(entry, int, "v", "n")
        and holds(entry, dict, "facts", "actor")
        and entry["v"] == 1
        and _STAMP.fullmatch(entry["at"]) is not None
    )
    if not plain or (entry["stream"] != OFFICE and not _is_of_issue(entry)):
        raise ValueError("no entry")
    return entry


def _is_of_issue(entry: Record) -> bool:
    return (
        holds(entry, str, "process", "from", "to", "records")
        and type(entry.get("calendar", "")) is str
        and holds(entry, list, "opens", "closes")
        and all(holds(item, str, "id") for item in entry["opens"] + entry["closes"])
    )


def judged_line(index: int, line: bytes | None, past: Past) -> list[Finding]:
    """Return what is wrong with a line; where nothing is, the past is one entry longer."""
    try:
        content = read_line(line)
        hashed = entry_digest(line or b"")
    except ValueError:
        text = "this line is no entry as rectify writes them"
        return [found(index, "entry_unreadable", text)]
    stream = past.stream(content["stream"])
    judged = Line(index, content, hashed, stream, past)
    if index == 0:
        past.origin = origin_of(judged.digest)
    findings = [finding for rule in RULES for finding in rule(judged)]
    if all(finding.grade != "tampered" for finding in findings):
        _grow(judged, blind=bool(findings))
    return findings


# ---------------------------------------------------------------- the rules


def _order(line: Line) -> Iterator[Finding]:
    """E2."""
    expected, n = line.stream.n + 1, line.content["n"]
    if n != expected:
        text = "{stream}: entry {expected} should stand here, and {n} does"
        yield found(line.index, "order_wrong", text, stream=_name(line), expected=expected, n=n)


def _chain(line: Line) -> Iterator[Finding]:
    """E3."""
    if line.content["prev"] != line.stream.digest:
        text = "{stream}: entry {n} does not follow from the one before it"
        yield found(line.index, "chain_broken", text, stream=_name(line), n=line.content["n"])


def _time(line: Line) -> Iterator[Finding]:
    """E4."""
    if line.content["at"] < line.stream.at:
        text = "{stream}: entry {n} is dated before the one it follows"
        yield found(line.index, "time_backwards", text, stream=_name(line), n=line.content["n"])


def _request(line: Line) -> Iterator[Finding]:
    """E5."""
    if line.content["request"] in line.past.requests:
        text = "the request of this entry has been written before"
        yield found(line.index, "request_repeated", text)


def _office(line: Line) -> Iterator[Finding]:
    """E6."""
    first, founds = line.index == 0, line.is_office and line.content["event"] == "found_office"
    if founds != first or (first and line.content["n"] != 1):
        text = "the log does not begin with the founding of its office, or founds it twice"
        yield found(line.index, "office_missing", text)


def _step(line: Line) -> Iterator[Finding]:
    """E7 and E8."""
    if line.is_office:
        return
    content, state = line.content, line.stream.state
    steps = line.past.process(content["process"])
    named = {"hash": content["process"][:40]}
    if steps is None:
        text = "the process {hash} is not in the bundle"
        yield lacking(line.index, "process_missing", text, **named)
    elif isinstance(steps, str):
        yield found(line.index, "process_changed", "the process {hash} was changed", **named)
    elif not line.stream.blind:
        step = steps.get((state, content["event"]))
        expected = None if step is None else (state, *step)
        if expected is not None and expected[1] == SAME:
            expected = (state, state, expected[2])
        if (content["from"], content["to"], content["records"]) != expected:
            text = "{stream}: the process in force knows no step {event} from {state} to {to}"
            facts = {"event": content["event"], "state": state or "-", "to": content["to"]}
            yield found(
                line.index,
                "step_not_allowed",
                text,
                stream=_name(line),
                **{name: fact[:40] for name, fact in facts.items()},
            )


def _obligations(line: Line) -> Iterator[Finding]:
    """E9."""
    if line.is_office:
        return
    closed = [record["id"] for record in line.content["closes"]]
    opened = [record["id"] for record in line.content["opens"]]
    wrong = (
        len({*closed}) < len(closed)
        or not line.stream.open.issuperset(closed)
        or len({*opened}) < len(opened)
        or not line.stream.opened.isdisjoint(opened)
    )
    if wrong:
        text = "{stream}: entry {n} closes what is not open, or opens what was open before"
        n = line.content["n"]
        yield found(line.index, "obligations_wrong", text, stream=_name(line), n=n)


def _key(line: Line) -> Iterator[Finding]:
    """E10."""
    if not line.is_office or line.content["event"] not in (KEY, RECOVERY):
        return
    past = line.past
    in_force = past.keys[-1][1] if past.keys else None
    try:
        check_adoption(line.content, past.origin, in_force, past.recovery)
    except ValueError:
        text = "the key adopted here is none of this log, or was not handed on by the one before"
        yield found(line.index, "key_wrong", text)


RULES: tuple[Callable[[Line], Iterator[Finding]], ...] = (
    _order,
    _chain,
    _time,
    _request,
    _office,
    _step,
    _obligations,
    _key,
)


# ---------------------------------------------------------------- what an entry adds


def _grow(line: Line, *, blind: bool) -> None:
    content, past, stream = line.content, line.past, line.stream
    past.entries += 1
    past.streams[content["stream"]] = stream
    past.requests.add(content["request"])
    stream.n, stream.digest, stream.at = content["n"], line.digest, content["at"]
    auth = str(content["actor"].get("auth", ""))[:40]
    past.auths[auth] = past.auths.get(auth, 0) + 1
    if line.is_office:
        _grow_office(line)
        return
    stream.state = content["to"]
    stream.blind = stream.blind or blind
    stream.open.difference_update(record["id"] for record in content["closes"])
    opened = [record["id"] for record in content["opens"]]
    stream.open.update(opened)
    stream.opened.update(opened)
    past.calendars.setdefault(content.get("calendar", ""), line.index)
    _grow_files(line)


def _grow_office(line: Line) -> None:
    facts, past = line.content["facts"], line.past
    if line.content["event"] == KEY:
        past.keys.append((line.index, key_of_log(facts["key"], past.origin)))
    past.recovery = standing_after(line.content, past.origin, past.recovery)
    if holds(facts, str, "person", "commitment"):
        past.commitments[facts["person"]] = (facts["commitment"], line.index)


def _grow_files(line: Line) -> None:
    facts = line.content["facts"]
    if not holds(facts, str, "sha256"):
        return
    if line.content["records"] == "letter":
        line.past.letters.setdefault(facts["sha256"], line.index)
    elif line.content["records"] == "evidence":
        line.past.evidence.setdefault(facts["sha256"], (line.index, facts.get("size")))


def _name(line: Line) -> str:
    return str(line.content["stream"])[:40]
