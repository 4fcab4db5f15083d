"""``figures``: what a round and a unit have achieved, against the original and the later dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workflow.cli.language import N_, _
from workflow.cli.opening import opened
from workflow.cli.options import as_of_option, json_option
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from workflow.engine.figures import Figures


@command(
    "figures",
    help=N_(
        "Show the figures of each round and unit: issues, completed, basically completed and "
        "continuing, open, suspended; overdue against the dates in force and against the original "
        "ones; rebounds. What is basically completed never counts as completed."
    ),
    fields=(
        "a list of {round, unit, issues, completed, basically_completed, open, suspended, overdue, "
        "overdue_original, completed_in_time, completed_in_time_original, immediate, long_term, "
        "accepted, reopened, by_state, completion_rate, rebound_rate}; rates from 0 to 1, null "
        "where there is nothing to count"
    ),
)
@option("--round", "code", metavar="CODE", help=N_("Only this round."))
@option("--unit", metavar="UNIT", help=N_("Only this unit (a part of its name does)."))
@as_of_option
@json_option
def figures(code: str | None, unit: str | None, as_json: bool) -> None:
    """Show the figures of each round and unit."""
    from workflow.cli.meaning import round_meant, unit_meant

    app = opened()
    found = app.engine.figures(
        round=code and round_meant(app, code), unit=unit and unit_meant(app, unit)
    )
    if as_json:
        out_json([figures_json(one) for one in found])
        return
    for parts in table(_heads(found), [_row(one) for one in found], room()) if found else ():
        out(*parts)
    if not found:
        err(_("There is no issue to count."))
        return
    _show_dates(found)


def _heads(found: Sequence[Figures]) -> list[Column]:
    return [
        Column(title=_("round")),
        Column(title=_("unit"), least=8, spare=1 if len(found) == 1 else 0),
        Column(title=_("issues"), right=True),
        Column(title=_("completed"), right=True),
        Column(title=_("rate"), right=True),
        Column(title=_("basically"), right=True, spare=3),
        Column(title=_("open"), right=True),
        Column(title=_("suspended"), right=True, spare=5),
        Column(title=_("overdue"), right=True),
        Column(title=_("by original date"), right=True, spare=2),
        Column(title=_("rebound"), right=True, spare=4),
    ]


def _row(one: Figures) -> list[Part]:
    return [
        one.round,
        one.unit,
        str(one.issues),
        str(one.completed),
        _percent(one.completion_rate),
        str(one.basically),
        str(one.open),
        str(one.suspended) if one.suspended else "",
        Ink(str(one.overdue), "red" if one.overdue else ""),
        Ink(str(one.overdue_original), "red" if one.overdue_original else ""),
        _percent(one.rebound_rate),
    ]


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.2%}"


def _show_dates(found: Sequence[Figures]) -> None:
    """Print to standard error how many were completed in time, by the later and first dates."""
    text = _(
        "Completed in time: {in_time} by the dates in force, {original} by the original ones. "
        "Struck off: {accepted}, reopened: {reopened}."
    )
    said = text.format(
        in_time=sum(one.completed_in_time for one in found),
        original=sum(one.completed_in_time_original for one in found),
        accepted=sum(one.accepted for one in found),
        reopened=sum(one.reopened for one in found),
    )
    paragraph(said, to_stderr=True)


def figures_json(one: Figures) -> dict[str, Any]:
    """Return figures for programs."""
    return {
        "round": one.round,
        "unit": one.unit,
        "issues": one.issues,
        "completed": one.completed,
        "basically_completed": one.basically,
        "open": one.open,
        "suspended": one.suspended,
        "overdue": one.overdue,
        "overdue_original": one.overdue_original,
        "completed_in_time": one.completed_in_time,
        "completed_in_time_original": one.completed_in_time_original,
        "immediate": one.immediate,
        "long_term": one.long_term,
        "accepted": one.accepted,
        "reopened": one.reopened,
        "by_state": dict(one.by_state),
        "completion_rate": one.completion_rate,
        "rebound_rate": one.rebound_rate,
    }
