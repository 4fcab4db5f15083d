"""The effects: what each kind of entry takes as facts, and what it changes of the issue.

What an entry changes is named by its ``records``, not by its event, so that users may rename
events and states freely and old logs still replay. ``EFFECTS`` is the whole list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from states.effects.answering import PEOPLE
from states.effects.beginning import BEGINNING
from states.effects.effect import Changes, Content, Effect
from states.effects.extending import EXTENDING
from states.effects.keeping import KEEPING
from states.effects.planning import PLANNING
from states.effects.proving import PROVING
from states.facts import Fact

__all__ = ["EFFECTS", "Changes", "Content", "Effect", "stated"]

EFFECTS: Mapping[str, Effect] = {
    **BEGINNING,
    **PEOPLE,
    **PLANNING,
    **PROVING,
    **EXTENDING,
    **KEEPING,
}


def stated(content: Content) -> dict[str, Any]:
    """Return the facts of an entry as they were said, without what rules and calendar added."""
    facts = dict(content["facts"])
    if facts.get("due_by_rule"):
        del facts["due"], facts["due_source"]
    return _taken(EFFECTS[content["records"]].takes, facts)


def _taken(schema: tuple[Fact, ...], facts: Mapping[str, Any]) -> dict[str, Any]:
    each = {fact.name: fact.each for fact in schema}
    return {
        name: [_taken(each[name], record) for record in value] if each[name] else value
        for name, value in facts.items()
        if name in each
    }
