"""The issue and its parts: frozen values, which only ``evolve`` makes anew from an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """The "three clarities" (三明确): leader and person are ids, the department is a name."""

    leader: str | None = None
    department: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One planned action. ``line`` is where the report states it, if it came from a report."""

    number: int
    text: str
    cycle: int = 1
    due: date | None = None
    person: str | None = None
    line: int | None = None
    done_on: date | None = None
    dropped: str | None = None

    @property
    def is_open(self) -> bool:
        """True while the measure is still to be done."""
        return self.done_on is None and self.dropped is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file that proves something, named by its SHA-256; size in bytes."""

    number: int
    sha256: str
    size: int
    name: str
    cycle: int = 1
    measure: int | None = None
    duty: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a report says was done (整改情况), with its place: a statement, never evidence."""

    text: str
    source: str
    sha256: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """What is left after "basically completed" (基本完成): what, by whom, until when."""

    text: str
    person: str
    due: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A recurring duty after acceptance (长效事项); ``due`` is its next occurrence's date."""

    number: int
    text: str
    person: str | None
    every_days: int
    due: date
    occurrence: int = 1
    cycle: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Somebody must do something by a date.

    ``id`` is deterministic: issue, number of the entry that opened it, kind, subject. ``person``
    is set where the plan names one; otherwise whoever holds ``role`` when a notice is owed.
    """

    id: str
    kind: str
    subject: str
    role: str
    person: str | None
    due: date
    ladder: str
    opened_by: int
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A finding under rectification: the fold of its log up to entry ``n``, whose hash is ``hash``.

    ``drafted_by``, ``done_by`` and ``submitted_by`` hold everyone who drafted the plan, finished a
    measure and submitted the completion in this cycle (the one who recorded and the one it was
    recorded for), because none of them may judge that work.
    """

    key: str
    round: str
    number: int
    title: str
    aspect: str
    unit: str
    process: str
    state: str
    n: int
    hash: str
    at: datetime
    cycle: int = 1
    cycle_began: date
    due: date | None
    due_original: date | None
    due_source: str = ""
    responsibility: Responsibility = Responsibility()
    measures: tuple[Measure, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    claim: Claim | None = None
    drafted_by: tuple[str, ...] = ()
    done_by: tuple[str, ...] = ()
    submitted_by: tuple[str, ...] = ()
    verdict: str | None = None
    remainder: Remainder | None = None
    duties: tuple[Duty, ...] = ()
    no_duties: str | None = None
    returns: int = 0
    voided: str | None = None
    obligations: tuple[Obligation, ...] = ()

    @property
    def plan(self) -> tuple[Measure, ...]:
        """The measures of the present cycle, without the dropped ones."""
        return tuple(m for m in self.measures if m.cycle == self.cycle and m.dropped is None)

    @property
    def remains(self) -> bool:
        """True while something is left of a basic completion: it must not read as finished."""
        return self.remainder is not None and self.remainder.done_on is None

    def measure(self, number: object) -> Measure | None:
        """Return the measure of that number, or None."""
        return next((m for m in self.measures if m.number == number), None)

    def duty(self, number: object) -> Duty | None:
        """Return the duty of that number in the present cycle, or None."""
        return next((d for d in self.current_duties if d.number == number), None)

    @property
    def current_duties(self) -> tuple[Duty, ...]:
        """The duties declared in the present cycle."""
        return tuple(d for d in self.duties if d.cycle == self.cycle)

    def proofs_of(self, measure: int) -> tuple[Evidence, ...]:
        """Return the evidence attached to a measure."""
        return tuple(e for e in self.evidence if e.measure == measure)
