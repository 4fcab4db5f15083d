"""``process``: the process in force; check, adopt and draw one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names, names_of
from workflow.cli.opening import opened
from workflow.cli.options import json_option, request_option
from workflow.cli.screen import Ink, Part, out, out_json, paragraph, room
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.tables import Column, table

if TYPE_CHECKING:
    from states.process import ObligationRule, Process

MAX_BYTES = 1_000_000
_FILE = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
_FILE_OR_NONE = click.argument(
    "file", metavar="[FILE]", required=False, type=click.Path(path_type=Path)
)


def _read(path: Path) -> Process:
    """Return the process of a file. Raises ``Invalid`` with every fault and its line."""
    from states.errors import Invalid, Problem
    from states.process_file import parse_process

    source = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Invalid(Problem("process_large", "the file is too large", source=source))
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        facts = {"reason": error.strerror or str(error)}
        problem = Problem(
            "file_unreadable", "the file cannot be read: {reason}", facts, source=source
        )
        raise Invalid(problem) from None
    except UnicodeDecodeError:
        raise Invalid(Problem("process_encoding", "not UTF-8 text", source=source)) from None
    return parse_process(text, source)


def _of(file: Path | None) -> Process:
    """Return the process of a file, or the one in force."""
    if file is not None:
        return _read(file)
    from workflow.engine.desk import office_of, process_of

    with opened().store.reading() as session:
        return process_of(session, office_of(session).process)


@command(
    "show",
    help=N_("Show the process in force, or the one in FILE: its steps and what is owed."),
    fields=(
        "name, hash, initial, final, states: [{name, label}], steps: [{event, label, sources, "
        "target (= moves no state), by, requires, records, notify}], obligations: [{kind, label, "
        "states, each, role, due: {anchor, days}, ladder, source, confirmed}]"
    ),
)
@_FILE_OR_NONE
@json_option
def show_process(file: Path | None, as_json: bool) -> None:
    """Show a process."""
    process = _of(file)
    names = Names(process=process)
    if as_json:
        out_json(_json(process, names))
        return
    out(Ink(process.name, "bold"), "  ", process.hash[:12])
    paragraph(" · ".join(_with_name(names.state(state), state) for state in process.states))
    out()
    _show_steps(process, names)
    out()
    _show_obligations(process, names)


def _with_name(label: str, name: str) -> str:
    return name if label == name else f"{label} ({name})"


def _states(process: Process, names: Names, states: Sequence[str]) -> str:
    if set(states) == set(process.states):
        return _("any state")
    return _(", ").join(map(names.state, states)) or "–"


def _show_steps(process: Process, names: Names) -> None:
    heads = [
        Column(title=_("event")),
        Column(title=_("type"), spare=2),
        Column(title=_("from"), least=10),
        Column(title=_("leads to"), least=6),
        Column(title=_("who may"), least=8),
        Column(title=_("requires"), least=24, spare=1, wrap=True),
    ]
    rows: list[list[Part]] = [
        [
            names.event(step.event),
            step.event,
            _states(process, names, step.sources),
            "–" if step.target == "=" else names.state(step.target),
            _(", ").join(map(names.role, step.by)),
            ", ".join(step.requires) or "–",
        ]
        for step in process.steps
    ]
    for parts in table(heads, rows, room()):
        out(*parts)


def _show_obligations(process: Process, names: Names) -> None:
    heads = [
        Column(title=_("owed")),
        Column(title=_("while"), least=8),
        Column(title=_("by"), least=6),
        Column(title=_("until")),
        Column(title=_("source"), least=24, spare=1, wrap=True),
    ]
    rows: list[list[Part]] = [
        [
            names.kind(rule.kind),
            _states(process, names, rule.states),
            names.role(rule.role),
            _until(rule),
            rule.source,
        ]
        for rule in process.obligations
    ]
    for parts in table(heads, rows, room()):
        out(*parts)


def _until(rule: ObligationRule) -> str:
    texts = {
        "cycle": _("{days} days from feedback"),
        "entered": _("{days} days from then"),
        "due": _("the issue's date"),
        "own": _("the date in the plan"),
    }
    return texts[rule.due.anchor].format(days=rule.due.days)


def _json(process: Process, names: Names) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "name": process.name,
        "hash": process.hash,
        "initial": process.initial,
        "final": list(process.final),
        "states": [{"name": state, "label": names.state(state)} for state in process.states],
        "steps": [asdict(s) | {"label": names.event(s.event)} for s in process.steps],
        "obligations": [asdict(o) | {"label": names.kind(o.kind)} for o in process.obligations],
    }


@command(
    "check",
    help=N_("Check a process file as a whole; every fault is named with its line."),
)
@_FILE
def check(file: Path) -> None:
    """Check a process file."""
    process = _read(file)
    text = _("{name} is in order: {states} states, {steps} steps, {hash}")
    out(
        text.format(
            name=process.name,
            states=len(process.states),
            steps=len(process.steps),
            hash=process.hash[:12],
        )
    )


@command(
    "adopt",
    help=N_(
        "Put the process of a file in force for issues registered from now on. Issues under way "
        "keep the one they began with."
    ),
)
@_FILE
@request_option
def adopt(file: Path, request_id: str | None) -> None:
    """Put a process in force."""
    from workflow.cli.records import entry_line

    process = _read(file)
    app = opened()
    entry = app.engine.adopt(process, app.identity, request_id)
    out(*entry_line(entry, names_of(app)))


@command(
    "diagram",
    help=N_("Print the process in force, or the one in FILE, as a Mermaid state diagram."),
)
@_FILE_OR_NONE
@option("--table", "as_table", is_flag=True, help=N_("As a Markdown table of all steps."))
def diagram(file: Path | None, as_table: bool) -> None:
    """Draw a process."""
    from states.diagram import mermaid
    from states.diagram import table as markdown

    process = _of(file)
    text = markdown(process) if as_table else mermaid(process, spoken())
    for line in text.splitlines():
        out(line)


process = Group(
    "process",
    help=N_("The process: which steps there are, who may take them, what is owed when."),
    sections={
        N_("Commands"): {
            "show": Place(f"{__name__}:show_process", N_("Show the process in force.")),
            "check": Place(f"{__name__}:check", N_("Check a process file.")),
            "adopt": Place(f"{__name__}:adopt", N_("Put a process in force.")),
            "diagram": Place(f"{__name__}:diagram", N_("Draw it as a Mermaid diagram.")),
        }
    },
)
