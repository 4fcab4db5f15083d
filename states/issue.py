"""The issue, and what is owed on it: frozen values, which only ``evolve`` makes anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from states.frozen import Struct
from states.parts import (
    Claim,
    Duty,
    Evidence,
    Extension,
    Letter,
    LookBack,
    Measure,
    Override,
    Proposal,
    Remainder,
    Responsibility,
    Suspension,
    Tenure,
)

DATED, IMMEDIATE, STAGED = "dated", "immediate", "staged"
_UNNAMED = Responsibility()
TYPES = (DATED, IMMEDIATE, STAGED)
"""Types (限期整改, 立行立改, 分阶段整改). The flag long_term (长期坚持) goes beside any of them."""


class Obligation(Struct, frozen=True, kw_only=True):
    """Somebody must do something by a date.

    ``id`` is deterministic: issue, number of the entry that opened it, kind, subject. ``person``
    is set where the plan names one; otherwise whoever holds ``role`` when a notice is owed.
    ``anchor`` is the day its term was counted from, ``provisional`` that the count crossed a year
    whose calendar was not published; ``owed_since`` the day from which it has been owed, which a
    change of person or of dates does not reset; from ``lapses_on`` it can no longer be met.
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
    anchor: date | None = None
    provisional: bool = False
    owed_since: date | None = None
    lapses_on: date | None = None


class Issue(Struct, frozen=True, kw_only=True):
    """A finding under rectification: the fold of its log up to entry ``n``, whose hash is ``hash``.

    ``drafted_by``, ``done_by`` and ``submitted_by`` hold everyone who drafted the plan, finished a
    measure and submitted the completion in this cycle (the one who recorded and the one it was
    recorded for), because none of them may judge that work. Terms of the cycle are counted from
    ``cycle_began``; ``cycle_entered`` is the day of the entry that began it. ``due_by_rule`` says
    that nobody gave the issue's own date: it follows the process and the calendar.
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
    cycle_entered: date | None = None
    type: str = DATED
    long_term: bool = False
    due: date | None
    due_original: date | None
    due_source: str = ""
    due_by_rule: bool = False
    provisional: bool = False
    responsibility: Responsibility = _UNNAMED
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
    calendar: str = ""
    overrides: tuple[Override, ...] = ()
    extensions: tuple[Extension, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    letters: tuple[Letter, ...] = ()
    look_backs: tuple[LookBack, ...] = ()
    proposal: Proposal | None = None
    completed_on: date | None = None
    accepted_on: date | None = None
    acceptances: int = 0
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

    @property
    def proofs(self) -> tuple[Evidence, ...]:
        """The evidence that counts: of each piece its newest version."""
        return tuple(e for e in self.evidence if e.superseded_by is None)

    def proofs_of(self, measure: int) -> tuple[Evidence, ...]:
        """Return the evidence attached to a measure, each piece in its newest version."""
        return tuple(e for e in self.proofs if e.measure == measure)

    def piece(self, number: object) -> Evidence | None:
        """Return the piece of evidence of that number, or None."""
        return next((e for e in self.evidence if e.number == number), None)

    def version(self, number: int) -> int:
        """Return which version of its piece the evidence of that number is, counted from 1."""
        versions, piece = 0, self.piece(number)
        while piece is not None:
            versions, piece = versions + 1, self.piece(piece.replaces)
        return versions

    @property
    def extension(self) -> Extension | None:
        """The request for a later date that waits for a decision, or None."""
        return next((e for e in self.extensions if e.outcome is None), None)

    @property
    def suspended(self) -> Suspension | None:
        """The suspension that lasts, or None."""
        return next((s for s in self.suspensions if s.resumed_on is None), None)

    @property
    def pauses(self) -> tuple[tuple[date, date], ...]:
        """The ended suspensions as first and last day that did not count."""
        return tuple(
            (s.since, s.resumed_on - timedelta(days=1))
            for s in self.suspensions
            if s.resumed_on is not None and s.resumed_on > s.since
        )

    @property
    def current_look_backs(self) -> Iterator[LookBack]:
        """The look-backs of the present cycle."""
        return (b for b in self.look_backs if b.cycle == self.cycle)

    def letter(self, number: object) -> Letter | None:
        """Return the letter of that number, or None."""
        return next((x for x in self.letters if x.number == number), None)
