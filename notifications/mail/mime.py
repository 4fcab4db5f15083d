"""A notice as a mail: one fixed shape, written out by hand, the same bytes for the same notice.

RFC 5322 headers with RFC 2047 words; text and HTML as multipart/alternative in base64, and beside
them, in multipart/mixed, the deadlines as a calendar. The library's own generator folds headers
differently from version to version, and is twenty times slower.

Which headers there are, and which are not:

- ``References`` and ``In-Reply-To`` name the issue, which itself was never a mail: so its notices
  are one conversation. ``Thread-Topic`` is for Outlook, which would go by the subject; that says
  the days left, because people read it on a phone before they open anything.
- ``Auto-Submitted`` (RFC 3834) and ``X-Auto-Response-Suppress`` keep away notes of absence. The
  latter does not say ``All``: that would suppress the reports that an address is dead.
- ``List-Id`` (RFC 2919) lets people sort. ``Precedence`` is of no standard and leads to the junk.
- ``X-Rectify-Anchor`` repeats the log's anchor from the foot of the text, so that a filter or
  ``grep`` over a mailbox collects anchors without decoding anything.
- There is no ``Reply-To``: an answer goes where failure reports go, to the office.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from notifications.cleaning import one_line
from notifications.delivery.protocol import AddressError, Job
from notifications.mail.ics import Publication, calendar, deadlines
from notifications.mail.mailboxes import ATOM, mailbox
from notifications.rendering.witnessing import HEADER, anchored
from states.errors import Invalid, Problem

if TYPE_CHECKING:
    from notifications.rendering.renderer import Renderer, Text

_LONGEST_TOPIC = 120
_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^<>\s]+>)\r$", re.MULTILINE)
_TOKEN = re.compile(rf"(?=[A-Za-z0-9._-]{{1,64}}$){ATOM}(\.{ATOM})*")
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9 ]{1,60}")
_ALTERNATIVE = b'Content-Type: multipart/alternative;\r\n boundary="%b"\r\n\r\n'
_MIXED = b'Content-Type: multipart/mixed;\r\n boundary="%b"\r\n\r\n--%b\r\n'
_END = b"--%b--\r\n"
_PLAIN = (
    b"--%b\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n%b\r\n"
)
_HTML = _PLAIN.replace(b"plain", b"html")
_CALENDAR = (
    b"--%b\r\nContent-Type: text/calendar; charset=utf-8; method=PUBLISH;\r\n"
    b' name="deadlines.ics"\r\n'
    b'Content-Disposition: attachment; filename="deadlines.ics"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n%b\r\n"
)
_NOTE = (
    "--%b\r\nContent-Type: text/plain; charset=utf-8;\r\n"
    ' name="{name}"\r\n'
    'Content-Disposition: attachment; filename="{name}"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\n%b\r\n"
)
_NOTE_NAME = re.compile(r"[0-9]{1,16}-[0-9a-f]{16}\.note", re.ASCII)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """In whose name mails go out; ``address`` is also where failure reports arrive.

    Raises ``Invalid`` if that is no address: it would be wrong in every mail.
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        """Check the address before any mail is written."""
        try:
            mailbox(self.address)
        except AddressError as error:
            facts = {"address": one_line(self.address, 80)}
            raise Invalid(
                Problem("sender_wrong", "the sender {address} is not an e-mail address", facts)
            ) from error

    @property
    def domain(self) -> str:
        """The domain of the address, which also makes the Message-IDs unique in the world."""
        return mailbox(self.address).rpartition("@")[2]


