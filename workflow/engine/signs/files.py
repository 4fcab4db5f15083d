"""Signs in the files: the same one everywhere, one that is older than what it proves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from states.errors import Message
from states.issue import IMMEDIATE
from states.parts import Evidence
from workflow.engine.signs.sign import Material, Moment, Place, Sign, Trace

Proof = tuple[Trace, Moment, Evidence]


def _proofs(trace: Trace) -> Iterator[Proof]:
    """Yield every piece of evidence with the entry that registered it."""
    for moment, piece in zip(trace.of("evidence"), trace.issue.evidence, strict=True):
        yield trace, moment, piece


def same_file(material: Material) -> Iterator[Sign]:
    """One file stands as proof of several issues, or of several parts of one."""
    by_hash: dict[str, list[Proof]] = defaultdict(list)
    for trace in material.traces:
        for proof in _proofs(trace):
            by_hash[proof[2].sha256].append(proof)
    for sha256, proofs in by_hash.items():
        parts = {(t.issue.key, p.measure, p.duty, p.occurrence, p.look_back) for t, _, p in proofs}
        issues = {key for key, *_ in parts}
        named = [part for part in parts if any(part[1:])]
        if len(issues) < 2 and len(named) < 2:
            continue
        facts = {
            "name": proofs[0][2].name,
            "sha256": sha256[:12],
            "count": len(parts),
            "issues": len(issues),
        }
        question = Message(
            "same_file",
            "One file ({name}, sha256 {sha256}…) stands as proof of {count} things in {issues} "
            "issues. Is it really the proof of each?",
            facts,
        )
        yield Sign(question=question, entries=tuple(t.at(m) for t, m, _ in proofs))


def older_file(material: Material) -> Iterator[Sign]:
    """Files were on record before the issue, or its present cycle, began."""
    for trace in material.traces:
        began = {m.cycle: m for m in trace.of("registration", "new_cycle")}
        older: list[tuple[Moment, Evidence, Place]] = []
        for _, moment, piece in _proofs(trace):
            first_at, first = material.files[piece.sha256][0]
            start = began.get(moment.cycle)
            if start is not None and first_at < start.at and piece.replaces is None:
                older.append((moment, piece, first))
        if older:
            facts = {
                "names": tuple(piece.name for _, piece, _ in older),
                "others": tuple(f"{first.issue}/{first.n}" for *_, first in older),
                "day": began[older[0][0].cycle].day.isoformat(),
            }
            question = Message(
                "older_file",
                "On record already ({others}) before this work began on {day}: {names}. What does "
                "it prove of it?",
                facts,
            )
            entries = [place for m, _, first in older for place in (trace.at(m), first)]
            yield Sign(question=question, entries=tuple(entries))


def before_plan(material: Material) -> Iterator[Sign]:
    """Measures were proven before the plan that contains them was approved.

    立行立改 is put right at once: what is of that type is proven early by right.
    """
    for trace in material.traces:
        if trace.issue.type == IMMEDIATE:
            continue
        approved: dict[int, Moment] = {}
        for moment in trace.of("approval"):
            approved.setdefault(moment.cycle, moment)
        early = [
            (moment, piece)
            for _, moment, piece in _proofs(trace)
            if piece.measure is not None
            and moment.cycle in approved
            and moment.n < approved[moment.cycle].n
        ]
        if early:
            plan = approved[early[0][0].cycle]
            facts = {
                "numbers": tuple(piece.number for _, piece in early),
                "day": early[0][0].day.isoformat(),
                "approved": plan.day.isoformat(),
            }
            question = Message(
                "before_plan",
                "Registered from {day} on, before the plan was approved on {approved}: evidence "
                "{numbers}. Was it made for these measures?",
                facts,
            )
            entries = (*(trace.at(moment) for moment, _ in early), trace.at(plan))
            yield Sign(question=question, entries=entries)


def replaced_late(material: Material) -> Iterator[Sign]:
    """A piece was replaced after the completion that rests on it was accepted."""
    for trace in material.traces:
        accepted: dict[int, Moment] = {m.cycle: m for m in trace.of("acceptance")}
        for _, moment, piece in _proofs(trace):
            acceptance = accepted.get(piece.cycle)
            late = acceptance is not None and moment.n > acceptance.n
            if acceptance is None or not late or piece.replaces is None or piece.duty is not None:
                continue
            facts = {
                "former": piece.replaces,
                "number": piece.number,
                "day": moment.day.isoformat(),
                "accepted": acceptance.day.isoformat(),
            }
            question = Message(
                "replaced_late",
                "Evidence {former} was replaced by {number} on {day}, after the acceptance of "
                "{accepted}. What is different, and has whoever accepted seen it?",
                facts,
            )
            yield Sign(question=question, entries=(trace.at(moment), trace.at(acceptance)))


def one_account(material: Material) -> Iterator[Sign]:
    """All evidence of a unit came through one account, though several people answer for it."""
    limits, trial = material.limits, material.ties.trial
    groups: dict[tuple[str, str], list[Trace]] = defaultdict(list)
    for trace in material.traces:
        groups[trace.issue.round, trace.issue.unit].append(trace)
    for (code, unit), traces in groups.items():
        found = [(t, m) for t in traces for m in t.of("evidence")]
        accounts = {m.hands[0] if trial else m.account for _, m in found}
        named = {trace.issue.responsibility.person for trace, _ in found} - {None}
        if len(found) < limits.account_pieces or len(accounts) != 1:
            continue
        if len(named) < limits.account_persons:
            continue
        facts = {
            "count": len(found),
            "unit": unit,
            "round": code,
            "account": min(accounts),
            "persons": len(named),
        }
        question = Message(
            "one_account",
            "All {count} pieces of evidence of {unit} in {round} were registered by one account "
            "({account}), though {persons} people answer for the issues. Who of them has seen "
            "the files?",
            facts,
        )
        entries = tuple(Place(t.issue.key, m.n) for t, m in found)
        yield Sign(question=question, entries=entries)


FILES = (same_file, older_file, before_plan, replaced_late, one_account)
