"""``duty suggest`` and ``duty dates``: what may be declared as a duty, and what that would mean."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from states.calendar import add_months
from states.phrasing import parse_recurrence, written
from states.recurrence import EVENT, first_after
from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import dated, iso, weekday
from workflow.cli.opening import opened
from workflow.cli.options import Day, as_of_option, issue_argument, json_option
from workflow.cli.speaking import command, option
from workflow.cli.taking import event_recording
from workflow.cli.terminal.screen import Ink, err, out, out_json, paragraph, room
from workflow.cli.terminal.tables import Column, table

if TYPE_CHECKING:
    from states.calendar import Calendar
    from states.recurrence import Recurrence
    from workflow.engine.reading import View
    from workflow.exchange.recurring import Suggestion

MOST_DATES = 400


@dataclass(frozen=True, slots=True)
class Offer:
    """A recurring phrase of an issue, with the command that would make a duty of it."""

    view: View
    phrase: Suggestion

    @property
    def when(self) -> tuple[Recurrence, ...]:
        """When it would recur."""
        return parse_recurrence(self.phrase.when)

    @property
    def next_on(self) -> date | None:
        """The first date it would have."""
        return first_after(self.view.calendar, self.when, self.view.today)

    @property
    def declared(self) -> bool:
        """True if a duty of the present cycle has this very wording."""
        return any(duty.text == self.phrase.text for duty in self.view.issue.current_duties)

    @property
    def command(self) -> str:
        """The command that declares it: now, or at acceptance."""
        issue, process = self.view.issue, self.view.process
        said = (self.phrase.text, "--when", self.phrase.when)
        here = [step.records for step in process.steps_from(issue.state)]
        if "duty_added" in here:
            return shlex.join(("rectify", "duty", "add", issue.key, *said))
        accept = event_recording(self.view, "acceptance")
        return shlex.join(("rectify", "advance", issue.key, accept, "--duty", *said))

    @property
    def place(self) -> str:
        """Where the phrase stands in the report."""
        claim = self.view.issue.claim
        source = claim.source if claim else _("measures")
        return f"{source}:{self.phrase.line}" if self.phrase.line else source

    def show(self) -> None:
        """Print the phrase, what it would mean, and the command."""
        out(Ink(self.phrase.quote, "bold"), "  ", Ink(self.place, "dim"))
        paragraph(self.phrase.text, 4)
        first = _("first on {day}").format(day=self.next_on) if self.next_on else ""
        words = written(self.when, spoken())
        paragraph(" · ".join(part for part in (words, first) if part), 4)
        if self.declared:
            out("    ", Ink(_("is declared already"), "green"))
        else:
            out("    ", Ink(self.command, "dim"))

    def json(self) -> dict[str, Any]:
        """Return the offer for programs."""
        claim = self.view.issue.claim
        return {
            "quote": self.phrase.quote,
            "source": claim.source if claim else None,
            "line": self.phrase.line,
            "when": self.phrase.when,
            "words": written(self.when, spoken()),
            "text": self.phrase.text,
            "next": iso(self.next_on),
            "declared": self.declared,
            "command": self.command,
        }


@command(
    "suggest",
    help=N_(
        "Show what the measures and the claim of an issue say is to be done again and again, each "
        "with its words and the command that would declare it as a duty. Nothing is declared."
    ),
    fields=(
        "a list of {quote, source, line, when, words, text, next, declared, command}; when is what "
        "--when takes, words the same in words, next its first date (null: at an event)"
    ),
)
@issue_argument
@as_of_option
@json_option
def suggest(issue: str, as_json: bool) -> None:
    """Show what may be declared as a duty."""
    from workflow.exchange.recurring import recurring

    app = opened()
    view = app.engine.view(app.engine.key_of(issue))
    passages = [(measure.text, measure.line) for measure in view.issue.measures]
    claim = view.issue.claim
    passages += [(claim.text, claim.line)] if claim else []
    found = [Offer(view, one) for one in recurring(passages)]
    if as_json:
        out_json([offer.json() for offer in found])
        return
    for offer in found:
        offer.show()
    if found:
        err(_("Suggestions: {count}; nothing was declared.").format(count=len(found)))
    else:
        err(_("Nothing in the measures or the claim says that it recurs."))


@command(
    "dates",
    help=N_(
        "Show on which dates a recurrence falls by the calendar in force, before anybody declares "
        "it: on the default a year from today.\n\n"
        '  rectify duty dates "每季度或法定节假日前夕" --until 2027-12-31\n'
        '  rectify duty dates "every month, day 5"'
    ),
    fields=(
        "when, words, calendar: {name, hash}, dates: [{date, provisional, before}]; before names "
        "the holiday whose eve it is, or is null"
    ),
)
@click.argument("when", metavar="WHEN")
@option("--from", "begins", type=Day(), metavar="DATE", help=N_("The first day; default: today."))
@option("--until", type=Day(), metavar="DATE", help=N_("The last day; default: in a year."))
@as_of_option
@json_option
def dates(when: str, begins: date | None, until: date | None, as_json: bool) -> None:
    """Show on which dates a recurrence falls."""
    app = opened()
    calendar = app.engine.calendar()
    meant = _parsed(when)
    first = begins or app.engine.desk.day(app.clock())
    last = until or add_months(first, 12)
    if last < first:
        raise click.UsageError(_("the last day lies before the first"))
    found = list(_dates(calendar, meant, first, last))
    if as_json:
        listed = [_date_json(calendar, day) for day in found]
        known = {"name": calendar.name, "hash": calendar.hash}
        out_json(
            {"when": when, "words": written(meant, spoken()), "calendar": known, "dates": listed}
        )
        return
    paragraph(written(meant, spoken()))
    columns = [Column(title=""), Column(title=""), Column(title="", least=8)]
    rows = [
        [dated(day, calendar.is_provisional(day, day)), weekday(day), _eve(calendar, day)]
        for day in found
    ]
    for parts in table(columns, rows, room(2), headed=False) if rows else ():
        out("  ", *parts)
    err(_counted(found, meant, calendar))


def _parsed(text: str) -> tuple[Recurrence, ...]:
    try:
        return parse_recurrence(text)
    except ValueError as error:
        message = _("this is not understood: {text} (write 每月, 每季度末, every month, day 5 …)")
        raise click.UsageError(message.format(text=error)) from None


def _dates(
    calendar: Calendar, when: tuple[Recurrence, ...], first: date, last: date
) -> Iterator[date]:
    day = first_after(calendar, when, first - timedelta(days=1))
    for _turn in range(MOST_DATES):
        if day is None or day > last:
            return
        yield day
        day = first_after(calendar, when, day)


def _counted(found: list[date], when: tuple[Recurrence, ...], calendar: Calendar) -> str:
    if not found and all(one.every == EVENT for one in when):
        return _("It has no dates: it is recorded each time it happens.")
    text = _("Dates: {count}, by the calendar {calendar}")
    return text.format(count=len(found), calendar=calendar.name)


def _eve(calendar: Calendar, day: date) -> str:
    """Return the holiday before which a day is the last working one."""
    names = _holiday_after(calendar, day)
    return _("before {names}").format(names=_(", ").join(names)) if names else ""


def _holiday_after(calendar: Calendar, day: date) -> tuple[str, ...]:
    following = calendar.add_workdays(day, 1)
    runs = [*calendar.breaks(day.year), *calendar.breaks(following.year)]
    return next((run.names for run in runs if day < run.first <= run.last < following), ())


def _date_json(calendar: Calendar, day: date) -> dict[str, Any]:
    return {
        "date": iso(day),
        "provisional": calendar.is_provisional(day, day),
        "before": _(", ").join(_holiday_after(calendar, day)) or None,
    }