@dataclass(frozen=True)
class Composer:
    """Writes mails in a sender's name."""

    renderer: Renderer
    sender: Sender

    def compose(self, job: Job) -> bytes:
        """Return the mail of a notice. Raises ``RenderError`` and ``AddressError``.

        Beside the facts of the notice its texts know ``repeated``, whether it may be a copy of one
        that arrived, and ``slim``, whether its calendar had to be left out.
        """
        recipient = mailbox(job.address)
        dates = deadlines(job.template, job.language, job.facts)
        facts = job.said(slim=job.slim and bool(dates))
        text = self.renderer.render(job.template, job.language, facts)
        boundary = _digest(job.message_id)
        content = _alternative(f"=_a{boundary}", text)
        if dates and not job.slim:
            dated = calendar(dates, self._publication(job))
            content = _with(f"=_m{boundary}", content, _CALENDAR, dated)
        elif note := str(job.facts.get("note_text") or ""):
            attached = note.encode("utf-8", "replace")
            content = _with(f"=_m{boundary}", content, _note_part(job.facts), attached)
        headers = [*self._headers(job, recipient, text.subject), self._constant]
        return "\r\n".join(headers).encode("ascii") + content

    def message_id(self, job: Job) -> str:
        """Return the Message-ID of a notice's mail: that which was written, if one was."""
        written = _MESSAGE_ID.search(job.message) if job.message is not None else None
        if written is not None:
            return written.group(1).decode("ascii")
        return f"<{_token(job.message_id)}@{self._domain}>"

    def _headers(self, job: Job, recipient: str, subject: str) -> Iterator[str]:
        yield f"Date: {_date(job.created_at)}"
        yield self._from
        yield _named("To", str(job.facts.get("recipient", "")), recipient)
        yield _words("Subject", one_line(subject))
        yield f"Message-ID: <{_token(job.message_id)}@{self._domain}>"
        if issue := str(job.facts.get("issue", "")):
            thread = f"<issue.{_token(issue)}@{self._domain}>"
            yield f"In-Reply-To: {thread}"
            yield f"References: {thread}"
            topic = f"{issue} {job.facts.get('title', '')}"
            yield _words("Thread-Topic", one_line(topic, _LONGEST_TOPIC))
        if anchor := anchored(job.anchor):
            yield f"{HEADER}: {anchor}"

    def _publication(self, job: Job) -> Publication:
        try:
            today = date.fromisoformat(str(job.facts.get("today")))
        except ValueError:
            today = job.created_at.astimezone(UTC).date()
        return Publication(
            organizer=mailbox(self.sender.address),
            domain=self._domain,
            at=job.created_at,
            today=today,
        )

    @cached_property
    def _domain(self) -> str:
        return self.sender.domain

    @cached_property
    def _from(self) -> str:
        return _named("From", self.sender.name, mailbox(self.sender.address))

    @cached_property
    def _constant(self) -> str:
        return (
            f"List-Id: <rectify.{self._domain}>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
            "MIME-Version: 1.0\r\n"
        )


def _alternative(boundary: str, text: Text) -> bytes:
    """Return a part that says the same plainly and in HTML, from its own headers on."""
    return b"".join(
        (
            _ALTERNATIVE % boundary.encode(),
            _PLAIN % (boundary.encode(), _encoded(text.plain.replace("\n", "\r\n").encode())),
            _HTML % (boundary.encode(), _encoded(text.html.replace("\n", "\r\n").encode())),
            _END % boundary.encode(),
        )
    )


def _note_part(facts: Mapping[str, Any]) -> bytes:
    """Return how a checkpoint's note is attached, under the name that anchors have in a folder."""
    name = str(facts.get("note_name"))
    return _NOTE.format(name=name if _NOTE_NAME.fullmatch(name) else "checkpoint.note").encode()


def _with(boundary: str, content: bytes, part: bytes, attached: bytes) -> bytes:
    """Return a part of two: the content, and what is attached to it, as ``part`` says."""
    name = boundary.encode()
    return b"".join(
        (
            _MIXED % (name, name),
            content,
            part % (name, _encoded(attached)),
            _END % name,
        )
    )


def _encoded(content: bytes) -> bytes:
    """Return content as base64 in lines of 76, several times faster than the library does."""
    whole = binascii.b2a_base64(content, newline=False)
    return b"\r\n".join([whole[i : i + 76] for i in range(0, len(whole), 76)])


def _date(at: datetime) -> str:
    """Return an instant as RFC 5322 writes it, in UTC so that it depends on the instant alone."""
    at = at.astimezone(UTC)
    month = _MONTHS[at.month - 1]
    return f"{_DAYS[at.weekday()]}, {at.day:02} {month} {at.year:04} {at:%H:%M:%S} +0000"


def _named(header: str, name: str, address: str) -> str:
    """Return an address with its display name; nothing in a name can add another address."""
    name = one_line(name, 80)
    return f"{_words(header, name)}\r\n <{address}>" if name else f"{header}: {address}"


def _words(header: str, text: str) -> str:
    """Return a header of text of one line, as RFC 2047 words unless it is plainest ASCII."""
    if not text or _PLAIN_WORDS.fullmatch(text):
        return f"{header}: {text}"
    words = (f"=?utf-8?B?{base64.b64encode(c).decode('ascii')}?=" for c in _chunks(header, text))
    return f"{header}: " + "\r\n ".join(words)


def _chunks(header: str, text: str) -> Iterator[bytes]:
    """Yield UTF-8 pieces for words in lines of at most 76, never cutting a character in two."""
    octets, start = text.encode(), 0
    size = (62 - len(header)) // 4 * 3
    while start < len(octets):
        end = min(start + size, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        yield octets[start:end]
        start, size = end, 45


def _token(name: str) -> str:
    """Return a name as the left side of a Message-ID: as it is if it may stand there."""
    return name if _TOKEN.fullmatch(name) else _digest(name)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode(errors="backslashreplace")).hexdigest()[:40]
