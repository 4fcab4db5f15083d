"""Where a worker may be killed or paused: every step of delivery, reached from outside.

The program has no hooks. Wrappers stand around the outbox, around the socket of the mail server,
and around the driver that runs the statements of a transaction. Each asks ``Points`` at its places
whether this is the moment; a worker that dies writes down first where, in one write to a pipe.
"""

from __future__ import annotations

import os
import random
import signal
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from notifications.delivery.protocol import Job, Outbox, Outcome, Stale
from notifications.notice import ACCEPTED
from workflow.storage.driver import Driver

# What happens at each point, in the order in which a message passes them.
IN_TRANSACTION = "in_transaction"
CLAIMED = "claimed"
KEPT = "kept"
MID_BODY = "mid_body"
BEGUN = "begun"
DOTTED = "dotted"
ANSWERED = "answered"
SETTLED = "settled"
DOUBTED = "doubted"
DECIDING = "deciding"
DECIDED = "decided"
POINTS = (
    *(IN_TRANSACTION, CLAIMED, KEPT, MID_BODY, BEGUN, DOTTED),
    *(ANSWERED, SETTLED, DOUBTED, DECIDING, DECIDED),
)
WINDOW = (BEGUN, DOTTED, ANSWERED)
"""The marked window: from just before the final dot until its outcome is committed."""

BROKEN = ("unmarked", "early")
"""Parts of the protocol that can be left out, to see that the count notices."""

MOST = 0.2
"""More likely than this it happens nowhere, lest nothing else does."""

OFTEN = {CLAIMED: 10.0, DOUBTED: 40.0, DECIDING: 10.0, DECIDED: 10.0, IN_TRANSACTION: 0.1}
"""How much likelier than at the others it happens at points that are passed less often, or more."""


@dataclass
class Points:
    """Draws at each point whether this is the moment; where ``only`` names some, at these alone.

    ``current`` is the message on the wire.
    """

    chance: float
    seed: int
    report: int
    how: signal.Signals = signal.SIGKILL
    only: Collection[str] = ()
    current: Job | None = None
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Throw dice of its own."""
        self._dice = random.Random(self.seed)  # noqa: S311 - it draws mishaps

    def at(self, point: str, job: Job | None = None) -> None:
        """Die or pause here, if this is the moment."""
        job = job or self.current
        if self.only and point not in self.only:
            return
        if self._dice.random() < min(self.chance * OFTEN.get(point, 1.0), MOST):
            os.write(self.report, f"{point} {job.message_id if job else '-'}\n".encode())
            os.kill(os.getpid(), self.how)


class TracedOutbox:
    """An outbox whose every step is a point. ``broken`` leaves out a part of the protocol.

    ``unmarked``: nothing is marked inflight; ``early``: a message counts as accepted before it is
    handed over.
    """

    def __init__(self, inner: Outbox, points: Points, broken: str = "") -> None:
        self._inner, self._points, self._broken = inner, points, broken

    def __getattr__(self, name: str) -> Any:
        """What is no step of a message's own is done as it is."""
        return getattr(self._inner, name)

    def claim(
        self,
        channel: str,
        now: datetime,
        lease: timedelta,
        limit: int,
        stale: Stale | None = None,
    ) -> list[Job]:
        """Claim; a point after it."""
        jobs = self._inner.claim(channel, now, lease, limit, stale)
        if jobs:
            self._points.at(CLAIMED)
        return jobs

    def keep(self, job: Job, message: bytes) -> None:
        """Keep; a point after it."""
        self._inner.keep(job, message)
        self._points.at(KEPT, job)

    def begin(self, job: Job, now: datetime, ref: str | None = None) -> bool:
        """Mark inflight; a point after it."""
        self._points.current = job
        if self._broken == "early":
            self._inner.settle(job, Outcome(status=ACCEPTED), now)
            begun = True
        elif self._broken == "unmarked":
            begun = True
        else:
            begun = self._inner.begin(job, now, ref)
        self._points.at(BEGUN, job)
        return begun

    def settle(self, job: Job, outcome: Outcome, now: datetime) -> bool:
        """Settle; a point before and after it, which are others for a doubt being decided."""
        is_doubt = outcome.decision is not None
        self._points.current = None
        self._points.at(DECIDING if is_doubt else ANSWERED, job)
        done = self._inner.settle(job, outcome, now)
        self._points.at(DECIDED if is_doubt else SETTLED, job)
        return done

    def doubtful(self, now: datetime, lease: timedelta, limit: int) -> list[Job]:
        """Claim doubts; a point after it."""
        jobs = self._inner.doubtful(now, lease, limit)
        if jobs:
            self._points.at(DOUBTED)
        return jobs


class Wire(socket.socket):
    """A connection to the mail server that knows when a message is on it."""

    points: Points
    in_message = False

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send; a point in the middle of a message, and one after its final dot."""
        line = bytes(data[:6]).upper()
        if self.in_message and data == b".\r\n":
            super().sendall(data, flags)
            self.in_message = False
            self.points.at(DOTTED)
        elif self.in_message:
            half = len(data) // 2
            super().sendall(data[:half], flags)
            self.points.at(MID_BODY)
            super().sendall(data[half:], flags)
        else:
            self.in_message = line.startswith(b"DATA")
            super().sendall(data, flags)


def trace_wire(points: Points) -> None:
    """Let every connection that this process opens from now on be a ``Wire``."""
    connect = socket.create_connection

    def traced(*address: Any, **options: Any) -> socket.socket:
        plain = connect(*address, **options)
        wire = Wire(fileno=plain.detach())
        wire.points = points
        wire.settimeout(options.get("timeout", 30.0))
        return wire

    socket.create_connection = traced


def trace_statements(points: Points) -> None:
    """Let every statement of a writing transaction be a point: it has run, nothing is committed."""
    run, run_all = Driver.run, Driver.run_all

    def traced(self: Driver, statement: Any, parameters: Any) -> int:
        changed = run(self, statement, parameters)
        points.at(IN_TRANSACTION)
        return changed

    def all_traced(self: Driver, statement: Any, rows: Any) -> int:
        changed = run_all(self, statement, rows)
        points.at(IN_TRANSACTION)
        return changed

    Driver.run, Driver.run_all = traced, all_traced  # type: ignore[method-assign]
