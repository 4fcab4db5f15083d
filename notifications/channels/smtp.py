"""Mail through a server: one recipient at a time, over one connection for many.

Whatever goes wrong before the final dot of a message, the server has not taken it; only a
connection lost after that dot leaves open whether it has (RFC 1047).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType

from notifications.channels.server import SmtpServer
from notifications.cleaning import one_line
from notifications.delivery import AddressError, Job, Outcome, try_again
from notifications.mime import Composer, mailbox
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD
from states.errors import Invalid, Problem

PAUSE = timedelta(minutes=1)
"""After a failed connection: an outage costs one time-out a minute, not one for every notice."""

_CLOSING = 421
_LOGIN = (530, 534, 535, 538)
_POLICY = re.compile(r"5\.7\.\d")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)

Answer = tuple[int, bytes]


class _Trouble(Exception):
    """There is no connection to the server; the text is the cause for an outcome."""


class Smtp:
    """Hands mails to a server. Use it in a ``with`` block, or ``close`` it after a run.

    A refusal with 4yz, and anything about the connection, is tried again. One with 5yz is final
    for its recipient or message, except where it is about ourselves (sender, login, policy): that
    can be mended by somebody while we keep trying.
    """

    idempotent = False

    def __init__(self, server: SmtpServer, composer: Composer, name: str = "mail") -> None:
        self.name = name
        self._server = server
        self._composer = composer
        self._context = None if server.security == "none" else _context(server)
        self._client: smtplib.SMTP | None = None
        self._is_clean = False
        self._paused: tuple[datetime, str] | None = None

    def __enter__(self) -> Smtp:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection, if there is one."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError):
                client.quit()
            client.close()

    def compose(self, job: Job) -> bytes:
        """Return the mail. Raises ``RenderError`` and ``AddressError``."""
        return self._composer.compose(job)

    def send(self, job: Job, message: bytes, now: datetime) -> Outcome:
        """Hand the mail over and return what the server said of it."""
        try:
            recipient = mailbox(job.address)
        except AddressError as error:
            return Outcome(status=DEAD, cause=f"{error.message.code}: {error}")
        if self._paused is not None and now < self._paused[0]:
            return try_again(job, now, self._paused[1])
        try:
            client, answer = self._begun()
            outcome = self._offered(client, job, (recipient, answer), now)
            if outcome is None:
                client.send(_LEADING_DOT.sub(b"..", message))
        except _Trouble as trouble:
            self._paused = (now + PAUSE, str(trouble))
            return try_again(job, now, str(trouble))
        except OSError as error:
            self.close()
            return try_again(job, now, _lost("unreachable", error))
        if outcome is None:
            outcome = self._finished(client, job, now)
        self._is_clean = outcome.status == ACCEPTED
        return outcome

    def _begun(self) -> tuple[smtplib.SMTP, Answer]:
        """Return a connection and its answer to MAIL; one that was closed meanwhile is replaced."""
        client = self._client
        if client is not None:
            with suppress(OSError):
                answer = self._mail(client) if self._is_clean or client.rset()[0] == 250 else None
                if answer is not None and answer[0] != _CLOSING:
                    return client, answer
            self.close()
        self._client = client = self._connect()
        return client, self._mail(client)

    def _mail(self, client: smtplib.SMTP) -> Answer:
        return client.docmd("MAIL", f"FROM:<{mailbox(self._composer.sender.address)}>")

    def _offered(
        self, client: smtplib.SMTP, job: Job, offer: tuple[str, Answer], now: datetime
    ) -> Outcome | None:
        """Name the recipient and ask for the message; return the refusal, if it is one."""
        recipient, answer = offer
        if answer[0] // 100 != 2:
            return self._refused(job, now, "MAIL", answer)
        answer = client.docmd("RCPT", f"TO:<{recipient}>")
        if answer[0] // 100 != 2:
            return self._refused(job, now, "RCPT", answer)
        answer = client.docmd("DATA")
        return None if answer[0] == 354 else self._refused(job, now, "DATA", answer)

    def _finished(self, client: smtplib.SMTP, job: Job, now: datetime) -> Outcome:
        """Send the final dot; from here on a lost answer leaves the outcome open."""
        try:
            client.send(b".\r\n")
            answer = client.getreply()
        except OSError as error:
            self.close()
            return Outcome(status=AMBIGUOUS, cause=_lost("answer_lost", error))
        kind = answer[0] // 100
        if kind == 2:
            return Outcome(status=ACCEPTED)
        if kind in (4, 5):
            return self._refused(job, now, "message", answer)
        self.close()
        return Outcome(status=AMBIGUOUS, cause=f"answer_unclear: {_said(answer)}")

    def _refused(self, job: Job, now: datetime, asked: str, answer: Answer) -> Outcome:
        """Return the outcome of a refusal, by what was asked for and what was answered."""
        code, said = answer[0], _said(answer)
        if code == _CLOSING or code // 100 not in (4, 5):
            self.close()
        if code // 100 == 4:
            return try_again(job, now, f"try_later: {said}")
        if code // 100 != 5:
            return try_again(job, now, f"answer_unclear: {said}")
        if asked == "MAIL" or code in _LOGIN or _POLICY.search(said):
            return try_again(job, now, f"sender_refused: {said}")
        cause = "recipient_refused" if asked == "RCPT" else "message_refused"
        return Outcome(status=DEAD, cause=f"{cause}: {said}")

    def _connect(self) -> smtplib.SMTP:
        """Return a new connection, protected and logged in. Raises ``_Trouble``."""
        server, stage = self._server, "unreachable"
        client: smtplib.SMTP | None = None
        try:
            client = self._open()
            client.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                stage = "tls_failed"
                client.starttls(context=self._context)
                client.ehlo_or_helo_if_needed()
            if server.password is not None:
                stage = "login_refused"
                client.login(server.user, server.password.reveal())
        except OSError as error:
            if client is not None:
                client.close()
            raise _Trouble(_lost(_what_failed(stage, error), error)) from None
        return client

    def _open(self) -> smtplib.SMTP:
        # Named as the sender's domain: the standard library would ask the name service for ours.
        server, domain = self._server, self._composer.sender.domain
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, domain, timeout=server.timeout, context=self._context
            )
        return smtplib.SMTP(server.host, server.port, domain, timeout=server.timeout)


def _context(server: SmtpServer) -> ssl.SSLContext:
    """Return what checks the server's certificate and name. Raises ``Invalid``."""
    try:
        return ssl.create_default_context(cafile=server.authority)
    except OSError as error:
        facts = {"name": str(server.authority), "error": type(error).__name__}
        raise Invalid(
            Problem("smtp_authority", "the certificates in {name} cannot be read ({error})", facts)
        ) from error


def _what_failed(stage: str, error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "tls_failed"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "unreachable"
    return stage if isinstance(error, smtplib.SMTPException) else "unreachable"


def _lost(cause: str, error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        answer = said if isinstance(said, bytes) else said.encode(errors="replace")
        return f"{cause}: {_said((error.smtp_code, answer))}"
    return f"{cause}: {type(error).__name__}: {one_line(str(error))}"


def _said(answer: Answer) -> str:
    """Return a server's answer as one line: its code and the beginning of its text."""
    code, text = answer
    return one_line(f"{code} {text.decode('utf-8', errors='replace')}")
