"""What can go wrong, as values: a code for programs, facts for both, a sentence for people.

The English sentence stands where the value is made and doubles as the key of its translation;
the rules themselves never translate and never print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: ``text`` is an English template whose ``{placeholders}`` are the facts."""

    code: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**{name: shown(fact) for name, fact in self.facts.items()})


def shown(fact: object) -> object:
    """Return a fact as it stands in a sentence: several as a list with commas."""
    return ", ".join(map(str, fact)) if isinstance(fact, tuple) else fact


@dataclass(frozen=True, slots=True)
class Unmet(Message):
    """A condition of a step that is not met.

    ``asks`` names the fact that the person acting could still supply; a condition without it
    needs a change of the issue or another person.
    """

    asks: str = ""


@dataclass(frozen=True, slots=True)
class Problem(Message):
    """Something wrong, or questionable, in an input or in the log, with its place.

    ``source`` is a file's name, an issue's key or the name of a stream; ``line`` counts from 1.
    """

    source: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line is not None else self.source
        sentence = Message.__str__(self)
        return f"{place}: {sentence}" if place else sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One event of an issue as it stands for somebody: who may attempt it, and what is missing."""

    event: str
    to: str
    by: tuple[str, ...]
    unmet: tuple[Unmet, ...] = ()

    @property
    def blocked_by(self) -> tuple[Unmet, ...]:
        """The unmet conditions that the person acting cannot lift by saying more."""
        return tuple(u for u in self.unmet if not u.asks)

    @property
    def needs(self) -> tuple[Unmet, ...]:
        """The facts that the attempt must bring along."""
        return tuple(u for u in self.unmet if u.asks)


class RectificationError(Exception):
    """Anything that rectify refuses or cannot do; ``message`` says it and its code names it."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NotFound(RectificationError):
    """What was named does not exist."""


class Conflict(RectificationError):
    """Somebody else was faster, or the same name or request was already used for another thing."""


class Denied(RectificationError):
    """The acting account may not do this at all."""


class Invalid(RectificationError):
    """Input that cannot be taken as it is; ``problems`` lists every fault with its place."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0])
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Refused(RectificationError):
    """The process does not allow this attempt.

    ``unmet`` holds every unmet condition, ``allowed`` the events that the issue's state knows,
    with the roles that may attempt them.
    """

    def __init__(
        self, message: Message, unmet: tuple[Unmet, ...], allowed: tuple[Option, ...] = ()
    ) -> None:
        super().__init__(message)
        self.unmet = unmet
        self.allowed = allowed

    def __str__(self) -> str:
        return f"{self.message}: " + "; ".join(str(condition) for condition in self.unmet)
