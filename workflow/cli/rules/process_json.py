"""A process and the packaged rules for programs: documented, stable fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workflow.cli.naming import Names

if TYPE_CHECKING:
    from states.ladder import Ladder
    from states.process import Deadline, Due, ObligationRule, Process, Step
    from states.term_rules import TermRule

FIELDS = (
    "name, hash, initial, final, states: [{name, label}], deadlines: [{due, applies, source, "
    "confirmed}], policy: {extensions, longest_extension, look_backs, missed_duties}, steps: "
    "[{event, label, sources, target (= moves no state), by, requires, records, notify}], "
    "obligations: [{kind, label, states, each, role, due, ladder, applies, source, confirmed}], "
    "ladders: [{name, rungs: [{name, at, to, colour, letter, urgent, "
    "if_unknown, repeat}]}]; due is {anchor, "
    "after, at_least, rule}; terms are texts such as 10 workdays"
)
RULE_FIELDS = (
    "a list of {name, anchor, term (null: could not be read), applies, notes: {zh, en}, source, "
    "confirmed}"
)


def process_json(process: Process) -> dict[str, Any]:
    """Return a process for programs."""
    names, policy = Names(process=process), process.policy
    return {
        "name": process.name,
        "hash": process.hash,
        "initial": process.initial,
        "final": list(process.final),
        "states": [{"name": state, "label": names.state(state)} for state in process.states],
        "deadlines": [{"due": _due(row.due), **_stated(row)} for row in process.deadlines],
        "policy": {
            "extensions": policy.extensions,
            "longest_extension": str(policy.longest_extension),
            "look_backs": list(map(str, policy.look_backs)),
            "missed_duties": policy.missed_duties,
        },
        "steps": [_step(step, names) for step in process.steps],
        "obligations": [_obligation(rule, names) for rule in process.obligations],
        "ladders": [_ladder(ladder) for ladder in process.ladders],
    }


def _due(due: Due) -> dict[str, Any]:
    return {
        "anchor": due.anchor,
        "after": str(due.term),
        "at_least": str(due.at_least) if due.at_least.amount else None,
        "rule": due.rule or None,
    }


def _stated(row: Deadline | ObligationRule) -> dict[str, Any]:
    return {"applies": list(row.applies), "source": row.source, "confirmed": row.confirmed}


def _step(step: Step, names: Names) -> dict[str, Any]:
    return {
        "event": step.event,
        "label": names.event(step.event),
        "sources": list(step.sources),
        "target": step.target,
        "by": list(step.by),
        "requires": list(step.requires),
        "records": step.records,
        "notify": list(step.notify),
    }


def _obligation(rule: ObligationRule, names: Names) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "label": names.kind(rule.kind),
        "states": list(rule.states),
        "each": rule.each,
        "role": rule.role,
        "due": _due(rule.due),
        "ladder": rule.ladder,
        **_stated(rule),
    }


def _ladder(ladder: Ladder) -> dict[str, Any]:
    return {
        "name": ladder.name,
        "rungs": [
            {
                "name": rung.name,
                "at": str(rung.at),
                "to": list(rung.to),
                "colour": rung.colour or None,
                "letter": rung.letter or None,
                "urgent": rung.urgent,
                "if_unknown": rung.policy,
                "repeat": list(map(str, rung.repeat)),
            }
            for rung in ladder.rungs
        ],
    }


def rules_json(rules: Iterable[TermRule]) -> list[dict[str, Any]]:
    """Return the packaged rules for programs."""
    return [
        {
            "name": rule.name,
            "anchor": rule.anchor,
            "term": str(rule.term) if rule.term else None,
            "applies": list(rule.applies),
            "notes": dict(rule.notes),
            "source": rule.source,
            "confirmed": rule.confirmed,
        }
        for rule in rules
    ]
