"""The daemon's metronome: the only importer of ``apscheduler``.

It only says when to look; what is due is rows in the store (DESIGN §4.6). Each sweep is armed anew
at the end of its run, so that never more than one run of it is pending, whatever the clock does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

GRACE_SECONDS = 5.0
"""How much later than armed a sweep may begin before the metronome counts as dead."""

_SUSPICIONS = 2  # looks in a row at which it was late: one alone may have met a thread's change

_TROUBLES = {
    EVENT_JOB_ERROR: "job_error",
    EVENT_JOB_MISSED: "job_missed",
    EVENT_JOB_MAX_INSTANCES: "job_overlaps",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What is done again and again, ``every`` so many seconds after it has ended.

    Sweeps of one ``lane`` take turns in one thread; what one lane waits for keeps no other waiting.
    """

    name: str
    every: float
    lane: str
    work: Callable[[], None]


Failed = Callable[[str, BaseException], None]
"""Hears of what a sweep, by its name, has raised."""

Noted = Callable[[str], None]
"""Hears of trouble that the scheduler itself has met, by a word for it."""


@dataclass(slots=True)
class _Hand:
    """One sweep's place: when it is due, since when it runs, when it last showed life.

    These are seconds of the monotonic clock. Only the job that carries the last ``turn`` counts.
    """

    sweep: Sweep
    due: float = field(default_factory=time.monotonic)
    since: float | None = None
    sign: float = 0.0
    turn: int = 0


class Metronome:
    """Calls each sweep at once, then every so many seconds; what it raises goes to ``failed``."""

    def __init__(self, sweeps: Sequence[Sweep], failed: Failed, noted: Noted) -> None:
        self._failed, self._noted = failed, noted
        self._hands = {sweep.name: _Hand(sweep) for sweep in sweeps}
        self._lanes = {sweep.lane: threading.Lock() for sweep in sweeps}
        self._arming = threading.RLock()
        self._stopping = False
        self._suspicions = 0
        self._start()

    def _start(self) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={lane: ThreadPoolExecutor(1) for lane in self._lanes},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(self._heard, sum(_TROUBLES))
        self._scheduler.start()
        for hand in self._hands.values():
            if hand.since is None:  # what runs is armed at its end
                self._arm(hand, max(0.0, hand.due - time.monotonic()))

    def _heard(self, event: JobEvent) -> None:
        self._noted(_TROUBLES[event.code])

    def _arm(self, hand: _Hand, seconds: float) -> None:
        # Shutting down waits for the running job under the very lock that adding a job needs.
        with self._arming:
            hand.since = None
            if self._stopping:
                return
            hand.turn += 1
            hand.due = time.monotonic() + seconds
            at = datetime.now(UTC) + timedelta(seconds=seconds)
            # Each beat is a job of its own: the scheduler removes a job by its id after it has
            # begun, and would remove the next beat with it if both had the same.
            self._scheduler.add_job(
                self._beat, "date", run_date=at, args=(hand, hand.turn), executor=hand.sweep.lane
            )

    def _beat(self, hand: _Hand, turn: int) -> None:
        with self._arming:
            if self._stopping or turn != hand.turn:
                return
            hand.turn += 1  # whatever else was armed for it is void
            hand.since = hand.sign = time.monotonic()
        try:
            with self._lanes[hand.sweep.lane]:  # held by a run that a dead scheduler had begun
                hand.sweep.work()
        except Exception as error:  # a sweep that fails must not end the daemon
            self._failed(hand.sweep.name, error)
        finally:
            self._arm(hand, hand.sweep.every)

    def hurry(self, name: str) -> None:
        """Let a sweep begin now, unless it is running."""
        with self._arming:
            if self._hands[name].since is None:
                self._arm(self._hands[name], 0.0)

    def shows_life(self, name: str) -> None:
        """Take note that a sweep gets on, however long it takes."""
        self._hands[name].sign = time.monotonic()

    def silent(self) -> dict[str, float]:
        """Return for how many seconds each running sweep has shown no life."""
        now = time.monotonic()
        hands = self._hands.values()
        return {hand.sweep.name: now - hand.sign for hand in hands if hand.since is not None}

    def revive(self) -> bool:
        """Start a new scheduler if this one has stopped beating; return whether that was so.

        Its thread has been seen to die of a lost job, and a clock set back makes it wait for the
        old time to come again; the monotonic clock notices both. To be asked again and again.
        """
        with self._arming:
            self._suspicions = self._suspicions + 1 if self._is_late() else 0
            if self._suspicions < _SUSPICIONS:
                return False
            self._suspicions = 0
            self._scheduler.shutdown(wait=False)
            self._start()
            return True

    def _is_late(self) -> bool:
        """Return whether a sweep should have begun long ago, though its lane is free."""
        hands = self._hands.values()
        busy = {hand.sweep.lane for hand in hands if hand.since is not None}
        limit = time.monotonic() - GRACE_SECONDS
        return any(hand.due < limit for hand in hands if hand.sweep.lane not in busy)

    def stop(self, waiting: Callable[[], None]) -> None:
        """Stop beating; what is under way is finished, ``waiting`` being called until it is."""
        with self._arming:
            self._stopping = True
        while any(hand.since is not None for hand in self._hands.values()):
            waiting()
        self._scheduler.pause()
        self._scheduler.get_jobs()  # waits for the lock: what the scheduler is in the middle of
        self._scheduler.shutdown(wait=True)
