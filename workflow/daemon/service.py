"""The daemon as a service: its sweeps under a metronome, its signals, its service manager."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import FrameType
from typing import TYPE_CHECKING

from workflow.daemon.lines import ERROR, STARTED, STOPPED, THREAD, Event
from workflow.daemon.lines import STOPPING as STOPS
from workflow.daemon.notify import READY, STOPPING, WATCHDOG, Notifier
from workflow.daemon.sweeps import BEAT_SECONDS, HABITS, Turn, beat, figures, swept
from workflow.engine.caution import DELIVER, OWE, RECONCILE
from workflow.scheduler import Metronome, Sweep
from workflow.standing import standing

if TYPE_CHECKING:
    from workflow.bootstrap import App
    from workflow.daemon.report import Report

CHECK_SECONDS = 0.5
"""How often the main thread looks whether to stop, and whether the metronome still beats."""

WAIT_SECONDS = 0.05

SIGNALS = (signal.SIGTERM, signal.SIGINT)

Opening = Callable[[], "App"]
"""Opens the application anew: each lane works with one of its own, on connections of its own."""


class Service:
    """Sweeps until it is told to stop; then what was begun is finished.

    A second signal ends the process at once, which loses nothing either: the next start finds
    every message as it stood.
    """

    def __init__(self, opening: Opening, report: Report, node: str) -> None:
        self._report, self._node = report, node
        self._stop = threading.Event()
        self._asked = 0
        self._signal = 0
        self._closing = ExitStack()
        self._apps: Mapping[str, App] = {}
        self._opening = opening
        self._notifier = Notifier(os.environ)
        self._told = 0.0

    def stop(self) -> None:
        """End it: what a signal does."""
        self._stop.set()

    def run(self) -> None:
        """Sweep until told to stop. Raises what opening the application raises."""
        with self._closing:
            self._apps = {lane: self._opened() for lane in dict.fromkeys(h.lane for h in HABITS)}
            self._listen()
            config = next(iter(self._apps.values())).config
            self._metronome = Metronome(
                [self._sweep(habit.sweep, habit.lane, habit.period(config)) for habit in HABITS],
                self._report.failed,
                self._report.scheduler,
            )
            self._report.say(Event(name=STARTED, facts={"tick_seconds": config.run.tick_seconds}))
            self._notifier.tell(READY)
            while not self._stop.wait(CHECK_SECONDS):
                self._check()
            self._end()

    def _opened(self) -> App:
        app = self._opening()
        self._closing.callback(app.close)
        return app

    def _listen(self) -> None:
        """Hear signals, and whatever would be printed past the log."""
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                signal.signal(number, self._hear)
        threading.excepthook = self._thread_died
        logger = logging.getLogger("apscheduler")
        logger.handlers = [_Relay(self._report)]
        logger.propagate = False

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1
        self._signal = number
        if self._asked > 1:
            os._exit(128 + number)  # no handler, no waiting for threads: as if killed
        self._stop.set()

    def _thread_died(self, args: threading.ExceptHookArgs) -> None:
        self._report.say(Event(name=THREAD, level=ERROR, error=args.exc_value))

    def _check(self) -> None:
        if self._metronome.revive():
            self._report.revived()
        hangs = self._report.look(self._metronome.silent())
        if not hangs:  # whoever watches over us then starts us anew
            self._show_life()

    def _show_life(self) -> None:
        interval = self._notifier.interval
        if interval is not None and time.monotonic() - self._told >= interval:
            self._told = time.monotonic()
            self._notifier.tell(WATCHDOG)

    def _end(self) -> None:
        name = signal.Signals(self._signal).name if self._signal else ""
        self._report.say(Event(name=STOPS, facts={"signal": name}))
        self._notifier.tell(STOPPING)
        self._metronome.stop(self._waiting)
        self._report.say(Event(name=STOPPED))

    def _waiting(self) -> None:
        self._show_life()
        time.sleep(WAIT_SECONDS)

    # ---------------------------------------------------------------- sweeps

    def _sweep(self, name: str, lane: str, every: int) -> Sweep:
        return Sweep(name=name, every=every, lane=lane, work=lambda: self._work(name, lane))

    def _work(self, name: str, lane: str) -> None:
        """Do a sweep once; what it raises the metronome hands to the report."""
        app, began = self._apps[lane], time.monotonic()
        try:
            result = swept(app, name, Turn(node=self._node, ending=self._ending(app, name)))
            self._report.did(name, result, time.monotonic() - began)
        finally:
            self._report.write(lambda: standing(app))
        if name == OWE and {"owed", "messages", "remade"} & figures(result).keys():
            self._metronome.hurry(DELIVER)  # nobody waits a minute for what is ready

    def _ending(self, app: App, name: str) -> Callable[[], bool]:
        """Return what a sweep asks between two messages; that it asks shows that it gets on."""
        last = time.monotonic()

        def ending() -> bool:
            nonlocal last
            self._metronome.shows_life(name)
            if name in (DELIVER, RECONCILE) and time.monotonic() - last > BEAT_SECONDS:
                last = time.monotonic()
                beat(app, self._node, name)
            return self._stop.is_set()

        return ending


class _Relay(logging.Handler):
    """Hands what the scheduler logs to the report, so that it becomes a line like any other."""

    def __init__(self, report: Report) -> None:
        super().__init__(level=logging.WARNING)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        """Say that there was trouble; its words could hold anything and are left out."""
        self._report.scheduler(f"{record.module}:{record.funcName}")
