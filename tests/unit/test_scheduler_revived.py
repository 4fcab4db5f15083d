"""A scheduler that has died, or waits for a time long past, is replaced; no sweep runs twice."""

from __future__ import annotations

import threading
import time

import pytest

from tests.beating import PATIENCE, beating, reached, sweep
from workflow import scheduler
from workflow.scheduler import Metronome


def killed(metronome: Metronome) -> None:
    """Let the thread of the scheduler die, as it has been seen to die of a lost job."""

    def lost() -> None:
        raise KeyError("lost job")

    metronome._scheduler._process_jobs = lost
    metronome._scheduler.wakeup()
    thread = metronome._scheduler._thread
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_dead_scheduler_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "GRACE_SECONDS", 0.1)
    beats = threading.Semaphore(0)
    with beating(sweep(lambda: beats.release())) as metronome:
        assert beats.acquire(timeout=PATIENCE)
        killed(metronome)
        until = time.monotonic() + PATIENCE
        while not metronome.revive() and time.monotonic() < until:
            time.sleep(0.02)
        while beats.acquire(blocking=False):
            pass
        assert beats.acquire(timeout=PATIENCE)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_sweep_under_way_outlives_its_scheduler_and_goes_on_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduler, "GRACE_SECONDS", 0.1)
    finish, begun = threading.Event(), threading.Event()
    at_it, most, beats = [0], [0], threading.Semaphore(0)

    def long() -> None:
        at_it[0] += 1
        most[0] = max(most[0], at_it[0])
        begun.set()
        finish.wait(PATIENCE)
        at_it[0] -= 1
        beats.release()

    with beating(sweep(long, "deliver"), sweep(lambda: None)) as metronome:
        assert reached(begun)
        killed(metronome)
        until = time.monotonic() + PATIENCE
        while not metronome.revive() and time.monotonic() < until:
            time.sleep(0.02)
        finish.set()
        for _ in range(3):
            assert beats.acquire(timeout=PATIENCE)
    assert most[0] == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_lane_whose_sweep_outlived_its_scheduler_still_takes_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduler, "GRACE_SECONDS", 0.1)
    finish, begun, at_it = threading.Event(), threading.Event(), threading.Lock()
    together: list[bool] = []

    def alone() -> None:
        if not at_it.acquire(blocking=False):
            together.append(True)
            return
        try:
            begun.set()
            finish.wait(PATIENCE)
        finally:
            at_it.release()

    both = [sweep(alone, name, "owing") for name in ("owe", "watch")]
    with beating(*both, sweep(lambda: None, "deliver")) as metronome:
        assert reached(begun)
        killed(metronome)
        until = time.monotonic() + PATIENCE
        while not metronome.revive() and time.monotonic() < until:
            time.sleep(0.02)
        while len(metronome.silent()) < 2 and time.monotonic() < until:
            time.sleep(0.01)  # the other one has begun, and waits for its turn
        time.sleep(0.05)
        finish.set()
    assert together == []


def test_a_clock_set_back_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheduler would wait for the old time to come again; the monotonic clock knows better."""
    monkeypatch.setattr(scheduler, "GRACE_SECONDS", 0.1)
    beats = threading.Semaphore(0)
    with beating(sweep(lambda: beats.release(), every=0.5)) as metronome:
        assert beats.acquire(timeout=PATIENCE)
        while not (jobs := metronome._scheduler.get_jobs()):
            time.sleep(0.001)
        jobs[0].reschedule("date", run_date="2999-01-01")  # to it the old time is far ahead
        until = time.monotonic() + PATIENCE
        while not metronome.revive() and time.monotonic() < until:
            time.sleep(0.02)
        assert beats.acquire(timeout=PATIENCE)
