"""What is wanting in the calendar in force, and which dates rest on a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.cli.language import _
from workflow.cli.naming import iso, names_of
from workflow.cli.terminal.screen import Ink, Part, err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from states.calendar import Calendar
    from workflow.bootstrap import App
    from workflow.engine.asking import Owed

DECEMBER = 12  # from then on a missing year is wanting: notices have appeared by then


def check(app: App, *, as_json: bool) -> bool:
    """Print what is wanting and which dates are provisional; return whether anything is wanting."""
    calendar = app.engine.calendar()
    today = app.engine.desk.day(app.clock())
    wanting = [*_years(calendar, today), *_configured(app, calendar)]
    provisional = [one for one in app.engine.owed() if one.obligation.provisional]
    if as_json:
        out_json(_json(app, calendar, wanting, provisional))
        return bool(wanting)
    for text in wanting:
        paragraph(text, 2, mark="• ")
    if not wanting:
        out(
            _("Nothing is wanting: {name} {hash}").format(
                name=calendar.name, hash=calendar.hash[:12]
            )
        )
    if calendar.rests_on_notices and not _publishes(calendar, today.year + 1) and not wanting:
        text = _("{year} is not published yet; notices appear in November or December.")
        err(text.format(year=today.year + 1))
    _show_provisional(app, provisional)
    return bool(wanting)


def _publishes(calendar: Calendar, year: int) -> bool:
    return any(y.year == year and y.status == "published" for y in calendar.years)


def _years(calendar: Calendar, today: date) -> Iterator[str]:
    if not calendar.rests_on_notices:
        return
    for year in (today.year, today.year + 1):
        due = year == today.year or today.month == DECEMBER
        if due and not _publishes(calendar, year):
            text = _(
                "{year} is not published in the calendar in force; put its notice in force: "
                "rectify calendar import FILE"
            )
            yield text.format(year=year)


def _configured(app: App, calendar: Calendar) -> Iterator[str]:
    """Yield how the configured calendar differs from the one in force, if it matters."""
    configured = app.calendar()
    if configured.name != calendar.name:
        text = _(
            "The configuration names {configured}, but {name} is in force; put it in force: "
            "rectify calendar adopt"
        )
        yield text.format(configured=configured.name, name=calendar.name)
        return
    known = {y.year for y in configured.years if _publishes(configured, y.year)}
    newer = sorted(year for year in known if not _publishes(calendar, year))
    if newer:
        text = _(
            "{name} as configured has {years} published, the one in force has not: "
            "rectify calendar adopt"
        )
        yield text.format(name=calendar.name, years=_(", ").join(map(str, newer)))


def _show_provisional(app: App, provisional: list[Owed]) -> None:
    if not provisional:
        return
    names = names_of(app)
    out()
    text = _("Dates that rest on a year that is not published: {count}")
    out(Ink(text.format(count=len(provisional)), "bold"))
    heads = [
        Column(title=_("issue")),
        Column(title=_("owed"), least=10),
        Column(title=_("due")),
    ]
    rows: list[list[Part]] = [
        [
            Ink(one.issue.key, "bold"),
            names.owed(one.obligation),
            iso(one.obligation.due) or "–",
        ]
        for one in provisional
    ]
    for parts in table(heads, rows, room()):
        out(*parts)


def _json(
    app: App, calendar: Calendar, wanting: list[str], provisional: list[Owed]
) -> dict[str, Any]:
    return {
        "calendar": {"name": calendar.name, "hash": calendar.hash},
        "configured": app.config.calendar.name,
        "wanting": wanting,
        "provisional": [
            {
                "issue": one.issue.key,
                "kind": one.obligation.kind,
                "subject": one.obligation.subject,
                "due": iso(one.obligation.due),
            }
            for one in provisional
        ],
    }
