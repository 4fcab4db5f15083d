"""Options and values that several commands share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from workflow.cli.language import N_, _
from workflow.cli.speaking import option, remember

_CHINESE_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?$")
_PERIOD = re.compile(r"(\d{1,5})\s*([dw天日周]?)$")


class Day(click.ParamType[date]):
    """A date: 2026-09-30, 2026/9/30 or 2026年9月30日."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date. Fails if there is none, or if no term could be counted from it."""
        from states.facts import YEARS

        if isinstance(value, date):
            return value
        try:
            if found := _CHINESE_DAY.match(value.strip()):
                year, month, number = map(int, found.groups())
                day = date(year, month, number)
            else:
                day = date.fromisoformat(value.strip())
        except ValueError:
            self.fail(_("there is no date {value} (write YYYY-MM-DD)").format(value=value))
        if day.year not in YEARS:
            text = _("{value} lies outside the years {first} to {last}")
            self.fail(text.format(value=value, first=YEARS[0], last=YEARS[-1]))
        return day


class Period(click.ParamType[int]):
    """A number of days: 7d, 2w, or a bare number of days."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of days. Fails for anything else; months have no fixed length."""
        if isinstance(value, int):
            return value
        found = _PERIOD.match(value.strip())
        if found is None:
            self.fail(
                _("{value} is no number of days or weeks (write 7d or 2w)").format(value=value)
            )
        return int(found[1]) * (7 if found[2] in ("w", "周") else 1)


class Meant(click.ParamType[str]):
    """One of a few words, each of which may be written in several ways, Chinese or English."""

    name = "word"

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word that is meant. Fails with those that there are."""
        meant = self.words.get(str(value).strip().lower())
        if meant is None:
            said = _("{value} is none of: {choices}")
            self.fail(said.format(value=value, choices=", ".join(self.words)))
        return meant


issue_argument = click.argument("issue", metavar="ISSUE")

json_option = option("--json", "as_json", is_flag=True, help=N_("Print JSON for programs."))

as_of_option = option(
    "--as-of",
    "as_of",
    metavar="WHEN",
    expose_value=False,
    callback=remember,
    help=N_("As things stood then: a date (the end of that day) or an instant."),
)
"""On every command that reads; ``opened`` then opens the past."""

request_option = option(
    "--request-id",
    metavar="ID",
    help=N_("A name for this command; repeated with the same name it changes nothing."),
)

dry_run_option = option(
    "--dry-run", is_flag=True, help=N_("Show what would be done, and change nothing.")
)

reason_option = option("--reason", metavar="TEXT", help=N_("The reason."))

note_option = option("--note", metavar="TEXT", help=N_("A remark for the log."))
