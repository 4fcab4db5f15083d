"""``extend``: ask for a later date, grant or refuse it, and list what waits for a decision."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.language import N_, _
from workflow.cli.naming import Names, iso, left, names_of, person_json, shown
from workflow.cli.opening import opened
from workflow.cli.options import (
    Day,
    as_of_option,
    issue_argument,
    json_option,
    note_option,
    reason_option,
)
from workflow.cli.options import request_option as request_id_option
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.taking import take
from workflow.cli.terminal.screen import Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.parts import Extension
    from workflow.bootstrap import App
    from workflow.engine.asking import Owed


@command(
    "request",
    help=N_(
        "Ask for a later date of an issue, or of one of its measures. That is possible until the "
        "date that stands, not after it.\n\n"
        '  rectify extend request 7 2026-12-31 --reason "the tender failed" \\\n'
        '      --progress "design approved, tender repeated"'
    ),
)
@issue_argument
@click.argument("due", metavar="DATE", type=Day())
@reason_option
@option("--progress", metavar="TEXT", help=N_("What has been done so far."))
@option("--measure", type=int, metavar="N", help=N_("The measure whose date it is about."))
@request_id_option
def request(issue: str, request_id: str | None, **facts: str | date | int | None) -> None:
    """Ask for a later date."""
    take(issue, "extension_request", facts, request_id)


@command(
    "approve",
    help=N_(
        "Grant the later date that was asked for, or with --due another one. Nobody decides on "
        "their own request. The original date stays on record."
    ),
)
@issue_argument
@option("--due", type=Day(), metavar="DATE", help=N_("Another date than the one asked for."))
@note_option
@request_id_option
def approve(issue: str, request_id: str | None, **facts: str | date | None) -> None:
    """Grant a later date."""
    take(issue, "extension_grant", facts, request_id)


@command("refuse", help=N_("Refuse the later date that was asked for, with a reason."))
@issue_argument
@reason_option
@request_id_option
def refuse(issue: str, reason: str | None, request_id: str | None) -> None:
    """Refuse a later date."""
    take(issue, "extension_refusal", {"reason": reason}, request_id)


@command(
    "list",
    help=N_("List the requests for a later date that wait for a decision, and by when."),
    fields=(
        "a list of {issue, title, number, measure, was, asked, reason, progress, by: [{id, name}], "
        "on, decide: {due, days_left, by: [{id, name}]}}; was is the date that stands, asked the "
        "one asked for, on the day of the request; decide is null where nobody owes a decision"
    ),
)
@as_of_option
@json_option
def list_requests(as_json: bool) -> None:
    """List the requests that wait for a decision."""
    app = opened()
    names, open_ones = names_of(app), _open(app)
    if as_json:
        out_json([_json(one, decision, names) for one, decision in open_ones])
        return
    heads = [
        Column(title=_("key")),
        Column(title=_("measure"), spare=2),
        Column(title=_("date")),
        Column(title=_("asked for")),
        Column(title=_("by"), least=6),
        Column(title=_("decision due"), spare=1),
        Column(title=_("reason"), least=10, wrap=True),
    ]
    rows = [_row(one, decision, names) for one, decision in open_ones]
    for parts in table(heads, rows, room()) if rows else ():
        out(*parts)
    err(_("Requests: {count}").format(count=len(rows)) if rows else _("No request is open."))


def _open(app: App) -> list[tuple[Owed, Owed | None]]:
    """Return something owed on each issue with an open request, and the decision owed on it."""
    found: dict[str, tuple[Owed, Owed | None]] = {}
    for one in app.engine.owed():
        if one.issue.extension is not None:
            is_decision = _decides(app, one)
            if is_decision or one.issue.key not in found:
                found[one.issue.key] = (one, one if is_decision else None)
    return list(found.values())


def _decides(app: App, one: Owed) -> bool:
    rule = app.engine.view(one.issue.key).process.obligation(one.obligation.kind)
    return rule is not None and rule.each == "extension"


def _asked(one: Owed) -> Extension:
    asked = one.issue.extension
    if asked is None:  # only issues with an open request are gathered
        raise AssertionError
    return asked


def _row(one: Owed, decision: Owed | None, names: Names) -> list[Part]:
    asked = _asked(one)
    return [
        one.issue.key,
        str(asked.measure or ""),
        shown(asked.was),
        shown(asked.asked),
        _(", ").join(map(names.person, asked.by)),
        _when(decision) if decision else "–",
        asked.reason,
    ]


def _when(decision: Owed) -> str:
    return f"{shown(decision.obligation.due)} {left(decision.days_left)}"


def _json(one: Owed, decision: Owed | None, names: Names) -> dict[str, Any]:
    asked = _asked(one)
    return {
        "issue": one.issue.key,
        "title": one.issue.title,
        "number": asked.number,
        "measure": asked.measure,
        "was": iso(asked.was),
        "asked": iso(asked.asked),
        "reason": asked.reason,
        "progress": asked.progress,
        "by": [person_json(names, person) for person in asked.by],
        "on": iso(asked.on),
        "decide": None
        if decision is None
        else {
            "due": iso(decision.obligation.due),
            "days_left": decision.days_left,
            "by": [person_json(names, person) for person in decision.holders],
        },
    }


extend = Group(
    "extend",
    help=N_("Later dates: asked for before the date has passed, decided by somebody else."),
    sections={
        N_("Commands"): {
            "request": Place(f"{__name__}:request", N_("Ask for a later date.")),
            "approve": Place(f"{__name__}:approve", N_("Grant it, or another date.")),
            "refuse": Place(f"{__name__}:refuse", N_("Refuse it, with a reason.")),
            "list": Place(f"{__name__}:list_requests", N_("The requests that are open.")),
        }
    },
)
