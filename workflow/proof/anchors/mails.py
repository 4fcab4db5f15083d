"""Mails as files: which texts and headers of one may hold an anchor."""

from __future__ import annotations

import mailbox
import re
import tempfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from notifications.rendering.witnessing import HEADER

_HEADERS = re.compile(rb"\A(?:From [^\n]*\n)?(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_MAIL = re.compile(rb"^(?:message-id|mime-version|received|return-path|date):", re.I | re.M)
_MAILBOX = re.compile(rb"\AFrom \S+ ")


def as_mails(content: bytes) -> list[EmailMessage] | None:
    """Return the mails that a file holds, one or, in a mailbox, many; None if it is no mail."""
    head = _HEADERS.match(content)
    if head is None or not _MAIL.search(head.group()):
        return None
    if not _MAILBOX.match(content):
        return [_parsed(content)]
    with tempfile.NamedTemporaryFile(suffix=".mbox") as copy:  # the library reads files alone
        copy.write(content)
        copy.flush()
        box = mailbox.mbox(copy.name, create=False)
        try:
            return [_parsed(box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118
        finally:
            box.close()


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def texts_of(mail: EmailMessage) -> Iterator[str]:
    """Yield what a mail says: its header for anchors, its texts, notes attached to it.

    Mails within it count as well: people forward what they are to keep.
    """
    for part in mail.walk():
        for said in part.get_all(HEADER, []):
            yield str(said)
        if part.is_multipart():
            continue
        name = part.get_filename() or ""
        if part.get_content_maintype() == "text" or name.endswith(".note"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content.decode(_charset(part), errors="replace")


def _charset(part: EmailMessage) -> str:
    charset = part.get_content_charset("utf-8")
    try:
        "".encode(charset)
    except LookupError:
        return "utf-8"
    return charset
