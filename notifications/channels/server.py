"""Mail servers as they are configured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from notifications.channels.secrets import Secret
from states.errors import Invalid, Problem

if TYPE_CHECKING:
    import ssl

Security = Literal["starttls", "tls", "none"]

LONGEST_TIMEOUT = 60.0
"""Seconds for one answer; a dozen of them stay below the lease of a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server and how to speak to it; ``timeout`` in seconds holds for each answer.

    The connection is protected before anything else is said: by ``starttls``, which must succeed,
    or from the start (``tls``). ``none`` is for a server on this very machine; for another one
    ``unprotected`` must say so as well, and a login is never sent unprotected. ``authority`` is a
    file of certificates to trust instead of the system's. Raises ``Invalid`` with every fault.
    """

    section: ClassVar[str]
    """Where its settings stand."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: Secret | None = None
    authority: Path | None = None
    timeout: float = 30.0
    unprotected: bool = False

    def __post_init__(self) -> None:
        """Refuse what would expose mail or a password."""
        if problems := tuple(self.problems()):
            raise Invalid(*problems)

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the settings."""
        named = {"section": self.section}
        if self.security not in ("starttls", "tls", "none"):
            yield Problem(
                "server_security", "{section}: security must be starttls, tls or none", named
            )
        if self.security == "none" and not (is_here(self.host) or self.unprotected):
            yield Problem(
                "server_unprotected",
                "{section}: {host} is another machine, so mail must be protected by TLS",
                named | {"host": self.host},
            )
        if self.security == "none" and self.user:
            yield Problem(
                "server_login", "{section}: a login needs a connection protected by TLS", named
            )
        if bool(self.user) != (self.password is not None):
            yield Problem("server_half", "{section}: user and password belong together", named)
        if not (self.user.isascii() and self.user.isprintable()):
            yield Problem("server_user", "{section}: user must be printable ASCII", named)
        yield from untimely(self.section, self.timeout, LONGEST_TIMEOUT)

    def context(self) -> ssl.SSLContext | None:
        """Return what checks the server's certificate and name; None without protection.

        Raises ``Invalid`` where the certificates to trust cannot be read.
        """
        return None if self.security == "none" else checking(self.section, self.authority)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer(MailServer):
    """The server that takes our mail."""

    section: ClassVar[str] = "smtp"

    port: int = 587
    security: Security = "starttls"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer(MailServer):
    """The server of the mailbox that gets the copies; ``folder`` is where it keeps them."""

    section: ClassVar[str] = "archive"

    port: int = 993
    security: Security = "tls"
    folder: str = "INBOX"

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the settings."""
        yield from MailServer.problems(self)
        if not (self.folder and self.folder.isprintable()):
            yield Problem("archive_folder", "archive: folder must be the name of a mailbox folder")


def is_here(host: str) -> bool:
    """Tell whether a host is this machine by its very name; no name service is asked."""
    import ipaddress  # only a server without TLS needs the question

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def untimely(section: str, timeout: float, longest: float) -> Iterator[Problem]:
    """Yield what is wrong with a timeout in seconds."""
    if not 0 < timeout <= longest:
        yield Problem(
            "server_timeout",
            "{section}: timeout must be above 0 and at most {most} seconds",
            {"section": section, "most": int(longest)},
        )


def checking(section: str, authority: Path | None) -> ssl.SSLContext:
    """Return what checks a server's certificate and name, by the authority named or the system's.

    Raises ``Invalid`` where the certificates to trust cannot be read.
    """
    import ssl

    try:
        return ssl.create_default_context(cafile=authority)
    except OSError as error:
        facts = {"section": section, "name": str(authority), "error": type(error).__name__}
        raise Invalid(
            Problem(
                "server_authority",
                "{section}: the certificates in {name} cannot be read ({error})",
                facts,
            )
        ) from error
