"""A transaction of the memory store, on its own copy of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from notifications.delivery.protocol import Stale
from notifications.notice import Notice
from states.canonical import commitment, digest, instant, stamp
from states.errors import Conflict, Message
from states.issue import Issue
from states.log import Entry, Row, read_entry
from states.office import Office, Person
from workflow.memory import notices as kept_notices
from workflow.memory.erasing import MemoryErases
from workflow.memory.kept import items_of
from workflow.memory.sealing import MemorySeals
from workflow.memory.seeking import MemorySeeks
from workflow.memory.sharing import MemoryShares
from workflow.memory.tables import Tables
from workflow.ports import (
    Addressee,
    Awaited,
    Beat,
    Change,
    Circuit,
    Closed,
    Delivery,
    Filter,
    Halt,
    OfficeChange,
    Projected,
    Rearmed,
    Relit,
    Sent,
    Summary,
    Tally,
    Waiting,
)
from workflow.summary import passes, summarise


class MemorySession(MemorySeals, MemoryShares, MemoryErases, MemorySeeks):
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
        self.tables.list_unsealed(place)

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
        return kept_notices.owe(self.tables.notices, notices)

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
        return kept_notices.addressees(self.tables.notices)

    def waiting(self, recipient: str, channel: str) -> list[Waiting]:
        """Return the notices that wait for a person on a channel, oldest first."""
        return kept_notices.waiting(self.tables.notices, recipient, channel)

    def withdraw(self, items: Sequence[int], cause: str, now: datetime) -> None:
        """Settle waiting notices as superseded."""
        kept_notices.withdraw(self.tables.notices, items, cause, now)

    def bundle(self, digest: Notice, items: Sequence[int]) -> bool:
        """Write a digest and make waiting notices its items; False if it is there already."""
        return kept_notices.bundle(self.tables.notices, digest, items)

    def items(self, key: str) -> list[Sent]:
        """Return the items of the message of that key, oldest first."""
        return [k.sent() for k in items_of(self.tables.notices, key)]

    def reopen(self, digests_before: datetime, singles_before: datetime, now: datetime) -> int:
        """Let what was not sent in its time wait again; return how many do."""
        stale = Stale(digests_before=digests_before, singles_before=singles_before)
        return kept_notices.reopen(self.tables.notices, stale, now)

    def take_back(self, id: int, token: str, now: datetime) -> bool:
        """Let a claimed notice wait again; False if the claim was lost."""
        return kept_notices.take_back(self.tables.notices, id, token, now)

    def tally(self) -> list[Tally]:
        """Return how many notices have each status, ordered by status."""
        return kept_notices.tally(self.tables.notices)

    def last_entry_at(self) -> datetime | None:
        """Return the latest instant at which an entry of the log was written."""
        return max((instant(row.at) for row in self.tables.log.values()), default=None)

    def unresolved(self) -> list[Sent]:
        """Return the failures nobody has taken note of, oldest first."""
        return kept_notices.unresolved(self.tables.notices)

    def decide(self, ids: Sequence[int], status: str, decision: str, now: datetime) -> int:
        """Decide by hand about notices that are dead or ambiguous; return how many were."""
        outcome = kept_notices.by_hand(status, decision)
        return kept_notices.decide(self.tables.notices, ids, outcome, now)

    def readdress(self, id: int, channel: str, address: str) -> None:
        """Send a notice elsewhere from now on."""
        kept_notices.readdress(self.tables.notices, id, channel, address)

    def sent_since(self, recipient: str, channel: str, since: datetime) -> int:
        """Return how many messages to a person were owed on a channel since."""
        return kept_notices.sent_since(self.tables.notices, recipient, channel, since)

    def message(self, id: int) -> bytes | None:
        """Return the bytes that were rendered for a notice."""
        return next((k.message for k in self.tables.notices.values() if k.id == id), None)

    def deliveries(self, id: int) -> list[Delivery]:
        """Return the trail of a notice, oldest first."""
        return next((list(k.trail) for k in self.tables.notices.values() if k.id == id), [])

    def halt(self) -> Halt | None:
        """Return since when and why nothing is sent, None if sending goes on."""
        return self.tables.sending.halts.get(1)

    def release(self, now: datetime) -> None:
        """Let sending go on; what is owed already is no storm any more."""
        if self.tables.sending.halts.pop(1, None) is not None:
            self.tables.sending.released[1] = now

    def circuits(self) -> list[Circuit]:
        """Return the servers that failed last time, ordered by name."""
        return sorted(self.tables.sending.circuits.values(), key=lambda c: c.server)

    def beat(self, node: str, sweep: str, at: datetime) -> None:
        """Record that a sweep of a node has run."""
        self.tables.beats[node, sweep] = at

    def beats(self) -> list[Beat]:
        """Return when each sweep of each node has last run, ordered by node and sweep."""
        known = sorted(self.tables.beats.items())
        return [Beat(node=node, sweep=sweep, at=at) for (node, sweep), at in known]

    def last_beat(self) -> datetime | None:
        """Return when any node's sweep has last run."""
        return max(self.tables.beats.values(), default=None)


def _conflict(entry: Entry) -> Conflict:
    return Conflict(
        Message(
            "moved_on",
            "{stream} has moved on since it was read: its entry {n} is already written",
            {"stream": entry.stream, "n": entry.n},
        )
    )
