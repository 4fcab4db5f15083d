"""A real SMTP server for the tests: it keeps what it accepts, and refuses what it is told to."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

Point = Literal["MAIL", "RCPT", "DATA"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One accepted message: the envelope that carried it, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed message."""
        return message_from_bytes(self.content, policy=policy.default)


@dataclass  # no slots: aiosmtpd looks at every attribute, and Python 3.11.2 fails at one of theirs
class SmtpServer:
    """A running server and what it was told; ``letters`` are in the order of acceptance."""

    port: int
    host: str = "127.0.0.1"
    letters: list[Letter] = field(default_factory=list)
    sessions: int = 0
    _replies: dict[tuple[Point, str | None], str] = field(default_factory=dict)

    def refuse(self, point: Point, reply: str, recipient: str | None = None) -> None:
        """Answer ``reply`` (such as ``550 no such user``) at ``point`` until ``accept`` is called.

        ``recipient`` limits a refusal at RCPT to one address.
        """
        self._replies[point, recipient] = reply

    def accept(self) -> None:
        """Refuse nothing any more."""
        self._replies.clear()

    # The signatures below are those that aiosmtpd calls.

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, replies: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = name
        return replies

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        if refusal := self._replies.get(("MAIL", None)):
            return refusal
        envelope.mail_from = sender
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        for key in (None, address):
            if refusal := self._replies.get(("RCPT", key)):
                return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if refusal := self._replies.get(("DATA", None)):
            return refusal
        content = cast(bytes, envelope.original_content)
        self.letters.append(Letter(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return "250 OK"


@contextmanager
def running_smtp() -> Iterator[SmtpServer]:
    """Serve on a free port of the loopback address, in a thread, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))  # bound before anybody asks for the port
    server = SmtpServer(port=listener.getsockname()[1])
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=_serve, args=(loop, server, listener, stop), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def _serve(
    loop: asyncio.AbstractEventLoop,
    server: SmtpServer,
    listener: socket.socket,
    stop: asyncio.Event,
) -> None:
    async def until_stopped() -> None:
        sessions: list[SMTP] = []

        def session() -> SMTP:
            sessions.append(SMTP(server, hostname="localhost", enable_SMTPUTF8=True, loop=loop))
            return sessions[-1]

        tcp = await loop.create_server(session, sock=listener)
        await stop.wait()
        tcp.close()
        for open_session in sessions:  # a client that never said QUIT must not outlive the test
            if open_session.transport is not None:
                open_session.transport.close()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(until_stopped())
