"""A metronome that beats for a while, and what it reports."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workflow.scheduler import Metronome, Sweep

PATIENCE = 20.0
SOON = 0.05


class Heard:
    """What a metronome reports."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, str]] = []
        self.troubles: list[str] = []

    def failed(self, sweep: str, error: BaseException) -> None:
        self.failures.append((sweep, str(error)))


@contextmanager
def beating(*sweeps: Sweep, heard: Heard | None = None) -> Iterator[Metronome]:
    """Let a metronome beat for a while."""
    heard = heard or Heard()
    metronome = Metronome(sweeps, heard.failed, heard.troubles.append)
    try:
        yield metronome
    finally:
        metronome.stop(lambda: time.sleep(0.01))


def sweep(
    work: Callable[[], None], name: str = "owe", lane: str = "", every: float = SOON
) -> Sweep:
    return Sweep(name=name, every=every, lane=lane or name, work=work)


def reached(event: threading.Event) -> bool:
    return event.wait(PATIENCE)
