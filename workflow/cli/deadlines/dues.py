"""``due``: what is owed, by whom, until when; and how a date was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, dated, iso, left, names_of
from workflow.cli.opening import opened
from workflow.cli.options import Period, as_of_option, json_option
from workflow.cli.reminders.alarming import alarmed
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from datetime import date

    from workflow.engine.asking import Owed


@command(
    "due",
    help=N_(
        "List what is owed, by whom and until when, the nearest date first; overdue ones are "
        "always among them. Beside the calendar days left stand the working days.\n\n"
        "With --explain, count the dates of one issue day by day: the rule and its source, the "
        "calendar, each day off and each make-up day."
    ),
    fields=(
        "a list of {issue, title, kind, what, subject, due, due_original, provisional, days_left, "
        "working_days_left, light, opened_on, owed_since, next_reminder, role, by: [{id, name}]}; "
        "with --explain {issue, title, calendar: {name, hash}, dates: [{kind, what, subject, due, "
        "provisional, anchor, anchor_name, term, rule, source, confirmed, at_least, override, "
        "suspended, calendar, differs, days: [{date, kind, holiday, n}]}]}; the kind of a day is "
        "working, make_up, weekend, holiday or paused, n counts those that count"
    ),
)
@option("--within", type=Period(), metavar="7d", help=N_("Only what is due within this time."))
@option("--person", metavar="PERSON", help=N_("Only what this person owes."))
@option("--explain", metavar="ISSUE", help=N_("Count the dates of this issue day by day."))
@as_of_option
@json_option
def due(within: int | None, person: str | None, explain: str | None, as_json: bool) -> None:
    """List what is owed."""
    if explain is not None:
        if within is not None or person is not None:
            raise click.UsageError(_("--explain counts one issue; it stands alone"))
        _explain(explain, as_json)
        return
    app = opened()
    names = names_of(app)
    owed = app.engine.owed(within)
    if person is not None:
        from workflow.cli.meaning import person_id

        wanted = person_id(names.people, person)
        owed = [one for one in owed if wanted in one.holders]
    if as_json:
        out_json([_json(one, names) for one in owed])
        return
    _show(owed, names)
    if within is None and person is None:
        for line in alarmed(app):
            err(line)


def _explain(issue: str, as_json: bool) -> None:
    from workflow.cli.deadlines.explaining import explained_json, show_explained
    from workflow.cli.naming import names_for

    app = opened()
    key = app.engine.key_of(issue)
    names = names_for(app, app.engine.view(key))
    explained = app.engine.explain(key)
    if as_json:
        out_json(explained_json(explained, names))
    else:
        show_explained(explained, names)


def _show(owed: list[Owed], names: Names) -> None:
    heads = [
        Column(title=_("light")),
        Column(title=_("due")),
        Column(title=_("left"), spare=1),
        Column(title=_("work days"), right=True, spare=3),
        Column(title=_("key")),
        Column(title=_("what"), least=18),
        Column(title=_("by"), least=6),
        Column(title=_("original"), spare=4),
        Column(title=_("issue"), least=10, spare=2),
    ]
    for parts in table(heads, [_row(one, names) for one in owed], room()) if owed else ():
        out(*parts)
    late = sum(one.days_left < 0 for one in owed)
    text = _("Owed: {count}, overdue: {late}") if owed else _("Nothing is owed.")
    err(text.format(count=len(owed), late=late))


def _original(one: Owed) -> date | None:
    """Return the date that stood first of what is owed, where it is one that can be extended."""
    issue, obligation = one.issue, one.obligation
    if obligation.due == issue.due:
        return issue.due_original
    number = obligation.subject.partition(".")[0]
    measure = issue.measure(int(number)) if number.isdecimal() else None
    return measure.due_original if measure and measure.due == obligation.due else None


def _row(one: Owed, names: Names) -> list[Part]:
    obligation, original = one.obligation, _original(one)
    return [
        lamp(one.light, names, room=room()),
        dated(obligation.due, obligation.provisional),
        left(one.days_left),
        str(one.working_days_left),
        one.issue.key,
        names.owed(obligation),
        _(", ").join(map(names.person, one.holders)) or _("nobody holds this role"),
        original.isoformat() if original and original != obligation.due else "",
        one.issue.title,
    ]


def _json(one: Owed, names: Names) -> dict[str, Any]:
    obligation = one.obligation
    return {
        "issue": one.issue.key,
        "title": one.issue.title,
        "kind": obligation.kind,
        "what": names.kind(obligation.kind),
        "subject": obligation.subject or None,
        "due": iso(obligation.due),
        "due_original": iso(_original(one)),
        "provisional": obligation.provisional,
        "days_left": one.days_left,
        "working_days_left": one.working_days_left,
        "light": one.light,
        "opened_on": iso(obligation.opened_on),
        "owed_since": iso(obligation.owed_since),
        "next_reminder": iso(one.next_on),
        "role": obligation.role,
        "by": [{"id": id, "name": names.person(id)} for id in one.holders],
    }
