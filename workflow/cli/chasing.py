"""``tick`` and ``run``: owe every reminder whose day has come, and deliver what is owed."""

from __future__ import annotations

import platform
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workflow.cli.alarming import alarmed
from workflow.cli.language import N_, _
from workflow.cli.naming import Names
from workflow.cli.opening import opened
from workflow.cli.options import json_option
from workflow.cli.screen import err, out, out_json
from workflow.cli.speaking import command, option

if TYPE_CHECKING:
    from notifications.delivery import Delivered
    from workflow.bootstrap import App
    from workflow.engine.chasing import Ticked

_STANDING = ("day", "waiting", "failed")
"""Fields of what a sweep did that may say the same again and again."""


@command(
    "tick",
    help=N_(
        "Owe every reminder whose day has come, each once; record what time alone brings about "
        "(duties missed, letters); bundle what waits into one message per person and day, and "
        "deliver it in the sending hours. Any number of ticks, on any number of machines, change "
        "nothing more; after a downtime each obligation owes one reminder, not the backlog."
    ),
    fields=(
        "day, owed, unreachable, superseded, missed, letters, messages, waiting, opens_at, failed, "
        "delivered: {accepted, retry_wait, dead, ambiguous}"
    ),
)
@option("--yes", "sure", is_flag=True, help=N_("The clock is right, though it jumped far ahead."))
@json_option
def tick(sure: bool, as_json: bool) -> None:
    """Owe what is due and deliver it, once."""
    app = opened()
    ticked, delivered = _swept(app, sure=sure)
    opens = _opening(app) if ticked.waiting else None
    if as_json:
        out_json(_json(ticked, delivered, opens))
        return
    for line in _said(app, ticked, delivered, opens):
        out(line)
    # To count them is to read whatever is open, so it is done where somebody was not reached.
    for line in alarmed(app) if ticked.unreachable else ():
        out(line)


def _json(ticked: Ticked, delivered: Delivered, opens: datetime | None) -> dict[str, Any]:
    counts = {
        field.name: getattr(ticked, field.name) for field in fields(ticked) if field.name != "day"
    }
    return {
        "day": ticked.day.isoformat(),
        **counts,
        "opens_at": opens.isoformat() if opens else None,
        "delivered": {field.name: getattr(delivered, field.name) for field in fields(delivered)},
    }


def _opening(app: App) -> datetime | None:
    """Return when messages go out next: after today's hours if these have begun already.

    It is said in the office's own zone; people elsewhere have their own hours.
    """
    window, now = app.engine.desk.window, app.clock()
    if window is None:
        return None
    calendar = app.engine.calendar()
    return window.next_open(window.end_of(now, app.zone, calendar), app.zone, calendar)


def _swept(app: App, *, sure: bool = False) -> tuple[Ticked, Delivered]:
    ticked = app.engine.tick(platform.node() or "node", sure=sure)
    return ticked, app.deliver()


def _said(
    app: App, ticked: Ticked, delivered: Delivered, opens: datetime | None = None
) -> list[str]:
    """Return what a sweep did: what was owed, what time brought about, what was delivered."""
    lines = [_owed(ticked), *_brought(ticked)]
    if ticked.waiting:
        when = Names(zone=app.zone).when(opens) if opens else "–"
        text = _("waiting for the sending hours: {count}, which begin {when}")
        lines.append(text.format(count=ticked.waiting, when=when))
    parts = [_("handed over: {count}").format(count=delivered.accepted)]
    if delivered.retry_wait:
        parts.append(_("to be tried again: {count}").format(count=delivered.retry_wait))
    if delivered.dead:
        parts.append(_("not deliverable: {count}").format(count=delivered.dead))
    if delivered.ambiguous:
        parts.append(_("unclear: {count}").format(count=delivered.ambiguous))
    return [*lines, _(", ").join(parts)]


def _owed(ticked: Ticked) -> str:
    owed = _("{day}: {owed} new reminders").format(
        day=ticked.day, owed=ticked.owed + ticked.unreachable
    )
    if ticked.unreachable:
        owed += _("; {count} of them reach nobody").format(count=ticked.unreachable)
    if ticked.superseded:
        owed += _("; {count} earlier ones replaced").format(count=ticked.superseded)
    return owed


def _brought(ticked: Ticked) -> list[str]:
    """Return what time alone brought about, a line each; nothing where nothing happened."""
    lines = []
    if ticked.missed:
        lines.append(_("occurrences of duties missed: {count}").format(count=ticked.missed))
    if ticked.letters:
        lines.append(_("letters issued: {count}").format(count=ticked.letters))
    if ticked.messages:
        lines.append(_("messages of the day made: {count}").format(count=ticked.messages))
    if ticked.failed:
        text = _("steps of the clock that failed: {count}; each is tried again")
        lines.append(text.format(count=ticked.failed))
    return lines


@command(
    "run",
    help=N_(
        "Do what `tick` does again and again until it is stopped (SIGTERM, Ctrl-C); the interval "
        "stands in the configuration (run.tick_seconds)."
    ),
)
def run() -> None:
    """Sweep as a daemon."""
    from workflow.scheduler import run_daemon

    app = opened()
    app.engine.office()  # say at once if there is nothing to work on
    names = Names(zone=app.zone)

    def sweep() -> None:
        ticked, delivered = _swept(app)
        if _did_something(ticked) or delivered.accepted or delivered.dead:
            for line in _said(app, ticked, delivered, _opening(app) if ticked.waiting else None):
                err(names.when(app.clock()), "  ", line)

    def failed(error: BaseException) -> None:
        text = _("the sweep failed: {error}; it is tried again")
        err(names.when(app.clock()), "  ", text.format(error=f"{type(error).__name__}: {error}"))

    err(_("Sweeping every {seconds} seconds; Ctrl-C ends it.").format(seconds=_every(app)))
    run_daemon(sweep, _every(app), failed)


def _did_something(ticked: Ticked) -> bool:
    """Return whether a sweep is worth a line: what still waits is none by itself."""
    return any(
        getattr(ticked, field.name) for field in fields(ticked) if field.name not in _STANDING
    )


def _every(app: App) -> int:
    return app.config.tick_seconds
