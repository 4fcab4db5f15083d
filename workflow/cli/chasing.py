"""``tick`` and ``run``: owe every reminder whose day has come, and deliver what is owed."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from workflow.cli.language import N_, _
from workflow.cli.opening import opened
from workflow.cli.options import json_option
from workflow.cli.screen import err, out, out_json
from workflow.cli.speaking import command

if TYPE_CHECKING:
    from notifications.delivery import Delivered
    from workflow.bootstrap import App
    from workflow.engine.chasing import Ticked


@command(
    "tick",
    help=N_(
        "Owe every reminder whose day has come, each once, and deliver what is pending. Any "
        "number of ticks, on any number of machines, change nothing more; after a downtime each "
        "obligation owes one reminder, not the backlog."
    ),
    fields="day, owed, unreachable, superseded, delivered: {accepted, retry_wait, dead, ambiguous}",
)
@json_option
def tick(as_json: bool) -> None:
    """Owe what is due and deliver it, once."""
    app = opened()
    ticked, delivered = _swept(app)
    if as_json:
        out_json(
            {
                "day": ticked.day.isoformat(),
                "owed": ticked.owed,
                "unreachable": ticked.unreachable,
                "superseded": ticked.superseded,
                "delivered": {
                    "accepted": delivered.accepted,
                    "retry_wait": delivered.retry_wait,
                    "dead": delivered.dead,
                    "ambiguous": delivered.ambiguous,
                },
            }
        )
        return
    for line in _said(ticked, delivered):
        out(line)


def _swept(app: App) -> tuple[Ticked, Delivered]:
    ticked = app.engine.tick(platform.node() or "node")
    return ticked, app.deliver()


def _said(ticked: Ticked, delivered: Delivered) -> list[str]:
    """Return what a sweep did, a line each for owing and delivering."""
    owed = _("{day}: {owed} new reminders").format(
        day=ticked.day, owed=ticked.owed + ticked.unreachable
    )
    if ticked.unreachable:
        owed += _("; {count} of them reach nobody").format(count=ticked.unreachable)
    if ticked.superseded:
        owed += _("; {count} earlier ones replaced").format(count=ticked.superseded)
    parts = [_("handed over: {count}").format(count=delivered.accepted)]
    if delivered.retry_wait:
        parts.append(_("to be tried again: {count}").format(count=delivered.retry_wait))
    if delivered.dead:
        parts.append(_("not deliverable: {count}").format(count=delivered.dead))
    if delivered.ambiguous:
        parts.append(_("unclear: {count}").format(count=delivered.ambiguous))
    return [owed, _(", ").join(parts)]


@command(
    "run",
    help=N_(
        "Do what `tick` does again and again until it is stopped (SIGTERM, Ctrl-C); the interval "
        "stands in the configuration (run.tick_seconds)."
    ),
)
def run() -> None:
    """Sweep as a daemon."""
    from workflow.cli.naming import Names
    from workflow.scheduler import run_daemon

    app = opened()
    app.engine.office()  # say at once if there is nothing to work on
    names = Names(zone=app.zone)

    def sweep() -> None:
        ticked, delivered = _swept(app)
        if ticked.owed or ticked.unreachable or delivered.accepted or delivered.dead:
            for line in _said(ticked, delivered):
                err(names.when(app.clock()), "  ", line)

    def failed(error: BaseException) -> None:
        text = _("the sweep failed: {error}; it is tried again")
        err(names.when(app.clock()), "  ", text.format(error=f"{type(error).__name__}: {error}"))

    err(_("Sweeping every {seconds} seconds; Ctrl-C ends it.").format(seconds=_every(app)))
    run_daemon(sweep, _every(app), failed)


def _every(app: App) -> int:
    return app.config.tick_seconds
