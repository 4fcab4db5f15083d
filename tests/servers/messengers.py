"""Stand-ins for messengers: real HTTP servers that answer what they are told, also very badly.

A reply is what is done with the connection once a request was read: ``says`` and its like return
one. Where nothing is told for a path, it is answered with HTTP 404.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import trustme

Reply = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Heard:
    """One request as it came in; names of headers in small letters."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass
class MessengerServer:
    """A running server; ``replies`` are by path, the last of each again and again."""

    port: int
    scheme: str = "http"
    heard: list[Heard] = field(default_factory=list)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def base(self) -> str:
        """The beginning of every address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def on(self, path: str, *replies: Reply) -> None:
        """Reply so to the next requests for a path."""
        self.replies[path] = list(replies)

    def at(self, path: str) -> list[Heard]:
        """Return the requests for a path."""
        return [heard for heard in self.heard if heard.path == path]

    def serve(self, connection: socket.socket) -> None:
        """Answer one request, or what is none."""
        heard = _request(connection)
        if heard is None:
            return
        self.heard.append(heard)
        waiting = self.replies.get(heard.path, [says({}, status=404)])
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(connection)


def raw(answer: bytes) -> Reply:
    """Send exactly these bytes, then close."""
    return lambda connection: connection.sendall(answer)


def text(body: bytes, status: int = 200, **headers: str) -> Reply:
    """Answer with a body; ``_`` in the name of a header stands for ``-``."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def says(fields: Any, status: int = 200, **headers: str) -> Reply:
    """Answer with JSON."""
    body = json.dumps(fields, ensure_ascii=False).encode()
    return text(body, status, **{"Content_Type": "application/json", **headers})


def hangs(connection: socket.socket) -> None:
    """Say nothing, until the other side has enough."""
    connection.settimeout(20)
    with suppress(OSError):
        while connection.recv(4096):
            pass


def drips(connection: socket.socket) -> None:
    """Begin an answer that never ends, slowly."""
    with suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X")
            threading.Event().wait(0.02)


def closes(connection: socket.socket) -> None:
    """Close without a word."""


@contextmanager
def running_messenger(certificate: trustme.LeafCert | None = None) -> Iterator[MessengerServer]:
    """Serve on a free port of the loopback address, in threads, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = MessengerServer(port=listener.getsockname()[1])
    context: ssl.SSLContext | None = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server.scheme = "https"
    thread = threading.Thread(target=_accepting, args=(server, listener, context), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def certified(host: str, folder: Path) -> tuple[trustme.LeafCert, Path]:
    """Return a certificate for a host, and the file of the authority that vouches for it."""
    authority = trustme.CA()
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority.issue_cert(host), path


def _accepting(
    server: MessengerServer, listener: socket.socket, context: ssl.SSLContext | None
) -> None:
    threads = []
    while not server.ended.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        thread = threading.Thread(target=_talking, args=(server, connection, context), daemon=True)
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join(10)


def _talking(
    server: MessengerServer, connection: socket.socket, context: ssl.SSLContext | None
) -> None:
    connection.settimeout(10)
    try:
        if context is not None:
            connection = context.wrap_socket(connection, server_side=True)
        server.serve(connection)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):  # a close with bytes unread would be a reset
            pass
    except OSError:
        pass
    finally:
        connection.close()


def _request(connection: socket.socket) -> Heard | None:
    with connection.makefile("rb") as stream:
        first = stream.readline().decode("latin-1").split()
        headers: dict[str, str] = {}
        while (line := stream.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if len(first) != 3 or not first[2].startswith("HTTP/"):
            return None  # a handshake may hold anything, three words in a line too
        body = stream.read(int(headers.get("content-length", "0")))
    url = urlsplit(first[1])
    return Heard(first[0], url.path, dict(parse_qsl(url.query)), headers, body)
