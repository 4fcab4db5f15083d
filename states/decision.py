"""``decide``: is this attempt allowed, and which entry does it write?

Everything that is not declared is refused, and a refusal names every unmet condition at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.attempt import CLOCK, Attempt
from states.canonical import stamp
from states.deriving import BY_RULE_AFTER, DERIVED, Said, derived
from states.effects import EFFECTS, Content
from states.errors import Message, Option, Refused, Unmet
from states.evolution import apply, evolve
from states.facts import check_facts, persons_in
from states.frozen import replace
from states.guards import GUARDS, Case
from states.issue import Issue
from states.log import Entry, write_entry
from states.machine import move
from states.obligations import changes
from states.office import Office
from states.process import Process, Step
from states.rules import Rules
from states.standing import (
    ABOUT_THE_ACTOR,
    actor_unmet,
    delegation_unmet,
    is_clock,
    role_unmet,
)

# What is recorded while the clock of an issue stands still (中止); any other step waits for it.
WHILE_SUSPENDED = frozenset(
    (
        "suspension",  # which its own guard refuses
        "resumption",
        "note",
        "evidence",
        "responsibility",
        "handover",
        "void",
        "recalculation",
        "acknowledgement",
    )
)


@dataclass(frozen=True, slots=True)
class Decision:
    """An accepted attempt: the entry it writes, the issue after it, and the step it took."""

    entry: Entry
    issue: Issue
    step: Step


def decide(rules: Rules, issue: Issue, attempt: Attempt, office: Office) -> Decision:
    """Return the decision on an attempt to change an issue.

    The rules are those of the issue's process and of the calendar in force; only a recalculation
    is decided by another process, to which the issue then moves.

    Raises ``Refused`` with every unmet condition, and with what is allowed instead.
    """
    checked: dict[str, Any] = {}
    process = rules.process

    def gate(step: Step) -> None:
        facts, unmet = _weigh(rules, step, issue, attempt, office)
        if unmet:
            raise _refusal(rules, attempt, issue, office, unmet)
        checked.update(facts)

    if process.step(issue.state, attempt.event) is None:
        raise _refusal(rules, attempt, issue, office, [_not_here(process, issue, attempt)])
    step, target = move(process, issue.state, attempt.event, gate)
    return _written(rules, issue, attempt, _Accepted(step, target, checked, office))


def register(rules: Rules, key: str, attempt: Attempt, office: Office) -> Decision:
    """Return the decision on registering a new issue under ``key``.

    Raises ``Refused`` with every unmet condition.
    """
    checked: dict[str, Any] = {}

    def gate(step: Step) -> None:
        facts, unmet = check_facts(EFFECTS[step.records].takes, attempt.facts)
        unit = str(facts.get("unit", ""))
        held = office.roles_of(attempt.actor, unit, attempt.day)
        unmet = [*(delegation_unmet(attempt, office) or role_unmet(step, held, unit)), *unmet]
        if unmet:
            raise Refused(_what(key, attempt), tuple(unmet))
        checked.update(facts)

    process = rules.process
    if process.step("", attempt.event) is None:
        raise Refused(_what(key, attempt), (_no_registration(process, attempt),))
    step, target = move(process, "", attempt.event, gate)
    return _written(rules, None, attempt, _Accepted(step, target, checked, office, key))


def options(rules: Rules, issue: Issue, attempt: Attempt, office: Office) -> list[Option]:
    """Return every event that the issue's state knows, with what the actor would still miss.

    ``attempt`` supplies actor, moment and facts; its event is not looked at. What time alone
    brings about is nobody's option.
    """
    return [
        Option(
            event=step.event,
            to=step.reaches(issue.state),
            by=step.by,
            unmet=tuple(_weigh(rules, step, issue, replace(attempt, event=step.event), office)[1]),
        )
        for step in rules.process.steps_from(issue.state)
        if step.by != (CLOCK,) or is_clock(attempt.actor)
    ]


@dataclass(frozen=True, slots=True)
class _Accepted:
    step: Step
    target: str
    facts: dict[str, Any]
    office: Office
    key: str = ""


def _weigh(
    rules: Rules, step: Step, issue: Issue, attempt: Attempt, office: Office
) -> tuple[dict[str, Any], list[Unmet]]:
    """Return the checked facts and every unmet condition of a step."""
    effect = EFFECTS[step.records]
    facts, unmet = check_facts(effect.takes, attempt.facts)
    unmet = [*actor_unmet(step, issue, attempt, office), *unmet]
    unmet += _at_rest(step, issue)
    unmet += effect.unmet(issue, facts)
    asked = {condition.asks for condition in unmet if condition.asks}
    case = Case(rules, issue, attempt, facts, office)
    for name in step.requires:
        unmet += [u for u in GUARDS[name](case) if u.asks not in asked]
    for name, person in persons_in(effect.takes, facts).items():
        if person not in office.members:
            unmet.append(
                Unmet(
                    "person_unknown",
                    "{name}: there is no person {person} (rectify people list)",
                    {"name": name, "person": person},
                    asks=name,
                )
            )
    return facts, unmet


def _at_rest(step: Step, issue: Issue) -> Iterator[Unmet]:
    """Yield why an issue that was voided or suspended does not take a step."""
    if issue.voided is not None:
        yield Unmet("voided", "the issue was voided: {reason}", {"reason": issue.voided})
    pause = issue.suspended
    if pause is not None and step.records not in WHILE_SUSPENDED:
        facts = {"since": pause.since.isoformat(), "reason": pause.reason}
        yield Unmet(
            "suspended", "the issue is suspended since {since}: {reason} (rectify resume)", facts
        )


def _not_here(process: Process, issue: Issue, attempt: Attempt) -> Unmet:
    if issue.state not in process.states:
        return Unmet(
            "state_unknown",
            "the process {process} knows no state {state}",
            {"process": process.name, "state": issue.state},
        )
    if attempt.event not in process.events:
        known = tuple(e for e in process.events if process.step("", e) is None)
        return Unmet(
            "event_unknown",
            "the process knows no event {event}; it knows {events}",
            {"event": attempt.event, "events": known},
        )
    return Unmet(
        "event_not_here",
        "{event} does not start from the state {state}",
        {"event": attempt.event, "state": issue.state},
    )


def _no_registration(process: Process, attempt: Attempt) -> Unmet:
    births = tuple(s.event for s in process.steps if not s.sources)
    return Unmet(
        "event_not_here",
        "{event} registers no issue; it is done by {events}",
        {"event": attempt.event, "events": births},
    )


def _what(key: str, attempt: Attempt) -> Message:
    return Message(
        "refused",
        "{event} of {issue} is refused for {person}",
        {"event": attempt.event, "issue": key, "person": attempt.actor.principal},
    )


def _refusal(
    rules: Rules, attempt: Attempt, issue: Issue, office: Office, unmet: list[Unmet]
) -> Refused:
    """Return the refusal, with the events that the right person could take now."""
    plain = replace(attempt, facts={})
    allowed = [
        option
        for option in options(rules, issue, plain, office)
        if all(u.code in ABOUT_THE_ACTOR for u in option.blocked_by)
    ]
    return Refused(_what(issue.key, attempt), tuple(unmet), tuple(allowed))


def _written(rules: Rules, issue: Issue | None, attempt: Attempt, accepted: _Accepted) -> Decision:
    """Write the entry and let the issue evolve by it."""
    content = _content(rules, issue, attempt, accepted)
    content["facts"] = accepted.facts | derived_facts(rules, issue, content)
    opens, closes = changes(rules, apply(issue, content, ""), content)
    entry = write_entry(content | {"opens": opens, "closes": closes})
    return Decision(entry, evolve(issue, entry), accepted.step)


def derived_facts(rules: Rules, issue: Issue | None, content: Content) -> dict[str, Any]:
    """Return the facts that an entry has beyond those in its content, which are what was said.

    ``issue`` is the one before the entry, None before the first.
    """
    records = content["records"]
    if records not in DERIVED:
        return {}
    after = apply(issue, content, "") if records in BY_RULE_AFTER else issue
    if after is None:
        return {}
    day = date.fromisoformat(content["day"])
    return derived(records, Said(rules, issue or after, after, day, content["facts"]))


def _content(
    rules: Rules, issue: Issue | None, attempt: Attempt, accepted: _Accepted
) -> dict[str, Any]:
    # Time never runs backwards within an issue, or replay at a moment would have two answers; and
    # no entry is older than the office that it was decided by, which the past must hold as well.
    at = max(attempt.at, accepted.office.at, attempt.at if issue is None else issue.at)
    return {
        "v": 1,
        "stream": accepted.key if issue is None else issue.key,
        "n": 1 if issue is None else issue.n + 1,
        "prev": "" if issue is None else issue.hash,
        "request": attempt.request_id,
        "at": stamp(at),
        "day": attempt.day.isoformat(),
        "actor": attempt.actor.record(),
        "process": rules.process.hash,
        "calendar": rules.calendar.hash,
        "office": accepted.office.n,
        "event": attempt.event,
        "from": "" if issue is None else issue.state,
        "to": accepted.target,
        "records": accepted.step.records,
        "facts": accepted.facts,
        "opens": [],
        "closes": [],
    }
