"""A store in memory: the library's default, and the honest double of the database in tests.

Every transaction works on its own shallow copy, which replaces the shared tables at commit.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime

from notifications.notice import Notice
from states.canonical import commitment, digest, stamp
from states.errors import Conflict, Message
from states.issue import Issue
from states.lights import Turns
from states.log import Entry, Row, read_entry
from states.office import Office, Person
from workflow import memory_outbox
from workflow.memory_outbox import Kept, MemoryOutbox
from workflow.ports import (
    Addressee,
    Awaited,
    Change,
    Closed,
    Filter,
    OfficeChange,
    Projected,
    Rearmed,
    Relit,
    Sent,
    Summary,
    Waiting,
)
from workflow.summary import passes, summarise


@dataclass(slots=True)
class Tables:
    """Everything a memory store holds. Values are frozen, so copying the dicts is a snapshot."""

    log: dict[tuple[str, int], Row] = field(default_factory=dict)
    requests: dict[str, tuple[str, int]] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    lights: dict[str, Turns] = field(default_factory=dict)
    wakes: dict[str, date | None] = field(default_factory=dict)
    closed: dict[str, Closed] = field(default_factory=dict)
    office: Office | None = None
    people: dict[str, tuple[Person, bytes]] = field(default_factory=dict)
    processes: dict[str, bytes] = field(default_factory=dict)
    calendars: dict[str, bytes] = field(default_factory=dict)
    letters: dict[str, bytes] = field(default_factory=dict)
    notices: dict[str, Kept] = field(default_factory=dict)
    beats: dict[str, datetime] = field(default_factory=dict)

    def copied(self) -> Tables:
        """Return a snapshot that can be written without touching this one."""
        copy = replace(self)
        for each in fields(self):
            if isinstance(table := getattr(self, each.name), dict):
                setattr(copy, each.name, dict(table))
        return copy


class MemoryStore:
    """A ``Store`` that lives as long as its process. Writers take turns."""

    def __init__(self, tables: Tables | None = None) -> None:
        self._tables = tables or Tables()
        self._turn = threading.RLock()
        self.outbox = MemoryOutbox(self._notices)

    @contextmanager
    def _notices(self) -> Iterator[dict[str, Kept]]:
        with self._turn:
            yield self._tables.notices

    def login(self) -> str | None:
        """Return None: memory knows no roles."""
        return None

    @contextmanager
    def reading(self) -> Iterator[MemorySession]:
        """Open a transaction that only reads."""
        with self._turn:
            snapshot = self._tables.copied()
        yield MemorySession(snapshot)

    @contextmanager
    def writing(self) -> Iterator[MemorySession]:
        """Open a transaction that writes; nothing is kept if it ends by an exception."""
        with self._turn:
            session = MemorySession(self._tables.copied())
            yield session
            self._tables = session.tables


class MemorySession:
    """A ``Session`` on a snapshot of the tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def entry_of(self, request_id: str) -> Entry | None:
        """Return the entry that a request has already written, or None."""
        place = self.tables.requests.get(request_id)
        return None if place is None else read_entry(self.tables.log[place].body)

    def rows(self, stream: str | None = None) -> Iterator[Row]:
        """Yield the log's lines ordered by stream and number."""
        for place in sorted(self.tables.log):
            if stream in (None, place[0]):
                yield self.tables.log[place]

    def office(self) -> Office | None:
        """Return the office, or None before it is founded."""
        return self.tables.office

    def people(self, ids: Sequence[str] | None = None) -> dict[str, Person]:
        """Return the details of persons by id."""
        known = self.tables.people
        wanted = sorted(known) if ids is None else [i for i in dict.fromkeys(ids) if i in known]
        return {i: known[i][0] for i in wanted}

    def commitments(self) -> dict[str, str]:
        """Return the commitments computed anew from details and salt."""
        return {
            i: commitment(salt, person.private())
            for i, (person, salt) in self.tables.people.items()
        }

    def process(self, hash: str) -> bytes | None:
        """Return the body of a process by its hash, or None."""
        return self.tables.processes.get(hash)

    def processes(self) -> dict[str, bytes]:
        """Return every process body by the hash it is stored under."""
        return dict(self.tables.processes)

    def calendar(self, hash: str) -> bytes | None:
        """Return the body of a calendar by its hash, or None."""
        return self.tables.calendars.get(hash)

    def calendars(self) -> dict[str, bytes]:
        """Return every calendar body by the hash it is stored under."""
        return dict(self.tables.calendars)

    def letter(self, sha256: str) -> bytes | None:
        """Return the text of a letter by its SHA-256, or None."""
        return self.tables.letters.get(sha256)

    def issue(self, key: str) -> Issue | None:
        """Return an issue, or None."""
        return self.tables.issues.get(key)

    def issues(self, keys: Sequence[str]) -> dict[str, Issue]:
        """Return the issues of these keys that exist."""
        return {key: self.tables.issues[key] for key in keys if key in self.tables.issues}

    def summaries(self, wanted: Filter) -> list[Summary]:
        """Return the lines of a list, ordered by round and number."""
        lines = [self._summary(issue) for issue in self.tables.issues.values()]
        return sorted(
            (line for line in lines if passes(line, wanted)), key=lambda s: (s.round, s.number)
        )

    def _summary(self, issue: Issue) -> Summary:
        return summarise(issue, self.tables.lights[issue.key])

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key."""
        for key in sorted(self.tables.issues):
            issue = self.tables.issues[key]
            yield Projected(
                issue=issue,
                columns=self._summary(issue),
                obligations=issue.obligations,
                wakes={o.id: self.tables.wakes.get(o.id) for o in issue.obligations},
            )

    def closed(self) -> Iterator[Closed]:
        """Yield every obligation that was closed, as stored."""
        yield from self.tables.closed.values()

    def append(self, changes: Sequence[Change]) -> None:
        """Write accepted commands. Raises ``Conflict``."""
        for change in changes:
            before = self.tables.issues.get(change.issue.key)
            if (before.n if before else 0) != change.entry.n - 1:
                raise _conflict(change.entry)
            self._write(change.entry)
            self.tables.issues[change.issue.key] = change.issue
            self.tables.lights[change.issue.key] = change.lights
            for opened in change.opened:
                self.tables.wakes[opened.obligation.id] = opened.wake_on
            for closed in change.entry.content["closes"]:
                self.tables.wakes.pop(closed["id"], None)
                one = Closed(obligation=closed["id"], by=change.entry.n, because=closed["because"])
                self.tables.closed[one.obligation] = one
            if change.letter is not None:
                self.tables.letters[digest(change.letter)] = change.letter
            self.owe(change.owed)

    def administer(self, change: OfficeChange) -> None:
        """Write an accepted act of the office. Raises ``Conflict``."""
        before = self.tables.office
        if (before.n if before else 0) != change.entry.n - 1:
            raise _conflict(change.entry)
        self._write(change.entry)
        self.tables.office = change.office
        if change.person is not None:
            self.tables.people[change.person.id] = (change.person, change.salt)
        if change.process is not None:
            self.tables.processes[change.entry.facts["process"]] = change.process
        if change.calendar is not None:
            self.tables.calendars[digest(change.calendar)] = change.calendar

    def _write(self, entry: Entry) -> None:
        place = (entry.stream, entry.n)
        if place in self.tables.log or entry.request_id in self.tables.requests:
            raise _conflict(entry)
        at = stamp(entry.at)
        self.tables.log[place] = Row(*place, entry.request_id, at, entry.hash, entry.body)
        self.tables.requests[entry.request_id] = place

    def awaited(self, today: date, limit: int) -> list[Awaited]:
        """Return open obligations to be looked at today or earlier, earliest first."""
        due = [
            Awaited(obligation=o, issue=issue, wake_on=wake_on)
            for issue in self.tables.issues.values()
            for o in issue.obligations
            if (wake_on := self.tables.wakes.get(o.id)) and wake_on <= today
        ]
        return sorted(due, key=lambda a: (a.wake_on, a.obligation.id))[:limit]

    def owe(self, notices: Sequence[Notice]) -> int:
        """Write the notices whose key is not there yet; return how many were new."""
        new = 0
        for notice in notices:
            if notice.key not in self.tables.notices:
                number = len(self.tables.notices) + 1
                self.tables.notices[notice.key] = Kept.of(number, notice)
                new += 1
        return new

    def rearm(self, moves: Sequence[Rearmed]) -> None:
        """Move days of waking on, each only if it still is what it was."""
        for move in moves:
            if self.tables.wakes.get(move.obligation) == move.was:
                self.tables.wakes[move.obligation] = move.wake_on

    def relight(self, lights: Sequence[Relit]) -> None:
        """Write anew from which day issues have which light."""
        self.tables.lights |= {relit.issue: relit.lights for relit in lights}

    def addressees(self) -> list[Addressee]:
        """Return for whom notices wait, by person and channel."""
        return memory_outbox.addressees(self.tables.notices)

    def waiting(self, recipient: str, channel: str) -> list[Waiting]:
        """Return the notices that wait for a person on a channel, oldest first."""
        return memory_outbox.waiting(self.tables.notices, recipient, channel)

    def withdraw(self, items: Sequence[int], cause: str, now: datetime) -> None:
        """Settle waiting notices as superseded."""
        memory_outbox.withdraw(self.tables.notices, items, cause, now)

    def bundle(self, digest: Notice, items: Sequence[int]) -> bool:
        """Write a digest and make waiting notices its items; False if it is there already."""
        return memory_outbox.bundle(self.tables.notices, digest, items)

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with their outcome, oldest first."""
        kept = sorted(self.tables.notices.values(), key=lambda k: k.id)
        return [k.sent() for k in kept if issue in (None, k.notice.issue)]

    def beat(self, node: str, at: datetime) -> None:
        """Record that a node's tick has run."""
        self.tables.beats[node] = at

    def last_beat(self) -> datetime | None:
        """Return when any node's tick has last run."""
        return max(self.tables.beats.values(), default=None)


def _conflict(entry: Entry) -> Conflict:
    return Conflict(
        Message(
            "moved_on",
            "{stream} has moved on since it was read: its entry {n} is already written",
            {"stream": entry.stream, "n": entry.n},
        )
    )
