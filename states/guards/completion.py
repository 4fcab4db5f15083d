"""Guards on what is said to be done, to remain, or to be kept up."""

from __future__ import annotations

from collections.abc import Iterator

from states.errors import Unmet
from states.guards.case import Case

BASICALLY = "basically_completed"
REMAINDER = ("remains", "by", "until")


def not_in_future(case: Case) -> Iterator[Unmet]:
    """What is said to be done was not done on a day still to come."""
    if case.facts.get("on", "") > case.attempt.day.isoformat():
        yield Unmet(
            "in_future",
            "the day {on} has not come yet",
            {"on": case.facts["on"]},
            asks="on",
        )


def measures_proven(case: Case) -> Iterator[Unmet]:
    """Every measure is done with evidence, or the verdict is an explicit 基本完成.

    Even "basically completed" rests on proof of something done.
    """
    if case.facts.get("verdict") == BASICALLY:
        if not any(e.cycle == case.issue.cycle for e in case.issue.proofs):
            yield Unmet("nothing_proven", "nothing is proven yet: there is no evidence at all")
        return
    for measure in case.issue.plan:
        facts = {"number": measure.number}
        if measure.done_on is None:
            yield Unmet(
                "measure_not_done", "measure {number} is not done (rectify measure done)", facts
            )
        if not case.issue.proofs_of(measure.number):
            yield Unmet(
                "measure_unproven",
                "measure {number} has no evidence (rectify evidence add --measure {number})",
                facts,
            )


def remainder_named(case: Case) -> Iterator[Unmet]:
    """What remains is named, by whom and until when, if and only if the verdict is 基本完成."""
    named = tuple(fact for fact in REMAINDER if fact in case.facts)
    if case.facts.get("verdict") != BASICALLY:
        if named:
            yield Unmet(
                "verdict_contradicted",
                "something remains ({names}): then the verdict is basically_completed",
                {"names": named},
                asks="verdict",
            )
        return
    for fact in REMAINDER:
        if fact not in named:
            yield Unmet(
                "remainder_unnamed",
                "basically completed: {name} must be given (what remains, by whom, until when)",
                {"name": fact},
                asks=fact,
            )
    if "until" in named and case.facts["until"] < case.attempt.day.isoformat():
        yield Unmet(
            "remainder_past",
            "the date {until} for what remains has already passed",
            {"until": case.facts["until"]},
            asks="until",
        )


def remainder_open(case: Case) -> Iterator[Unmet]:
    """Something remains from a basic completion."""
    if case.issue.remainder is None or case.issue.remainder.done_on is not None:
        yield Unmet("nothing_remains", "nothing remains to be finished")
