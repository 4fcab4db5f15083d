"""Somebody on the way between client and server, who reads everything and changes things."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Meddler:
    """``seen`` is what came from the client; ``change`` is made to what comes from the server."""

    port: int
    seen: bytearray = field(default_factory=bytearray)
    change: Callable[[bytes], bytes] = lambda answer: answer


@contextmanager
def meddling(port: int, change: Callable[[bytes], bytes]) -> Iterator[Meddler]:
    """Pass connections on to a port of the loopback address until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    meddler = Meddler(listener.getsockname()[1], change=change)
    links: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                links.extend((client, server))
                for talk in (
                    threading.Thread(target=_pass, args=(client, server, meddler.seen.extend)),
                    threading.Thread(target=_change, args=(server, client, meddler)),
                ):
                    threads.append(talk)
                    talk.start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield meddler
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for link in links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
        for talk in threads:
            talk.join()
        for link in links:
            link.close()


def _pass(source: socket.socket, target: socket.socket, see: Callable[[bytes], object]) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            see(data)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _change(source: socket.socket, target: socket.socket, meddler: Meddler) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(meddler.change(data))
        target.shutdown(socket.SHUT_WR)
