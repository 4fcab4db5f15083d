"""Proving a store: the log by itself, then everything computed from it against its fold.

It goes in shares: the office first, by which everything was decided; then the issues, a stretch of
keys after the other or several at once; then what is of all of them, and the seals.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from states.audit import Proven, Record, prove_office, prove_streams
from states.calendar import WEEKDAYS, Calendar, read_calendar
from states.canonical import digest
from states.errors import Problem, RectificationError
from states.log import OFFICE, Decoder, Row
from states.process import Process, read_process
from states.signed_note import Verify
from workflow.engine import comparing, comparing_office
from workflow.engine.comparing import Reading, Seen
from workflow.engine.comparing_office import OfficeReading
from workflow.engine.proving_seals import UNSEALED, Seals, prove_seals
from workflow.ports import Sent, Session, Share
from workflow.shares import Stretch, stretches

SHARE = 10_000
"""Entries in a share: few enough to keep in memory, many enough that beginning one is nothing."""

Named = TypeVar("Named", Process, Calendar)
Tell = Callable[[int, int], object]
"""Is told how many entries of how many have been read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How thoroughly it is proven.

    ``again``: every entry is decided again, which takes ten times as long as all the rest.
    ``verify`` checks signatures; without it none is checked. ``read`` decodes an entry.
    """

    again: bool = True
    verify: Verify | None = None
    read: Decoder = json.loads


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verification found; sound when there is no problem.

    ``decided`` entries were decided again. ``redacted`` are people whose details were erased, each
    with the entry of the office that says so.
    """

    entries: int
    issues: int
    problems: tuple[Problem, ...]
    decided: int = 0
    seals: Seals = UNSEALED
    redacted: tuple[tuple[str, int], ...] = ()

    @property
    def sound(self) -> bool:
        """True if nothing was found."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Grounds:
    """What every share is proven by: the rules on record and every office that there was."""

    record: Record
    office: Proven
    counted_from: date
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the proof of a share found."""

    entries: int
    issues: int
    decided: int
    problems: tuple[Problem, ...]


def prove(session: Session, how: How | None = None, tell: Tell | None = None) -> Verdict:
    """Verify the whole log and everything that is computed from it or named by it."""
    how = how or How()
    extents = list(session.extents())
    total = sum(entries for _, entries in extents)
    known = grounds(session, how)
    parts, done = [], 0
    for stretch in stretches(extents, SHARE):
        parts.append(prove_share(session, known, stretch))
        done += stretch.entries
        if tell is not None:
            tell(done, total)
    return concluded(survey(session, known, how), parts)


def grounds(session: Session, how: How) -> Grounds:
    """Prove what all else is proven by: processes and calendars by their hashes, the office."""
    problems: list[Problem] = []
    processes = _named(
        session.processes(),
        read_process,
        Problem("process_changed", "the process on record was changed"),
        problems,
    )
    calendars = _named(
        session.calendars(),
        read_calendar,
        Problem("calendar_changed", "the calendar on record was changed"),
        problems,
    )
    proven, counted = Proven(), _Counted()
    record = Record(processes, {WEEKDAYS.hash: WEEKDAYS, **calendars}, read=how.read)
    record = prove_office(counted.passing(session.rows(OFFICE)), record, proven)
    return Grounds(
        record=record if how.again else replace(record, offices=None, glance=True),
        office=proven,
        counted_from=counted.since,
        problems=tuple(problems),
    )


