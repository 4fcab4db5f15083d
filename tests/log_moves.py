"""What happens to the issues of a random log: mostly what leads on, sometimes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from states.attempt import CLOCK, CLOCK_PERSON
from states.canonical import digest
from states.issue import Issue
from states.process import SAME, Process, Step
from states.process_file import default_process
from states.rules import Rules
from tests.cast import UNIT
from tests.logbook import START, Log, second_process

_RIGHT = {
    "responsible": ("wang", "sun"),
    "supervisor": ("chen", "li"),
    "leader": ("zhou",),
    "principal": ("qian",),
    CLOCK: (CLOCK_PERSON,),
}


def of_an_issue(log: Log, keys: list[str]) -> None:
    """Let something happen to one of the issues; it may be refused."""
    lots = log.lots
    key = lots.choice(keys)
    issue = log.issues.get(key)
    if issue is None:
        number = int(key.rsplit("-", 1)[1])
        facts = {"round": "R2025", "number": number, "title": log.text(), "unit": UNIT}
        facts |= {"feedback": START.isoformat(), "measures": [{"text": log.text()}]}
        log.tries(key, "li", "register", facts)
        return
    rules = log.rules
    if rules.process.hash != issue.process and lots.random() < 0.5:
        log.tries(key, CLOCK_PERSON, "recalculate", {})
        log.tries(key, "li", "recalculate", {})
    log.rules = Rules(_process_of(log, log.issues[key].process), rules.calendar)
    for _ in range(4):  # what is refused is tried otherwise
        person, event, facts = _drawn(log, log.issues[key])
        if log.tries(key, person, event, facts):
            break
    log.rules = rules


def _drawn(log: Log, issue: Issue) -> tuple[str, str, dict[str, Any]]:
    """Draw who attempts what: mostly what leads on, so that issues get far."""
    if log.lots.random() < 0.65:
        return _leading_on(log, issue)
    step = _drawn_step(log, issue)
    return log.lots.choice(_RIGHT[step.by[-1]]), step.event, _facts(log, step.event, issue)


def _leading_on(log: Log, issue: Issue) -> tuple[str, str, dict[str, Any]]:
    answers = issue.responsibility.person or "wang"
    undated = [m.number for m in issue.measures if m.due is None]
    open_ones = [m.number for m in issue.plan if m.is_open]
    match issue.state:
        case "reported":
            return _planning(log, issue, answers, undated)
        case "plan_drafted":
            return "chen", "approve_plan", {}
        case "in_rectification" if open_ones and log.lots.random() < 0.5:
            return answers, "add_evidence", _proof(log, issue) | {"measure": open_ones[0]}
        case "in_rectification" if open_ones:
            return answers, "finish_measure", {"measure": open_ones[0]}
        case "in_rectification":
            return answers, "submit_completion", {}
        case "completed":
            return "chen", "accept", _facts(log, "accept", issue)
    return "chen", "reopen", _facts(log, "reopen", issue)


def _process_of(log: Log, name: str) -> Process:
    return next(p for p in (default_process(), second_process()) if p.hash == name)


def _planning(
    log: Log, issue: Issue, answers: str, undated: list[int]
) -> tuple[str, str, dict[str, Any]]:
    if issue.responsibility.person is None:
        return "li", "assign", _facts(log, "assign", issue)
    if undated:
        return answers, "edit_measure", {"measure": undated[0], "due": log.soon(50)}
    return answers, "draft_plan", {}


def _drawn_step(log: Log, issue: Issue) -> Step:
    steps = _process_of(log, issue.process).steps_from(issue.state)
    weights = [_weight(step) for step in steps]
    return log.lots.choices(steps, weights)[0]


def _weight(step: Step) -> int:
    if step.event == "void":
        return 0
    if step.event in ("suspend", "return_plan", "return_completion"):
        return 1
    return 3 if step.target != SAME or step.event in _FACTS else 1


def _facts(log: Log, event: str, issue: Issue) -> dict[str, Any]:
    maker = _FACTS.get(event)
    return maker(log, issue) if maker else {}


def _proof(log: Log, issue: Issue) -> dict[str, Any]:
    content = log.lots.randbytes(log.lots.randrange(1, 60))
    log.evidence[digest(content)] = content
    facts = {"sha256": digest(content), "size": len(content), "name": f"{log.text()}.pdf"}
    return {**facts, "measure": log.lots.randrange(1, 4)}


def _letter(log: Log, issue: Issue) -> dict[str, Any]:
    text = f"督办函 {log.text()}\n".encode()
    log.letters[digest(text)] = text
    owed = [o.id for o in issue.obligations] or ["none"]
    facts = {"kind": "督办函", "sha256": digest(text), "obligation": log.lots.choice(owed)}
    return {**facts, "to": [{"person": "wang"}]}


_REASON: Callable[[Log, Issue], dict[str, Any]] = lambda log, issue: {"reason": log.text()}  # noqa: E731
_FACTS: dict[str, Callable[[Log, Issue], dict[str, Any]]] = {
    "assign": lambda log, issue: {
        "leader": "zhou",
        "department": log.text(),
        "person": log.lots.choice(("wang", "wang", "sun")),
    },
    "add_measure": lambda log, issue: {"text": log.text(), "due": log.soon()},
    "edit_measure": lambda log, issue: {
        "measure": 1,
        "due": log.soon(),
        "reason": log.text(),
    },
    "finish_measure": lambda log, issue: {"measure": log.lots.randrange(1, 4)},
    "add_evidence": _proof,
    "note": lambda log, issue: {"note": log.text()},
    "issue_letter": _letter,
    "acknowledge": lambda log, issue: {"letter": 1},
    "accept": lambda log, issue: {"no_duties": log.text()},
    "submit_completion": lambda log, issue: {
        "verdict": "basically_completed",
        "remains": log.text(),
        "by": "wang",
        "until": log.soon(),
    },
    "return_plan": _REASON,
    "return_completion": _REASON,
    "suspend": _REASON,
    "reopen": lambda log, issue: {"reason": log.text(), "basis": log.text()},
    "request_extension": lambda log, issue: {
        "due": log.soon(200),
        "reason": log.text(),
        "progress": log.text(),
    },
    "change_due": lambda log, issue: {"due": log.soon(200), "reason": log.text()},
}
