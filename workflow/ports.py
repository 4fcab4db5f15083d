"""What the engine needs of the world: a store of transactions, a clock, fresh names.

The contract of a store is the suite in ``tests/contract``; memory, SQLite and PostgreSQL pass it.
What passes between the two are the values of ``workflow.values``, which are named here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from workflow.erasures import Erases
from workflow.seals import Sealed, Seals, Unsealed
from workflow.seeking import Seeking, Seeks
from workflow.shares import Share, Shares, Stretch
from workflow.values import (
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
    Opened,
    Projected,
    Rearmed,
    Relit,
    Sent,
    Summary,
    Tally,
    Waiting,
)

if TYPE_CHECKING:
    from notifications.delivery.protocol import Outbox
    from notifications.notice import Notice
    from states.issue import Issue
    from states.log import Entry, Row
    from states.office import Office, Person

__all__ = [
    "Addressee",
    "Awaited",
    "Beat",
    "Change",
    "Circuit",
    "Clock",
    "Closed",
    "Delivery",
    "Filter",
    "Fresh",
    "Halt",
    "LetterWriter",
    "OfficeChange",
    "Opened",
    "Projected",
    "Rearmed",
    "Rehearsal",
    "Relit",
    "Salt",
    "Sealed",
    "Seals",
    "Seeking",
    "Seeks",
    "Sent",
    "Session",
    "Share",
    "Shares",
    "Store",
    "Stretch",
    "Summary",
    "Tally",
    "Unsealed",
    "Waiting",
]

Clock = Callable[[], datetime]
"""Returns the present instant, aware of its zone."""

Fresh = Callable[[], str]
"""Returns a name never used before: the request id of a command that brought none."""

Salt = Callable[[], bytes]
"""Returns 32 unpredictable bytes."""


class LetterWriter(Protocol):
    """Writes the text of a numbered letter."""

    def write(self, kind: str, facts: Mapping[str, Any], language: str) -> str:
        """Return the text of a letter of a kind. Raises ``RectificationError`` if it cannot."""


class Session(Seals, Shares, Erases, Seeks, Protocol):
    """One transaction. What it reads it sees until it ends; what it writes is all or nothing.

    What it knows of seals stands in ``workflow.seals``, of shares in ``workflow.shares``.
    """

    def entry_of(self, request_id: str) -> Entry | None:
        """Return the entry that a request has already written, or None."""

    def rows(self, stream: str | None = None) -> Iterator[Row]:
        """Yield the log's lines ordered by stream and number, of one stream or of all."""

    def office(self) -> Office | None:
        """Return the office, or None before it is founded. A writing session locks it shared."""

    def people(self, ids: Sequence[str] | None = None) -> dict[str, Person]:
        """Return the details of persons by id; of all if no ids are given."""

    def commitments(self) -> dict[str, str]:
        """Return, by person id, the commitment computed anew from details and salt as stored."""

    def salts(self) -> dict[str, bytes]:
        """Return, by person id, the salt of their commitment; whoever was erased has none."""

    def process(self, hash: str) -> bytes | None:
        """Return the body of a process by its hash, or None."""

    def processes(self) -> dict[str, bytes]:
        """Return every process body by the hash it is stored under."""

    def calendar(self, hash: str) -> bytes | None:
        """Return the body of a calendar by its hash, or None."""

    def calendars(self) -> dict[str, bytes]:
        """Return every calendar body by the hash it is stored under."""

    def letter(self, sha256: str) -> bytes | None:
        """Return the text of a letter by its SHA-256, or None."""

    def issue(self, key: str) -> Issue | None:
        """Return an issue, or None. A writing session locks it until it ends."""

    def issues(self, keys: Sequence[str]) -> dict[str, Issue]:
        """Return the issues of these keys that exist (locked in a writing session)."""

    def summaries(self, wanted: Filter) -> list[Summary]:
        """Return the lines of a list, ordered by round and number."""

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key."""

    def closed(self) -> Iterator[Closed]:
        """Yield every obligation that was closed, as stored."""

    def append(self, changes: Sequence[Change]) -> None:
        """Write accepted commands: entries, projections, obligations, notices.

        Raises ``Conflict`` if an entry of that number, or of that request, is already there, or
        if an issue is no longer at the entry before it.
        """

    def administer(self, change: OfficeChange) -> None:
        """Write an accepted act of the office. Raises ``Conflict`` as ``append`` does."""

    def awaited(self, today: date, limit: int) -> list[Awaited]:
        """Return open obligations to be looked at today or earlier, earliest first."""

    def owe(self, notices: Sequence[Notice]) -> int:
        """Write the notices whose key is not there yet; return how many were new."""

    def rearm(self, moves: Sequence[Rearmed]) -> None:
        """Move days of waking on, each only if it still is what it ``was``."""

    def relight(self, lights: Sequence[Relit]) -> None:
        """Write anew from which day issues have which light. No entry: no date moves."""

    def addressees(self) -> list[Addressee]:
        """Return for whom notices wait, by person and channel."""

    def waiting(self, recipient: str, channel: str) -> list[Waiting]:
        """Return the notices that wait for a person on a channel, oldest first.

        A writing session takes them all, or none if another one has taken them.
        """

    def withdraw(self, items: Sequence[int], cause: str, now: datetime) -> None:
        """Settle waiting notices as superseded: they need not be sent any more."""

    def bundle(self, digest: Notice, items: Sequence[int]) -> bool:
        """Write a digest and make waiting notices its items, whose end becomes theirs.

        False, with nothing written, if a digest of that key is there already; one that was
        superseded to be ``remade`` gives way to it.
        """

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with their outcome, oldest first; of one issue or of all."""

    def sent(self, ids: Sequence[int]) -> list[Sent]:
        """Return the notices of these ids that exist, ordered by id."""

    def items(self, key: str) -> list[Sent]:
        """Return the items of the message of that key, oldest first; none for any other notice."""

    def reopen(self, digests_before: datetime, singles_before: datetime, now: datetime) -> int:
        """Let what was not sent in its time wait again, to be said as of today.

        A message of the day made before ``digests_before`` that is still pending or to be tried
        again is superseded (cause ``remade``) and its items wait again, keeping when they were
        first attempted; so does a notice of its own that was owed before ``singles_before``.
        Alarms stay as they are. Return how many wait again.
        """

    def take_back(self, id: int, token: str, now: datetime) -> bool:
        """Let a notice wait again that was claimed under a token but not handed over.

        A message of the day is superseded (cause ``remade``) and its items wait, as after
        ``reopen``; no attempt is counted. False if the claim was lost meanwhile.
        """

    def tally(self) -> list[Tally]:
        """Return how many notices have each status, ordered by status; no line where none has."""

    def last_entry_at(self) -> datetime | None:
        """Return the latest instant at which an entry of the log was written, by its own word."""

    def unresolved(self) -> list[Sent]:
        """Return the failures nobody has taken note of, oldest first.

        Messages that are dead, and ambiguous ones that a person must decide; the items of a
        message share its fate and are left out, alarms too.
        """

    def decide(self, ids: Sequence[int], status: str, decision: str, now: datetime) -> int:
        """Decide by hand about notices that are dead or ambiguous; return how many were.

        ``accepted``: somebody knows that it arrived. ``pending``: it is sent again, rendered anew.
        ``dead``: it is given up. In every case the failure counts as resolved; a message's items
        follow it. The first and the last may be decided of what is still to be sent, too.
        """

    def readdress(self, id: int, channel: str, address: str) -> None:
        """Send elsewhere from now on what failed or waits: its person has another address now."""

    def sent_since(self, recipient: str, channel: str, since: datetime) -> int:
        """Return how many messages to a person were owed on a channel since, items left out."""

    def message(self, id: int) -> bytes | None:
        """Return the bytes that were rendered for a notice, None as long as there are none."""

    def deliveries(self, id: int) -> list[Delivery]:
        """Return the trail of a notice, oldest first."""

    def halt(self) -> Halt | None:
        """Return since when and why nothing is sent, None if sending goes on."""

    def release(self, now: datetime) -> None:
        """Let sending go on; what is ready by now is never counted as a storm again."""

    def circuits(self) -> list[Circuit]:
        """Return the servers that failed last time, ordered by name."""

    def beat(self, node: str, sweep: str, at: datetime) -> None:
        """Record that a sweep of a node has run."""

    def beats(self) -> list[Beat]:
        """Return when each sweep of each node has last run, ordered by node and sweep."""

    def last_beat(self) -> datetime | None:
        """Return when any node's sweep has last run, None if none ever has."""


class Store(Protocol):
    """Where the log and everything computed from it is kept."""

    def reading(self) -> AbstractContextManager[Session]:
        """Open a transaction that only reads, on one consistent state."""

    def writing(self) -> AbstractContextManager[Session]:
        """Open a transaction that writes; it commits at the end, or not at all on an exception."""

    def login(self) -> str | None:
        """Return the role by which the database knows us; None if it knows no roles."""

    def time(self) -> datetime | None:
        """Return the time of the database server, by which its nodes go; None if it has none."""

    @property
    def outbox(self) -> Outbox:
        """The notices to be sent, each step of which is a transaction of its own."""


Rehearsal = Callable[[Session, date], Store]
"""Returns a store of its own with whatever wakes up to a day, in which time can run ahead."""
