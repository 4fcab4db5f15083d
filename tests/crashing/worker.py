"""A worker of the run under kills: what the daemon's sweeps do, as fast as they can be done.

Everything is the program's own: the store, the tick, delivery and reconciliation, mails, SMTP, the
archive. Two things stand in for the world. Time runs ``SPEED`` times faster, for claims, waits and
circuits alike, since nobody can wait a quarter of an hour for each lease; what is compared with
each other keeps its proportions. And the mailbox that gets a copy of each mail is the sink itself,
asked over its own port, where a real archive would be asked over IMAP.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from notifications.channels.archive import Archive, ImapServer
from notifications.channels.server import SmtpServer
from notifications.channels.smtp import Smtp
from notifications.delivery.protocol import Begin, Channel, Job, Outcome, Watch
from notifications.delivery.reconciling import reconcile_due
from notifications.delivery.sending import deliver_due
from notifications.mail.mime import Composer, Sender
from notifications.rendering.renderer import Renderer
from states.errors import RectificationError
from tests.crashing.points import WINDOW, Points, TracedOutbox, trace_statements, trace_wire
from tests.letters import REMINDER
from workflow.opening import open_engine
from workflow.storage import SqlStore, open_store

IDLE = 0.05  # real seconds between two looks when nothing was to be done
BEGINNING = datetime.fromisoformat("2023-05-31T09:00:00+08:00")
"""The day of the run by the engine's clock, which stands still."""

Ending = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Fast:
    """A clock that began at ``since`` (monotonic seconds of this machine) and runs fast.

    The time that it tells is off by ``off``.
    """

    since: float
    speed: float
    off: timedelta = timedelta()

    def elapsed(self) -> float:
        """Return the seconds since the beginning, as this clock counts them."""
        return (time.monotonic() - self.since) * self.speed

    def now(self) -> datetime:
        """Return the time."""
        return BEGINNING + timedelta(seconds=self.elapsed()) + self.off


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is to do, and how often it dies."""

    database: str
    port: int
    clock: Fast
    chance: float
    report: int
    how: signal.Signals = signal.SIGKILL
    broken: str = ""


@cache
def composer() -> Composer:
    """Return who writes the mails, with templates compiled: once, before anybody is forked."""
    made = Composer(Renderer(), Sender(address="rectify@office.example"))
    made.compose(
        Job(
            id=0,
            key="sample",
            message_id="sample",
            template="reminder",
            recipient="wang",
            channel="mail",
            address="wang@office.example",
            language="zh",
            facts=REMINDER,
            created_at=BEGINNING,
            attempts=1,
            token="",
        )
    )
    return made


class SinkMailbox:
    """Stands in for the mailbox of the archive: the sink knows every mail that it has taken."""

    def __init__(self, port: int) -> None:
        self._place = ("127.0.0.1", port)

    def holds(self, message_id: str) -> bool:
        """Return whether the sink has taken a mail."""
        with socket.create_connection(self._place, timeout=5) as link:
            link.sendall(f"VRFY {message_id.strip('<>').partition('@')[0]}\r\n".encode())
            answers = b""
            while answers.count(b"\r\n") < 2:  # the greeting comes first
                answers += link.recv(4096)
        return answers.splitlines()[1].startswith(b"250")

    def close(self) -> None:
        """Nothing is open."""


class TwoWays:
    """The channel: mails to every third person leave a copy in the archive, the others none."""

    name = "mail"

    def __init__(self, port: int) -> None:
        server = SmtpServer(host="127.0.0.1", port=port, security="none", timeout=5)
        archive = Archive("archive@office.example", ImapServer(host="127.0.0.1", security="none"))
        archive._mailbox = SinkMailbox(port)  # type: ignore[assignment]
        self._plain = Smtp(server, composer())
        self._archived = Smtp(server, composer(), archive=archive)
        self.traits = self._plain.traits

    def _way(self, job: Job) -> Channel:
        return self._archived if is_archived(job.recipient) else self._plain

    def compose(self, job: Job) -> bytes:
        """Write the mail."""
        return self._way(job).compose(job)

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Hand the mail over."""
        return self._way(job).send(job, message, begin, now)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Ask the archive, where there is one."""
        return self._way(job).look_up(job, now)

    def close(self) -> None:
        """End both connections."""
        self._plain.close()
        self._archived.close()


def is_archived(recipient: str) -> bool:
    """Tell whether a person's mails leave a copy."""
    return sum(recipient.encode()) % 3 == 0


def work(orders: Orders, seed: int) -> None:
    """Owe, deliver and reconcile until asked to end. The process ends with this.

    Where the database is away when it begins, it ends too, and is begun anew like any daemon.
    """
    ending = _asked_to_end()
    only = WINDOW if orders.broken else ()
    points = Points(orders.chance, seed, orders.report, orders.how, only)
    status = 1
    try:
        trace_wire(points)
        trace_statements(points)
        channel = TwoWays(orders.port)
        with suppress(RectificationError):
            _sweeps(orders, open_store(orders.database), channel, points, ending)
        time.sleep(0 if ending() else IDLE)
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(status)


def _asked_to_end() -> Ending:
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    return lambda: bool(asked)


def _sweeps(
    orders: Orders, store: SqlStore, channel: Channel, points: Points, ending: Ending
) -> None:
    outbox = TracedOutbox(store.outbox, points, orders.broken)
    watch = Watch(now=orders.clock.now, elapsed=orders.clock.elapsed)
    engine = open_engine(store, clock=lambda: BEGINNING)
    is_owed = False
    while not ending():
        try:
            is_owed = is_owed or engine.tick("chaos") is not None
            done = deliver_due(outbox, {"mail": channel}, watch)
            reconcile_due(outbox, {"mail": channel}, watch)
        except (
            RectificationError
        ):  # the database went away: the next sweep finds it again, or its successor
            time.sleep(IDLE)
            continue
        if not (done.accepted or done.put_back):
            time.sleep(IDLE)
    channel.close()
    store.close()
