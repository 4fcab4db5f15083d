"""Waiting: in every state somebody owes something, can do it, and time can do its part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from states.issue import TYPES
from states.process import ObligationRule, Process
from states.process_check.names import Place
from states.process_shape import Fault


def each_state(process: Process) -> Iterator[Fault]:
    """Yield every state in which nobody owes the issue itself, for some type of issue."""
    for i, state in enumerate(process.states):
        rules = [r for r in process.obligations if r.each == "issue" and state in r.states]
        types = {type for rule in rules for type in rule.applies or TYPES}
        if types < set(TYPES) and state not in process.final:
            yield Fault(
                "nobody_waits",
                "in {state} nobody owes anything: it needs an obligation of each = issue",
                {"state": state},
                "state",
                i,
                "name",
            )


# What ends an obligation for a part of an issue: without it, it would be owed for ever.
_ENDS: Mapping[str, tuple[str, ...]] = {
    "remainder": ("remainder_done",),
    "duty": ("duty_done",),
    "extension": ("extension_grant", "extension_refusal"),
    "look_back": ("look_back",),
    "proposal": ("proposal_declined", "new_cycle"),
}


def each_obligation(process: Process) -> Iterator[Fault]:
    """Yield every obligation that somebody has in a state in which no step can meet it."""
    for i, rule in enumerate(process.obligations):
        for state in rule.states:
            for records in _ENDS.get(rule.each, ()):
                yield from _step_needed(process, state, records, ("obligation", i, "while"))


def _step_needed(process: Process, state: str, records: str, place: Place) -> Iterator[Fault]:
    if all(step.records != records for step in process.steps_from(state)):
        facts = {"state": state, "records": records}
        yield Fault("step_missing", "no step from {state} records {records}", facts, *place)


def clock(process: Process) -> Iterator[Fault]:
    """Yield every state in which the engine could not record what time brings about."""
    owing = {state for rule in process.obligations for state in rule.states}
    for i, state in enumerate(process.states):
        if state in owing:
            yield from _step_needed(process, state, "recalculation", ("state", i, "name"))
    for i, rule in enumerate(process.obligations):
        needed = ["letter"] if _issues_letters(process, rule) else []
        needed += ["duty_missed"] if rule.each == "duty" else []
        for state in rule.states:
            for records in needed:
                yield from _step_needed(process, state, records, ("obligation", i, "while"))


def _issues_letters(process: Process, rule: ObligationRule) -> bool:
    return any(
        rung.letter
        for ladder in process.ladders
        if ladder.name == rule.ladder
        for rung in ladder.rungs
    )


# What a step opens: the steps that must answer it where it leads, and the part somebody must owe.
_ANSWERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "extension_request": (("extension_grant", "extension_refusal"), "extension"),
    "suspension": (("resumption",), ""),
}


def answers(process: Process) -> Iterator[Fault]:
    """Yield every step that asks for an answer which nobody owes or no step could give."""
    for i, step in enumerate(process.steps):
        needed, part = _ANSWERS.get(step.records, ((), ""))
        for state in dict.fromkeys(map(step.reaches, step.sources)):
            for records in needed:
                yield from _step_needed(process, state, records, ("step", i, "from"))
            if part:
                yield from _owed_needed(process, state, part, ("step", i, "from"))


def _owed_needed(process: Process, state: str, part: str, place: Place) -> Iterator[Fault]:
    if not any(rule.each == part and state in rule.states for rule in process.obligations):
        facts = {"state": state, "part": part}
        yield Fault(
            "nobody_owes", "in {state} nobody owes an obligation of each = {part}", facts, *place
        )


def look_backs(process: Process) -> Iterator[Fault]:
    """Yield a look-back that nobody would make, and a proposal that nobody would decide on.

    Look-backs begin where an acceptance leads; missed duties are counted where duties are owed.
    """
    acceptances = [step for step in process.steps if step.records == "acceptance"]
    accepted = {step.reaches(source) for step in acceptances for source in step.sources}
    dutiful = {s for rule in process.obligations if rule.each == "duty" for s in rule.states}
    if process.policy.look_backs:
        for state in sorted(accepted):
            for part in ("look_back", "proposal"):
                yield from _owed_needed(process, state, part, ("policy", 0, "look_backs"))
    if process.policy.missed_duties:
        for state in sorted(dutiful):
            yield from _owed_needed(process, state, "proposal", ("policy", 0, "missed_duties"))
