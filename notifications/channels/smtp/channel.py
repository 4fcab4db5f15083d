"""Hands mails to a server: MAIL, one RCPT, DATA, the message, and only then the final dot.

Whatever goes wrong before that dot, the server has not taken the message; only a connection lost
after it leaves open whether it has (RFC 1047). One person is one transaction, so part of it can
never be refused. A copy for the archive is a second recipient of the same transaction: it is asked
for when the person's address was taken, and where it is refused the message goes without it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

from notifications.channels.archive import UNARCHIVED, Archive
from notifications.channels.server import SmtpServer
from notifications.channels.smtp.answers import Answer, Step, refused
from notifications.channels.smtp.client import Client, Trouble, connected, described
from notifications.delivery.protocol import LOST, MARGIN, AddressError, Begin, Job, Outcome, Traits
from notifications.delivery.retrying import try_again
from notifications.mail.mailboxes import mailbox
from notifications.mail.mime import Composer
from notifications.notice import ACCEPTED, AMBIGUOUS, DEAD

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)

LONGEST_ANSWER = MARGIN.total_seconds() - 10
"""Seconds that the answer to a whole message is waited for at most: RFC 5321 4.5.3.2.6 asks for
more, but the claim must still hold when it comes."""


class _Refusal(Exception):
    """The server does not grant a step."""

    def __init__(self, step: Step, answer: Answer) -> None:
        super().__init__(step)
        self.step: Step = step
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Copy:
    """Whether the archive gets the message too: what is kept of that, and why not."""

    ref: str | None = None
    cause: str | None = None


class Smtp:
    """Hands mails to a server. Use it in a ``with`` block, or ``close`` it after a run.

    Raises ``Invalid`` at once where the certificates to trust cannot be read.
    """

    def __init__(
        self,
        server: SmtpServer,
        composer: Composer,
        *,
        archive: Archive | None = None,
        name: str = "mail",
    ) -> None:
        self.name = name
        self.traits = Traits(server=f"{server.host}:{server.port}")
        self._server = server
        self._composer = composer
        self._archive = archive
        self._context = server.context()
        self._sender = mailbox(composer.sender.address)
        self._client: Client | None = None
        self._awaits_command = True
        self._is_clean = False
        self._next: Job | None = None
        self._written: tuple[Job, bytes] | None = None

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
        """End the connections, if there are any."""
        client, self._client = self._client, None
        if client is not None:
            client.part()
        if self._archive is not None:
            self._archive.close()

    def compose(self, job: Job) -> bytes:
        """Return the mail. Raises ``RenderError`` and ``AddressError``."""
        written, self._written = self._written, None
        return written[1] if written and written[0] is job else self._composer.compose(job)

    def foresee(self, job: Job | None) -> None:
        """Note which mail is written while the server thinks about the one before it."""
        self._next = job

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Hand the mail over and return what the server said of it."""
        try:
            recipient = mailbox(job.address)
        except AddressError as error:
            cause = f"{error.message.code}: {error}"
            return Outcome(status=DEAD, cause=cause, blame="recipient")
        self._awaits_command = False
        try:
            return self._exchange(job, (recipient, message), begin, now)
        finally:
            # In the middle of a message the next command would become a part of it.
            if not self._awaits_command:
                self._drop()

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Return whether the archive holds the message; None where that cannot be asked."""
        if self._archive is None:
            return None
        return self._archive.look_up(job, self._composer.message_id(job), now)

    def _exchange(self, job: Job, mail: tuple[str, bytes], begin: Begin, now: datetime) -> Outcome:
        """Go through the protocol for one message."""
        recipient, message = mail
        try:
            client = self._addressed(recipient)
            copy = self._copied(client, recipient, now)
            self._granted("DATA", client.ask("DATA"), 354)
            client.send(_stuffed(message))
            if not begin(copy.ref):
                return LOST
            if not client.is_quiet():
                raise Trouble("unreachable: the server ended the connection before the dot")
        except _Refusal as refusal:
            self._settle_down(refusal.answer)
            return refused(job, now, refusal.step, refusal.answer)
        except Trouble as trouble:
            return try_again(job, now, str(trouble), blame=trouble.blame)
        except OSError as error:
            return try_again(job, now, described("unreachable", error), blame="server")
        return self._finished(client, job, copy, now)

    def _addressed(self, recipient: str) -> Client:
        """Return a connection that has taken the sender and the recipient."""
        client, answer = self._begun()
        self._granted("MAIL", answer)
        self._granted("RCPT", client.ask(f"RCPT TO:<{recipient}>"))
        return client

    def _begun(self) -> tuple[Client, Answer]:
        """Return a connection and its answer to MAIL; one that was closed meanwhile is replaced."""
        command = f"MAIL FROM:<{self._sender}>"
        client = self._client
        if client is not None:
            try:
                if self._is_clean or client.ask("RSET").is_yes:
                    answer = client.ask(command)
                    if not answer.is_last:
                        return client, answer
            except OSError:
                pass  # servers end what they find idle, or have enough of
            self._drop()
        self._client = client = connected(self._server, self._composer.sender.domain, self._context)
        return client, client.ask(command)

    def _copied(self, client: Client, recipient: str, now: datetime) -> _Copy:
        """Ask for the copy to the archive; without one the message goes all the same."""
        if self._archive is None:
            return _Copy()
        address = self._archive.address
        if address.lower() != recipient.lower():
            answer = client.ask(f"RCPT TO:<{address}>")
            if answer.is_last or not (answer.is_yes or answer.is_no):
                raise _Refusal("RCPT", answer)
            if answer.is_no:
                return _Copy(UNARCHIVED, f"archive_refused: {answer}")
        return _Copy(self._archive.ref(now))

    def _granted(self, step: Step, answer: Answer, code: int | None = None) -> None:
        if not (answer.is_yes if code is None else answer.code == code):
            raise _Refusal(step, answer)

    def _finished(self, client: Client, job: Job, copy: _Copy, now: datetime) -> Outcome:
        """Send the final dot; from here on a lost answer leaves the outcome open."""
        try:
            client.send(b".\r\n")
            self._write_ahead()
            answer = client.answer(min(4 * self._server.timeout, LONGEST_ANSWER))
        except OSError as error:
            cause = described("answer_lost", error)
            return Outcome(status=AMBIGUOUS, cause=cause, blame="server", ref=copy.ref)
        self._settle_down(answer)
        if answer.is_yes:
            self._is_clean = True
            return Outcome(status=ACCEPTED, cause=copy.cause, ref=copy.ref)
        if answer.is_no:
            return refused(job, now, "message", answer)
        return Outcome(status=AMBIGUOUS, cause=f"answer_unclear: {answer}", ref=copy.ref)

    def _write_ahead(self) -> None:
        """Write the next mail: servers take their longest time to answer a message."""
        job, self._next = self._next, None
        if job is not None:
            with suppress(Exception):  # it is raised when that mail's turn has come
                self._written = (job, self._composer.compose(job))

    def _settle_down(self, answer: Answer) -> None:
        """Note whether the connection can be used again after an answer."""
        self._is_clean = False
        self._awaits_command = (answer.is_yes or answer.is_no) and not answer.is_last

    def _drop(self) -> None:
        """Close the connection without a word, which in a message would belong to it."""
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _stuffed(message: bytes) -> bytes:
    """Return a message as it goes over the wire: dots doubled, its last line ended."""
    if b"\r\n." in message or message.startswith(b"."):
        message = _LEADING_DOT.sub(b"..", message)
    return message if message.endswith(b"\r\n") else message + b"\r\n"
