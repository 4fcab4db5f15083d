"""Terms: from what they count, how long they are, and that every type of issue has a deadline."""

from __future__ import annotations

from collections.abc import Iterator

from states.process import Process
from states.process_check.names import Place, unknown
from states.process_shape import Fault
from states.term import Term

_ANCHORS = {
    "issue": ("cycle", "entered", "due"),
    "extension": ("entered",),
    "proposal": ("entered",),
}
_OF_PARTS = ("own", "entered")
_GIVEN = ("due", "own")


def anchors(process: Process) -> Iterator[Fault]:
    """Yield every term that counts from something its part does not have."""
    for i, row in enumerate(process.deadlines):
        if row.due.anchor != "cycle":
            yield Fault(
                "deadline_anchor",
                "the issue's deadline counts from: cycle",
                {},
                "deadline",
                i,
                "anchor",
            )
    for i, rule in enumerate(process.obligations):
        good = _ANCHORS.get(rule.each, _OF_PARTS)
        yield from unknown("anchor", (rule.due.anchor,), good, ("obligation", i, "due"))
        if rule.due.at_least.amount and rule.due.anchor in _GIVEN:
            yield Fault(
                "date_put_off",
                "a date that somebody gave is not put off: at_least needs the anchor cycle",
                {},
                "obligation",
                i,
                "due",
            )


def amounts(process: Process) -> Iterator[Fault]:
    """Yield every term that runs backwards; only from a given date may one count back."""
    for i, row in enumerate(process.deadlines):
        yield from _backwards(row.due.term, ("deadline", i, "after"))
    for i, rule in enumerate(process.obligations):
        counted = () if rule.due.anchor in _GIVEN else (rule.due.term,)
        for term in (*counted, rule.due.at_least):
            yield from _backwards(term, ("obligation", i, "due"))


def _backwards(term: Term, place: Place) -> Iterator[Fault]:
    if term.amount < 0:
        yield Fault(
            "term_backwards",
            "{term} runs backwards: a term is longer than nothing",
            {"term": str(term)},
            *place,
        )


def policy(process: Process) -> Iterator[Fault]:
    """Yield what no policy can mean: an extension or a look-back after no time at all."""
    terms = [("look_backs", term) for term in process.policy.look_backs]
    if process.policy.extensions:
        terms.append(("longest_extension", process.policy.longest_extension))
    for key, term in terms:
        if term.amount <= 0:
            facts = {"key": key, "term": str(term)}
            yield Fault(
                "policy_term", "{key}: {term} is not longer than nothing", facts, "policy", 0, key
            )
    if len(set(process.policy.look_backs)) < len(process.policy.look_backs):
        yield Fault(
            "look_back_twice", "two look-backs after the same term", {}, "policy", 0, "look_backs"
        )


def deadlines(process: Process) -> Iterator[Fault]:
    """Yield a type of issue without a deadline, and a row that comes after one for all types."""
    if not process.deadlines or process.deadlines[-1].applies:
        yield Fault(
            "deadline_missing",
            "the last deadline must be for every type: without applies",
            {},
            "deadline",
            max(len(process.deadlines) - 1, 0),
            "applies",
        )
    for i, row in enumerate(process.deadlines[:-1]):
        if not row.applies:
            yield Fault(
                "deadline_hidden",
                "the deadlines below are never asked: this one is for every type",
                {},
                "deadline",
                i,
                "anchor",
            )
