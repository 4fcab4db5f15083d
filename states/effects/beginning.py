"""How an issue and each of its cycles begin, what sort of issue it is, and how it is taken back."""

from __future__ import annotations

from states.effects.effect import REASON, WHY, Changes, Content, Effect, nothing, own_date, today
from states.effects.extending import lapsed
from states.facts import Fact
from states.frozen import replace
from states.issue import Issue


def _voided(issue: Issue, content: Content) -> Changes:
    return {"voided": content["facts"]["reason"]}


def _classified(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    named = {k: facts[k] for k in ("type", "long_term") if k in facts}
    return named | own_date(facts) if "due" in facts else named


def _cycle_begun(issue: Issue, content: Content) -> Changes:
    own = own_date(content["facts"])
    return {
        **own,
        "cycle": issue.cycle + 1,
        "cycle_began": today(content),
        "cycle_entered": today(content),
        "due_original": own["due"],
        "drafted_by": (),
        "done_by": (),
        "submitted_by": (),
        "verdict": None,
        "remainder": None,
        "no_duties": None,
        "overrides": (),
        "proposal": None,
        "completed_on": None,
        "accepted_on": None,
        "extensions": lapsed(issue.extensions),
    }


def _recalculated(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    duties = {d["duty"]: d for d in facts.get("duties", ())}
    visits = {b["look_back"]: b for b in facts.get("look_backs", ())}
    changes = own_date(facts) if "due" in facts else {}
    if duties:
        changes["duties"] = tuple(
            replace(d, **_recounted(duties[d.number])) if d.number in duties else d
            for d in issue.duties
        )
    if visits:
        changes["look_backs"] = tuple(
            replace(b, **_recounted(visits[b.number])) if b.number in visits else b
            for b in issue.look_backs
        )
    return changes


def _recounted(record: Content) -> Changes:
    dated = own_date(record)
    return {key: dated[key] for key in ("due", "provisional")}


_FIRST_MEASURES = (Fact("text", "text", required=True), Fact("line", "positive"))
_CLAIM = (
    Fact("text", "text", required=True),
    Fact("source", "text", required=True),
    Fact("sha256", "sha256", required=True),
    Fact("line", "positive"),
)
_SORT = (Fact("type", "type"), Fact("long_term", "flag"))
_REGISTRATION = (
    Fact("round", "text", required=True),
    Fact("number", "positive", required=True),
    Fact("title", "text", required=True),
    Fact("aspect", "text"),
    Fact("unit", "text", required=True),
    Fact("feedback", "day"),
    *_SORT,
    Fact("due", "day"),
    Fact("due_source", "text"),
    Fact("line", "positive"),
    Fact("claim", "records", each=_CLAIM),
    Fact("measures", "records", each=_FIRST_MEASURES),
)
_NEW_CYCLE = (REASON, Fact("basis", "text"), Fact("due", "day"), Fact("due_source", "text"))

BEGINNING = {
    "registration": Effect(_REGISTRATION, nothing),
    "note": Effect((Fact("note", "text", required=True),), nothing),
    "classification": Effect(_SORT, _classified),
    "void": Effect((WHY,), _voided),
    "new_cycle": Effect(_NEW_CYCLE, _cycle_begun),
    "recalculation": Effect((REASON,), _recalculated),
}
