"""The case that a guard looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.attempt import Attempt
from states.errors import Unmet
from states.issue import Issue
from states.office import Office
from states.rules import Rules


@dataclass(frozen=True, slots=True)
class Case:
    """The rules in force, the issue, the attempt, its checked facts, and the office as of now."""

    rules: Rules
    issue: Issue
    attempt: Attempt
    facts: Mapping[str, Any]
    office: Office

    def date(self, fact: str) -> date | None:
        """Return the day that a fact states, None where it is not given."""
        text = self.facts.get(fact)
        return None if text is None else date.fromisoformat(text)


Guard = Callable[[Case], Iterator[Unmet]]
