"""What a sign of paper rectification (纸面整改) is: a question and what it rests on, no verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from states.errors import Message
    from states.issue import Issue
    from workflow.engine.ties import Ties


class Place(NamedTuple):
    """An entry of an issue."""

    issue: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A question to be asked, the issues it is about, and the entries it rests on.

    The message's code names the check that asks, its facts are those that made it ask.
    """

    question: Message
    entries: tuple[Place, ...]

    @property
    def code(self) -> str:
        """The check that asks."""
        return self.question.code

    @property
    def issues(self) -> tuple[str, ...]:
        """The issues it is about, each once, in the order of the entries."""
        return tuple(dict.fromkeys(place.issue for place in self.entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on a check asks. Every one is a whole number and can be set."""

    minutes_after_plan: int = 60
    seconds_together: int = 60
    measures_together: int = 3
    minutes_to_accept: int = 10
    last_days: int = 1
    last_day_percent: int = 80
    last_day_least: int = 5
    late_requests: int = 2
    returns: int = 2
    alike_percent: int = 80
    alike_letters: int = 30
    look_back_days: int = 180
    account_pieces: int = 10
    account_persons: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An entry of an issue that a check may look at.

    ``due`` is the issue's own date as it stood before the entry, ``cycle`` the cycle after it.
    """

    n: int
    at: datetime
    day: date
    records: str
    event: str
    cycle: int
    hands: tuple[str, ...]
    account: str
    facts: Mapping[str, Any]
    due: date | None

    @property
    def person(self) -> str:
        """Whose act it was."""
        return self.hands[-1]


@dataclass(frozen=True, slots=True)
class Trace:
    """An issue as it stands, and how it came there."""

    issue: Issue
    moments: tuple[Moment, ...]

    def of(self, *records: str) -> Iterator[Moment]:
        """Yield the moments that record one of these, in order."""
        return (moment for moment in self.moments if moment.records in records)

    def at(self, moment: Moment) -> Place:
        """Return the place of a moment."""
        return Place(self.issue.key, moment.n)


Dated = tuple[Trace, Moment]
Contradictions = Callable[[str], list[str]]
"""Returns the clauses of a text that cannot stand beside "completed"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the checks look at: the issues in question, what the office knows, and the limits.

    ``files`` are all places at which the log names a file, by its SHA-256, with the instant: also
    those of issues that are not in question. In a trial office an account says nothing.
    """

    traces: tuple[Trace, ...]
    files: Mapping[str, tuple[tuple[datetime, Place], ...]]
    ties: Ties
    limits: Limits
    today: date
    contradictions: Contradictions


Check = Callable[[Material], Iterator[Sign]]
