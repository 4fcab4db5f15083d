"""The metronome: it beats, it survives what a sweep raises, it stops when told."""

from __future__ import annotations

import threading
import time

from workflow import scheduler
from workflow.scheduler import Metronome, run_daemon


def wait_for(condition: threading.Event) -> None:
    assert condition.wait(20), "the metronome did not beat"


def test_it_sweeps_at_once_and_again() -> None:
    twice = threading.Event()
    beats: list[int] = []

    def sweep() -> None:
        beats.append(1)
        if len(beats) == 2:
            twice.set()

    metronome = Metronome(sweep, 1, failed=print)
    wait_for(twice)
    metronome.stop()


def test_a_sweep_that_raises_is_reported_and_tried_again() -> None:
    again = threading.Event()
    failures: list[BaseException] = []

    def sweep() -> None:
        if failures:
            again.set()
        else:
            raise ValueError("no database")

    metronome = Metronome(sweep, 1, failed=failures.append)
    wait_for(again)
    metronome.stop()
    assert [str(failure) for failure in failures] == ["no database"]


def test_it_finishes_a_sweep_before_it_stops() -> None:
    begun, done, stop = threading.Event(), threading.Event(), threading.Event()

    def sweep() -> None:
        begun.set()
        stop.wait(20)
        done.set()

    daemon = threading.Thread(target=run_daemon, args=(sweep, 60, print, stop))
    daemon.start()
    wait_for(begun)
    stop.set()
    daemon.join(20)
    assert done.is_set()
    assert not daemon.is_alive()


def test_a_dead_scheduler_is_replaced() -> None:
    beats = threading.Semaphore(0)
    metronome = Metronome(beats.release, 1, failed=print)
    assert beats.acquire(timeout=20)
    metronome._scheduler.remove_all_jobs()
    metronome._expected = time.monotonic() - scheduler.GRACE_SECONDS - 2
    while not metronome.revive():
        metronome._expected = time.monotonic() - scheduler.GRACE_SECONDS - 2
    assert beats.acquire(timeout=20)
    metronome.stop()
