"""``run``: the sweeps as a daemon."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from workflow.cli.language import N_, _, spoken
from workflow.cli.naming import Names
from workflow.cli.opening import opened
from workflow.cli.operating.sweeping import said, when_open
from workflow.cli.speaking import command
from workflow.cli.terminal.screen import err

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.daemon.lines import Event


@command(
    "run",
    help=N_(
        "Do what `tick` does again and again until it is stopped (SIGTERM, Ctrl-C); the interval "
        "stands in the configuration (run.tick_seconds). What was begun is then finished; a second "
        "signal ends it at once, which loses nothing either."
    ),
)
def run() -> None:
    """Sweep as a daemon."""
    from workflow.daemon.lines import Lines
    from workflow.daemon.report import Report
    from workflow.daemon.service import Service

    app = opened()
    app.engine.office()  # say at once if there is nothing to work on
    app.channels()  # and if nothing could be sent
    node = platform.node() or "node"
    lines = Lines(lambda line: err(line), node, app.clock, _Words(app))
    lines.as_json = app.config.run.log == "json"
    metrics = app.config.path(app.config.run.metrics) if app.config.run.metrics else None
    Service(opened, Report(lines, app.clock, metrics), node).run()


class _Words:
    """Says events to people, each line with its time."""

    def __init__(self, app: App) -> None:
        self._app, self._names = app, Names(zone=app.zone)

    def __call__(self, event: Event) -> list[str]:
        """Return the lines of an event."""
        if event.result is not None:
            lines = said(event.sweep, event.result, self._opens(event.result))
        else:
            lines = [self._line(event)]
        when = self._names.when(self._app.clock())
        return [f"{when}  {line}" for line in lines]

    def _opens(self, result: Any) -> str:
        try:
            return when_open(self._app, result)
        except Exception:  # a line must never fail of what stands beside it
            return ""

    def _line(self, event: Event) -> str:
        from notifications.words.catalog import sweep_label

        text = _(EVENT_TEXTS[event.name])
        facts = {**_NOTHING, **event.facts}
        error = "" if event.error is None else self._error(event.error)
        return text.format(**facts, sweep=sweep_label(event.sweep, spoken()), error=error)

    def _error(self, error: BaseException) -> str:
        from states.errors import RectificationError
        from workflow.daemon.lines import place

        if isinstance(error, RectificationError):
            return self._names.say(error.message)
        return f"{type(error).__name__} ({place(error)})"


_NOTHING = {
    "tick_seconds": "",
    "times": "",
    "seconds": "",
    "trouble": "",
    "reason": "",
    "sweeps": 0,
}

EVENT_TEXTS = {
    "started": N_("Sweeping every {tick_seconds} seconds; Ctrl-C ends it."),
    "failed": N_("the sweep failed ({sweep}): {error}; it is tried again"),
    "recovered": N_("the sweep works again ({sweep}), after {times} failures"),
    "alive": N_("nothing to say for an hour; sweeps so far: {sweeps}"),
    "hangs": N_("the sweep hangs ({sweep}): no sign of life for {seconds} seconds"),
    "revived": N_("the scheduler had stopped and was replaced; so far {times} times"),
    "scheduler": N_("the scheduler met trouble: {trouble}"),
    "stopping": N_("Stopping: what was begun is finished; a second signal ends it at once."),
    "stopped": N_("Stopped."),
    "metrics_failed": N_("the metrics cannot be written: {reason}"),
    "thread_died": N_("a thread ended by an unexpected error: {error}"),
}
