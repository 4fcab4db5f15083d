"""``measure``: add, edit, finish and drop the measures of an issue."""

from __future__ import annotations

from datetime import date

import click

from workflow.cli.language import N_
from workflow.cli.options import (
    Day,
    issue_argument,
    note_option,
    reason_option,
    request_option,
)
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.taking import take

number_argument = click.argument("measure", metavar="N", type=int)
due_option = option("--due", type=Day(), metavar="DATE", help=N_("Until when it is done."))
person_option = option("--person", metavar="PERSON", help=N_("Who does it."))


@command("add", help=N_("Add a measure to an issue."))
@issue_argument
@click.argument("text", metavar="TEXT")
@due_option
@person_option
@request_option
def add(issue: str, request_id: str | None, **facts: str | date | None) -> None:
    """Add a measure."""
    take(issue, "measure_added", facts, request_id)


@command(
    "edit",
    help=N_(
        "Change a measure's text, date or person. In an approved plan the supervisor does this, "
        "with a reason."
    ),
)
@issue_argument
@number_argument
@option("--text", metavar="TEXT", help=N_("Its new wording."))
@due_option
@person_option
@reason_option
@request_option
def edit(issue: str, request_id: str | None, **facts: str | date | int | None) -> None:
    """Change a measure."""
    take(issue, "measure_edited", facts, request_id)


@command("done", help=N_("Say that a measure is done. Its evidence is added by `evidence add`."))
@issue_argument
@number_argument
@option("--on", type=Day(), metavar="DATE", help=N_("The day on which it was; default: today."))
@note_option
@request_option
def done(issue: str, request_id: str | None, **facts: str | date | int | None) -> None:
    """Say that a measure is done."""
    take(issue, "measure_done", facts, request_id)


@command("drop", help=N_("Drop a measure, with a reason. It stays on record."))
@issue_argument
@number_argument
@reason_option
@request_option
def drop(issue: str, request_id: str | None, **facts: str | int | None) -> None:
    """Drop a measure."""
    take(issue, "measure_dropped", facts, request_id)


measure = Group(
    "measure",
    help=N_("The measures of an issue. `rectify show ISSUE` numbers them."),
    sections={
        N_("Commands"): {
            "add": Place(f"{__name__}:add", N_("Add a measure to an issue.")),
            "edit": Place(f"{__name__}:edit", N_("Change a measure's text, date or person.")),
            "done": Place(f"{__name__}:done", N_("Say that a measure is done.")),
            "drop": Place(f"{__name__}:drop", N_("Drop a measure, with a reason.")),
        }
    },
)
