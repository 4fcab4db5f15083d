"""The daemon's metronome: the only importer of ``apscheduler``.

It only says when to look; what is due is rows in the store (DESIGN §4.6). The one job is armed
anew at the end of each sweep, so that never more than one run is pending, whatever the clock does.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

CHECK_SECONDS = 0.5
"""How often the main thread looks whether to stop, and whether the metronome still beats."""

GRACE_SECONDS = 5
"""How much later than a whole beat a sweep may begin before the metronome counts as dead."""

Failed = Callable[[BaseException], None]


class Metronome:
    """Calls ``sweep`` every so many seconds; what a sweep raises goes to ``failed``."""

    def __init__(self, sweep: Callable[[], None], every_seconds: int, failed: Failed) -> None:
        self._sweep, self._every, self._failed = sweep, every_seconds, failed
        self._arming = threading.Lock()
        self._stopping = False
        self._start()

    def _start(self) -> None:
        self._busy = False
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.start()
        self._arm(seconds=0)

    def _arm(self, seconds: int) -> None:
        # Shutting down waits for the running job under the very lock that adding a job needs.
        with self._arming:
            if self._stopping:
                return
            self._expected = time.monotonic() + seconds
            at = datetime.now(UTC) + timedelta(seconds=seconds)
            # Each beat is a job of its own: the scheduler removes a job by its id after it has
            # begun, and would remove the next beat with it if both had the same.
            self._scheduler.add_job(self._beat, "date", run_date=at)

    def _beat(self) -> None:
        self._busy = True
        try:
            self._sweep()
        except Exception as error:  # a sweep that fails must not end the daemon
            self._failed(error)
        finally:
            self._busy = False
            self._arm(self._every)

    def revive(self) -> bool:
        """Start a new scheduler if this one has stopped beating; return whether that was so.

        Its thread has been seen to die of a lost job, and a clock set back makes it wait for the
        old time to come again; the monotonic clock notices both.
        """
        if self._busy or time.monotonic() < self._expected + self._every + GRACE_SECONDS:
            return False
        self._scheduler.shutdown(wait=False)
        self._start()
        return True

    def stop(self) -> None:
        """Stop beating; a sweep under way is finished first."""
        with self._arming:
            self._stopping = True
        self._scheduler.pause()
        self._scheduler.get_jobs()  # waits for the lock: what the scheduler is in the middle of
        self._scheduler.shutdown(wait=True)


def run_daemon(
    sweep: Callable[[], None],
    every_seconds: int,
    failed: Failed,
    stop: threading.Event | None = None,
) -> None:
    """Sweep at once and then every so many seconds, until SIGTERM, SIGINT or ``stop``."""
    stopping = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
    metronome = Metronome(sweep, every_seconds, failed)
    while not stopping.wait(CHECK_SECONDS):
        metronome.revive()
    metronome.stop()
