"""The application as it was at a moment that somebody named: ``--as-of`` of every reading command.

What is printed of the past says so on standard error, whatever the command.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import click

from workflow.cli.language import N_, _
from workflow.cli.options import Day
from workflow.cli.terminal.progress import Progress
from workflow.cli.terminal.screen import err

if TYPE_CHECKING:
    from datetime import tzinfo

    from workflow.bootstrap import App, Choice


def past_app(app: App, choice: Choice, text: str) -> App:
    """Return an application as of a moment, and say that it is one.

    Raises ``BadParameter`` for what is no moment or lies ahead, ``NotFound`` for one before the
    office was founded.
    """
    at = moment_of(text, app.clock(), app.zone)
    past = as_of(app, choice, at)
    err(_("As of {at} (rebuilt from the log)").format(at=said(at, app.zone)))
    return past


def as_of(app: App, choice: Choice, at: datetime) -> App:
    """Return an application as of an instant, without a word. Raises ``NotFound``."""
    from workflow.bootstrap import App
    from workflow.past import store_as_of

    store = store_as_of(app.store, at, app.zone, lambda: Progress(N_("reading the log")))
    return App(choice, app.config, store, lambda: at)


def moment_of(text: str, now: datetime, zone: tzinfo, option: str = "--as-of") -> datetime:
    """Return the moment meant: an instant, or the end of a civil day at the office.

    Today has not ended: it means now. Raises ``BadParameter`` for what is neither, or lies ahead.
    """
    text = text.strip()
    try:
        day = Day().convert(text, None, None)
    except click.BadParameter:
        at = _instant(text, zone, option)
    else:
        if day == now.astimezone(zone).date():
            return now
        at = datetime.combine(day, time.max, zone)
    if at > now:
        message = _("{text} lies ahead: only what was can be looked at").format(text=text)
        raise click.BadParameter(message, param_hint=f"'{option}'")
    return at


def _instant(text: str, zone: tzinfo, option: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        return at.astimezone(UTC)  # in some zone the first year begins before there are years
    except (ValueError, OverflowError):
        message = _("{text} is no date and no instant").format(text=text)
        raise click.BadParameter(message, param_hint=f"'{option}'") from None


def said(at: datetime, zone: tzinfo) -> str:
    """Return a moment as people say it: a day as its date, an instant to the minute."""
    local = at.astimezone(zone)
    if local.time() == time.max:
        return f"{local:%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M}"