class _Counted:
    """The last day on which a calendar was adopted, from which rungs are counted by it."""

    since: date = date.min

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows unchanged, noting the day of each that adopts a calendar."""
        for row in rows:
            try:
                if b'"calendar":"' in row.body:
                    self.since = date.fromisoformat(json.loads(row.body)["day"])
            except _UNREADABLE:
                pass  # the proof of the office names it
            yield row


def prove_share(session: Session, known: Grounds, stretch: Stretch) -> Part:
    """Verify the issues of a stretch and all that is kept of them."""
    share, seen, proven = session.share(stretch), Seen(), Proven()
    problems = proven.problems
    prove_streams(share.lines(), known.record, proven, seen.note)
    bad = frozenset(problem.source for problem in proven.problems)
    reading = Reading(
        session=session,
        share=share,
        proven=proven,
        seen=seen,
        processes=known.record.processes,
        calendars=known.record.calendars,
        office=known.office.office,
        counted_from=known.counted_from,
        bad=bad,
        notices=_notices(share, problems),
    )
    for check in comparing.CHECKS:
        _collect(check(reading), problems)
    return Part(
        entries=proven.entries,
        issues=len(proven.issues),
        decided=proven.decided,
        problems=tuple(problems),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found of the office, of all issues together, and of the seals."""

    entries: int
    decided: int
    problems: tuple[Problem, ...]
    seals: Seals
    redacted: tuple[tuple[str, int], ...]


def _notices(share: Share, problems: list[Problem]) -> tuple[Sent, ...]:
    """Return the notices of a share, as far as they can be read."""
    found: list[Sent] = []
    try:
        for sent in share.notices():
            found.append(sent)
    except _UNREADABLE as error:
        problems.append(_unreadable(error))
    return tuple(found)


def survey(session: Session, known: Grounds, how: How) -> Survey:
    """Verify what is of no single issue."""
    office = known.office
    problems = [*known.problems, *office.problems]
    streams, total = Counter[str](), 0
    for stream, entries in session.extents():
        total += entries
        if stream != OFFICE:
            streams[str(stream).rpartition("-")[0]] += 1
    reading = OfficeReading(session, office.office, streams, sound=not office.problems)
    for check in comparing_office.CHECKS:
        _collect(check(reading), problems)
    seals = UNSEALED
    try:
        seals, found = prove_seals(session, total, how.verify)
        problems += found
    except _UNREADABLE as error:
        problems.append(_unreadable(error))
    members = office.office.members.values() if office.office else ()
    return Survey(
        entries=office.entries,
        decided=office.decided,
        problems=tuple(problems),
        seals=seals,
        redacted=tuple((m.id, m.redacted_by) for m in members if m.redacted_by is not None),
    )


def concluded(whole: Survey, parts: Iterable[Part]) -> Verdict:
    """Return the verdict on all shares, in their order, and on what is of no single issue."""
    parts = tuple(parts)
    return Verdict(
        entries=whole.entries + sum(part.entries for part in parts),
        issues=sum(part.issues for part in parts),
        problems=(*whole.problems, *(problem for part in parts for problem in part.problems)),
        decided=whole.decided + sum(part.decided for part in parts),
        seals=whole.seals,
        redacted=whole.redacted,
    )


_UNREADABLE = (
    RectificationError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)


def _collect(found: Iterable[Problem], problems: list[Problem]) -> None:
    """Add what a check finds; that it cannot read what it should check is a finding as well."""
    try:
        for problem in found:
            problems.append(problem)
    except _UNREADABLE as error:
        problems.append(_unreadable(error))


def _unreadable(error: Exception) -> Problem:
    facts = {"error": f"{type(error).__name__}: {error}"[:200]}
    return Problem("rows_unreadable", "what is kept beside the log is unreadable: {error}", facts)


def _as_bytes(body: object) -> bytes:
    """Return a stored body, whatever a forger put in its place."""
    return body if isinstance(body, bytes) else repr(body).encode()


def _named(
    bodies: Mapping[str, bytes],
    read: Callable[[bytes], Named],
    changed: Problem,
    problems: list[Problem],
) -> dict[str, Named]:
    """Return what is named by its hash, where the name is right; the others are problems."""
    sound = {}
    for name, body in bodies.items():
        try:
            if digest(_as_bytes(body)) == name:
                sound[name] = read(body)
                continue
        except _UNREADABLE:  # bytes under their own name that are nothing of the kind
            pass
        problems.append(Problem(changed.code, changed.text, source=name[:12]))
    return sound
