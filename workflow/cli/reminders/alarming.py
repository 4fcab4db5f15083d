"""``alarms``: what is owed but reaches nobody, or not the one who owes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.cli.language import N_, _
from workflow.cli.naming import Names, iso, names_of, person_json, shown
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.speaking import command
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflow.bootstrap import App
    from workflow.engine.alarming import Alarm

_WHY = {
    "nobody": N_("nobody is named"),
    "left": N_("{person} has left"),
    "without_role": N_("{person} lacks the role"),
    "unreachable": N_("no address: {person}"),
}


@command(
    "alarms",
    help=N_(
        "List what is owed but waits on nobody: nobody is named, the person has left without a "
        "successor, has lost the role that it needs (rectify handover), or cannot be reached. "
        "Shown beside is who is told instead."
    ),
    fields=(
        "a list of {issue, title, kind, what, subject, due, why, person: {id, name}, "
        "told: [{id, name}]}; why is nobody, left, without_role or unreachable"
    ),
)
@as_of_option
@json_option
def alarms(as_json: bool) -> None:
    """List what waits on nobody."""
    app = opened()
    names = names_of(app)
    found = app.engine.alarms()
    if as_json:
        out_json([_json(alarm, names) for alarm in found])
        return
    heads = [
        Column(title=_("due")),
        Column(title=_("key")),
        Column(title=_("what"), least=18),
        Column(title=_("alarm"), least=20),
        Column(title=_("told instead"), least=12),
        Column(title=_("issue"), least=10, spare=1),
    ]
    for parts in table(heads, [_row(alarm, names) for alarm in found], room()) if found else ():
        out(*parts)
    text = (
        _("Alarms: {count}") if found else _("No alarms: all that is owed reaches whoever owes it.")
    )
    err(text.format(count=len(found)))


def alarmed(app: App) -> Iterator[str]:
    """Yield a line that says how many alarms there are, and where they stand; none if none."""
    count = len(app.engine.alarms())
    if count:
        yield _("Alarms: {count}").format(count=count) + " (rectify alarms)"


def _row(alarm: Alarm, names: Names) -> list[Part]:
    person = _("whoever owes it") if alarm.person is None else names.person(alarm.person)
    why = _WHY[alarm.why]
    told = _(", ").join(names.person(person) for person in _told(alarm))
    return [
        shown(alarm.obligation.due),
        alarm.issue.key,
        names.owed(alarm.obligation),
        Ink(_(why).format(person=person), "red"),
        told or Ink(_("nobody"), "red"),
        alarm.issue.title,
    ]


def _told(alarm: Alarm) -> list[str]:
    return [person for person in alarm.told if person not in ("-", alarm.person)]


def _json(alarm: Alarm, names: Names) -> dict[str, Any]:
    obligation = alarm.obligation
    return {
        "issue": alarm.issue.key,
        "title": alarm.issue.title,
        "kind": obligation.kind,
        "what": names.kind(obligation.kind),
        "subject": obligation.subject or None,
        "due": iso(obligation.due),
        "why": alarm.why,
        "person": person_json(names, alarm.person),
        "told": [person_json(names, person) for person in _told(alarm)],
    }
