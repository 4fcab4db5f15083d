"""A notice as a mail: one fixed shape, written out by hand, the same bytes for the same notice.

RFC 5322 headers with RFC 2047 words, and a multipart/alternative body in base64. The library's
own generator folds headers differently from version to version, and is twenty times slower.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from notifications.cleaning import one_line
from notifications.delivery import AddressError, Job
from states.errors import Invalid, Problem

if TYPE_CHECKING:
    from notifications.rendering import Renderer

# The dot-atom of RFC 5322; quoted local parts and address literals are not taken.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_LONGEST_ADDRESS = 254
_LONGEST_LOCAL = 64
_PLAIN_WORDS = re.compile(r"[A-Za-z0-9 ]{1,60}")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def mailbox(address: str) -> str:
    """Return an e-mail address as it goes over the wire, its domain in ASCII.

    Raises ``AddressError`` for anything that is not exactly one plain address.
    """
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = _ascii(domain, address)
    ascii_address = f"{local}@{domain}"
    if (
        not _LOCAL.fullmatch(local)
        or not _DOMAIN.fullmatch(domain)
        or len(local) > _LONGEST_LOCAL
        or len(ascii_address) > _LONGEST_ADDRESS
    ):
        raise AddressError(address)
    return ascii_address


def _ascii(domain: str, address: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(address) from error


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


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes mails in a sender's name."""

    renderer: Renderer
    sender: Sender

    def compose(self, job: Job) -> bytes:
        """Return the mail of a notice. Raises ``RenderError`` and ``AddressError``."""
        recipient = mailbox(job.address)
        text = self.renderer.render(job.template, job.language, job.facts)
        boundary = f"=_{_digest(job.message_id)}"
        lines = [
            *self._headers(job, recipient, text.subject),
            f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"',
            "",
            *_part(boundary, "plain", text.plain),
            *_part(boundary, "html", text.html),
            f"--{boundary}--",
            "",
        ]
        return "\r\n".join(lines).encode("ascii")

    def _headers(self, job: Job, recipient: str, subject: str) -> Iterator[str]:
        domain = self.sender.domain
        yield f"Date: {_date(job.created_at)}"
        yield f"From: {_named(self.sender.name, mailbox(self.sender.address))}"
        yield f"To: {_named(str(job.facts.get('recipient', '')), recipient)}"
        yield f"Subject: {_words(one_line(subject))}"
        yield f"Message-ID: <{_token(job.message_id)}@{domain}>"
        if issue := str(job.facts.get("issue", "")):
            # The issue itself was never a mail; naming it makes its notices one conversation.
            yield f"References: <issue.{_token(issue)}@{domain}>"
        yield f"List-Id: <rectify.{domain}>"
        yield "Auto-Submitted: auto-generated"
        yield "X-Auto-Response-Suppress: All"
        yield "MIME-Version: 1.0"


def _part(boundary: str, subtype: str, text: str) -> Iterator[str]:
    yield f"--{boundary}"
    yield f"Content-Type: text/{subtype}; charset=utf-8"
    yield "Content-Transfer-Encoding: base64"
    yield ""
    yield from base64.encodebytes(text.replace("\n", "\r\n").encode()).decode().splitlines()
    yield ""


def _date(at: datetime) -> str:
    """Return an instant as RFC 5322 writes it, in UTC so that it depends on the instant alone."""
    at = at.astimezone(UTC)
    month = _MONTHS[at.month - 1]
    return f"{_DAYS[at.weekday()]}, {at.day:02} {month} {at.year:04} {at:%H:%M:%S} +0000"


def _named(name: str, address: str) -> str:
    """Return an address with its display name; nothing in a name can add another address."""
    name = one_line(name, 80)
    return f"{_words(name)}\r\n <{address}>" if name else address


def _words(text: str) -> str:
    """Return text of one line for a header, as RFC 2047 words unless it is plainest ASCII."""
    if not text or _PLAIN_WORDS.fullmatch(text):
        return text
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(c).decode()}?=" for c in _chunks(text))


def _chunks(text: str, size: int = 42) -> Iterator[bytes]:
    """Yield UTF-8 pieces of at most ``size`` bytes, never cutting a character in two."""
    piece = b""
    for character in text:
        encoded = character.encode()
        if len(piece) + len(encoded) > size:
            yield piece
            piece = b""
        piece += encoded
    yield piece


def _token(name: str) -> str:
    """Return a name as the left side of a Message-ID: as it is if it may stand there."""
    if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name) and _LOCAL.fullmatch(name):
        return name
    return _digest(name)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode(errors="backslashreplace")).hexdigest()[:40]
