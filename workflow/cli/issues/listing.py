"""``list``: the issues, each with its light; narrowed by state, unit, round, person or date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from states.frozen import Struct
from states.lights import LIGHTS, SUSPENDED
from workflow.cli.lamps import lamp
from workflow.cli.language import N_, _
from workflow.cli.naming import Names, iso, left, names_of, person_json, shown
from workflow.cli.opening import opened
from workflow.cli.options import Period, as_of_option, json_option
from workflow.cli.speaking import OneOf, command, option
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.engine.reading import Line
    from workflow.values import Filter


class Wanted(Struct, frozen=True):
    """What the list is narrowed to, as typed."""

    state: str | None
    unit: str | None
    round: str | None
    person: str | None
    due_within: int | None


@command(
    "list",
    help=N_(
        "List the issues, each with its light: the colour of the last rung that anything owed on "
        "it has reached, and in words whether something is overdue. A suspended issue says so.\n\n"
        "The date shown is the nearest at which something is owed; one that a notice may still "
        "move is marked as provisional. Voided issues are left out unless --all is given."
    ),
    fields=(
        "a list of {key, round, number, title, aspect, unit, state, type, long_term, cycle, due, "
        "due_original, next_due, provisional, days_left, light, overdue, suspended, remains, "
        "completed_on, voided, responsible: {leader: {id, name}, department, person: {id, name}}}; "
        "dates YYYY-MM-DD or null; due is the issue's own date, next_due the nearest of what is "
        "owed; light is red, orange, yellow, blue, green or suspended"
    ),
)
@option("--state", metavar="STATE", help=N_("Only issues in this state."))
@option("--unit", metavar="UNIT", help=N_("Only issues of this unit (a part of its name does)."))
@option("--round", metavar="CODE", help=N_("Only issues of this round."))
@option("--person", metavar="PERSON", help=N_("Only issues that this person is responsible for."))
@option("--due-within", type=Period(), metavar="7d", help=N_("Only what is due within this time."))
@option("--light", type=OneOf(LIGHTS), help=N_("Only issues with this light."))
@option("--all", "everything", is_flag=True, help=N_("Voided issues too."))
@as_of_option
@json_option
def list_issues(light: str | None, everything: bool, as_json: bool, **typed: Any) -> None:
    """List the issues, each with its light."""
    app = opened()
    lines = app.engine.lines(_filter(app, Wanted(**typed), everything))
    found = [line for line in lines if light in (None, line.light)]
    names = names_of(app, _people_of(found))
    if as_json:
        out_json([line_json(line, names) for line in found])
        return
    for parts in table(*_table(found, names), room()) if found else ():
        out(*parts)
    err(_counted(found) if found else _("No issue fits."))


def _filter(app: App, wanted: Wanted, everything: bool) -> Filter:
    from workflow.cli.meaning import person_meant, round_meant, state_meant, unit_meant
    from workflow.values import Filter

    today = app.engine.desk.day(app.clock())
    within = wanted.due_within
    return Filter(
        round=wanted.round and round_meant(app, wanted.round),
        unit=wanted.unit and unit_meant(app, wanted.unit),
        state=wanted.state and state_meant(app, wanted.state),
        person=wanted.person and person_meant(app, wanted.person),
        next_due_by=None if within is None else today + timedelta(days=within),
        voided=everything,
    )


def _people_of(lines: Sequence[Line]) -> set[str]:
    summaries = [line.summary for line in lines]
    return {p for s in summaries for p in (s.leader, s.person) if p is not None}


def _table(lines: Sequence[Line], names: Names) -> tuple[list[Column], list[list[Part]]]:
    heads = [
        Column(title=_("light")),
        Column(title=_("key")),
        Column(title=_("issue"), least=12),
        Column(title=_("state"), least=8),
        Column(title=_("due"), spare=2),
        Column(title=_("left"), spare=1),
        Column(title=_("responsible"), least=6, spare=3),
        Column(title=_("dates"), spare=4),
        Column(title=_("original"), spare=5),
        Column(title=_("type"), spare=6),
    ]
    rows = [_row(line, names) for line in lines]
    if len({line.summary.unit for line in lines}) > 1:
        heads.insert(3, Column(title=_("unit"), least=8, spare=4))
        for row, line in zip(rows, lines, strict=True):
            row.insert(3, line.summary.unit)
    return heads, rows


def _row(line: Line, names: Names) -> list[Part]:
    summary = line.summary
    state = names.standing(summary)
    return [
        Ink(_("VOID"), "dim") if summary.voided else lamp(line.light, names, room=room()),
        summary.key,
        summary.title,
        state if summary.cycle == 1 else f"{state} ({summary.cycle})",
        shown(summary.next_due),
        left(line.days_left),
        names.person(summary.person),
        _("provisional") if summary.provisional else "",
        shown(summary.due_original) if summary.due_original != summary.due else "",
        names.type_of(summary),
    ]


def _counted(lines: Sequence[Line]) -> str:
    lights = [line.light for line in lines if not line.summary.voided]
    text = _("Issues: {count} (red {red}, yellow {yellow}, green {green})")
    said = text.format(
        count=len(lines), **{light: lights.count(light) for light in ("red", "yellow", "green")}
    )
    suspended = lights.count(SUSPENDED)
    if suspended:
        said += _(", suspended: {count}").format(count=suspended)
    # The column may have given way to a narrow terminal; what is a guess is said all the same.
    provisional = sum(line.summary.provisional for line in lines)
    if provisional:
        said += _("; ") + _("provisional") + _(": ") + str(provisional)
    return said


def line_json(line: Line, names: Names) -> dict[str, Any]:
    """Return an issue of a list for programs."""
    summary = line.summary
    return {
        "key": summary.key,
        "round": summary.round,
        "number": summary.number,
        "title": summary.title,
        "aspect": summary.aspect,
        "unit": summary.unit,
        "state": summary.state,
        "type": summary.type,
        "long_term": summary.long_term,
        "cycle": summary.cycle,
        "due": iso(summary.due),
        "due_original": iso(summary.due_original),
        "next_due": iso(summary.next_due),
        "provisional": summary.provisional,
        "days_left": line.days_left,
        "light": line.light,
        "overdue": line.overdue,
        "suspended": summary.suspended,
        "remains": summary.remains,
        "completed_on": iso(summary.completed_on),
        "voided": summary.voided,
        "responsible": {
            "leader": person_json(names, summary.leader),
            "department": summary.department,
            "person": person_json(names, summary.person),
        },
    }
