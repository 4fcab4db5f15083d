"""Proving a store: the log by itself, then everything computed from it against its fold.

It goes in shares: the office first, by which everything was decided; then the issues, a stretch of
keys after the other or several at once; then what is of all of them, and the seals.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TypeVar

from states.audit import Proven, Record, prove_office
from states.calendar import WEEKDAYS, Calendar, read_calendar
from states.canonical import digest
from states.errors import Problem
from states.frozen import replace
from states.log import OFFICE, Decoder, Row
from states.merkle import SHA256
from states.process import Process, read_process
from states.signed_note import Verify
from workflow.engine import comparing_office
from workflow.engine.comparing_office import OfficeReading
from workflow.engine.proving_seals import ALL, UNSEALED, Scope, Seals, prove_seals, suite_of
from workflow.engine.proving_share import (
    UNREADABLE,
    Grounds,
    Part,
    collect,
    prove_share,
    unreadable,
)
from workflow.engine.proving_tree import Sealing, Tree
from workflow.ports import Session
from workflow.shares import stretches

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


def prove(session: Session, how: How | None = None, tell: Tell | None = None) -> Verdict:
    """Verify the whole log and everything that is computed from it or named by it."""
    how = how or How()
    begun = beginning(session)
    known = grounds(session, how)
    gathered, done = Gathered(begun), 0
    for stretch in stretches(begun.extents, SHARE):
        gathered.take(prove_share(session, known, stretch))
        done += stretch.entries
        if tell is not None:
            tell(done, begun.entries)
    return gathered.verdict(survey(session, known, how, Scope(until=begun.sealed)))


@dataclass(frozen=True, slots=True)
class Beginning:
    """What there was when proving began: the extents of the streams, up to where it was sealed.

    Whatever was written later may be read or not; it is proven, but no seal is missing of it.
    """

    extents: tuple[tuple[str, int], ...]
    sealed: int | None

    @property
    def entries(self) -> int:
        """How many entries the log had."""
        return sum(entries for _, entries in self.extents)


def beginning(session: Session) -> Beginning:
    """Return what there is to be proven."""
    try:
        latest = session.checkpoint()
        size = 0 if latest is None else latest.size
    except UNREADABLE:
        size = None
    return Beginning(tuple(session.extents()), size if isinstance(size, int) else None)


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
        suite=_suite(session),
        problems=tuple(problems),
    )


def _suite(session: Session) -> str:
    try:
        return suite_of(session)
    except UNREADABLE:
        return SHA256  # the survey names it


class _Counted:
    """The last day on which a calendar was adopted, from which rungs are counted by it."""

    since: date = date.min

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows unchanged, noting the day of each that adopts a calendar."""
        for row in rows:
            try:
                if b'"calendar":"' in row.body:
                    self.since = date.fromisoformat(json.loads(row.body)["day"])
            except UNREADABLE:
                pass  # the proof of the office names it
            yield row


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found of the office, of all issues together, and of the seals."""

    entries: int
    decided: int
    problems: tuple[Problem, ...]
    seals: Seals
    tree: Sealing | None
    redacted: tuple[tuple[str, int], ...]


def survey(session: Session, known: Grounds, how: How, scope: Scope = ALL) -> Survey:
    """Verify what is of no single issue, but for the tree and what ``scope`` leaves out."""
    office = known.office
    problems = [*known.problems, *office.problems]
    streams, total = Counter[str](), 0
    for stream, entries in session.extents():
        total += entries
        if stream != OFFICE:
            streams[str(stream).rpartition("-")[0]] += 1
    reading = OfficeReading(session, office.office, streams, sound=not office.problems)
    for check in comparing_office.CHECKS:
        collect(check(reading), problems)
    seals, tree = UNSEALED, None
    try:
        seals, tree, found = prove_seals(session, total, how.verify, scope)
        problems += found
    except UNREADABLE as error:
        problems.append(unreadable(error))
    members = office.office.members.values() if office.office else ()
    return Survey(
        entries=office.entries,
        decided=office.decided,
        problems=tuple(problems),
        seals=seals,
        tree=tree,
        redacted=tuple((m.id, m.redacted_by) for m in members if m.redacted_by is not None),
    )


class Gathered:
    """The proofs of shares, as they come in."""

    def __init__(self, begun: Beginning) -> None:
        self._tree = Tree(begun.entries)
        self._problems: dict[int, tuple[Problem, ...]] = {}
        self._entries = self._issues = self._decided = 0

    def take(self, part: Part, place: int | None = None) -> None:
        """Take the proof of a share: of that place among all, else of the next one."""
        self._entries += part.entries
        self._issues += part.issues
        self._decided += part.decided
        self._problems[len(self._problems) if place is None else place] = part.problems
        self._tree.put(part.leaves)

    def verdict(self, whole: Survey, signatures: Sequence[Problem] = ()) -> Verdict:
        """Return the verdict on all shares, and on what is of no single issue.

        ``signatures`` are problems of those that the survey left to others.
        """
        tree = [] if whole.tree is None else self._tree.problems(whole.tree)
        parts = (self._problems[place] for place in sorted(self._problems))
        return Verdict(
            entries=whole.entries + self._entries,
            issues=self._issues,
            problems=(*whole.problems, *signatures, *tree, *chain.from_iterable(parts)),
            decided=whole.decided + self._decided,
            seals=whole.seals,
            redacted=whole.redacted,
        )


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
        except UNREADABLE:  # bytes under their own name that are nothing of the kind
            pass
        problems.append(Problem(changed.code, changed.text, source=name[:12]))
    return sound
