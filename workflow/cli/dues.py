"""``due``: what is owed, by whom, until when; the nearest date first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, iso, left, names_of, shown
from workflow.cli.opening import opened
from workflow.cli.options import Period, json_option
from workflow.cli.screen import Part, err, out, out_json, room
from workflow.cli.speaking import command, option
from workflow.cli.tables import Column, table

if TYPE_CHECKING:
    from workflow.engine.asking import Owed


@command(
    "due",
    help=N_(
        "List what is owed, by whom and until when, the nearest date first; overdue ones are "
        "always among them."
    ),
    fields=(
        "a list of {issue, title, kind, what, subject, due, days_left, light, opened_on, role, "
        "by: [{id, name}]}"
    ),
)
@option("--within", type=Period(), metavar="7d", help=N_("Only what is due within this time."))
@option("--person", metavar="PERSON", help=N_("Only what this person owes."))
@json_option
def due(within: int | None, person: str | None, as_json: bool) -> None:
    """List what is owed."""
    from workflow.cli.taking import person_id

    app = opened()
    names = names_of(app)
    owed = app.engine.owed(within)
    if person is not None:
        wanted = person_id(names.people, person)
        owed = [one for one in owed if wanted in one.holders]
    if as_json:
        out_json([_json(one, names) for one in owed])
        return
    heads = [
        Column(title=_("light")),
        Column(title=_("due")),
        Column(title=_("left"), spare=1),
        Column(title=_("key")),
        Column(title=_("what")),
        Column(title=_("by"), least=6),
        Column(title=_("issue"), least=10, spare=2),
    ]
    for parts in table(heads, [_row(one, names) for one in owed], room()) if owed else ():
        out(*parts)
    late = sum(one.days_left < 0 for one in owed)
    text = _("Owed: {count}, overdue: {late}") if owed else _("Nothing is owed.")
    err(text.format(count=len(owed), late=late))


def _light(one: Owed) -> str:
    from states.lights import light

    today = one.obligation.due.fromordinal(one.obligation.due.toordinal() - one.days_left)
    return light(one.obligation.due, today)


def _row(one: Owed, names: Names) -> list[Part]:
    obligation = one.obligation
    return [
        lamp(_light(one)),
        shown(obligation.due),
        left(one.days_left),
        one.issue.key,
        names.owed(obligation),
        _(", ").join(map(names.person, one.holders)) or _("nobody holds this role"),
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
        "days_left": one.days_left,
        "light": _light(one),
        "opened_on": iso(obligation.opened_on),
        "role": obligation.role,
        "by": [{"id": id, "name": names.person(id)} for id in one.holders],
    }
