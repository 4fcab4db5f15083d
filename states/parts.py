"""The parts of an issue: frozen values, which only ``evolve`` makes anew from an entry."""

from __future__ import annotations

from datetime import date

from states.frozen import Struct
from states.recurrence import Recurrence
from states.term import Term


class Responsibility(Struct, frozen=True, kw_only=True):
    """The "three clarities" (三明确): leader and person are ids, the department is a name."""

    leader: str | None = None
    department: str | None = None
    person: str | None = None


class Measure(Struct, frozen=True, kw_only=True):
    """One planned action. ``line`` is where the report states it, if it came from a report.

    ``due_original`` is the date first given, once the plan is approved the one that was approved.
    """

    number: int
    text: str
    cycle: int = 1
    due: date | None = None
    due_original: date | None = None
    person: str | None = None
    line: int | None = None
    done_on: date | None = None
    dropped: str | None = None

    @property
    def is_open(self) -> bool:
        """True while the measure is still to be done."""
        return self.done_on is None and self.dropped is None


OPEN, INTERNAL, SECRET, CONFIDENTIAL = "open", "internal", "secret", "confidential"
LEVELS = (OPEN, INTERNAL, SECRET, CONFIDENTIAL)
"""Who may see a piece of evidence (公开, 内部, 秘密, 机密), the most guarded last."""


class Evidence(Struct, frozen=True, kw_only=True):
    """A file that proves something, named by its SHA-256; size in bytes.

    ``level`` is one of ``LEVELS``; ``apart`` that it was registered by its hash alone and is kept
    elsewhere. It ``replaces`` the piece of that number, which is ``superseded_by`` this one.
    """

    number: int
    sha256: str
    size: int
    name: str
    cycle: int = 1
    measure: int | None = None
    duty: int | None = None
    occurrence: int | None = None
    look_back: int | None = None
    level: str = INTERNAL
    apart: bool = False
    replaces: int | None = None
    superseded_by: int | None = None


class Claim(Struct, frozen=True, kw_only=True):
    """What a report says was done (整改情况), with its place: a statement, never evidence."""

    text: str
    source: str
    sha256: str
    line: int | None = None


class Remainder(Struct, frozen=True, kw_only=True):
    """What is left after "basically completed" (基本完成): what, by whom, until when."""

    text: str
    person: str
    due: date
    done_on: date | None = None


class Duty(Struct, frozen=True, kw_only=True):
    """A recurring duty after acceptance (长效事项).

    ``due`` is the date of the occurrence now awaited, None for a duty that only an event calls
    for; ``since`` the day after the occurrence before it, from which it can be performed.
    ``moved`` is by how many days pauses have moved ``due`` on. ``missed`` counts the occurrences
    missed in a row, ``missed_ever`` all of them. ``ended`` is the reason why it is owed no longer.
    """

    number: int
    text: str
    person: str | None
    when: tuple[Recurrence, ...]
    due: date | None
    since: date
    provisional: bool = False
    moved: int = 0
    occurrence: int = 1
    missed: int = 0
    missed_ever: int = 0
    cycle: int = 1
    ended: str | None = None


class LookBack(Struct, frozen=True, kw_only=True):
    """A visit after acceptance (回头看); ``verdict`` is holds, slipping or rebound once made.

    ``moved`` is by how many days pauses have moved ``due`` on.
    """

    number: int
    due: date
    cycle: int = 1
    provisional: bool = False
    moved: int = 0
    verdict: str | None = None
    done_on: date | None = None


class Extension(Struct, frozen=True, kw_only=True):
    """A later date asked for, of the issue or of a ``measure``.

    ``outcome`` is None while it waits for a decision, then ``granted`` or ``refused``, or
    ``lapsed`` where what it was asked for ended undecided or its date came to be later anyway; the
    date ``granted`` may differ from what was asked. ``was`` is the date that stood before, ``by``
    are the hands that asked.
    """

    number: int
    asked: date
    was: date
    reason: str
    progress: str
    by: tuple[str, ...]
    on: date
    measure: int | None = None
    cycle: int = 1
    outcome: str | None = None
    granted: date | None = None


class Held(Struct, frozen=True, kw_only=True):
    """What was owed when the clock was stopped, and since when: it is owed again on resumption."""

    kind: str
    subject: str
    owed_since: date


class Suspension(Struct, frozen=True, kw_only=True):
    """An interval in which the clock stands still (中止).

    ``since`` is the first day that does not count, ``resumed_on`` the first that counts again.
    """

    since: date
    reason: str
    resumed_on: date | None = None
    owed: tuple[Held, ...] = ()


class Tenure(Struct, frozen=True, kw_only=True):
    """Who answered for the issue, in which role (leader, person), from when until when.

    ``until`` is the last day; None: still.
    """

    role: str
    person: str
    since: date
    until: date | None = None


class Letter(Struct, frozen=True, kw_only=True):
    """A numbered letter that a rung issued (提醒函, 督办函 …), with the hash of its text.

    ``to`` are the persons it is addressed to, ``received`` who signed for it (签收) and when.
    """

    number: int
    kind: str
    on: date
    sha256: str
    obligation: str
    to: tuple[str, ...]
    received: tuple[tuple[str, date], ...] = ()


class Override(Struct, frozen=True, kw_only=True):
    """A term that this issue has instead of the rule's, for a kind of obligation."""

    kind: str
    term: Term
    reason: str


class Proposal(Struct, frozen=True, kw_only=True):
    """The question whether to reopen, and what raised it (missed_duty, slipping, rebound)."""

    because: str
    on: date
