"""``calendar``: the working days in force; check, import a year's notice, adopt another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.cli.confirming import confirmed, yes_option
from workflow.cli.language import N_, _
from workflow.cli.naming import names_of
from workflow.cli.opening import choice, opened, refuse_as_of
from workflow.cli.options import Day, as_of_option, dry_run_option, json_option, request_option
from workflow.cli.rules.calendar_show import FIELDS
from workflow.cli.speaking import Group, Place, command, option
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph

if TYPE_CHECKING:
    from states.calendar import Calendar
    from workflow.bootstrap import App
    from workflow.engine.recalculating import MovedDate

_YEAR = click.argument("year", metavar="[YEAR]", required=False, type=click.IntRange(1990, 2200))
_FILE = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
_FILE_OR_NONE = click.argument(
    "file", metavar="[FILE]", required=False, type=click.Path(path_type=Path)
)
year_option = option(
    "--year",
    metavar="YEAR",
    type=click.IntRange(1990, 2200),
    help=N_("The year the file is for, where it does not say so itself."),
)


@command(
    "show",
    help=N_(
        "Show the calendar in force: where each year comes from and whether it is published; with "
        "YEAR its breaks and the weekend days worked for them."
    ),
    fields=FIELDS,
)
@_YEAR
@as_of_option
@json_option
def show_calendar(year: int | None, as_json: bool) -> None:
    """Show the calendar in force."""
    from workflow.cli.rules import calendar_show

    calendar = opened().engine.calendar()
    if as_json:
        out_json(calendar_show.calendar_json(calendar, year))
        return
    calendar_show.show(calendar, year)


@command(
    "check",
    help=N_(
        "Say what is wanting: whether the years that matter are published, whether another "
        "calendar is configured than is in force, which dates are provisional. With FILE check "
        "that file instead: every fault is named with its line. Ends with 6 if anything is wanting."
    ),
    fields=(
        "calendar: {name, hash}, configured, wanting: [text], "
        "provisional: [{issue, kind, subject, due}]"
    ),
)
@_FILE_OR_NONE
@year_option
@as_of_option
@json_option
def check(file: Path | None, year: int | None, as_json: bool) -> None:
    """Check the calendar in force, or a file."""
    if file is not None:
        refuse_as_of()
        _check_file(file, year)
        return
    from workflow.cli.exits import UNSOUND
    from workflow.cli.rules import calendar_check

    wanting = calendar_check.check(opened(), as_json=as_json)
    if wanting:
        click.get_current_context().exit(UNSOUND)


def _check_file(file: Path, year: int | None) -> None:
    from workflow.bootstrap import located
    from workflow.calendars import named_calendar
    from workflow.cli.rules.calendar_show import show_year
    from workflow.exchange.calendar_file import Notice, calendar_of_file

    config, _url = located(choice())
    base = named_calendar(config.calendar.name, config.base)
    found = calendar_of_file(file, base, Notice(year=year))
    out(_("{file} is in order.").format(file=file.name))
    for one in found.years:
        show_year(found.calendar, one)


@command(
    "import",
    help=N_(
        "Put a year's notice in force. FILE is the text of the notice of the State Council's "
        "General Office, or a table (CSV) with the columns date, day (off or work, 休 or 班) and "
        "holiday. The years of the file replace what the calendar held of them. Which dates move, "
        "and which stop being provisional, is shown first."
    ),
)
@_FILE
@option("--source", metavar="TEXT", help=N_("The notice; default: the number in its text."))
@option("--published", metavar="DATE", type=Day(), help=N_("The day it was published."))
@year_option
@yes_option
@dry_run_option
@request_option
def import_file(file: Path, yes: bool, dry_run: bool, request_id: str | None, **said: Any) -> None:
    """Put the years of a file in force."""
    from workflow.cli.rules.calendar_show import show_year
    from workflow.exchange.calendar_file import Notice, calendar_of_file

    app = opened()
    published: date | None = said["published"]
    notice = Notice(source=said["source"] or "", published_on=published, year=said["year"])
    found = calendar_of_file(file, app.engine.calendar(), notice)
    for year in found.years:
        show_year(found.calendar, year)
    facts = {
        "source": found.source,
        "published_on": published.isoformat() if published else "",
        "years": ", ".join(map(str, found.years)),
    }
    how = _How(facts, yes=yes, dry_run=dry_run, request_id=request_id)
    _put_in_force(app, found.calendar, how)


@command(
    "adopt",
    help=N_(
        "Put a calendar in force: the one that the configuration names, or NAME: china, weekdays, "
        "csv:FILE, holidays:DE, holidays:DE-BY. Which dates move is shown first."
    ),
)
@click.argument("name", metavar="[NAME]", required=False)
@yes_option
@dry_run_option
@request_option
def adopt(name: str | None, yes: bool, dry_run: bool, request_id: str | None) -> None:
    """Put a calendar in force."""
    from workflow.calendars import named_calendar
    from workflow.cli.rules.calendar_show import title

    app = opened()
    calendar = app.calendar() if name is None else named_calendar(name, Path())
    known = [year for year in calendar.years if year.status == "published"]
    out(Ink(title(calendar), "bold"), "  ", calendar.hash[:12])
    facts = {
        "source": known[-1].source if known else "",
        "years": f"{known[0].year}–{known[-1].year}" if known else "",
    }
    _put_in_force(app, calendar, _How(facts, yes=yes, dry_run=dry_run, request_id=request_id))


@dataclass(frozen=True, slots=True)
class _How:
    """How a calendar is to be put in force: with which facts, asking or not, really or not."""

    facts: dict[str, str]
    yes: bool
    dry_run: bool
    request_id: str | None


def _put_in_force(app: App, calendar: Calendar, how: _How) -> None:
    from workflow.cli.records import entry_line
    from workflow.cli.rules.process_changes import count_moved, show_moved

    before = app.engine.calendar()
    in_force = before.hash == calendar.hash and bool(app.engine.office().calendar)
    if in_force and how.request_id is None:
        out(_("This calendar is in force already; nothing was changed."))
        return
    # What is in force already is adopted without a question: a command may be repeated.
    foreseen: tuple[MovedDate, ...] = ()
    if not in_force:
        foreseen = _foreseen(app, before, calendar)
        if how.dry_run:
            err(_("Nothing was changed (--dry-run)."))
            return
        if not confirmed(_("Put this calendar in force?"), how.yes):
            return
    facts = {name: text for name, text in how.facts.items() if text}
    done = app.engine.adopt_calendar(calendar, facts, app.identity, how.request_id)
    out(*entry_line(done.entry, names_of(app)))
    if done.moved != foreseen:  # something else was written meanwhile
        show_moved(done.moved, names_of(app))
    err(_("Done: {dates}.").format(dates=count_moved(done.moved)))


def _foreseen(app: App, before: Calendar, calendar: Calendar) -> tuple[MovedDate, ...]:
    """Print what would move, and return it."""
    from workflow.cli.rules.process_changes import count_moved, show_moved

    lost = _published(before) - _published(calendar)
    if lost:
        text = _("No longer published: {years}. Their dates would become provisional.")
        years = _(", ").join(map(str, sorted(lost)))
        paragraph(text.format(years=years))
    foresight = app.engine.foresee(calendar=calendar)
    out()
    out(Ink(_("What it would move:"), "bold"), " ", count_moved(foresight.moved), ".")
    show_moved(foresight.moved, names_of(app))
    return foresight.moved


def _published(calendar: Calendar) -> set[int]:
    return {year.year for year in calendar.years if year.status == "published"}


calendar = Group(
    "calendar",
    help=N_("The working days: which calendar is in force, and how another year or one comes in."),
    sections={
        N_("Commands"): {
            "show": Place(f"{__name__}:show_calendar", N_("Show the calendar in force.")),
            "check": Place(f"{__name__}:check", N_("Say what is wanting, or check a file.")),
            "import": Place(f"{__name__}:import_file", N_("Put a year's notice in force.")),
            "adopt": Place(f"{__name__}:adopt", N_("Put another calendar in force.")),
        }
    },
)
