"""The effects: what each kind of entry takes as facts, and what it changes of the issue.

What an entry changes is named by its ``records``, not by its event, so that users may rename
events and states freely and old logs still replay. ``EFFECTS`` is the whole list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from states.facts import Fact
from states.issue import Duty, Evidence, Issue, Measure, Remainder

Content = Mapping[str, Any]
Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a kind of entry takes as facts, and what it changes of the issue."""

    takes: tuple[Fact, ...]
    changes: Callable[[Issue, Content], Changes]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _hands(content: Content) -> tuple[str, ...]:
    actor = content["actor"]
    behalf = actor.get("on_behalf_of")
    return (actor["person"],) if behalf is None else (actor["person"], behalf)


def _joined(before: tuple[str, ...], content: Content) -> tuple[str, ...]:
    """Return everyone who had a hand in a work, which may have been returned and redone."""
    return tuple(dict.fromkeys((*before, *_hands(content))))


def _nothing(issue: Issue, content: Content) -> Changes:
    return {}


def _assigned(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    named = {k: facts[k] for k in ("leader", "department", "person") if k in facts}
    return {"responsibility": replace(issue.responsibility, **named)}


def _measure_added(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    measure = Measure(
        number=len(issue.measures) + 1,
        text=facts["text"],
        cycle=issue.cycle,
        due=_day(facts.get("due")),
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
        changes["due"] = _day(facts["due"])
    return _change_measure(issue, facts["measure"], **changes)


def _measure_done(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    done = _change_measure(issue, facts["measure"], done_on=_day(facts.get("on", content["day"])))
    return done | {"done_by": _joined(issue.done_by, content)}


def _measure_dropped(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    return _change_measure(issue, facts["measure"], dropped=facts["reason"])


def _evidence_added(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    proof = Evidence(
        number=len(issue.evidence) + 1,
        sha256=facts["sha256"],
        size=facts["size"],
        name=facts["name"],
        cycle=issue.cycle,
        measure=facts.get("measure"),
        duty=facts.get("duty"),
    )
    return {"evidence": (*issue.evidence, proof)}


def _due_changed(issue: Issue, content: Content) -> Changes:
    return {"due": _day(content["facts"]["due"]), "due_source": content["facts"]["reason"]}


def _voided(issue: Issue, content: Content) -> Changes:
    return {"voided": content["facts"]["reason"]}


def _plan_drafted(issue: Issue, content: Content) -> Changes:
    return {"drafted_by": _joined(issue.drafted_by, content)}


def _returned(issue: Issue, content: Content) -> Changes:
    return {"returns": issue.returns + 1, "verdict": None, "remainder": None}


def _completion_submitted(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    remainder = None
    if facts.get("verdict") == "basically_completed":
        remainder = Remainder(
            text=facts["remains"], person=facts["by"], due=date.fromisoformat(facts["until"])
        )
    return {
        "submitted_by": _joined(issue.submitted_by, content),
        "verdict": facts.get("verdict", "completed"),
        "remainder": remainder,
    }


def _remainder_done(issue: Issue, content: Content) -> Changes:
    if issue.remainder is None:
        return {}
    done = replace(issue.remainder, done_on=_day(content["day"]))
    return {"remainder": done, "done_by": _joined(issue.done_by, content)}


def _accepted(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    first = len(issue.duties) + 1
    duties = tuple(
        Duty(
            number=first + i,
            text=d["text"],
            person=d.get("person"),
            every_days=d["every_days"],
            due=date.fromisoformat(d["first_due"]),
            cycle=issue.cycle,
        )
        for i, d in enumerate(facts.get("duties", ()))
    )
    return {"duties": issue.duties + duties, "no_duties": facts.get("no_duties")}


def _duty_done(issue: Issue, content: Content) -> Changes:
    number = content["facts"]["duty"]
    return {"duties": tuple(_next_occurrence(d) if d.number == number else d for d in issue.duties)}


def _next_occurrence(duty: Duty) -> Duty:
    due = date.fromordinal(duty.due.toordinal() + duty.every_days)
    return replace(duty, due=due, occurrence=duty.occurrence + 1)


def _cycle_begun(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    due = _day(facts.get("due"))
    return {
        "cycle": issue.cycle + 1,
        "cycle_began": _day(content["day"]),
        "due": due,
        "due_original": due,
        "due_source": facts.get("due_source", ""),
        "drafted_by": (),
        "done_by": (),
        "submitted_by": (),
        "verdict": None,
        "remainder": None,
        "no_duties": None,
    }


_REASON = Fact("reason", "text")
_WHY = Fact("reason", "text", required=True)
_MEASURE = Fact("measure", "positive", required=True)
_FIRST_MEASURES = (Fact("text", "text", required=True), Fact("line", "positive"))
_CLAIM = (
    Fact("text", "text", required=True),
    Fact("source", "text", required=True),
    Fact("sha256", "sha256", required=True),
    Fact("line", "positive"),
)
_REGISTRATION = (
    Fact("round", "text", required=True),
    Fact("number", "positive", required=True),
    Fact("title", "text", required=True),
    Fact("aspect", "text"),
    Fact("unit", "text", required=True),
    Fact("feedback", "day"),
    Fact("due", "day"),
    Fact("due_source", "text"),
    Fact("line", "positive"),
    Fact("claim", "records", each=_CLAIM),
    Fact("measures", "records", each=_FIRST_MEASURES),
)
_DUTY = (
    Fact("text", "text", required=True),
    Fact("person", "person"),
    Fact("every_days", "interval", required=True),
    Fact("first_due", "day", required=True),
)
_COMPLETION = (
    Fact("verdict", "verdict"),
    Fact("remains", "text"),
    Fact("by", "person"),
    Fact("until", "day"),
    Fact("note", "text"),
)
_EVIDENCE = (
    Fact("sha256", "sha256", required=True),
    Fact("size", "whole", required=True),
    Fact("name", "text", required=True),
    Fact("measure", "positive"),
    Fact("duty", "positive"),
    Fact("note", "text"),
)
_NAMING = (Fact("leader", "person"), Fact("department", "text"), Fact("person", "person"))
_PLANNED = (Fact("due", "day"), Fact("person", "person"))

EFFECTS: Mapping[str, Effect] = {
    "registration": Effect(_REGISTRATION, _nothing),
    "note": Effect((Fact("note", "text", required=True),), _nothing),
    "responsibility": Effect(_NAMING, _assigned),
    "measure_added": Effect((Fact("text", "text", required=True), *_PLANNED), _measure_added),
    "measure_edited": Effect((_MEASURE, Fact("text", "text"), *_PLANNED, _REASON), _measure_edited),
    "measure_done": Effect((_MEASURE, Fact("on", "day"), Fact("note", "text")), _measure_done),
    "measure_dropped": Effect((_MEASURE, _WHY), _measure_dropped),
    "evidence": Effect(_EVIDENCE, _evidence_added),
    "due_date": Effect((Fact("due", "day", required=True), _WHY), _due_changed),
    "void": Effect((_WHY,), _voided),
    "plan": Effect((Fact("note", "text"),), _plan_drafted),
    "approval": Effect((Fact("note", "text"),), _nothing),
    "return": Effect((_REASON,), _returned),
    "completion": Effect(_COMPLETION, _completion_submitted),
    "remainder_done": Effect((Fact("note", "text"),), _remainder_done),
    "acceptance": Effect(
        (Fact("duties", "records", each=_DUTY), Fact("no_duties", "text"), Fact("note", "text")),
        _accepted,
    ),
    "duty_done": Effect(
        (Fact("duty", "positive", required=True), Fact("note", "text")), _duty_done
    ),
    "new_cycle": Effect(
        (_REASON, Fact("basis", "text"), Fact("due", "day"), Fact("due_source", "text")),
        _cycle_begun,
    ),
}
