"""Asks a mailbox over IMAP (RFC 3501) whether it holds a message. The only module with imaplib.

"No" is an answer of weight: on it a mail is sent again. So it is believed only where the search has
just shown that it works, by finding the newest message that is there.
"""

from __future__ import annotations

import base64
import imaplib
import re
from contextlib import suppress

from notifications.channels.server import ImapServer
from notifications.cleaning import one_line

_IDENTIFIER = re.compile(rb"^Message-ID:\s*(<[^<>\s\"\\]+>)", re.IGNORECASE | re.MULTILINE)
_NEWEST = 3
"""How many of the newest messages may lack an identifier before the search counts as unproven."""

_TROUBLES = (OSError, imaplib.IMAP4.error)


class MailboxTrouble(Exception):
    """The mailbox cannot be asked, or its answer not be relied on; the text is a cause."""


class Mailbox:
    """A folder of a mailbox. The connection is made when it is first needed.

    Raises ``Invalid`` at once where the certificates to trust cannot be read.
    """

    def __init__(self, server: ImapServer) -> None:
        self._server = server
        self._context = server.context()
        self._client: imaplib.IMAP4 | None = None

    def close(self) -> None:
        """End the connection, if there is one."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(*_TROUBLES):
                client.logout()

    def holds(self, message_id: str) -> bool:
        """Return whether a message is there, by its Message-ID. Raises ``MailboxTrouble``."""
        try:
            client = self._client or self._connected()
            count = self._looked_into(client)
            found = bool(_found(client, message_id))
            if not found and not _is_proven(client, count):
                raise MailboxTrouble("archive_unproven: the search finds no message at all")
        except _TROUBLES as error:
            self._drop()
            cause = f"archive_unreachable: {type(error).__name__}: {one_line(str(error))}"
            raise MailboxTrouble(cause) from None
        return found

    def _connected(self) -> imaplib.IMAP4:
        """Return a new connection, protected and logged in."""
        server = self._server
        place = (server.host, server.port)
        if self._context is not None and server.security == "tls":
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                *place, ssl_context=self._context, timeout=server.timeout
            )
        else:
            client = imaplib.IMAP4(*place, timeout=server.timeout)
        self._client = client
        if self._context is not None and server.security == "starttls":
            client.starttls(self._context)
        if server.password is not None:
            client.login(server.user, server.password.reveal())
        return client

    def _looked_into(self, client: imaplib.IMAP4) -> int:
        """Open the folder, to read only and as it is now; return how many messages it holds."""
        kind, said = client.select(quoted(self._server.folder), readonly=True)
        if kind != "OK" or not said or said[0] is None:
            raise MailboxTrouble(f"archive_unreachable: {_shown(said)}")
        return int(said[0])

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(*_TROUBLES):
                client.shutdown()


def quoted(folder: str) -> str:
    """Return the name of a folder as IMAP writes it: modified UTF-7, quoted (RFC 3501, 5.1.3)."""
    name = re.sub(r"[^ -~]+", _shifted, folder.replace("&", "&-"))
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: re.Match[str]) -> str:
    encoded = base64.b64encode(found.group().encode("utf-16-be"), altchars=b"+,")
    return f"&{encoded.decode('ascii').rstrip('=')}-"


def _found(client: imaplib.IMAP4, message_id: str) -> list[bytes]:
    """Return the numbers of the messages with that identifier."""
    kind, said = client.search(None, "HEADER", "Message-ID", f'"{message_id}"')
    if kind != "OK":
        raise MailboxTrouble(f"archive_unreachable: {_shown(said)}")
    return [number for line in said if line for number in line.split()]


def _is_proven(client: imaplib.IMAP4, count: int) -> bool:
    """Return whether the search finds a message that is there: one of the newest."""
    for number in range(count, max(count - _NEWEST, 0), -1):
        _kind, parts = client.fetch(str(number), "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        texts = [part[1] for part in parts if isinstance(part, tuple)]
        for identifier in _IDENTIFIER.findall(b"\n".join(texts)):
            return bool(_found(client, identifier.decode("ascii", errors="replace")))
    return False


def _shown(said: object) -> str:
    return one_line(str(said))
