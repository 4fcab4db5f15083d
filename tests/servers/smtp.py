"""A real SMTP server for the tests: it keeps what it accepts, and refuses what it is told to.

It also ends connections at any step of the protocol, before it has answered or after.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

Point = Literal["MAIL", "RCPT", "DATA"]

STEPS = ("CONNECT", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "BODY", "DOT", "END")
"""Where a connection can end: unanswered, in the body, after the dot and before the 250 (DOT), or
after that 250 (END)."""


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
    cuts: Callable[[str], bool] = lambda step: False
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
        self._cut_at("EHLO", server)
        session.host_name = name
        return replies

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        self._cut_at("MAIL", server)
        if refusal := self._replies.get(("MAIL", None)):
            return refusal
        envelope.mail_from = sender
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._cut_at("RCPT", server)
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
        self._cut_at("DOT", server)
        return "250 OK"

    def _cut_at(self, step: str, server: SMTP) -> None:
        if self.cuts(step):
            _end(server)


class _Cut(SMTP):
    """aiosmtpd's server, which also ends connections where its handler has no say."""

    async def _handle_client(self) -> None:
        if self.event_handler.cuts("CONNECT"):
            _end(self)
            return
        await super()._handle_client()

    async def smtp_STARTTLS(self, arg: str) -> None:
        if self.event_handler.cuts("STARTTLS"):
            _end(self)
            return
        await super().smtp_STARTTLS(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if self.event_handler.cuts("DATA"):
            _end(self)
            return
        if self.event_handler.cuts("BODY"):
            await self.push("354 go on")
            await self._reader.readline()
            _end(self)
            return
        await super().smtp_DATA(arg)
        if self.event_handler.cuts("END") and self.transport is not None:
            self.transport.close()


def _end(session: SMTP) -> None:
    """End a connection at once: what was written and not yet sent is lost."""
    transport = session.transport
    assert isinstance(transport, asyncio.Transport)
    transport.abort()


@contextmanager
def running_smtp(context: ssl.SSLContext | None = None) -> Iterator[SmtpServer]:
    """Serve on a free port of the loopback address, in a thread, until the block ends.

    With a ``context`` nothing is taken before STARTTLS.
    """
    listener = socket.create_server(("127.0.0.1", 0))  # bound before anybody asks for the port
    listener.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # else 40 ms for each answer in pieces
    server = SmtpServer(port=listener.getsockname()[1])
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(
        target=_serve, args=(loop, server, listener, stop, context), daemon=True
    )
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
    context: ssl.SSLContext | None,
) -> None:
    async def until_stopped() -> None:
        sessions: list[SMTP] = []

        def session() -> SMTP:
            sessions.append(
                _Cut(
                    server,
                    hostname="localhost",
                    enable_SMTPUTF8=True,
                    loop=loop,
                    tls_context=context,
                    require_starttls=context is not None,
                )
            )
            return sessions[-1]

        tcp = await loop.create_server(session, sock=listener)
        await stop.wait()
        tcp.close()
        for open_session in sessions:  # a client that never said QUIT must not outlive the test
            if open_session.transport is not None:
                open_session.transport.close()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(until_stopped())
