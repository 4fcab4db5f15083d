"""The default process and what a process may be made of: guards, effects, roles, anchors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

from states.attempt import ROLES
from states.diagram import mermaid
from states.diagram import table as step_table
from states.effects import EFFECTS
from states.facts import Fact
from states.guards import ASKS, GUARDS
from states.process import Deadline, Due, Process
from states.process_file import default_process
from states.term_rules import term_rules
from tools.markdown import code, codes, fenced, table

_COUNTED = {
    "cycle": "feedback, or the day of reopening",
    "entered": "the day of the entry that opens it",
    "due": "the issue's own date",
    "own": "the date that the plan or the acceptance states",
}


def diagrams() -> str:
    """The default process as two pictures, one in each language."""
    return "\n".join(fenced(mermaid(default_process(), one), "mermaid") for one in ("en", "zh"))


def states() -> str:
    """The states of the default process with their labels."""
    process = default_process()
    rows = (
        (
            code(state),
            process.label("zh", "state", state),
            process.label("en", "state", state),
            "initial" if state == process.initial else "final" if state in process.final else "",
        )
        for state in process.states
    )
    return table(("state", "zh", "en", "stands"), rows)


def steps() -> str:
    """The steps of the default process."""
    process = default_process()
    labels = table(
        ("event", "zh", "en"),
        ((code(e), process.label("zh", "event", e), process.label("en", "event", e))
         for e in process.events),
    )  # fmt: skip
    return f"{step_table(process)}\n{labels}"


def obligations() -> str:
    """What is owed by the default process, and the issue's own date."""
    process = default_process()
    rows = (
        (
            code(rule.kind),
            _labels(process, rule.kind),
            codes(rule.states),
            rule.each,
            rule.role,
            _counted(rule.due),
            rule.ladder,
            _source(rule.source, rule.confirmed) if rule.due.term.amount else rule.source,
        )
        for rule in process.obligations
    )
    own = "".join(map(_deadline, process.deadlines))
    policy = process.policy
    allowed = (
        f"Policy: {policy.extensions} extensions in a cycle, none longer than "
        f"{policy.longest_extension}; look-backs after "
        f"{', '.join(map(str, policy.look_backs))}; reopening is proposed after "
        f"{policy.missed_duties} duties missed in a row.\n\n"
    )
    heads = ("kind", "words", "while", "each", "owed by", "due", "ladder", "source")
    return f"{own}{allowed}{table(heads, rows)}"


def _deadline(row: Deadline) -> str:
    types = ", ".join(row.applies) or "all types"
    counted = f"{_counted(row.due)} ({_source(row.source, row.confirmed)})"
    return f"The issue's own date, where nobody has set one ({types}): {counted}.\n\n"


def _source(source: str, confirmed: bool) -> str:
    return f"{source}; {'confirmed' if confirmed else 'not confirmed'}"


def _labels(process: Process, kind: str) -> str:
    return f"{process.label('zh', 'kind', kind)} / {process.label('en', 'kind', kind)}"


def _counted(due: Due) -> str:
    said = _COUNTED[due.anchor]
    counted = f"{said} + {due.term}" if due.term.amount else said
    least = f", at least {due.at_least}" if due.at_least.amount else ""
    return f"{counted}{least}"


def rules() -> str:
    """The packaged rules of terms."""
    rows = (
        (
            code(rule.name),
            rule.anchor,
            str(rule.term) if rule.term else "not readable",
            rule.notes["en"],
            _source(rule.source, rule.confirmed),
        )
        for rule in term_rules().values()
    )
    return table(("rule", "counts from", "term", "says", "source"), rows)


def ladders() -> str:
    """The reminder ladders of the default process."""
    rows = (
        (
            ladder.name,
            code(rung.name),
            str(rung.at) if rung.at.amount else "0",
            rung.colour,
            rung.letter,
            ", ".join(rung.to),
            f"every {', '.join(map(str, rung.repeat))}" if rung.repeat else "",
        )
        for ladder in default_process().ladders
        for rung in ladder.rungs
    )
    heads = ("ladder", "rung", "from the due date", "light", "letter", "to", "again")
    return table(heads, rows)


def guards() -> str:
    """Every guard with what it demands and the fact it asks for."""
    rows = (
        (code(name), str(inspect.getdoc(guard)), code(ASKS[name]) if name in ASKS else "")
        for name, guard in GUARDS.items()
    )
    return table(("guard", "holds when", "must be given"), rows)


def effects() -> str:
    """Every kind of entry with the facts it takes, and what it needs in any process."""
    rows = (
        (
            code(name),
            ", ".join(_fact(fact) for fact in effect.takes),
            inspect.getdoc(effect.unmet) or "",
        )
        for name, effect in EFFECTS.items()
    )
    return table(("records", "takes", "needs in any process"), rows)


def _fact(fact: Fact) -> str:
    shown = code(fact.name) + ("!" if fact.required else "")
    if fact.each:
        return f"{shown} list of ({', '.join(_fact(one) for one in fact.each)})"
    return shown if fact.kind == "text" else f"{shown} {fact.kind}"


def roles() -> str:
    """The roles by which steps are taken."""
    return codes(ROLES) + ".\n"


def anchors() -> str:
    """From where a due date may count."""
    return table(("anchor", "counts from"), ((code(k), v) for k, v in _COUNTED.items()))


REGIONS: Mapping[str, Callable[[], str]] = {
    "process-diagrams": diagrams,
    "process-states": states,
    "process-steps": steps,
    "process-obligations": obligations,
    "process-ladders": ladders,
    "term-rules": rules,
    "guards": guards,
    "effects": effects,
    "roles": roles,
    "anchors": anchors,
}
