"""The effect of evidence: pieces that prove something, and new versions of them."""

from __future__ import annotations

from collections.abc import Iterator

from states.effects.effect import NOTE, Changes, Content, Effect
from states.errors import Unmet
from states.facts import Fact
from states.frozen import replace
from states.issue import Issue
from states.parts import INTERNAL, Evidence

PROVES = ("measure", "duty", "look_back")
"""What a piece may prove; without any of them it is about the issue as a whole."""


def _evidence_added(issue: Issue, content: Content) -> Changes:
    """Add a piece; a new version proves what the former one proved, in the cycle it did."""
    facts = content["facts"]
    former = issue.piece(facts["replaces"]) if "replaces" in facts else None
    number = len(issue.evidence) + 1
    if former is None:
        duty = issue.duty(facts["duty"]) if "duty" in facts else None
        proof = Evidence(
            number=number,
            sha256=facts["sha256"],
            size=facts["size"],
            name=facts["name"],
            cycle=issue.cycle,
            measure=facts.get("measure"),
            duty=facts.get("duty"),
            occurrence=None if duty is None else duty.occurrence,
            look_back=facts.get("look_back"),
            level=facts.get("level", INTERNAL),
            apart=facts.get("apart", False),
        )
        return {"evidence": (*issue.evidence, proof)}
    proof = replace(
        former,
        number=number,
        sha256=facts["sha256"],
        size=facts["size"],
        name=facts["name"],
        level=facts.get("level", former.level),
        apart=facts.get("apart", False),
        replaces=former.number,
        superseded_by=None,
    )
    kept = (replace(e, superseded_by=number) if e is former else e for e in issue.evidence)
    return {"evidence": (*kept, proof)}


def _versions(issue: Issue, facts: Content) -> Iterator[Unmet]:
    """A new version replaces the newest one of a piece of this issue, and proves the same."""
    number = facts.get("replaces")
    if number is None:
        return
    former = issue.piece(number)
    if former is None:
        known = ", ".join(str(e.number) for e in issue.proofs) or "-"
        yield Unmet(
            "piece_unknown",
            "there is no evidence {number} (known: {known})",
            {"number": number, "known": known},
            asks="replaces",
        )
        return
    if former.superseded_by is not None:
        yield Unmet(
            "piece_superseded",
            "evidence {number} was already replaced by {by}: replace that one",
            {"number": number, "by": former.superseded_by},
            asks="replaces",
        )
    for part in PROVES:
        if facts.get(part, getattr(former, part)) != getattr(former, part):
            yield Unmet(
                "piece_elsewhere",
                "a new version proves what the former proved: evidence {number} is not of "
                "{part} {given}",
                {"number": number, "part": part, "given": facts[part]},
                asks=part,
            )
    yield from _changed(former, facts)


def _changed(former: Evidence, facts: Content) -> Iterator[Unmet]:
    """A new version is another file, or the same one with another level or place."""
    after = (facts.get("sha256"), facts.get("level", former.level), facts.get("apart", False))
    if after == (former.sha256, former.level, former.apart):
        facts = {"number": former.number}
        yield Unmet(
            "piece_unchanged", "this is the very file of evidence {number}", facts, asks="sha256"
        )


_EVIDENCE = (
    Fact("sha256", "sha256", required=True),
    Fact("size", "whole", required=True),
    Fact("name", "text", required=True),
    Fact("measure", "positive"),
    Fact("duty", "positive"),
    Fact("look_back", "positive"),
    Fact("level", "level"),
    Fact("replaces", "positive"),
    Fact("apart", "flag"),
    NOTE,
)

PROVING = {"evidence": Effect(_EVIDENCE, _evidence_added, _versions)}
