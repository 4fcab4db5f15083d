"""The metronome: it beats, it survives what a sweep raises, it stops when told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.beating import PATIENCE, SOON, Heard, beating, reached, sweep
from workflow.scheduler import Metronome


def counted(times: int) -> tuple[Callable[[], None], threading.Event]:
    """Return work that has been reached when it was done so many times."""
    done, event = [0], threading.Event()

    def work() -> None:
        done[0] += 1
        if done[0] >= times:
            event.set()

    return work, event


def test_it_sweeps_at_once_and_again_and_again() -> None:
    work, thrice = counted(3)
    with beating(sweep(work)):
        assert reached(thrice)


def test_each_sweep_has_its_own_period() -> None:
    often, thrice = counted(3)
    seldom: list[int] = []
    with beating(sweep(often), sweep(lambda: seldom.append(1), "duties", every=600)):
        assert reached(thrice)
    assert len(seldom) == 1


def test_a_sweep_that_raises_is_reported_and_done_again() -> None:
    heard = Heard()
    work, again = counted(2)

    def failing() -> None:
        work()
        if len(heard.failures) == 0:
            raise ValueError("no database")

    with beating(sweep(failing), heard=heard):
        assert reached(again)
    assert heard.failures == [("owe", "no database")]


def test_a_report_that_fails_ends_no_sweep() -> None:
    work, thrice = counted(3)

    def failing() -> None:
        work()
        raise ValueError

    def deaf(name: str, error: BaseException) -> None:
        raise OSError("no space left")

    troubles: list[str] = []
    metronome = Metronome([sweep(failing)], deaf, troubles.append)
    assert reached(thrice)
    metronome.stop(lambda: time.sleep(0.01))
    assert "job_error" in troubles


def test_a_lane_that_hangs_keeps_no_other_waiting() -> None:
    owing, thrice = counted(3)
    gate, began = threading.Event(), threading.Event()

    def hanging() -> None:
        began.set()
        gate.wait(PATIENCE)

    with beating(sweep(hanging, "deliver"), sweep(owing)) as metronome:
        assert reached(began)
        assert reached(thrice)
        assert set(metronome.silent()) >= {"deliver"}
        gate.set()


def test_sweeps_of_one_lane_take_turns() -> None:
    at_it, most = [0], [0]
    done = threading.Event()

    def work() -> None:
        at_it[0] += 1
        most[0] = max(most[0], at_it[0])
        time.sleep(0.01)
        at_it[0] -= 1

    def last() -> None:
        work()
        done.set()

    names = ("owe", "duties", "watch")
    with beating(*(sweep(work if n != "watch" else last, n, "owing", SOON) for n in names)):
        assert reached(done)
        time.sleep(4 * SOON)
    assert most[0] == 1


def test_what_is_under_way_is_finished_before_it_stops() -> None:
    begun, finish, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        finish.wait(PATIENCE)
        done.set()

    metronome = Metronome([sweep(work)], Heard().failed, lambda trouble: None)
    assert reached(begun)
    metronome.stop(finish.set)  # called while something is under way
    assert done.is_set()
    assert not [t for t in threading.enumerate() if t.name == "APScheduler" and t.is_alive()]


def test_a_sweep_can_be_hurried() -> None:
    work, twice = counted(2)
    with beating(sweep(work, every=600)) as metronome:
        until = time.monotonic() + PATIENCE
        while not twice.is_set() and time.monotonic() < until:
            metronome.hurry("owe")
            twice.wait(0.01)
        assert twice.is_set()


def test_hurried_again_and_again_it_is_done_once() -> None:
    beats = threading.Semaphore(0)
    with beating(sweep(lambda: beats.release(), every=600)) as metronome:
        assert beats.acquire(timeout=PATIENCE)
        while metronome.silent():
            time.sleep(0.001)
        metronome._scheduler.pause()
        for _ in range(3):
            metronome.hurry("owe")
        metronome._scheduler.resume()
        assert beats.acquire(timeout=PATIENCE)
        assert not beats.acquire(timeout=0.3)


def test_a_sweep_that_gets_on_is_not_silent() -> None:
    begun, finish = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        finish.wait(PATIENCE)

    with beating(sweep(work)) as metronome:
        assert reached(begun)
        metronome._hands["owe"].sign -= 1000
        assert metronome.silent()["owe"] > 999
        metronome.shows_life("owe")
        assert metronome.silent()["owe"] < 1
        finish.set()


def test_a_healthy_metronome_is_left_alone() -> None:
    work, many = counted(5)
    revived = []
    with beating(sweep(work)) as metronome:
        while not many.wait(0.01):
            revived.append(metronome.revive())
    assert True not in revived
