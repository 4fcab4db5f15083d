"""``tick``: every sweep once, in order, and what they did."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from workflow.cli.language import N_, _, spoken
from workflow.cli.opening import opened
from workflow.cli.operating.sweeping import held, left_alone, opening, said, when_open
from workflow.cli.options import json_option
from workflow.cli.reminders.alarming import alarmed
from workflow.cli.speaking import command, option
from workflow.cli.terminal.screen import err, out, out_json, paragraph
from workflow.engine.caution import ANCHOR, DELIVER, DUTIES, OWE, RECONCILE, SEAL, WATCH

if TYPE_CHECKING:
    from workflow.bootstrap import App


@command(
    "tick",
    help=N_(
        "Owe every reminder whose day has come, each once; record what time alone brings about "
        "(duties missed, letters); bundle what waits into one message per person and day, and "
        "deliver it in the sending hours; tell of what failed, look into what is unclear, and seal "
        "the log. Any number of ticks, on any number of machines, change nothing more; after a "
        "downtime each obligation owes one reminder, not the backlog."
    ),
    fields=(
        "day, owed, unreachable, superseded, missed, letters, messages, waiting, opens_at, held, "
        "remade, failed, clock_back, watched: {undelivered, stopped, calendar}, "
        "delivered: {accepted, retry_wait, dead, ambiguous, put_back, stopped, trouble}, "
        "reconciled: {found, absent, same_key, resent, held, failed, later}, "
        "sealed: {sealed, seals, unsound}, anchored: {anchored, contradicted}, "
        "held_rounds: [{code, notices, people, since}]"
    ),
)
@option("--yes", "sure", is_flag=True, help=N_("The clock is right, though it jumped far ahead."))
@json_option
def tick(sure: bool, as_json: bool) -> None:
    """Do every sweep once."""
    app = opened()
    done, error = _swept(app, sure=sure)
    if as_json:
        out_json(_json(app, done))
    else:
        _show(app, done)
    if error is not None:
        raise error


def _swept(app: App, *, sure: bool) -> tuple[dict[str, Any], Exception | None]:
    """Return what each sweep did, and what the first one that failed raised.

    A sweep that fails keeps the others from nothing; only without the first, which judges the
    clock, nothing is done at all.
    """
    from notifications.words.catalog import sweep_label
    from workflow.daemon.sweeps import HABITS, Turn, swept

    turn = Turn(node=platform.node() or "node", sure=sure)
    done: dict[str, Any] = {OWE: swept(app, OWE, turn)}
    first: Exception | None = None
    for habit in HABITS:
        try:
            if habit.sweep != OWE:
                done[habit.sweep] = swept(app, habit.sweep, turn)
        except Exception as error:
            first = first or error
            text = _("{sweep} failed; the others went on")
            err(text.format(sweep=sweep_label(habit.sweep, spoken())))
    _measure(app, done)
    return done, first


def _measure(app: App, done: Mapping[str, Any]) -> None:
    """Write the metrics, if they are wanted: cron may do what the daemon does."""
    if not app.config.run.metrics:
        return
    from workflow.daemon.metrics import Done, exposition, families, write_metrics
    from workflow.standing import standing

    sweeps = {name: Done(succeeded=app.clock()) for name in done}
    path = app.config.path(app.config.run.metrics)
    try:
        write_metrics(path, exposition(families(sweeps, 0, standing(app))))
    except OSError as error:
        text = _("the metrics cannot be written: {reason}")
        err(text.format(reason=error.strerror or type(error).__name__))


def _show(app: App, done: Mapping[str, Any]) -> None:
    """Print what each sweep did, in order; of the duties together with what was owed."""
    for sweep, result in done.items():
        for line in said(sweep, result, when_open(app, result)):
            paragraph(line)
    if done[OWE].held:
        for found in app.engine.held_rounds():
            paragraph(held(found))
    for line in left_alone(app) if done.get(DELIVER) is not None else ():
        paragraph(line)
    # To count them is to read whatever is open, so it is done where somebody was not reached.
    for line in alarmed(app) if done[OWE].unreachable else ():
        out(line)


def _json(app: App, done: Mapping[str, Any]) -> dict[str, Any]:
    ticked, spawned = done[OWE], done.get(DUTIES)
    shown = {name: value for name, value in _fields(ticked).items() if name != "day"}
    if spawned is not None:
        shown["missed"] += spawned.missed
        shown["failed"] = max(ticked.failed, spawned.failed)
    opens = opening(app) if ticked.waiting else None
    return {
        "day": ticked.day.isoformat(),
        **shown,
        "opens_at": opens.isoformat() if opens else None,
        "watched": _fields(done[WATCH]) if WATCH in done else None,
        "delivered": _fields(done[DELIVER]) if DELIVER in done else None,
        "reconciled": _fields(done[RECONCILE]) if RECONCILE in done else None,
        "sealed": _fields(done[SEAL]) if SEAL in done else None,
        "anchored": _fields(done[ANCHOR]) if ANCHOR in done else None,
        "held_rounds": [
            {
                "code": found.code,
                "notices": found.notices,
                "people": found.people,
                "since": found.since.isoformat() if found.since else None,
            }
            for found in (app.engine.held_rounds() if ticked.held else ())
        ],
    }


def _fields(result: Any) -> dict[str, Any]:
    return {field.name: getattr(result, field.name) for field in fields(result)}
