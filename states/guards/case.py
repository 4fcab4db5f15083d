"""The case that a guard looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from states.attempt import Attempt
from states.errors import Unmet
from states.issue import Issue
from states.office import Office


@dataclass(frozen=True, slots=True)
class Case:
    """The issue as it stands, the attempt, its checked facts, and the office at that moment."""

    issue: Issue
    attempt: Attempt
    facts: Mapping[str, Any]
    office: Office


Guard = Callable[[Case], Iterator[Unmet]]
