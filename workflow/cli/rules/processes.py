"""``process``: the process in force; check, adopt and draw one's own, move running issues."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import names_of
from workflow.cli.opening import opened, refuse_as_of
from workflow.cli.options import as_of_option, dry_run_option, json_option, request_option
from workflow.cli.rules.process_json import FIELDS, RULE_FIELDS
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.terminal.screen import err, out, out_json

if TYPE_CHECKING:
    from states.process import Process
    from workflow.bootstrap import App

MAX_BYTES = 1_000_000
_FILE = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
_FILE_OR_NONE = click.argument(
    "file", metavar="[FILE]", required=False, type=click.Path(path_type=Path)
)


def _read(path: Path) -> Process:
    """Return the process of a file. Raises ``Invalid`` with every fault and its line."""
    from states.errors import Invalid, Problem
    from states.process_file import parse_process
    from workflow.named_file import read_named

    source = str(path)
    try:
        text = read_named(path, MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(Problem("process_encoding", "not UTF-8 text", source=source)) from None
    return parse_process(text, source)


def _of(file: Path | None) -> Process:
    """Return the process of a file, or the one in force."""
    if file is None:
        return _in_force(opened())
    refuse_as_of()
    return _read(file)


def _in_force(app: App) -> Process:
    from workflow.engine.desk import office_of, process_of

    with app.store.reading() as session:
        return process_of(session, office_of(session).process)


@command(
    "show",
    help=N_(
        "Show the process in force, or the one in FILE: its steps, what is owed until when, by "
        "which rule and source, and its ladders."
    ),
    fields=FIELDS,
)
@_FILE_OR_NONE
@as_of_option
@json_option
def show_process(file: Path | None, as_json: bool) -> None:
    """Show a process."""
    process = _of(file)
    if as_json:
        from workflow.cli.rules.process_json import process_json

        out_json(process_json(process))
        return
    from workflow.cli.rules.process_show import show

    show(process)


@command(
    "rules",
    help=N_(
        "List the packaged rules: terms that regulations and offices have stated, each with its "
        "source. A process names the ones it follows (rule = NAME)."
    ),
    fields=RULE_FIELDS,
)
@json_option
def show_rules(as_json: bool) -> None:
    """List the packaged rules."""
    from states.term_rules import term_rules

    rules = term_rules().values()
    if as_json:
        from workflow.cli.rules.process_json import rules_json

        out_json(rules_json(rules))
        return
    from workflow.cli.rules import process_show

    process_show.show_rules(rules)


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
        "Put the process of a file in force for issues registered from now on. What it changes is "
        "shown first. Issues under way keep the one they began with, unless --migrate moves them "
        "too."
    ),
)
@_FILE
@option("--migrate", is_flag=True, help=N_("Move running issues to it as well; see migrate."))
@yes_option
@dry_run_option
@request_option
def adopt(file: Path, migrate: bool, yes: bool, dry_run: bool, request_id: str | None) -> None:
    """Put a process in force."""
    from workflow.cli.records import entry_line
    from workflow.cli.rules.process_changes import show_changes

    process = _read(file)
    app = opened()
    before = _in_force(app)
    if before.hash != process.hash:
        out(_("For issues registered from now on:"))
        show_changes(before, process)
    if migrate:
        _show_moved(app, process)
    # What is in force already is adopted without a question: a command may be repeated.
    if dry_run or (
        before.hash != process.hash and not confirmed(_("Put this process in force?"), yes)
    ):
        return
    entry = app.engine.adopt(process, app.identity, request_id)
    out(*entry_line(entry, names_of(app)))
    if migrate:
        _migrate(app, f"{request_id}/migrate" if request_id else None)


@command(
    "migrate",
    help=N_(
        "Move every running issue to the process in force. Dates by rule are counted anew; each "
        "that moves is listed first, and each issue concerned gets an entry. Nothing is done if "
        "the process does not know the state of one of them."
    ),
)
@yes_option
@dry_run_option
@request_option
def migrate(yes: bool, dry_run: bool, request_id: str | None) -> None:
    """Move running issues to the process in force."""
    app = opened()
    concerned = _show_moved(app, _in_force(app))
    if dry_run:
        return
    if concerned == 0 and request_id is None:
        return
    if concerned and not confirmed(_("Move these issues to the process in force?"), yes):
        return
    _migrate(app, request_id)


def _show_moved(app: App, process: Process) -> int:
    """Print what moving running issues to a process would do; return how many it concerns."""
    from workflow.cli.rules.process_changes import show_moved

    foresight = app.engine.foresee(process=process)
    text = _("For issues under way: {issues} would move to it; dates that move: {dates}.")
    out(text.format(issues=foresight.issues, dates=len(foresight.moved)))
    show_moved(foresight.moved, names_of(app))
    return foresight.issues


def _migrate(app: App, request_id: str | None) -> None:
    from workflow.cli.records import entry_line

    done = app.engine.migrate(app.identity, request_id)
    out(*entry_line(done.entry, names_of(app)))
    err(_("Dates that moved: {dates}.").format(dates=len(done.moved)))


@command(
    "diagram",
    help=N_("Print the process in force, or the one in FILE, as a Mermaid state diagram."),
)
@_FILE_OR_NONE
@option("--table", "as_table", is_flag=True, help=N_("As a Markdown table of all steps."))
@as_of_option
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
            "rules": Place(f"{__name__}:show_rules", N_("List the packaged rules of terms.")),
            "check": Place(f"{__name__}:check", N_("Check a process file.")),
            "adopt": Place(f"{__name__}:adopt", N_("Put a process in force.")),
            "migrate": Place(f"{__name__}:migrate", N_("Move running issues to it.")),
            "diagram": Place(f"{__name__}:diagram", N_("Draw it as a Mermaid diagram.")),
        }
    },
)
