"""Guards on what follows acceptance: duties kept up, visits made, rebounds decided on."""

from __future__ import annotations

from collections.abc import Iterator

from states.errors import Unmet
from states.guards.case import Case
from states.parts import Duty
from states.reckoning import lapse_of
from states.recurrence import EVENT, first_after
from states.recurring import recurrences_in


def duties_declared(case: Case) -> Iterator[Unmet]:
    """Maintenance duties are declared, or the reason why none is needed; not both."""
    duties, none_needed = case.facts.get("duties"), case.facts.get("no_duties")
    if not duties and not none_needed:
        yield Unmet(
            "no_duties",
            "maintenance duties must be declared, or the reason why none is needed",
            asks="duties",
        )
    if duties and none_needed:
        yield Unmet(
            "duties_and_none",
            "duties are declared and at the same time said not to be needed",
            asks="no_duties",
        )


def known_duty(case: Case) -> Iterator[Unmet]:
    """The duty named was declared in this cycle and has not been ended."""
    number = case.facts.get("duty")
    if number is None:
        return
    duty = case.issue.duty(number)
    if duty is None:
        yield Unmet("duty_unknown", "there is no duty {number}", {"number": number}, asks="duty")
    elif duty.ended is not None:
        yield Unmet(
            "duty_ended",
            "duty {number} has ended: {reason}",
            {"number": number, "reason": duty.ended},
            asks="duty",
        )


def long_term_needs_duty(case: Case) -> Iterator[Unmet]:
    """An issue of the long term (长期坚持) is kept up by at least one duty."""
    if case.issue.long_term and "no_duties" in case.facts:
        yield Unmet(
            "long_term_without_duty",
            "the issue is to be kept up for long (长期坚持): a duty must be declared",
            asks="duties",
        )


def duty_falls_due(case: Case) -> Iterator[Unmet]:
    """Each duty declared falls due some day by the calendar in force, or waits for events alone."""
    asks = "duties" if "duties" in case.facts else "when"
    for duty in case.facts.get("duties", [case.facts]):
        dated = [r for r in recurrences_in(duty.get("when", ())) if r.every != EVENT]
        if dated and first_after(case.rules.calendar, tuple(dated), case.attempt.day) is None:
            facts = {"text": duty.get("text", ""), "calendar": case.rules.calendar.name}
            yield Unmet(
                "duty_never_due",
                "{text}: by the calendar {calendar} this never falls due (rectify duty dates)",
                facts,
                asks=asks,
            )


def _duty(case: Case) -> Duty | None:
    duty = case.issue.duty(case.facts.get("duty"))
    return None if duty is None or duty.ended is not None else duty


def duty_not_early(case: Case) -> Iterator[Unmet]:
    """The occurrence awaited may be performed already: the one before it has passed."""
    duty = _duty(case)
    if duty is not None and duty.due is not None and case.attempt.day < duty.since:
        facts = {
            "number": duty.number,
            "due": duty.due.isoformat(),
            "since": duty.since.isoformat(),
        }
        yield Unmet(
            "duty_early", "duty {number} is next due {due}; it can be performed from {since}", facts
        )


def duty_proven(case: Case) -> Iterator[Unmet]:
    """Evidence of this very occurrence of the duty is there."""
    duty = _duty(case)
    if duty is None:
        return
    proofs = (e for e in case.issue.proofs if e.cycle == case.issue.cycle)
    if not any((e.duty, e.occurrence) == (duty.number, duty.occurrence) for e in proofs):
        yield Unmet(
            "duty_unproven",
            "this occurrence of duty {number} has no evidence "
            "(rectify evidence add --duty {number})",
            {"number": duty.number},
        )


def duty_overdue(case: Case) -> Iterator[Unmet]:
    """The occurrence awaited can no longer be met: the one after it has come due."""
    duty = _duty(case)
    if duty is None:
        return
    lapses_on = lapse_of(case.rules, duty)
    if lapses_on is None or case.attempt.day < lapses_on:
        yield Unmet("duty_in_time", "duty {number} can still be performed", {"number": duty.number})


def known_visit(case: Case) -> Iterator[Unmet]:
    """The look-back named, if one is, belongs to this cycle."""
    number = case.facts.get("look_back")
    known = {visit.number for visit in case.issue.current_look_backs}
    if number is not None and number not in known:
        facts = {"number": number}
        yield Unmet("visit_unknown", "there is no look-back {number}", facts, asks="look_back")


def known_look_back(case: Case) -> Iterator[Unmet]:
    """The look-back named belongs to this cycle and was not made yet."""
    number = case.facts.get("visit")
    if number is None:
        return
    visit = next((v for v in case.issue.current_look_backs if v.number == number), None)
    if visit is None:
        facts = {"number": number}
        yield Unmet("visit_unknown", "there is no look-back {number}", facts, asks="visit")
    elif visit.done_on is not None:
        facts = {"number": number, "on": visit.done_on.isoformat()}
        yield Unmet("visit_made", "look-back {number} was made on {on}", facts, asks="visit")


def look_back_reason(case: Case) -> Iterator[Unmet]:
    """What was found slipping or rebounding is said."""
    verdict = case.facts.get("verdict")
    if verdict in ("slipping", "rebound") and "reason" not in case.facts:
        yield Unmet(
            "no_finding",
            "{verdict}: what was found must be given as the reason",
            {"verdict": verdict},
            asks="reason",
        )


def proposal_open(case: Case) -> Iterator[Unmet]:
    """Reopening is proposed and not decided on yet."""
    if case.issue.proposal is None:
        yield Unmet("nothing_proposed", "reopening is not proposed")
