"""Effects on people: who answers for the issue, then and now, and which letters reached them."""

from __future__ import annotations

from datetime import date
from typing import Any

from states.effects.effect import NOTE, WHY, Changes, Content, Effect, today
from states.facts import Fact
from states.frozen import replace
from states.issue import Issue
from states.log import hands_in
from states.parts import Letter, Responsibility, Tenure

ANSWERING = ("leader", "person")  # the roles of a tenure, as the three clarities name them


def _assigned(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    named = {k: facts[k] for k in ("leader", "department", "person") if k in facts}
    return _answered_by(issue, named, today(content))


def _answered_by(issue: Issue, named: dict[str, Any], day: date) -> Changes:
    after = replace(issue.responsibility, **named)
    tenures = _tenures(issue, after, day)
    changes: Changes = {"responsibility": after}
    return changes if tenures == issue.tenures else changes | {"tenures": tenures}


def _tenures(issue: Issue, after: Responsibility, day: date) -> tuple[Tenure, ...]:
    """Return who answered when, after a change: on the day of it both did."""
    tenures = issue.tenures
    for role in ANSWERING:
        was, now = getattr(issue.responsibility, role), getattr(after, role)
        if was == now:
            continue
        tenures = tuple(
            replace(t, until=day) if t.role == role and t.until is None else t for t in tenures
        )
        if now is not None:
            tenures = (*tenures, Tenure(role=role, person=now, since=day))
    return tenures


def _handed_over(issue: Issue, content: Content) -> Changes:
    """Put one person in another's place wherever something is still to be done."""
    facts = content["facts"]
    one, other = facts["from_person"], facts["to_person"]
    named = {r: other for r in ANSWERING if getattr(issue.responsibility, r) == one}
    changes = _answered_by(issue, named, today(content))
    changes["measures"] = tuple(
        replace(m, person=other) if m.person == one and m in issue.plan and m.is_open else m
        for m in issue.measures
    )
    changes["duties"] = tuple(
        replace(d, person=other)
        if d.person == one and d.cycle == issue.cycle and d.ended is None
        else d
        for d in issue.duties
    )
    remainder = issue.remainder
    if remainder is not None and remainder.person == one and remainder.done_on is None:
        changes["remainder"] = replace(remainder, person=other)
    return changes


def held_roles(issue: Issue, person: str) -> tuple[str, ...]:
    """Return as what a person answers for something still to be done: leader, person, or both."""
    roles = [r for r in ANSWERING if getattr(issue.responsibility, r) == person]
    parts = [m.person for m in issue.plan if m.is_open]
    parts += [d.person for d in issue.current_duties if d.ended is None]
    if issue.remainder is not None and issue.remainder.done_on is None:
        parts.append(issue.remainder.person)
    if person in parts:
        roles.append("person")
    return tuple(dict.fromkeys(roles))


def _letter_issued(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    letter = Letter(
        number=len(issue.letters) + 1,
        kind=facts["kind"],
        on=today(content),
        sha256=facts["sha256"],
        obligation=facts["obligation"],
        to=tuple(record["person"] for record in facts["to"]),
    )
    return {"letters": (*issue.letters, letter)}


def _acknowledged(issue: Issue, content: Content) -> Changes:
    number, person = content["facts"]["letter"], hands_in(content)[-1]
    received = (person, today(content))
    return {
        "letters": tuple(
            replace(x, received=(*x.received, received)) if x.number == number else x
            for x in issue.letters
        )
    }


_NAMING = (Fact("leader", "person"), Fact("department", "text"), Fact("person", "person"))
_HANDOVER = (
    Fact("from_person", "person", required=True),
    Fact("to_person", "person", required=True),
    WHY,
)
_LETTER = (
    Fact("kind", "text", required=True),
    Fact("sha256", "sha256", required=True),
    Fact("obligation", "text", required=True),
    Fact("rung", "text"),
    Fact("to", "records", required=True, each=(Fact("person", "person", required=True),)),
)

PEOPLE = {
    "responsibility": Effect(_NAMING, _assigned),
    "handover": Effect(_HANDOVER, _handed_over),
    "letter": Effect(_LETTER, _letter_issued),
    "acknowledgement": Effect((Fact("letter", "positive", required=True), NOTE), _acknowledged),
}
