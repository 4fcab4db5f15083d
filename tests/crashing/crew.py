"""Keeps workers going: forks them, starts anew whom a signal ended, wakes whom one paused.

Workers are forked from a process that has loaded everything and holds no connection, so that one
costs some milliseconds and hundreds of kills are cheap. The crew is also the one that kills at
random instants, wherever a worker happens to be: in the middle of a transaction, of a write.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from states.frozen import replace
from tests.crashing.accounting import Mishaps
from tests.crashing.worker import Orders, work

WORKERS = 3
LATER = 0.2
"""Seconds within which a kill at random follows the message that brought it about."""


@dataclass
class Crew:
    """Three workers under orders; ``every`` is the mean of messages between two kills at random.

    It is counted in messages, not in seconds, lest a busy machine does nothing but begin workers;
    the instant is random all the same. ``pause`` is how many seconds a worker stands still at
    least that was stopped at a point. Their clocks are off by ``-skew``, 0 and ``skew`` hours.
    """

    orders: Orders
    seed: int
    every: float = 0.0
    pause: float = 0.0
    skew: float = 0.0
    begun: int = 0
    at_random: int = 0
    failures: int = 0
    paused: dict[int, float] = field(default_factory=dict)
    alive: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Open the pipe into which who dies writes where."""
        self._heard, report = os.pipe()
        os.set_blocking(self._heard, False)
        self.orders = replace(self.orders, report=report)
        self._dice = random.Random(self.seed)  # noqa: S311 - it draws mishaps
        self._next = self._interval()
        self._at = 0.0
        self._reports: Counter[str] = Counter()

    def look(self, taken: int) -> None:
        """See who is gone or stopped, replace and wake them, and kill if it is time.

        ``taken`` is how many messages the mail server has taken by now.
        """
        while len(self.alive) < WORKERS:
            self._begin()
        self._collect()
        now = time.monotonic()
        for pid, until in list(self.paused.items()):
            if now >= until:
                del self.paused[pid]
                os.kill(pid, signal.SIGCONT)
        if self.every and taken >= self._next:
            self._next = taken + self._interval()
            self._at = now + self._dice.uniform(0, LATER)
        if self._at and now >= self._at and self.alive:
            os.kill(self._dice.choice(sorted(self.alive)), signal.SIGKILL)
            self.at_random += 1
            self._at = 0.0

    def end(self) -> None:
        """Let the workers finish what they have begun, and wait for them."""
        for pid in self.alive:
            os.kill(pid, signal.SIGTERM)
        while self.alive:
            for pid in self.paused:
                os.kill(pid, signal.SIGCONT)
            self.paused.clear()
            time.sleep(0.005)
            self._collect()

    def mishaps(self, servers: int = 0) -> Mishaps:
        """Return what was done to the workers up to now."""
        while chunk := self._read():
            self._reports.update(line.split()[0] for line in chunk.decode().splitlines())
        paused = self.orders.how == signal.SIGSTOP
        return Mishaps(Counter(self._reports), self.at_random, servers, paused)

    def _read(self) -> bytes:
        try:
            return os.read(self._heard, 1 << 16)
        except BlockingIOError:
            return b""

    def _interval(self) -> float:
        return self._dice.expovariate(1 / self.every) if self.every else 0.0

    def _begin(self) -> None:
        self.begun += 1
        pid = os.fork()
        if pid == 0:
            os.close(self._heard)
            off = timedelta(hours=self.begun % 3 - 1) * self.skew
            orders = replace(self.orders, clock=replace(self.orders.clock, off=off))
            work(orders, self.seed * 100_003 + self.begun)
        self.alive.add(pid)

    def _collect(self) -> None:
        for pid in list(self.alive):
            found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
            if not found:
                continue
            if os.WIFSTOPPED(status):
                self.paused[pid] = time.monotonic() + self.pause * self._dice.uniform(1, 3)
                continue
            self.alive.discard(pid)
            self.failures += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
