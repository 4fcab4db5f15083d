"""A calendar as people read it: its years and their sources, the breaks and make-up days of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import iso, shown, weekday
from workflow.cli.terminal.screen import Ink, Part, out, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from datetime import date

    from states.calendar import Break, Calendar, Year

FIELDS = (
    "name, hash, weekend: [0 is Monday], years: [{year, status, source, url, published_on}]; "
    "with YEAR the years are that one alone, and also breaks: [{first, last, holidays, "
    "provisional}], work: [{date, holiday}]"
)
_STATUS = {"published": N_("published"), "provisional": N_("provisional")}


def show(calendar: Calendar, year: int | None) -> None:
    """Print a calendar: the sources of its years, or one year's breaks and make-up days."""
    out(Ink(title(calendar), "bold"), "  ", calendar.hash[:12])
    if not calendar.rests_on_notices:
        paragraph(_("Monday to Friday are worked; no holiday is known and nothing is provisional."))
    elif year is None:
        _show_years(calendar.years)
    else:
        show_year(calendar, year)


def title(calendar: Calendar) -> str:
    """Return the calendar's name with what it stands for."""
    known = {
        "china": _("China"),
        "weekdays": _("plain weeks"),
        "own": _("of the office's own"),
    }
    meaning = known.get(calendar.name)
    return f"{calendar.name} ({meaning})" if meaning else calendar.name


def _show_years(years: Iterable[Year]) -> None:
    heads = [
        Column(title=_("year")),
        Column(title=_("status")),
        Column(title=_("published on"), spare=1),
        Column(title=_("source"), least=20, wrap=True),
    ]
    rows: list[list[Part]] = [
        [
            str(year.year),
            _status(year.status),
            iso(year.published_on) or "",
            year.source,
        ]
        for year in years
    ]
    for parts in table(heads, rows, room()):
        out(*parts)
    paragraph(_("Dates in every other year are provisional: no holiday is known there."))


def _status(status: str) -> Part:
    word = _(_STATUS[status])
    return Ink(word, "yellow") if status == "provisional" else word


def show_year(calendar: Calendar, year: int) -> None:
    """Print what a year rests on, its breaks, and the weekend days that are worked."""
    found = next((y for y in calendar.years if y.year == year), None)
    if found is None:
        text = _("{year} is not known: its dates are provisional, counted without holidays.")
        paragraph(text.format(year=year))
        return
    parts: list[Part] = [str(year), "  ", _status(found.status), "  ", found.source]
    out(*parts, *(["  ", shown(found.published_on)] if found.published_on else []))
    heads = [
        Column(title=_("holiday"), least=8),
        Column(title=_("off from")),
        Column(title=_("off until")),
        Column(title=_("days"), right=True),
        Column(title=_("worked instead"), least=14, wrap=True),
    ]
    rows = [_row(calendar, run) for run in _breaks_about(calendar, year)]
    for line in table(heads, rows, room()):
        out(*line)
    if found.status == "provisional":
        paragraph(
            _("Which days are exchanged is not known before the notice: only the festivals stand.")
        )


def _breaks_about(calendar: Calendar, year: int) -> list[Break]:
    """Return the breaks of which a day lies in a year."""
    return [b for b in calendar.all_breaks if b.first.year <= year <= b.last.year]


def _row(calendar: Calendar, run: Break) -> list[Part]:
    worked = [
        day
        for day, name in calendar.work
        if name in run.names and abs((day - run.first).days) < HALF_A_YEAR
    ]
    return [
        _(", ").join(holiday(name) for name in run.names),
        with_weekday(run.first),
        with_weekday(run.last),
        str((run.last - run.first).days + 1),
        _(", ").join(map(with_weekday, worked)),
    ]


HALF_A_YEAR = 180  # days: a make-up day belongs to the break of its name that is near it


def with_weekday(day: date) -> str:
    """Return a date with its day of the week."""
    return f"{day} {weekday(day)}"


def holiday(name: str) -> str:
    """Return the name of a holiday in the language spoken, as far as it is known there."""
    from states.phrasing import HOLIDAYS

    return name if spoken() == "zh" else HOLIDAYS.get(name, name)


def calendar_json(calendar: Calendar, year: int | None) -> dict[str, Any]:
    """Return a calendar, or one year of it, for programs."""
    record: dict[str, Any] = {
        "name": calendar.name,
        "hash": calendar.hash,
        "weekend": list(calendar.weekend),
        "years": [_year_json(y) for y in calendar.years if year in (None, y.year)],
    }
    if year is None:
        return record
    return record | {
        "breaks": [_break_json(calendar, b) for b in _breaks_about(calendar, year)],
        "work": [{"date": iso(d), "holiday": n} for d, n in calendar.work if d.year == year],
    }


def _year_json(year: Year) -> dict[str, Any]:
    return {
        "year": year.year,
        "status": year.status,
        "source": year.source,
        "url": year.url,
        "published_on": iso(year.published_on),
    }


def _break_json(calendar: Calendar, run: Break) -> dict[str, Any]:
    return {
        "first": iso(run.first),
        "last": iso(run.last),
        "holidays": list(run.names),
        "provisional": calendar.is_provisional(run.first, run.last),
    }
