"""Servers that do nothing but answer, in a process of their own."""

from __future__ import annotations

import multiprocessing
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Converse = Callable[[socket.socket], None]

_END = b"\r\n.\r\n"
_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def sink(converse: Converse) -> Iterator[int]:
    """Serve connections to a port of the loopback address until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_serve, args=(listener, converse), daemon=True)
    process.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        process.terminate()
        process.join()


def _serve(listener: socket.socket, converse: Converse) -> None:
    while True:
        link, _ = listener.accept()
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_talk, args=(link, converse), daemon=True).start()


def _talk(link: socket.socket, converse: Converse) -> None:
    with link, suppress(OSError):
        converse(link)


def mail(link: socket.socket) -> None:
    """Answer the commands of SMTP and swallow messages until the client goes."""
    link.sendall(b"220 sink\r\n")
    while line := link.recv(65536):
        if line.upper().startswith(b"DATA"):
            link.sendall(b"354 go on\r\n")
            tail = b""
            while not tail.endswith(_END):
                tail = (tail + link.recv(65536))[-len(_END) :]
        link.sendall(b"250 ok\r\n")


def web(link: socket.socket) -> None:
    """Take one request, whatever it says."""
    head, _, body = _until_body(link).partition(b"\r\n\r\n")
    size = next(
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    )
    while len(body) < size:
        body += link.recv(65536)
    link.sendall(_TAKEN)


def _until_body(link: socket.socket) -> bytes:
    heard = b""
    while b"\r\n\r\n" not in heard:
        more = link.recv(65536)
        if not more:
            raise ConnectionResetError
        heard += more
    return heard
