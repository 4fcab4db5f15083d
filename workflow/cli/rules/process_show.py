"""A process in words: its steps, what is owed until when, its ladders; and the packaged rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from workflow.cli.deadlines.explaining import term_words
from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names
from workflow.cli.terminal.screen import Ink, Part, out, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.ladder import Rung
    from states.process import Due, ObligationRule, Policy, Process, Step
    from states.term import Term
    from states.term_rules import TermRule

_FROM = {
    "cycle": N_("{term} from feedback"),
    "entered": N_("{term} from then"),
    "due": N_("{term} from the issue's date"),
    "own": N_("{term} from the date given"),
}
_AT = {"due": N_("the issue's date"), "own": N_("the date given")}
_TYPES = {
    "dated": N_("by a date"),
    "immediate": N_("at once"),
    "staged": N_("in stages"),
}


def show(process: Process) -> None:
    """Print a process: states, deadlines, steps, what is owed, ladders."""
    names = Names(process=process)
    out(Ink(process.name, "bold"), "  ", process.hash[:12])
    paragraph(" · ".join(with_name(names.state(state), state) for state in process.states))
    for part in (_deadlines, _steps, _obligations, _ladders):
        out()
        part(process, names)


def with_name(label: str, name: str) -> str:
    """Return people's word together with what programs call it."""
    return name if label == name else f"{label} ({name})"


def _print(heads: Sequence[Column], rows: Iterable[Sequence[Part]], indent: int = 0) -> None:
    for parts in table(heads, list(rows), room(indent)):
        out(" " * indent, *parts)


def until(due: Due) -> str:
    """Return in words until when something is owed."""
    if due.term.amount == 0 and due.anchor in _AT:
        return _(_AT[due.anchor])
    text = _(_FROM[due.anchor]).format(term=term_words(due.term))
    if due.at_least.amount:
        least = term_words(due.at_least)
        text = _("{until}, at least {term}").format(until=text, term=least)
    return text


def type_word(name: str) -> str:
    """Return people's word for a type of issue."""
    return _(_TYPES.get(name, name))


def types(applies: Sequence[str]) -> str:
    """Return people's words for the types of issue that something holds for."""
    return _(", ").join(map(type_word, applies)) or _("all")


def _stated(due: Due, source: str, *, confirmed: bool) -> str:
    """Return where a term comes from, and whether that was read; a given date has no term."""
    told = f"{due.rule}: {source}" if due.rule else source
    return sourced(told, confirmed=confirmed) if due.anchor not in _AT else told or "–"


def sourced(source: str, *, confirmed: bool) -> str:
    """Return a source with whether it was read itself."""
    said = _("confirmed") if confirmed else _("not confirmed")
    return _("{source} ({confirmed})").format(source=source or "–", confirmed=said)


def _deadlines(process: Process, names: Names) -> None:
    heads = [
        Column(title=_("the issue's own date")),
        Column(title=_("type"), least=6),
        Column(title=_("source"), least=24, wrap=True),
    ]
    _print(
        heads,
        (
            [
                until(row.due),
                types(row.applies),
                _stated(row.due, row.source, confirmed=row.confirmed),
            ]
            for row in process.deadlines
        ),
    )
    for line in policy_lines(process.policy):
        paragraph(line)


def policy_lines(policy: Policy) -> list[str]:
    """Return the policy of a process in sentences."""
    lines = []
    if policy.extensions:
        lines.append(
            _("Extensions: at most {count} in a cycle, none longer than {term}.").format(
                count=policy.extensions, term=term_words(policy.longest_extension)
            )
        )
    if policy.look_backs:
        terms = _(", ").join(map(term_words, policy.look_backs))
        lines.append(_("Look-backs after acceptance: {terms}.").format(terms=terms))
    if policy.missed_duties:
        lines.append(
            _("Reopening is proposed when a duty was missed in a row this often: {count}.").format(
                count=policy.missed_duties
            )
        )
    return lines


def _states(process: Process, names: Names, states: Sequence[str]) -> str:
    if set(states) == set(process.states):
        return _("any state")
    return _(", ").join(map(names.state, states)) or "–"


def by(step: Step, names: Names) -> str:
    """Return who may take a step."""
    return _(", ").join(_("the clock") if r == "clock" else names.role(r) for r in step.by)


