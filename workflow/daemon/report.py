"""What a daemon lets be seen of itself: a line where something happened, and its metrics."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from states.frozen import replace
from workflow.daemon.lines import (
    ALIVE,
    ERROR,
    FAILED,
    HANGS,
    INFO,
    METRICS,
    RECOVERED,
    REVIVED,
    SCHEDULER,
    SWEPT,
    WARNING,
    Event,
    Lines,
    described,
)
from workflow.daemon.metrics import Done, exposition, families, write_metrics
from workflow.daemon.sweeps import HABITS, TURNS, figures, is_news

if TYPE_CHECKING:
    from workflow.daemon.sweeps import Result
    from workflow.ports import Clock
    from workflow.standing import Standing

AGAIN_SECONDS = 3600.0
"""How long the same trouble is not repeated; as often a line says that the daemon is alive."""

SILENCE_SECONDS = 900.0
"""A sweep that shows no life for so long hangs: longer than all time-outs of one message."""

_NEVER = float("-inf")

Looking = Callable[[], "Standing"]
"""Looks at the store once."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A failure that was said: what it was, when (monotonic), how often it came since."""

    what: Mapping[str, str]
    said: float
    times: int = 1


class Report:
    """Says what sweeps did, and what went wrong, not more often than somebody wants to read it.

    ``metrics`` is the file for Prometheus, None for none. All methods may be called by any thread
    and raise nothing.
    """

    def __init__(self, lines: Lines, clock: Clock, metrics: Path | None) -> None:
        self._lines, self._clock, self._metrics = lines, clock, metrics
        self._guard, self._writing = threading.Lock(), threading.Lock()
        self._done = {habit.sweep: Done() for habit in HABITS}
        self._troubles: dict[str, _Trouble] = {}
        self._hanging: dict[str, float] = {}
        self._lasting: dict[str, float] = {}
        self._revivals = self._runs = 0
        self._said = time.monotonic()

    def say(self, event: Event) -> None:
        """Write a line. A full disk or a closed pipe ends no sweep."""
        self._said = time.monotonic()
        with suppress(OSError, ValueError):
            self._lines.say(event)

    def did(self, sweep: str, result: Result, seconds: float) -> None:
        """A sweep has done its work."""
        with self._guard:
            failures = self._done[sweep].failures
            self._done[sweep] = Done(succeeded=self._clock(), seconds=seconds, failures=failures)
            self._runs += 1
            trouble = self._troubles.pop(sweep, None)
        if trouble is not None:
            self.say(Event(name=RECOVERED, sweep=sweep, facts={"times": trouble.times}))
        turned = self._turned(sweep, result)
        if turned or is_news(result):
            facts = {**figures(result), "duration_ms": round(seconds * 1000)}
            level = WARNING if any(name in facts for name in TURNS) else INFO
            event = Event(name=SWEPT, level=level, sweep=sweep, facts=facts, result=result)
            self.say(event)

    def _turned(self, sweep: str, result: Result) -> bool:
        """Return whether something that lasts has begun, or has not been said for an hour."""
        now, found, turned = time.monotonic(), figures(result), False
        for name in TURNS:
            key = f"{sweep}.{name}"
            if name not in found:
                self._lasting.pop(key, None)
            elif now - self._lasting.get(key, _NEVER) >= AGAIN_SECONDS:
                self._lasting[key], turned = now, True
        return turned

    def failed(self, sweep: str, error: BaseException) -> None:
        """A sweep has failed; the same failure is said again after an hour."""
        what = described(error)
        now = time.monotonic()
        with self._guard:
            self._done[sweep] = replace(self._done[sweep], failures=self._done[sweep].failures + 1)
            before = self._troubles.get(sweep)
            times = before.times + 1 if before is not None and before.what == what else 1
            quiet = before is not None and times > 1 and now - before.said < AGAIN_SECONDS
            said = before.said if before is not None and quiet else now
            self._troubles[sweep] = _Trouble(what, said, times)
        if not quiet:
            facts = {"times": times}
            self.say(Event(name=FAILED, level=ERROR, sweep=sweep, facts=facts, error=error))

    def scheduler(self, trouble: str) -> None:
        """The scheduler has met trouble of its own."""
        self.say(Event(name=SCHEDULER, level=WARNING, facts={"trouble": trouble}))

    def revived(self) -> None:
        """A dead scheduler was replaced."""
        self._revivals += 1
        self.say(Event(name=REVIVED, level=WARNING, facts={"times": self._revivals}))

    def look(self, silent: Mapping[str, float]) -> bool:
        """Say which sweeps hang, and now and then that all is well; return whether any hangs."""
        now = time.monotonic()
        for sweep, done in self._done.items():
            with self._guard:
                self._done[sweep] = replace(done, silent=silent.get(sweep, 0.0))
            if silent.get(sweep, 0.0) < SILENCE_SECONDS:
                self._hanging.pop(sweep, None)
            elif now - self._hanging.get(sweep, _NEVER) >= AGAIN_SECONDS:
                self._hanging[sweep] = now
                facts = {"seconds": round(silent[sweep])}
                self.say(Event(name=HANGS, level=ERROR, sweep=sweep, facts=facts))
        if now - self._said >= AGAIN_SECONDS:
            self.say(Event(name=ALIVE, facts={"sweeps": self._runs}))
        return bool(self._hanging)

    def write(self, looking: Looking) -> None:
        """Write the metrics anew, if they are wanted."""
        if self._metrics is None:
            return
        try:
            found: Standing | None = looking()
        except Exception:  # said by the sweep that met the same, and by `store_up 0`
            found = None
        with self._guard:
            shown = exposition(families(dict(self._done), self._revivals, found))
        try:
            with self._writing:
                write_metrics(self._metrics, shown)
        except OSError as error:
            self._metrics_failed(error)

    def _metrics_failed(self, error: OSError) -> None:
        now, before = time.monotonic(), self._troubles.get(METRICS)
        if before is None or now - before.said >= AGAIN_SECONDS:
            self._troubles[METRICS] = _Trouble(described(error), now)
            facts = {"reason": error.strerror or ""}
            self.say(Event(name=METRICS, level=WARNING, facts=facts, error=error))
