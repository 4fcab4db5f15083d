"""A real IMAP server for the tests: one mailbox in memory, over TLS or without it."""

from __future__ import annotations

import asyncio
import imaplib
import socket
import ssl
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer as Conversation
from pysasl.hashing import BuiltinHash

from notifications.channels.secrets import Secret

USER = "archive"
PASSWORD = "correct horse battery"  # noqa: S105 - of a server that lives for one test
SECRET = Secret(PASSWORD)


@dataclass(frozen=True, slots=True)
class ImapServer:
    """A running server. Messages are put into it over the protocol, as a mail server would."""

    port: int
    context: ssl.SSLContext | None = None
    tls_first: bool = False

    def put(self, *messages: bytes, folder: str = "INBOX") -> None:
        """Append messages to a folder, which is made if it is not there."""
        with self._client() as client:
            client.login(USER, PASSWORD)
            if folder != "INBOX":
                client.create(folder)
            for message in messages:
                kind, said = client.append(folder, "", "", message)
                assert kind == "OK", said

    def _client(self) -> imaplib.IMAP4:
        if not self.tls_first:
            return imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        return imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=trusting, timeout=10)


@contextmanager
def running_imap(
    context: ssl.SSLContext | None = None, *, tls_first: bool = False
) -> Iterator[ImapServer]:
    """Serve on a free port of the loopback address, in a thread, until the block ends.

    With a ``context`` STARTTLS is offered, or, ``tls_first``, nothing is said without TLS.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # else 40 ms for each answer in pieces
    server = ImapServer(listener.getsockname()[1], context, tls_first)
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
    server: ImapServer,
    listener: socket.socket,
    stop: asyncio.Event,
) -> None:
    async def until_stopped() -> None:
        settings = Namespace(
            **dict.fromkeys(("host", "cert", "key", "proxy_protocol", "passlib_cfg")),
            debug=False,
            port="0",
            tls=server.context is not None and not server.tls_first,
            demo_data=False,
            demo_user=USER,
            demo_password=PASSWORD,
        )
        backend, config = await DictBackend.init(
            settings, ssl_context=server.context, hash_context=BuiltinHash(rounds=1)
        )
        config.apply_context()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            converse = Conversation(backend.login, config)
            tcp = await asyncio.start_server(
                ProxyProtocolReader(config.proxy_protocol).get_callback(converse),
                sock=listener,
                ssl=server.context if server.tls_first else None,
            )
            await stop.wait()
            tcp.close()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(until_stopped())
