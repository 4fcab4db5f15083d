"""The values that pass between the engine and a store: what is written, and what is found.

They are structs because every command makes these classes when it begins: a data class takes half a
millisecond for that, a struct a hundredth of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from states.frozen import Struct

if TYPE_CHECKING:
    from notifications.notice import Notice
    from states.issue import Issue, Obligation
    from states.log import Entry
    from states.office import Office, Person


class Opened(Struct, frozen=True, kw_only=True):
    """An obligation that an entry opens, and the day on which a tick must look at it.

    That is the day of its next reminder or the day on which it lapses, whichever comes first.
    """

    obligation: Obligation
    wake_on: date | None


class Change(Struct, frozen=True, kw_only=True):
    """One accepted command on an issue: everything that one transaction writes for it.

    ``letter`` is the text of the letter that the entry issued, kept by its SHA-256; ``lights``
    says from which day the issue has which light.
    """

    entry: Entry
    issue: Issue
    opened: tuple[Opened, ...] = ()
    owed: tuple[Notice, ...] = ()
    letter: bytes | None = None
    lights: tuple[tuple[date, str], ...] = ()


class OfficeChange(Struct, frozen=True, kw_only=True):
    """One accepted act of the office, with the personal details it puts beside the log."""

    entry: Entry
    office: Office
    person: Person | None = None
    salt: bytes = b""
    process: bytes | None = None
    calendar: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """An open obligation that a tick must look at."""

    obligation: Obligation
    issue: Issue
    wake_on: date


class Rearmed(Struct, frozen=True, kw_only=True):
    """The next day on which a tick must look at an obligation; None: never again."""

    obligation: str
    was: date | None
    wake_on: date | None


class Closed(Struct, frozen=True, kw_only=True):
    """A closed obligation by its id: the number of the entry that closed it, and its event."""

    obligation: str
    by: int
    because: str


class Filter(Struct, frozen=True, kw_only=True):
    """Which issues a list shows; None leaves a field open. Dates are inclusive."""

    round: str | None = None
    unit: str | None = None
    state: str | None = None
    person: str | None = None
    next_due_by: date | None = None
    voided: bool = False


class Summary(Struct, frozen=True, kw_only=True):
    """An issue as a line of a list.

    ``next_due`` is the nearest date of what is owed on it, ``provisional`` that a date owed on it
    was counted across a year whose calendar is not published; ``lights`` says from which day it
    has which colour; ``remains`` that something is left of a basic completion (基本完成), which
    must never be shown as finished.
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
    provisional: bool
    lights: tuple[tuple[date, str], ...]
    type: str
    long_term: bool
    suspended: bool
    completed_on: date | None
    acceptances: int
    leader: str | None
    department: str | None
    person: str | None
    remains: bool
    voided: bool
    n: int


class Sent(Struct, frozen=True, kw_only=True):
    """A notice with what became of it.

    ``retry_at`` is when it is tried again or looked into; ``doubts`` how often its outcome was
    unknown, ``decision`` how the last doubt was decided; ``ref`` the provider's name for it;
    ``resolved_at`` when somebody took note of a failure and ended it.
    """

    id: int
    notice: Notice
    status: str
    cause: str | None
    attempts: int
    settled_at: datetime | None
    first_at: datetime | None = None
    retry_at: datetime | None = None
    doubts: int = 0
    decision: str | None = None
    ref: str | None = None
    resolved_at: datetime | None = None


class Delivery(Struct, frozen=True, kw_only=True):
    """One line of a notice's trail: the ``n``-th time that something became of it."""

    n: int
    at: datetime
    status: str
    cause: str | None
    ref: str | None


class Beat(Struct, frozen=True, kw_only=True):
    """When a sweep of a node has last run."""

    node: str
    sweep: str
    at: datetime


class Halt(Struct, frozen=True, kw_only=True):
    """Since when nothing is sent, and why."""

    since: datetime
    cause: str


class Circuit(Struct, frozen=True, kw_only=True):
    """A server that failed so many times in a row, and until when it is left alone."""

    server: str
    failures: int
    open_until: datetime | None
    cause: str | None


class Tally(Struct, frozen=True, kw_only=True):
    """How many notices have a status, and since when the oldest of them is owed.

    What is tried again or in doubt counts from its first attempt.
    """

    status: str
    count: int
    oldest: datetime


class Relit(Struct, frozen=True, kw_only=True):
    """From which day an issue has which light, where another calendar moves its rungs alone."""

    issue: str
    lights: tuple[tuple[date, str], ...]


class Addressee(Struct, frozen=True, kw_only=True):
    """Somebody for whom so many notices wait on a channel."""

    recipient: str
    channel: str
    items: int


class Waiting(Struct, frozen=True, kw_only=True):
    """A notice that waits to be sent together with the others of its person, channel and day."""

    id: int
    notice: Notice


class Projected(Struct, frozen=True, kw_only=True):
    """A projection row as stored, for comparison with the fold of its log.

    ``columns`` are the searchable columns by name, ``obligations`` the open ones by id, ``wakes``
    the day on which each of these is looked at next, by its id.
    """

    issue: Issue
    columns: Summary
    obligations: tuple[Obligation, ...]
    wakes: Mapping[str, date | None]
