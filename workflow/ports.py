"""What the engine needs of the world: a store of transactions, a clock, fresh names.

The contract of a store is the suite in ``tests/contract``; memory, SQLite and PostgreSQL pass it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from notifications.delivery import Outbox
    from notifications.notice import Notice
    from states.issue import Issue, Obligation
    from states.log import Entry, Row
    from states.office import Office, Person


Clock = Callable[[], datetime]
"""Returns the present instant, aware of its zone."""

Fresh = Callable[[], str]
"""Returns a name never used before: the request id of a command that brought none."""

Salt = Callable[[], bytes]
"""Returns 32 unpredictable bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An obligation that an entry opens, and the day on which it is first reminded of."""

    obligation: Obligation
    remind_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One accepted command on an issue: everything that one transaction writes for it."""

    entry: Entry
    issue: Issue
    opened: tuple[Opened, ...] = ()
    owed: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeChange:
    """One accepted act of the office, with the personal details it puts beside the log."""

    entry: Entry
    office: Office
    person: Person | None = None
    salt: bytes = b""
    process: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """An open obligation whose day of reminding has come."""

    obligation: Obligation
    issue: Issue
    remind_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rearmed:
    """The next day on which an obligation is reminded of; None: never again."""

    obligation: str
    was: date
    remind_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which issues a list shows; None leaves a field open. Dates are inclusive."""

    round: str | None = None
    unit: str | None = None
    state: str | None = None
    person: str | None = None
    next_due_by: date | None = None
    voided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """An issue as a line of a list.

    ``next_due`` is the nearest date of what is owed on it; ``remains`` says that something is left
    of a basic completion (基本完成), which must never be shown as finished.
    """

    key: str
    round: str
    number: int
    title: str
    aspect: str
    unit: str
    state: str
    cycle: int
    due: date | None
    due_original: date | None
    next_due: date | None
    leader: str | None
    department: str | None
    person: str | None
    remains: bool
    voided: bool
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A notice with what became of it."""

    id: int
    notice: Notice
    status: str
    cause: str | None
    attempts: int
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """A projection row as stored, for comparison with the fold of its log.

    ``columns`` are the searchable columns by name, ``obligations`` the open ones by id.
    """

    issue: Issue
    columns: Summary
    obligations: tuple[Obligation, ...]


class Session(Protocol):
    """One transaction. What it reads it sees until it ends; what it writes is all or nothing."""

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

    def process(self, hash: str) -> bytes | None:
        """Return the body of a process by its hash, or None."""

    def processes(self) -> dict[str, bytes]:
        """Return every process body by the hash it is stored under."""

    def issue(self, key: str) -> Issue | None:
        """Return an issue, or None. A writing session locks it until it ends."""

    def issues(self, keys: Sequence[str]) -> dict[str, Issue]:
        """Return the issues of these keys that exist (locked in a writing session)."""

    def summaries(self, wanted: Filter) -> list[Summary]:
        """Return the lines of a list, ordered by round and number."""

    def projected(self) -> Iterator[Projected]:
        """Yield every projection as stored, ordered by key."""

    def append(self, changes: Sequence[Change]) -> None:
        """Write accepted commands: entries, projections, obligations, notices.

        Raises ``Conflict`` if an entry of that number, or of that request, is already there, or
        if an issue is no longer at the entry before it.
        """

    def administer(self, change: OfficeChange) -> None:
        """Write an accepted act of the office. Raises ``Conflict`` as ``append`` does."""

    def awaited(self, today: date, limit: int) -> list[Awaited]:
        """Return open obligations whose day of reminding is today or earlier, earliest first."""

    def owe(self, notices: Sequence[Notice]) -> int:
        """Write the notices whose key is not there yet; return how many were new."""

    def rearm(self, moves: Sequence[Rearmed]) -> None:
        """Move days of reminding on, each only if it still is what it ``was``."""

    def notices(self, issue: str | None = None) -> list[Sent]:
        """Return notices with their outcome, oldest first; of one issue or of all."""

    def beat(self, node: str, at: datetime) -> None:
        """Record that a node's tick has run."""


class Store(Protocol):
    """Where the log and everything computed from it is kept."""

    def reading(self) -> AbstractContextManager[Session]:
        """Open a transaction that only reads, on one consistent state."""

    def writing(self) -> AbstractContextManager[Session]:
        """Open a transaction that writes; it commits at the end, or not at all on an exception."""

    def login(self) -> str | None:
        """Return the role by which the database knows us; None if it knows no roles."""

    @property
    def outbox(self) -> Outbox:
        """The notices to be sent, each step of which is a transaction of its own."""
