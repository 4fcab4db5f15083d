"""What a move of the case decides and writes, as plain values: the part that all peers share.

The rows are those that rectify writes: an entry in canonical bytes with the hash of the one before
it, what is closed and opened as owed, and a notice per person to be told. A peer adds the reading,
its state machine and the writing, in the idiom of its libraries.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from benchmarks import case
from states.canonical import canonical, entry_digest, stamp

STATES = ("reported", "plan_drafted", "in_rectification")
AT = stamp(case.NOW)
Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of the process: who may, who is told, what is closed and what is opened as owed."""

    source: str
    target: str
    role: str
    told: tuple[str, ...]
    closes: str
    opens: tuple[str, ...]


RULES: Mapping[str, Rule] = {
    "draft_plan": Rule(
        source="reported",
        target="plan_drafted",
        role="responsible",
        told=("supervisor",),
        closes="draft_plan",
        opens=("decide_plan",),
    ),
    "return_plan": Rule(
        source="plan_drafted",
        target="reported",
        role="supervisor",
        told=("responsible", "leader"),
        closes="decide_plan",
        opens=("draft_plan",),
    ),
    "approve_plan": Rule(
        source="plan_drafted",
        target="in_rectification",
        role="supervisor",
        told=("responsible",),
        closes="decide_plan",
        opens=("finish_measure/1", "finish_measure/2"),
    ),
}


class Known(Protocol):
    """An issue as a peer has read it."""

    key: str
    title: str
    state: str
    n: int
    hash: str


class Reachable(Protocol):
    """A person as a peer has read them."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def address(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Everything that an accepted move writes; ``closed`` says what is no longer owed, and why."""

    state: str
    entry: Values
    closed: Values
    opened: list[Values]
    notices: list[Values]


def first_obligations(key: str) -> list[Values]:
    """Return what is owed on an issue from its registration."""
    return [_obligation(key, kind, 1) for kind in ("draft_plan", "finish_issue")]


def allowed(event: str, role: str) -> bool:
    """Return whether a role may take an event."""
    return RULES[event].role == role


def written(issue: Known, move: case.Move, people: Sequence[Reachable]) -> Written:
    """Return what a move writes, given the issue before it."""
    rule, n = RULES[move.event], issue.n + 1
    opened = [_obligation(issue.key, kind, n) for kind in rule.opens]
    entry = _entry(issue, move, opened)
    told = [p for p in people if p.role in rule.told and p.id not in ("deng", move.person)]
    told += [p for p in people if p.id == "deng" and "supervisor" in rule.told]
    return Written(
        state=rule.target,
        entry=entry,
        closed={"of": issue.key, "done": rule.closes, "n": n, "because": move.event},
        opened=opened,
        notices=[_notice(issue, move, opened, person) for person in told if _named(person)],
    )


def _named(person: Reachable) -> bool:
    return person.role != "responsible" or person.id == case.RESPONSIBLE


def _entry(issue: Known, move: case.Move, opened: Sequence[Values]) -> Values:
    rule, request = RULES[move.event], uuid.uuid4().hex
    body = canonical(
        {
            "v": 1,
            "stream": issue.key,
            "n": issue.n + 1,
            "prev": issue.hash,
            "request": request,
            "at": AT,
            "day": case.TODAY.isoformat(),
            "actor": {"person": move.person, "account": "os:1000", "auth": "os-claimed"},
            "process": "0" * 64,
            "event": move.event,
            "from": rule.source,
            "to": rule.target,
            "records": move.event,
            "facts": move.facts,
            "opens": [{k: v for k, v in o.items() if k != "issue"} for o in opened],
            "closes": [{"id": f"{issue.key}/{issue.n}/{rule.closes}", "because": move.event}],
        }
    )
    return {
        "stream": issue.key,
        "n": issue.n + 1,
        "request_id": request,
        "at": AT,
        "hash": entry_digest(body),
        "body": body,
    }


def _obligation(key: str, kind: str, n: int) -> Values:
    name, _, subject = kind.partition("/")
    due = _due(name, subject)
    return {
        "id": f"{key}/{n}/{kind}",
        "issue": key,
        "kind": name,
        "subject": subject,
        "role": "supervisor" if name == "decide_plan" else "responsible",
        "person": None,
        "due": due.isoformat(),
        "ladder": "standard",
        "opened_by": n,
        "opened_on": case.TODAY.isoformat(),
        "remind_on": (due - timedelta(days=7)).isoformat(),
    }


def _due(kind: str, subject: str) -> date:
    if kind == "finish_issue":
        return case.DUE
    if kind == "finish_measure":
        return date.fromisoformat(case.MEASURES[int(subject) - 1][1])
    return case.TODAY + timedelta(days=14)


def _notice(issue: Known, move: case.Move, opened: Sequence[Values], person: Reachable) -> Values:
    name = f"{issue.key}/{issue.n + 1}/{move.event}/{person.id}/mail"
    facts = {
        "recipient": person.name,
        "recipient_title": "",
        "issue": issue.key,
        "round": case.ROUND,
        "title": issue.title,
        "aspect": case.ASPECT,
        "unit": case.UNIT,
        "state": RULES[move.event].target,
        "issue_due": case.DUE.isoformat(),
        "contacts": ["邓丽", "林涛"],
        "today": case.TODAY.isoformat(),
        "event": move.event,
        "event_label": move.event,
        "from_state": RULES[move.event].source,
        "actor": move.person,
        "reason": move.facts.get("reason"),
        "owed": list(_owed(opened)),
    }
    return {
        "key": name,
        "issue": issue.key,
        "template": "step",
        "recipient": person.id,
        "channel": "mail",
        "address": person.address,
        "language": "zh",
        "facts": json.dumps(facts, ensure_ascii=False),
        "message_id": hashlib.sha256(name.encode()).hexdigest()[:40],
        "status": "pending",
        "created_at": AT,
    }


def _owed(opened: Sequence[Values]) -> Iterator[Values]:
    for obligation in opened:
        due = date.fromisoformat(obligation["due"])
        yield {
            "kind": obligation["kind"],
            "work": obligation["kind"],
            "subject": obligation["subject"] or None,
            "due": obligation["due"],
            "days_left": (due - case.TODAY).days,
        }
