"""The connection to a mail server: protected and logged in, or none at all.

The only module that knows smtplib. Of that it replaces how an answer is read: a whole answer has
one time limit, however slowly it drips, and what is not an answer by the grammar is none.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from contextlib import suppress

from notifications.channels.server import SmtpServer
from notifications.channels.smtp.answers import Answer
from notifications.cleaning import one_line
from notifications.delivery.protocol import Blame

_LONGEST_LINE = 8192
_MOST_LINES = 128
_GOODBYE = 5.0
"""Seconds that the answer to QUIT is waited for; nothing depends on it."""


class Trouble(Exception):
    """There is no usable connection; the text is the cause of an outcome, ``blame`` whose fault."""

    def __init__(self, cause: str, blame: Blame = "server") -> None:
        super().__init__(cause)
        self.blame: Blame = blame


class Client(smtplib.SMTP):
    """A connection of smtplib that reads answers strictly, and each within a limit of time."""

    _heard = b""

    def getreply(self) -> tuple[int, bytes]:
        """Return code and text of the next answer."""
        answer = self.answer(self.timeout)
        return answer.code, answer.raw

    def ask(self, command: str) -> Answer:
        """Send a command and return the answer. Raises ``OSError``."""
        self.send(command.encode("ascii") + b"\r\n")
        return self.answer(self.timeout)

    def answer(self, limit: float) -> Answer:
        """Return the next answer, which must be there after ``limit`` seconds.

        Raises ``OSError``. What is not an answer by the grammar has the code -1.
        """
        until = time.monotonic() + limit
        lines = [self._line(until)]
        while _code(lines[-1]) >= 0 and lines[-1][3:4] == b"-" and len(lines) < _MOST_LINES:
            lines.append(self._line(until))
        codes = {_code(line) for line in lines}
        if len(codes) > 1 or -1 in codes or lines[-1][3:4] == b"-":
            return Answer(-1, b"\n".join(lines))
        return Answer(codes.pop(), b"\n".join([line[4:].strip() for line in lines]))

    def _line(self, until: float) -> bytes:
        """Return the next line. Where there is none, the connection is closed."""
        while b"\n" not in self._heard:
            self._heard += self._more(until - time.monotonic())
            if len(self._heard) > _LONGEST_LINE and b"\n" not in self._heard:
                self.close()
                raise smtplib.SMTPServerDisconnected("a line without end")
        line, _, self._heard = self._heard.partition(b"\n")
        return line.rstrip(b"\r")

    def _more(self, limit: float) -> bytes:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("no connection")
        try:
            self.sock.settimeout(max(limit, 0.001))
            heard = self.sock.recv(_LONGEST_LINE)
            self.sock.settimeout(self.timeout)
        except OSError:
            self.close()
            raise
        if not heard:
            self.close()
            raise smtplib.SMTPServerDisconnected("connection closed")
        return heard

    def starttls(self, *, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:  # type: ignore[override]
        """Protect the connection; whatever was said before that does not count afterwards."""
        answer = super().starttls(context=context)
        if self._heard:  # slipped in before the protection began (CVE-2021-33515)
            raise smtplib.SMTPException("something was said before the protection began")
        return answer

    def is_quiet(self) -> bool:
        """Return whether the server is there and has said nothing unasked. Raises ``OSError``."""
        if self._heard or self.sock is None:
            return False
        self.sock.settimeout(0)
        try:
            self._heard = self.sock.recv(_LONGEST_LINE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        finally:
            self.sock.settimeout(self.timeout)
        return False

    def part(self) -> None:
        """Say goodbye and close."""
        if self.sock is not None:
            with suppress(OSError):
                self.send(b"QUIT\r\n")
                self.answer(min(self.timeout, _GOODBYE))
        self.close()


class TlsClient(Client, smtplib.SMTP_SSL):
    """The same, protected from the start."""


def _code(line: bytes) -> int:
    is_answer = line[:3].isdigit() and line[3:4] in (b" ", b"-", b"")
    return int(line[:3]) if is_answer else -1


def connected(server: SmtpServer, domain: str, context: ssl.SSLContext | None) -> Client:
    """Return a new connection, protected and logged in. Raises ``Trouble``.

    It is named as ``domain``: the standard library would ask the name service for this machine's.
    """
    stage = "unreachable"
    client: Client | None = None
    try:
        client = _opened(server, domain, context)
        client.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            stage = "tls_failed"
            client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
        if server.password is not None:
            stage = "login_refused"
            client.login(server.user, server.password.reveal())
    except OSError as error:
        if client is not None:
            client.close()
        raise _trouble(stage, error) from None
    return client


def _opened(server: SmtpServer, domain: str, context: ssl.SSLContext | None) -> Client:
    place = (server.host, server.port, domain)
    client: Client
    if server.security == "tls":
        client = TlsClient(*place, timeout=server.timeout, context=context)
    else:
        client = Client(*place, timeout=server.timeout)
    if client.sock is not None:
        # The dot is a packet of its own, and must not wait until the other side has confirmed the
        # message before it: that takes 40 ms.
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def _trouble(stage: str, error: OSError) -> Trouble:
    """Return what went wrong on the way to a usable connection, and whose fault it is."""
    if isinstance(error, ssl.SSLError):
        return Trouble(described("tls_failed", error))
    if isinstance(error, smtplib.SMTPServerDisconnected) or not isinstance(
        error, smtplib.SMTPException
    ):
        return Trouble(described("unreachable", error))
    answer = _answer(error)
    is_ours = answer is not None and answer.is_about_us
    if stage == "login_refused":
        is_later = answer is not None and answer.code // 100 == 4
        return Trouble(described(stage, error), "server" if is_later else "sender")
    if stage == "unreachable" and is_ours:
        return Trouble(described("sender_refused", error), "sender")
    return Trouble(described(stage, error))


def described(cause: str, error: OSError) -> str:
    """Return a cause with what the server or the system said of it, as one line."""
    if (answer := _answer(error)) is not None:
        return f"{cause}: {answer}"
    return f"{cause}: {type(error).__name__}: {one_line(str(error))}"


def _answer(error: OSError) -> Answer | None:
    if not isinstance(error, smtplib.SMTPResponseException):
        return None
    said = error.smtp_error
    return Answer(error.smtp_code, said if isinstance(said, bytes) else said.encode())
