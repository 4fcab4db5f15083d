"""Reminders handed over to a mail server: rendered, written as mails and sent, one after the other.

The floor hands over the same bytes, ready beforehand, over a connection of its own that it keeps,
by the same protocol: MAIL, RCPT, DATA, the message. The peers render less and write it with the
libraries at hand. The server is aiosmtpd, which does little for one, but parses what it gets;
``further`` is the same with one that only answers, which nobody's mail goes to.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from itertools import zip_longest

from benchmarks import case, sink
from benchmarks.contest import Step, Steps, Times, contest, rate, ratio
from benchmarks.peers.mailing import Mailing, Notifying, apprise_to
from benchmarks.report import Limit, Report, main
from benchmarks.surroundings import versions
from notifications.channels.server import SmtpServer
from notifications.channels.smtp import Smtp
from notifications.delivery.protocol import Job
from notifications.mail.mime import Composer, Sender
from notifications.notice import ACCEPTED
from notifications.rendering.renderer import Renderer
from notifications.samples.trying import sample_facts
from states.frozen import replace

SHARE = 0.75
BLOCK = 25  # mails before it is the next one's turn
KINDS = 8  # of every so many mails one is a reminder of the same issue

OURS, FLOOR = "ours", "floor"
LIBRARIES, WEBHOOK = "Jinja2 + EmailMessage + smtplib", "Jinja2 + apprise, to a webhook"


def measure(quick: bool) -> Report:
    """Return the report of the benchmark."""
    rounds, blocks = (2, 2) if quick else (11, 20)
    real = _measured("aiosmtpd", _aiosmtpd, rounds, blocks)
    bare = _measured("a server that only answers", partial(sink.sink, sink.mail), rounds, blocks)
    limit = Limit(figure="ratio_to_floor", bound=SHARE, at_most=False, value=real.ratio_to_floor)
    return replace(real, limits=(limit,), notes=_NOTES, further=[bare])


_NOTES = [
    "ours renders subject, text and HTML in a sandbox, cleaned of what a terminal or a mail "
    "program would obey, attaches the deadline as a calendar, and sends the final dot by itself, "
    "so that what is kept before it says how far a message had got; the floor sends it with the "
    "message",
    "the templates of the peers say about half of what ours say, and count nothing",
    "apprise sends mail too, but waits for seconds between two messages; so it gives subject and "
    "text to a webhook that only answers, and is no peer",
]


def _job(number: int) -> Job:
    facts = {**sample_facts("reminder"), "issue": case.key(1 + number % KINDS)}
    return Job(
        id=number,
        key=f"{number}",
        message_id=f"{number:040x}",
        template="reminder",
        recipient=case.RESPONSIBLE,
        channel="mail",
        address=f"{case.RESPONSIBLE}@office.example",
        language="zh",
        facts=facts | {"title": case.title(1 + number % KINDS)},
        created_at=case.NOW,
        attempts=1,
        token="",
    )


Serving = Callable[[], AbstractContextManager[int]]


def _measured(server: str, serving: Serving, rounds: int, blocks: int) -> Report:
    """Return the report of one kind of server."""
    jobs = [_job(number) for number in range(BLOCK)]
    with ExitStack() as stack:
        port = stack.enter_context(serving())
        channel = stack.enter_context(_channel(port))
        ready = [(job.address, channel.compose(job)) for job in jobs]
        batch = [(job.address, job.facts) for job in jobs]
        steps: dict[str, Step] = {
            OURS: partial(_send, channel, jobs),
            FLOOR: partial(_Bare(port, stack).send, ready),
            LIBRARIES: partial(Mailing(port).send, batch),
        }
        web = stack.enter_context(sink.sink(sink.web))
        if (apprise := apprise_to(f"json://127.0.0.1:{web}/")) is not None:
            steps[WEBHOOK] = partial(Notifying(apprise).send, batch)
        for step in steps.values():
            step()
        times = contest({name: _blocks(step, blocks) for name, step in steps.items()}, rounds)
    report = _reported(times, blocks * BLOCK)
    return replace(report, settings=f"mails of {len(ready[0][1]):,} bytes to {server}")


def _channel(port: int) -> Smtp:
    there = SmtpServer(host="127.0.0.1", port=port, security="none")
    return Smtp(there, Composer(Renderer(), Sender(address="o@office.example", name="整改办")))


def _send(channel: Smtp, jobs: Sequence[Job]) -> None:
    """Do what delivery does: each mail is written while the server thinks about the one before."""
    for job, following in zip_longest(jobs, jobs[1:]):
        channel.foresee(following)
        outcome = channel.send(job, channel.compose(job), _begin, job.created_at)
        assert outcome.status == ACCEPTED, outcome


def _begin(ref: str | None = None) -> bool:
    """Go on. What it costs to keep that belongs to the outbox: see the benchmark ``claim``."""
    return True


class _Bare:
    """A connection, and the least that SMTP asks for."""

    def __init__(self, port: int, stack: ExitStack) -> None:
        self._link = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._heard(b"220")
        self._ask(b"EHLO localhost\r\n", b"250")

    def send(self, ready: Sequence[tuple[str, bytes]]) -> None:
        """Hand over messages that are there already."""
        for address, message in ready:
            self._ask(b"MAIL FROM:<o@office.example>\r\n", b"250")
            self._ask(f"RCPT TO:<{address}>\r\n".encode(), b"250")
            self._ask(b"DATA\r\n", b"354")
            self._ask(message + b".\r\n", b"250")

    def _ask(self, command: bytes, code: bytes) -> None:
        self._link.sendall(command)
        self._heard(code)

    def _heard(self, code: bytes) -> None:
        answer = self._link.recv(4096)
        while answer[-1:] != b"\n" or answer[:-1].rpartition(b"\n")[2][3:4] == b"-":
            answer += self._link.recv(4096)
        assert answer.startswith(code), answer


@contextmanager
def _aiosmtpd() -> Iterator[int]:
    """Run aiosmtpd, which parses every command and message, in a process of its own."""
    fork = multiprocessing.get_context("fork")
    near, far = fork.Pipe()
    process = fork.Process(target=_run_aiosmtpd, args=(far,), daemon=True)
    process.start()
    try:
        yield near.recv()
    finally:
        near.send(None)
        process.join()


def _run_aiosmtpd(pipe: multiprocessing.connection.Connection) -> None:
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    pipe.send(port)
    pipe.recv()
    controller.stop()


def _blocks(step: Step, blocks: int) -> Steps:
    steps = [step] * blocks
    return lambda number: steps


def _reported(times: Times, work: int) -> Report:
    beside = {WEBHOOK: rate(times, WEBHOOK, work)} if WEBHOOK in times else {}
    return Report(
        name="delivery",
        unit="mails a second",
        ours=rate(times, OURS, work),
        floor=rate(times, FLOOR, work),
        peers={LIBRARIES: rate(times, LIBRARIES, work)},
        beside=beside,
        ratio_to_floor=ratio(times, FLOOR, OURS),
        ratio_to_best_peer=ratio(times, LIBRARIES, OURS),
        rounds=len(times[OURS]),
        versions=versions("Jinja2", "aiosmtpd", "apprise"),
    )


if __name__ == "__main__":
    main(measure)
