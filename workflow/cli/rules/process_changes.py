"""What another process would change: for issues registered from now on, and for running ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, dated
from workflow.cli.rules.process_show import (
    again,
    by,
    policy_lines,
    told,
    type_word,
    types,
    until,
    when,
    with_name,
    word,
)
from workflow.cli.terminal.screen import Ink, Part, out, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from states.ladder import Rung
    from states.process import ObligationRule, Process, Step
    from workflow.engine.recalculating import MovedDate

_SORTS = {
    "state": N_("state {name}"),
    "deadline": N_("deadline ({name})"),
    "step": N_("step {name}"),
    "owed": N_("owed: {name}"),
    "rung": N_("rung {name}"),
    "policy": N_("policy"),
}
Parts = tuple[str, ...]
Said = dict[tuple[str, str], Parts]


def show_changes(before: Process, after: Process) -> None:
    """Print what a process changes of another: what comes (+), what goes (-), what differs (~)."""
    changes = list(_changes(_said(before), _said(after)))
    if not changes:
        out(_("Nothing but words would change."))
    for mark, (sort, name), text in changes:
        what = _(_SORTS[sort]).format(name=name)
        paragraph(f"{what}: {text}" if text else what, 2, mark=f"{mark} ")


def _changes(was: Said, now: Said) -> Iterator[tuple[str, tuple[str, str], str]]:
    for key in dict.fromkeys((*was, *now)):
        old, new = was.get(key), now.get(key)
        if old is None or new is None:
            yield "+" if old is None else "-", key, _joined(new or old or ())
        elif old != new:
            yield "~", key, _difference(old, new)


def _difference(old: Parts, new: Parts) -> str:
    less = [part for part in old if part not in new]
    more = [part for part in new if part not in old]
    if less and more:
        return f"{_joined(less)} → {_joined(more)}"
    if more:
        return _("also {parts}").format(parts=_joined(more))
    if less:
        return _("no longer {parts}").format(parts=_joined(less))
    return f"{_joined(old)} → {_joined(new)}"  # another order: which guard speaks first


def _joined(parts: Iterable[str]) -> str:
    return _("; ").join(parts)


def _said(process: Process) -> Said:
    """Return everything that a process says about what happens, by sort and name, in words."""
    names = Names(process=process)
    said: Said = {("state", with_name(names.state(state), state)): () for state in process.states}
    for row in process.deadlines:
        said["deadline", types(row.applies)] = (until(row.due),)
    said["policy", ""] = tuple(policy_lines(process.policy))
    for step in process.steps:
        states = _(", ").join(map(names.state, step.sources)) or "–"
        said["step", f"{names.event_and_name(step.event)}, {states}"] = tuple(_step(step, names))
    for rule in process.obligations:
        kind = with_name(names.kind(rule.kind), rule.kind)
        said["owed", kind] = tuple(_owed(rule, names))
    for ladder in process.ladders:
        for rung in ladder.rungs:
            name = with_name(word(names, "rung", rung.name), rung.name)
            said["rung", f"{ladder.name}: {name}"] = tuple(_rung(rung, names))
    return said


def _step(step: Step, names: Names) -> Iterator[str]:
    yield by(step, names)
    if step.target != "=":
        yield f"→ {names.state(step.target)}"
    yield from step.requires
    yield step.records
    if step.notify:
        roles = _(", ").join(map(names.role, step.notify))
        yield _("tells {roles}").format(roles=roles)


def _owed(rule: ObligationRule, names: Names) -> Iterator[str]:
    yield names.role(rule.role)
    yield until(rule.due)
    yield _("ladder {name}").format(name=rule.ladder)
    yield _(", ").join(map(names.state, rule.states))
    yield from map(type_word, rule.applies)


def _rung(rung: Rung, names: Names) -> Iterator[str]:
    yield when(rung.at)
    if rung.colour:
        yield lamp(rung.colour, names).text
    if rung.letter:
        yield word(names, "letter", rung.letter)
    yield told(rung, names)
    if rung.repeat:
        yield again(rung)


def show_moved(moved: Sequence[MovedDate], names: Names) -> None:
    """Print every date that moves, or stops or begins to be provisional.

    The day from which a duty counts as missed has a row of its own: it may be all that moves.
    """
    heads = [
        Column(title=_("issue")),
        Column(title=_("owed"), least=10),
        Column(title=_("was")),
        Column(title=_("would be")),
    ]
    rows = [row for one in moved for row in _rows(one, names)]
    for parts in table(heads, rows, room()) if rows else ():
        out(*parts)


def count_moved(moved: Sequence[MovedDate]) -> str:
    """Return in words how many dates move, and how many stay and are only more or less sure."""
    moving = sum(one.moves for one in moved)
    text = _("dates that move: {moved}; dates only confirmed or put in question: {confirmed}")
    return text.format(moved=moving, confirmed=len(moved) - moving)


def _rows(one: MovedDate, names: Names) -> Iterator[list[Part]]:
    issue, kind = Ink(one.issue, "bold"), _kind(one, names)
    if (one.was, one.was_provisional) != (one.now, one.provisional):
        was, now = dated(one.was, one.was_provisional), dated(one.now, one.provisional)
        yield [issue, kind, was, now]
    if one.lapse_moves:
        text = _("{what}: missed from").format(what=kind)
        yield [issue, text, dated(one.was_lapsing, False), dated(one.lapsing, False)]


def _kind(one: MovedDate, names: Names) -> str:
    if one.kind == "issue":
        return _("the issue's own date")
    return f"{names.kind(one.kind)} {one.subject.partition('.')[0]}".rstrip()
