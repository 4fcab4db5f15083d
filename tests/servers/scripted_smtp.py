"""An SMTP server that follows a script: it refuses, falls silent or hangs up at any point.

It speaks TLS too, and remembers every line that reached it unprotected.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

DROP = "drop"
SILENCE = "silence"
POINTS = ("CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "DOT", "RSET")


@dataclass(slots=True)
class ScriptedServer:
    """``script`` says what happens at a point: an answer, ``DROP`` or ``SILENCE``.

    A list of them happens one after the other, and then what usually does.
    ``stored`` holds every message whose final dot arrived, whatever was answered to it; ``clear``
    and ``commands`` the lines received unprotected, and all of them.
    """

    port: int
    context: ssl.SSLContext | None = None
    tls_first: bool = False
    offers: tuple[str, ...] = ()
    script: dict[str, str | list[str]] = field(default_factory=dict)
    stored: list[bytes] = field(default_factory=list)
    clear: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)


class _Gone(Exception):
    """The connection is over."""


class _Session:
    """One connection with one client."""

    def __init__(self, server: ScriptedServer, link: socket.socket) -> None:
        self.server = server
        self.link = link
        self.protected = False
        if server.tls_first:
            self.protect()
        self.reader = self.link.makefile("rb")

    def protect(self) -> None:
        assert self.server.context is not None
        self.link = self.server.context.wrap_socket(self.link, server_side=True)
        self.protected = True

    def answer(self, point: str, usual: str) -> str:
        """Do what the script says at a point, and return what was answered."""
        said = self.server.script.get(point, usual)
        if isinstance(said, list):
            said = said.pop(0) if said else usual
        if said == DROP:
            raise _Gone
        if said == SILENCE:
            self.server.stopped.wait(20)
            raise _Gone
        if said:
            self.link.sendall(f"{said}\r\n".encode())
        return said

    def line(self) -> bytes:
        line = self.reader.readline()
        if not line:
            raise _Gone
        return line

    def converse(self) -> None:
        self.answer("CONNECT", "220 scripted")
        while True:
            command = self.line().decode("ascii").rstrip("\r\n")
            self.server.commands.append(command)
            if not self.protected:
                self.server.clear.append(command)
            verb = command.partition(" ")[0].upper()
            if verb == "QUIT":
                self.answer("QUIT", "221 bye")
                return
            self.obey("EHLO" if verb == "HELO" else verb)

    def obey(self, verb: str) -> None:
        match verb:
            case "EHLO":
                lines = ["scripted", *self.server.offers]
                if self.server.context is not None and not self.protected:
                    lines.append("STARTTLS")
                usual = "\r\n".join(f"250-{line}" for line in lines[:-1]) + "\r\n"
                self.answer("EHLO", usual.lstrip() + f"250 {lines[-1]}")
            case "STARTTLS":
                if self.answer("STARTTLS", "220 go on").startswith("220"):
                    self.protect()
                    self.reader = self.link.makefile("rb")
            case "AUTH":
                self.answer("AUTH", "235 welcome")
            case "DATA":
                if self.answer("DATA", "354 go on").startswith("354"):
                    self.take()
            case _:
                self.answer(verb, "250 ok")

    def take(self) -> None:
        message = b""
        while (line := self.line()) != b".\r\n":
            if "BODY" in self.server.script:
                self.answer("BODY", "")
            message += line[1:] if line.startswith(b".") else line
        self.server.stored.append(message)
        self.answer("DOT", "250 stored")


@contextmanager
def scripted_smtp(
    *, context: ssl.SSLContext | None = None, tls_first: bool = False, offers: tuple[str, ...] = ()
) -> Iterator[ScriptedServer]:
    """Serve on a free port of the loopback address until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # else 40 ms for each answer in pieces
    server = ScriptedServer(
        port=listener.getsockname()[1], context=context, tls_first=tls_first, offers=offers
    )
    thread = threading.Thread(target=_serve, args=(server, listener), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        with suppress(OSError):
            socket.create_connection(listener.getsockname(), 1).close()  # wakes ``accept``
        thread.join()
        listener.close()


def _serve(server: ScriptedServer, listener: socket.socket) -> None:
    links: list[threading.Thread] = []
    while True:
        link, _address = listener.accept()
        if server.stopped.is_set():
            link.close()
            break
        server.connections += 1
        link.settimeout(10)
        links.append(threading.Thread(target=_talk, args=(server, link), daemon=True))
        links[-1].start()
    for talk in links:
        talk.join()


def _talk(server: ScriptedServer, link: socket.socket) -> None:
    session = None
    with suppress(_Gone, OSError):
        session = _Session(server, link)
        session.converse()
    for end in (session.reader, session.link, link) if session is not None else (link,):
        with suppress(OSError):
            end.close()
