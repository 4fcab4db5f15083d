"""``duty``: what has to be done again and again after completion (长效事项), and when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from states.phrasing import written
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names, dated, iso, left, names_of, person_json
from workflow.cli.opening import opened
from workflow.cli.options import (
    as_of_option,
    issue_argument,
    json_option,
    note_option,
    reason_option,
    request_option,
)
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.taking import take
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.issue import Issue
    from states.parts import Duty

_number_argument = click.argument("duty", metavar="N", type=int)


@command(
    "list",
    help=N_(
        "List the maintenance duties, of one issue or of all: when they recur, who performs them, "
        "the date awaited next, and how many occurrences were missed."
    ),
    fields=(
        "a list of {issue, title, number, text, when, person: {id, name}, due, provisional, "
        "days_left, occurrence, missed, missed_ever, ended, cycle}; when as --when takes it; due "
        "is null for a duty that only an event calls for; missed counts those missed in a row"
    ),
)
@click.argument("issue", metavar="[ISSUE]", required=False)
@option("--all", "everything", is_flag=True, help=N_("Ended ones and those of earlier cycles too."))
@as_of_option
@json_option
def list_duties(issue: str | None, everything: bool, as_json: bool) -> None:
    """List the maintenance duties."""
    from workflow.cli.meaning import issues_of

    app = opened()
    today = app.engine.desk.day(app.clock())
    found = [
        (one, duty)
        for one in issues_of(app, issue)
        for duty in one.duties
        if everything or (duty.cycle == one.cycle and duty.ended is None)
    ]
    found.sort(key=lambda pair: (pair[1].due is None, pair[1].due or today, pair[0].key))
    names = names_of(app)
    if as_json:
        out_json([_listed_json(one, duty, names, today) for one, duty in found])
        return
    heads = [
        Column(title=_("next")),
        Column(title=_("left"), spare=2),
        Column(title=_("key")),
        Column(title=_("no."), right=True),
        Column(title=_("missed"), spare=1),
        Column(title=_("by"), least=6),
        Column(title=_("when"), least=8, spare=3),
        Column(title=_("duty"), least=16, wrap=True),
    ]
    rows = [_row(one, duty, names, today) for one, duty in found]
    for parts in table(heads, rows, room()) if rows else ():
        out(*parts)
    text = _("Duties: {count}") if rows else _("There is no maintenance duty.")
    err(text.format(count=len(rows)))


def performer(issue: Issue, duty: Duty) -> str | None:
    """Return who performs a duty: who was named for it, else the responsible person."""
    return duty.person or issue.responsibility.person


def _row(issue: Issue, duty: Duty, names: Names, today: date) -> list[Part]:
    return [
        next_date(duty),
        left((duty.due - today).days) if duty.due and duty.ended is None else "",
        issue.key,
        str(duty.number),
        Ink(str(duty.missed_ever), "red" if duty.missed else "") if duty.missed_ever else "",
        names.person(performer(issue, duty)),
        written(duty.when, spoken()),
        duty.text,
    ]


def next_date(duty: Duty) -> str:
    """Return the date awaited next, or why there is none."""
    if duty.ended is not None:
        return _("ended")
    return dated(duty.due, duty.provisional) if duty.due else _("at the event")


def duty_json(issue: Issue, duty: Duty, names: Names) -> dict[str, Any]:
    """Return a duty for programs."""
    return {
        "number": duty.number,
        "text": duty.text,
        "when": written(duty.when, spoken()),
        "person": person_json(names, performer(issue, duty)),
        "due": iso(duty.due),
        "provisional": duty.provisional,
        "occurrence": duty.occurrence,
        "missed": duty.missed,
        "missed_ever": duty.missed_ever,
        "ended": duty.ended,
        "cycle": duty.cycle,
    }


def _listed_json(issue: Issue, duty: Duty, names: Names, today: date) -> dict[str, Any]:
    awaited = duty.due is not None and duty.ended is None
    return {
        "issue": issue.key,
        "title": issue.title,
        **duty_json(issue, duty, names),
        "days_left": (duty.due - today).days if duty.due and awaited else None,
    }


@command(
    "done",
    help=N_(
        "Record that a duty was performed. What has a date needs evidence of this occurrence "
        "first: rectify evidence add ISSUE FILE --duty N."
    ),
)
@issue_argument
@_number_argument
@note_option
@request_option
def done(issue: str, request_id: str | None, **facts: str | int | None) -> None:
    """Record that a duty was performed."""
    take(issue, "duty_done", facts, request_id)


@command(
    "add",
    help=N_(
        "Declare one more maintenance duty. `rectify duty dates TEXT` shows beforehand on which "
        "dates it will be owed.\n\n"
        '  rectify duty add 7 "reconcile with the finance bureau" --when "每季度"'
    ),
)
@issue_argument
@click.argument("text", metavar="TEXT")
@option(
    "--when", metavar="TEXT", help=N_('When it recurs: "每季度或法定节假日前夕", "every month".')
)
@option("--person", metavar="PERSON", help=N_("Who performs it; default: the responsible person."))
@request_option
def add(issue: str, request_id: str | None, **facts: str | None) -> None:
    """Declare one more duty."""
    take(issue, "duty_added", facts, request_id)


@command("end", help=N_("End a maintenance duty, with a reason. It stays on record."))
@issue_argument
@_number_argument
@reason_option
@request_option
def end(issue: str, request_id: str | None, **facts: str | int | None) -> None:
    """End a duty."""
    take(issue, "duty_ended", facts, request_id)


duty = Group(
    "duty",
    help=N_(
        "Maintenance duties (长效事项): by month, quarter, half-year or year, before the statutory "
        "holidays, or each time something happens."
    ),
    sections={
        N_("Commands"): {
            "list": Place(f"{__name__}:list_duties", N_("The duties with their next dates.")),
            "done": Place(f"{__name__}:done", N_("Record that one was performed.")),
            "add": Place(f"{__name__}:add", N_("Declare one more.")),
            "end": Place(f"{__name__}:end", N_("End one, with a reason.")),
            "suggest": Place(
                "workflow.cli.completion.suggesting:suggest", N_("What the report says recurs.")
            ),
            "dates": Place(
                "workflow.cli.completion.suggesting:dates", N_("What a recurrence means in dates.")
            ),
        }
    },
)
