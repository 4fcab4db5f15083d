"""Effects of completion and of the years after it: duties kept up, visits made, rebounds seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from states.effects.effect import (
    DUTY,
    NOTE,
    REASON,
    WHY,
    Changes,
    Content,
    Effect,
    date_of,
    joined,
    today,
)
from states.effects.extending import lapsed
from states.facts import Fact
from states.frozen import replace
from states.issue import Issue
from states.parts import Duty, LookBack, Proposal, Remainder
from states.recurrence import INTERVAL, Recurrence
from states.recurring import recurrences_in

ONE_DAY = timedelta(days=1)


def _completion_submitted(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    remainder = None
    if facts.get("verdict") == "basically_completed":
        remainder = Remainder(
            text=facts["remains"], person=facts["by"], due=date.fromisoformat(facts["until"])
        )
    return {
        "submitted_by": joined(issue.submitted_by, content),
        "verdict": facts.get("verdict", "completed"),
        "remainder": remainder,
        "completed_on": today(content),
    }


def _remainder_done(issue: Issue, content: Content) -> Changes:
    if issue.remainder is None:
        return {}
    done = replace(issue.remainder, done_on=today(content))
    return {"remainder": done, "done_by": joined(issue.done_by, content)}


def _accepted(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    first = len(issue.duties) + 1
    declared = enumerate(facts.get("duties", ()), start=first)
    duties = tuple(_declared(number, record, issue, content) for number, record in declared)
    return {
        "duties": issue.duties + duties,
        "no_duties": facts.get("no_duties"),
        "look_backs": (*issue.look_backs, *_visits(issue, facts)),
        "accepted_on": today(content),
        "acceptances": issue.acceptances + 1,
        "extensions": lapsed(issue.extensions),
    }


def _declared(number: int, record: Content, issue: Issue, content: Content) -> Duty:
    """Return a duty as declared; entries of former versions state an interval and a first day."""
    if "every_days" in record:
        first = date.fromisoformat(record["first_due"])
        every = Recurrence(every=INTERVAL, nth=record["every_days"], since=first)
        dated: dict[str, Any] = {"when": (every,), "due": first}
    else:
        dated = {
            "when": recurrences_in(record["when"]),
            "due": date_of(record["due"]),
            "provisional": record["provisional"],
        }
    return Duty(
        number=number,
        text=record["text"],
        person=record.get("person"),
        since=today(content) + ONE_DAY,
        cycle=issue.cycle,
        **dated,
    )


def _visits(issue: Issue, facts: Content) -> Iterator[LookBack]:
    first = len(issue.look_backs) + 1
    for number, record in enumerate(facts.get("look_backs", ()), start=first):
        due, guess = date.fromisoformat(record["due"]), record["provisional"]
        yield LookBack(number=number, due=due, provisional=guess, cycle=issue.cycle)


def _change_duty(issue: Issue, duty: Duty) -> Changes:
    return {"duties": tuple(duty if d.number == duty.number else d for d in issue.duties)}


def _duty_done(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    return {
        "duties": tuple(
            replace(_following(d, facts, d.due, 1), missed=0) if d.number == facts["duty"] else d
            for d in issue.duties
        )
    }


def _following(duty: Duty, facts: Content, last: date | None, steps: int) -> Duty:
    """Return a duty awaiting what follows its occurrence of ``last``, ``steps`` on."""
    if "next" in facts:
        due, provisional = date_of(facts["next"]["due"]), facts["next"]["provisional"]
    elif last is None:
        due, provisional = None, False
    else:  # an entry of a former version, in which every duty has an interval of days
        due, provisional = last + timedelta(days=duty.when[0].nth), False
    return replace(
        duty,
        due=due,
        provisional=provisional,
        since=duty.since if last is None else last + ONE_DAY,
        moved=0,
        occurrence=duty.occurrence + steps,
    )


def _duty_missed(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    duty = issue.duty(facts["duty"])
    if duty is None:
        return {}
    days = facts["missed"]
    awaited = _following(duty, facts, date.fromisoformat(days[-1]), len(days))
    in_a_row, ever = duty.missed + len(days), duty.missed_ever + len(days)
    changes = _change_duty(issue, replace(awaited, missed=in_a_row, missed_ever=ever))
    return changes | _proposed(content)


def _proposed(content: Content) -> Changes:
    because = content["facts"].get("propose")
    return {} if because is None else {"proposal": Proposal(because=because, on=today(content))}


def _duty_added(issue: Issue, content: Content) -> Changes:
    duty = _declared(len(issue.duties) + 1, content["facts"], issue, content)
    return {"duties": (*issue.duties, duty), "no_duties": None}


def _duty_ended(issue: Issue, content: Content) -> Changes:
    duty = issue.duty(content["facts"]["duty"])
    if duty is None:
        return {}
    return _change_duty(issue, replace(duty, ended=content["facts"]["reason"]))


def _looked_back(issue: Issue, content: Content) -> Changes:
    facts = content["facts"]
    seen = {"verdict": facts["verdict"], "done_on": today(content)}
    visits = tuple(
        replace(b, **seen) if b.number == facts["visit"] else b for b in issue.look_backs
    )
    return {"look_backs": visits} | _proposed(content)


def _declined(issue: Issue, content: Content) -> Changes:
    return {"proposal": None}


_KEPT_UP = (
    Fact("text", "text", required=True),
    Fact("person", "person"),
    Fact("when", "recurrence", required=True),
)
_COMPLETION = (
    Fact("verdict", "verdict"),
    Fact("remains", "text"),
    Fact("by", "person"),
    Fact("until", "day"),
    NOTE,
)
_ACCEPTANCE = (Fact("duties", "records", each=_KEPT_UP), Fact("no_duties", "text"), NOTE)
_VISIT = (
    Fact("visit", "positive", required=True),
    Fact("verdict", "look_verdict", required=True),
    REASON,
    NOTE,
)

KEEPING = {
    "completion": Effect(_COMPLETION, _completion_submitted),
    "remainder_done": Effect((NOTE,), _remainder_done),
    "acceptance": Effect(_ACCEPTANCE, _accepted),
    "duty_done": Effect((DUTY, NOTE), _duty_done),
    "duty_missed": Effect((DUTY,), _duty_missed),
    "duty_added": Effect(_KEPT_UP, _duty_added),
    "duty_ended": Effect((DUTY, WHY), _duty_ended),
    "look_back": Effect(_VISIT, _looked_back),
    "proposal_declined": Effect((WHY,), _declined),
}