def _steps(process: Process, names: Names) -> None:
    heads = [
        Column(title=_("event")),
        Column(title=_("type"), spare=2),
        Column(title=_("from"), least=10),
        Column(title=_("leads to"), least=6),
        Column(title=_("who may"), least=8),
        Column(title=_("requires"), least=24, spare=1, wrap=True),
    ]
    _print(
        heads,
        (
            [
                names.event(step.event),
                step.event,
                _states(process, names, step.sources),
                "–" if step.target == "=" else names.state(step.target),
                by(step, names),
                ", ".join(step.requires) or "–",
            ]
            for step in process.steps
        ),
    )


def _obligations(process: Process, names: Names) -> None:
    heads = [
        Column(title=_("owed")),
        Column(title=_("type"), spare=2),
        Column(title=_("while"), least=8),
        Column(title=_("by"), least=6),
        Column(title=_("until"), least=26),
        Column(title=_("ladder"), least=6),
        Column(title=_("source"), least=24, spare=1, wrap=True),
    ]
    _print(heads, ([*_owed(process, names, rule)] for rule in process.obligations))


def _owed(process: Process, names: Names, rule: ObligationRule) -> Iterable[Part]:
    yield names.kind(rule.kind)
    yield types(rule.applies) if rule.applies else ""
    yield _states(process, names, rule.states)
    yield names.role(rule.role)
    yield until(rule.due)
    yield rule.ladder
    yield _stated(rule.due, rule.source, confirmed=rule.confirmed)


def _ladders(process: Process, names: Names) -> None:
    for position, ladder in enumerate(process.ladders):
        if position:
            out()
        out(Ink(_("Ladder {name}").format(name=ladder.name), "bold"))
        heads = [
            Column(title=_("when")),
            Column(title=_("rung"), least=8),
            Column(title=_("light")),
            Column(title=_("letter"), spare=1, least=6),
            Column(title=_("told"), least=16, wrap=True),
        ]
        _print(heads, ([*_rung(names, rung)] for rung in ladder.rungs), indent=2)
        if ladder.rungs[-1].repeat:
            paragraph(again(ladder.rungs[-1]), 2)


def _rung(names: Names, rung: Rung) -> Iterable[Part]:
    yield when(rung.at)
    yield word(names, "rung", rung.name)
    yield lamp(rung.colour, names) if rung.colour else "–"
    yield word(names, "letter", rung.letter)
    yield told(rung, names)


def word(names: Names, sort: str, name: str) -> str:
    """Return the process's word for a rung or a letter; the name itself where it has none."""
    return names.process.label(spoken(), sort, name) if names.process else name


def when(at: Term) -> str:
    """Return in words where a rung stands: before, on or after the due date."""
    if at.amount == 0:
        return _("on the day")
    text = _("{term} before") if at.amount < 0 else _("{term} after")
    return text.format(term=term_words(type(at)(abs(at.amount), at.unit)))


def told(rung: Rung, names: Names) -> str:
    """Return who is told at a rung, and how, where the process says so."""
    roles = (_("whoever owes it") if role == "holder" else names.role(role) for role in rung.to)
    text = _(", ").join(roles)
    if rung.urgent:
        text = _("{roles}; at once, at any hour").format(roles=text)
    match rung.if_unknown:
        case "hold":
            return _("{roles}; a person decides if its arrival is unknown").format(roles=text)
        case "resend":
            return _("{roles}; sent again if its arrival is unknown").format(roles=text)
    return text


def again(rung: Rung) -> str:
    """Return at which intervals a rung is repeated for ever."""
    if not rung.repeat:
        return ""
    return _("then again after {terms}, for ever").format(
        terms=_(", ").join(map(term_words, rung.repeat))
    )


def show_rules(rules: Iterable[TermRule]) -> None:
    """Print the packaged rules, each with its source; what could not be read stays without."""
    for rule in rules:
        term = _(_FROM[rule.anchor]).format(term=term_words(rule.term)) if rule.term else ""
        out(Ink(rule.name, "bold"), "  ", term or _("not readable: no figure is assumed"))
        paragraph(rule.notes[spoken()], 4)
        paragraph(sourced(rule.source, confirmed=rule.confirmed), 4)
