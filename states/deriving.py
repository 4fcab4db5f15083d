"""What an entry says beyond what people said: the dates that follow from rules and calendar.

``evolve`` knows no calendar. Whatever of an entry's effect depends on one is counted when the entry
is written and stands among its facts, so that a replay yields the same for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.calendar import Reckoning
from states.issue import Issue
from states.parts import Duty, LookBack
from states.reckoning import (
    awaited_again,
    lapse_of,
    occurrence_after,
    own_date,
    visit_date,
)
from states.recurrence import first_after
from states.recurring import recurrences_in
from states.rules import Rules

Facts = dict[str, Any]
SLIPPING, REBOUND, MISSED_DUTY = "slipping", "rebound", "missed_duty"


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, when, and of which issue as it would stand without what is derived.

    ``before`` is the issue before the entry; for a registration it is the new one itself.
    """

    rules: Rules
    before: Issue
    after: Issue
    day: date
    facts: Mapping[str, Any]


def _dated(reckoned: Reckoning, source: str) -> Facts:
    return {
        "due": reckoned.due.isoformat(),
        "due_source": source,
        "due_by_rule": True,
        "provisional": reckoned.provisional,
    }


def _own(said: Said) -> Facts:
    """Return the issue's own date by rule, as the issue will be."""
    deadline = said.rules.process.deadline(said.after.type)
    return _dated(own_date(said.rules, said.after), deadline.source)


def _begun(said: Said) -> Facts:
    return {} if "due" in said.facts else _own(said)


def _resumed(said: Said) -> Facts:
    """Return the issue's own date with the pause, if nobody gave it and it still matters."""
    issue = said.before
    if not issue.due_by_rule or issue.accepted_on is not None or issue.voided is not None:
        return {}
    return _own(said)


def _own_anew(said: Said) -> Facts:
    """Return the issue's own date counted anew, if that changes it."""
    issue, own = said.before, _resumed(said)
    if not own:
        return {}
    same = (own["due"], own["provisional"]) == (_iso(issue.due), issue.provisional)
    return {} if same else own


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _accepted(said: Said) -> Facts:
    duties = [record | _first_of(said, record) for record in said.facts.get("duties", ())]
    visits = []
    for position in range(len(said.rules.process.policy.look_backs)):
        counted = visit_date(said.rules, said.day, position)
        if counted is not None:
            visits.append({"due": counted[0].isoformat(), "provisional": counted[1]})
    return _present(duties=duties, look_backs=visits)


def _first_of(said: Said, record: Mapping[str, Any]) -> Facts:
    """Return the first date of a duty that is declared."""
    duty = Duty(
        number=0,
        text="",
        person=None,
        when=recurrences_in(record["when"]),
        due=None,
        since=said.day,
    )
    due, provisional = occurrence_after(said.rules, duty, said.day)
    return {"due": _iso(due), "provisional": provisional}


def _added(said: Said) -> Facts:
    return _first_of(said, said.facts)


def _done(said: Said) -> Facts:
    duty = said.before.duty(said.facts["duty"])
    if duty is None or duty.due is None:
        return {}
    return {"next": _next(said, duty, duty.due)}


def _next(said: Said, duty: Duty, last: date) -> Facts:
    due, provisional = occurrence_after(said.rules, duty, last)
    return {"due": _iso(due), "provisional": provisional}


def _missed(said: Said) -> Facts:
    """Return the occurrences that can no longer be met, and the one that is awaited now."""
    duty = said.before.duty(said.facts["duty"])
    if duty is None or duty.due is None:
        return {}
    missed = [duty.due]
    following = lapse_of(said.rules, duty)
    while following is not None:
        later = first_after(said.rules.calendar, duty.when, following)
        if later is None or later > said.day:
            break
        missed.append(following)
        following = later
    facts: Facts = {
        "missed": [day.isoformat() for day in missed],
        "next": _next(said, duty, missed[-1]),
    }
    limit = said.rules.process.policy.missed_duties
    if limit and duty.missed + len(missed) >= limit and said.before.proposal is None:
        facts["propose"] = MISSED_DUTY
    return facts


def _looked_back(said: Said) -> Facts:
    verdict = said.facts["verdict"]
    if verdict not in (SLIPPING, REBOUND) or said.before.proposal is not None:
        return {}
    return {"propose": verdict}


def _granted(said: Said) -> Facts:
    request = said.before.extension
    if request is None or "due" in said.facts:
        return {}
    return {"due": request.asked.isoformat()}


def _recalculated(said: Said) -> Facts:
    own = _own_anew(said)
    return own | _present(duties=list(_duties_anew(said)), look_backs=list(_visits_anew(said)))


def _present(**lists: list[Facts]) -> Facts:
    return {name: records for name, records in lists.items() if records}


def _duties_anew(said: Said) -> Iterator[Facts]:
    for duty in said.before.current_duties:
        if duty.ended is not None:
            continue
        due, provisional = awaited_again(said.rules, duty)
        if (due, provisional) != (duty.due, duty.provisional):
            yield {"duty": duty.number, "due": _iso(due), "provisional": provisional}


def _visits_anew(said: Said) -> Iterator[Facts]:
    accepted_on = said.before.accepted_on
    if accepted_on is None:
        return
    for position, visit in enumerate(said.before.current_look_backs):
        counted = visit_date(said.rules, accepted_on, position)
        if visit.verdict is None and counted is not None:
            yield from _visit_anew(visit, counted)


def _visit_anew(visit: LookBack, counted: tuple[date, bool]) -> Iterator[Facts]:
    due = date.fromordinal(counted[0].toordinal() + visit.moved)
    if (due, counted[1]) != (visit.due, visit.provisional):
        yield {"look_back": visit.number, "due": due.isoformat(), "provisional": counted[1]}


BY_RULE_AFTER = ("registration", "new_cycle", "classification", "resumption")
"""The issue's own date depends here on what the entry itself changes: sort, cycle and pauses."""

DERIVED: Mapping[str, Callable[[Said], Facts]] = {
    "registration": _begun,
    "new_cycle": _begun,
    "classification": _own_anew,
    "resumption": _resumed,
    "recalculation": _recalculated,
    "acceptance": _accepted,
    "duty_added": _added,
    "duty_done": _done,
    "duty_missed": _missed,
    "look_back": _looked_back,
    "extension_grant": _granted,
}


def derived(records: str, said: Said) -> Facts:
    """Return the facts that an entry of that effect has beyond what was said."""
    derive = DERIVED.get(records)
    return {} if derive is None else derive(said)
