"""What an effect is, and the few things that many of them need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.errors import Unmet
from states.facts import Fact
from states.issue import Issue
from states.log import hands_in

Content = Mapping[str, Any]
Changes = dict[str, Any]


def _always(issue: Issue, facts: Content) -> Iterator[Unmet]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Effect:
    """What a kind of entry takes as facts, and what it changes of the issue.

    ``unmet`` yields what the change itself cannot do without, whatever the process requires; it
    looks at checked facts. It may only ever speak of facts that older entries never held.
    """

    takes: tuple[Fact, ...]
    changes: Callable[[Issue, Content], Changes]
    unmet: Callable[[Issue, Content], Iterator[Unmet]] = _always


REASON = Fact("reason", "text")
WHY = Fact("reason", "text", required=True)
NOTE = Fact("note", "text")
MEASURE = Fact("measure", "positive", required=True)
DUTY = Fact("duty", "positive", required=True)


def nothing(issue: Issue, content: Content) -> Changes:
    """Change nothing: the entry itself is what is kept."""
    return {}


def date_of(text: str | None) -> date | None:
    """Return the day that a fact states, None where it is not given."""
    return None if text is None else date.fromisoformat(text)


def today(content: Content) -> date:
    """Return the day on which an entry was written."""
    return date.fromisoformat(content["day"])


def joined(before: tuple[str, ...], content: Content) -> tuple[str, ...]:
    """Return everyone who had a hand in a work, which may have been returned and redone."""
    return tuple(dict.fromkeys((*before, *hands_in(content))))


def own_date(facts: Content) -> Changes:
    """Return the issue's own date as facts state it, given or by rule."""
    return {
        "due": date_of(facts.get("due")),
        "due_source": facts.get("due_source", ""),
        "due_by_rule": facts.get("due_by_rule", False),
        "provisional": facts.get("provisional", False),
    }
