"""The only door to HTTP: one request, one answer, and whether it can have been taken.

Nothing is tried again and no redirect is followed, for only the caller knows what a second request
would do. The connection is made, and the certificate checked, before anything is sent: what fails
until then was certainly not taken. Each request has a connection of its own, because one that was
kept open may be closed by the other side just as a request goes out, and then nobody knows.

An error never shows the address that was asked: messengers put their tokens into it.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.parse import urlencode

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from notifications.channels.site import Site
from notifications.cleaning import one_line

LARGEST_ANSWER = 64 * 1024
"""Bytes of an answer; no messenger sends more than a few hundred."""

LONGEST_WAIT = timedelta(days=1)
"""What the other side may ask for at most; more comes from a clock that is wrong."""

_REFUSED_WAITS = ("retry-after", "x-ogw-ratelimit-reset")

# At a header that it cannot parse this one writes down the whole address, token and all.
logging.getLogger("urllib3.connection").disabled = True


class NotSent(Exception):
    """The request was certainly not taken; the text is the cause of an outcome."""


class Unanswered(Exception):
    """The request may have been taken; the text is the cause of an outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked; ``query`` and ``headers`` hold tokens and show themselves nowhere."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)

    @property
    def method(self) -> str:
        """GET without a body, POST with one."""
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; the names of ``headers`` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def wait(self, now: datetime) -> timedelta | None:
        """Return how long the other side asks to wait, None if it does not say.

        By ``Retry-After``, in seconds or as a date (RFC 9110, 10.2.3), or as Feishu says it
        (飞书《频控策略》).
        """
        for name in _REFUSED_WAITS:
            if (wait := _waiting(self.headers.get(name, ""), now)) is not None:
                return min(wait, LONGEST_WAIT)
        return None


class Door:
    """Makes requests to one site. Raises ``Invalid`` where its certificates cannot be read."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._context = site.context()

    def exchange(self, request: Request, begin: Callable[[], bool] = lambda: True) -> Answer | None:
        """Return the answer; None, with nothing sent, if ``begin`` says no right before.

        Raises ``NotSent`` or ``Unanswered``.
        """
        line = self._line()
        try:
            with _limit(line, self._site.timeout):
                try:
                    line.connect()
                except (OSError, HTTPError, HTTPException, ValueError) as error:
                    raise NotSent(_cause("unreachable", error)) from None
            if not begin():
                return None
            with _limit(line, self._site.timeout):
                return _exchanged(line, request, self._target(request))
        finally:
            line.hang_up()

    def _line(self) -> _Line:
        there, timeout = self._site.address, self._site.timeout
        if self._context is None:
            return _Line(self._site.host, there.port or 80, timeout=timeout)
        if not self._site.proxy:
            return _Protected(
                self._site.host, there.port or 443, timeout=timeout, ssl_context=self._context
            )
        proxy = parse_url(self._site.proxy)
        line = _Protected(
            proxy.host or "",
            proxy.port or 80,
            timeout=timeout,
            ssl_context=self._context,
            proxy=proxy,
        )
        line.set_tunnel(self._site.host, there.port or 443, scheme="http")
        return line

    def _target(self, request: Request) -> str:
        query = f"?{urlencode(request.query)}" if request.query else ""
        return self._site.address.path.rstrip("/") + request.path + query


class _Line(HTTPConnection):
    """A connection that can be cut from outside, also in the middle of its handshake."""

    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self._handle = made.dup()
        return made

    def cut(self) -> None:
        """End whatever is under way on it."""
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Close it."""
        self.close()
        if self._handle is not None:
            self._handle.close()


class _Protected(_Line, HTTPSConnection):
    """A connection protected by TLS."""


@contextmanager
def _limit(line: _Line, seconds: float) -> Iterator[None]:
    """Cut a connection after so many seconds, however slowly the other side drips."""
    timer = threading.Timer(seconds, line.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _exchanged(line: _Line, request: Request, target: str) -> Answer:
    """Send a request over a connection and return the answer. Raises ``Unanswered``."""
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "rectify",
        **request.headers,
    }
    try:
        line.request(
            request.method,
            target,
            body=request.body,
            headers=headers,
            preload_content=False,
            decode_content=False,
        )
        response = line.getresponse()
        body = bytearray()
        while len(body) <= LARGEST_ANSWER:  # once more than needed: only then is the end checked
            piece = response.read(LARGEST_ANSWER, decode_content=False)
            if not piece:
                break
            body += piece
        found = {name.lower(): value for name, value in response.headers.items()}
    except Exception as error:  # whatever it was, the request is out
        raise Unanswered(_cause("answer_lost", error)) from None
    if len(body) > LARGEST_ANSWER:
        raise Unanswered("answer_unclear: it is longer than any answer is")
    return Answer(status=response.status, headers=found, body=bytes(body))


def _cause(code: str, error: BaseException) -> str:
    """Return the cause of an outcome. The text of an error would show the address."""
    inner = error
    while isinstance(inner, HTTPError) and inner.__cause__ is not None:
        inner = inner.__cause__
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"tls_failed: {one_line(inner.verify_message)}"
    if isinstance(inner, ssl.SSLError) and code == "unreachable":
        return f"tls_failed: {one_line(inner.reason or type(inner).__name__)}"
    said = inner.strerror if isinstance(inner, OSError) else None
    return f"{code}: {one_line(said) if said else type(inner).__name__}"


def _waiting(said: str, now: datetime) -> timedelta | None:
    said = said.strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return wait if wait > timedelta(0) else None
