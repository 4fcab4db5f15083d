"""Effects on the plan: which measures, until when, by whom."""

from __future__ import annotations

from typing import Any

from states.effects.effect import (
    MEASURE,
    NOTE,
    REASON,
    WHY,
    Changes,
    Content,
    Effect,
    date_of,
    joined,
)
from states.effects.extending import lapsed_for, overtaken
from states.facts import Fact
from states.frozen import replace
from states.issue import Issue
from states.parts import Measure


def _measure_added(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    due = date_of(facts.get("due"))
    measure = Measure(
        number=len(issue.measures) + 1,
        text=facts["text"],
        cycle=issue.cycle,
        due=due,
        due_original=due,
        person=facts.get("person"),
    )
    return {"measures": (*issue.measures, measure)}


def _change_measure(issue: Issue, number: int, **changes: Any) -> Changes:
    return {
        "measures": tuple(
            replace(m, **changes) if m.number == number else m for m in issue.measures
        )
    }


def _measure_edited(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    changes: Changes = {k: facts[k] for k in ("text", "person") if k in facts}
    if "due" in facts:
        changes["due"] = date_of(facts["due"])
        measure = issue.measure(facts["measure"])
        if measure is not None and measure.due_original is None:
            changes["due_original"] = changes["due"]
    edited = _change_measure(issue, facts["measure"], **changes)
    return edited | {"extensions": overtaken(replace(issue, **edited))}


def _measure_done(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    number, on = facts["measure"], date_of(facts.get("on", content["day"]))
    return {
        **_change_measure(issue, number, done_on=on),
        **lapsed_for(issue, number),
        "done_by": joined(issue.done_by, content),
    }


def _measure_dropped(issue: Issue, content: Content) -> Changes:
    number = content["facts"]["measure"]
    dropped = _change_measure(issue, number, dropped=content["facts"]["reason"])
    return dropped | lapsed_for(issue, number)


def _plan_approved(issue: Issue, content: Content) -> Changes:
    """The dates approved are the ones that every later one is held against."""
    return {
        "measures": tuple(
            replace(m, due_original=m.due) if m in issue.plan and m.is_open else m
            for m in issue.measures
        )
    }


def _plan_drafted(issue: Issue, content: Content) -> Changes:
    return {"drafted_by": joined(issue.drafted_by, content)}


def _returned(issue: Issue, content: Content) -> Changes:
    return {
        "returns": issue.returns + 1,
        "verdict": None,
        "remainder": None,
        "completed_on": None,
    }


_PLANNED = (Fact("due", "day"), Fact("person", "person"))

PLANNING = {
    "measure_added": Effect((Fact("text", "text", required=True), *_PLANNED), _measure_added),
    "measure_edited": Effect((MEASURE, Fact("text", "text"), *_PLANNED, REASON), _measure_edited),
    "measure_done": Effect((MEASURE, Fact("on", "day"), NOTE), _measure_done),
    "measure_dropped": Effect((MEASURE, WHY), _measure_dropped),
    "plan": Effect((NOTE,), _plan_drafted),
    "approval": Effect((NOTE,), _plan_approved),
    "return": Effect((REASON,), _returned),
}
