"""A mail server as it is configured, and the password for it, which never shows itself."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from states.errors import Invalid, Problem

Security = Literal["starttls", "tls", "none"]

LONGEST_TIMEOUT = 60.0
"""Seconds for one answer; a dozen of them stay below the lease of a claim."""


class Secret:
    """A text that appears in no log, no error and no representation."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text


def secret_from_environment(name: str, environment: Mapping[str, str]) -> Secret:
    """Return the secret in an environment variable. Raises ``Invalid``."""
    if not environment.get(name):
        facts = {"name": name}
        raise Invalid(Problem("secret_unset", "the environment variable {name} is not set", facts))
    return _secret(environment[name], name)


def secret_from_file(path: Path) -> Secret:
    """Return the secret in the first line of a file that only its owner may read.

    Raises ``Invalid``.
    """
    facts = {"name": str(path)}
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Invalid(
                Problem("secret_open", "{name} can be read by others (chmod 600 {name})", facts)
            )
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        facts["error"] = type(error).__name__
        raise Invalid(
            Problem("secret_unreadable", "{name} cannot be read ({error})", facts)
        ) from None  # a decoding error would show the bytes
    return _secret(text.partition("\n")[0].rstrip("\r"), str(path))


def _secret(text: str, name: str) -> Secret:
    if not (text and text.isascii() and text.isprintable()):
        facts = {"name": name}
        raise Invalid(
            Problem("secret_unusable", "the password in {name} must be printable ASCII", facts)
        )
    return Secret(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """A mail server and how to speak to it; ``timeout`` in seconds holds for each answer.

    The connection is protected before anything else is said: by ``starttls``, which must succeed,
    or from the start (``tls``). ``none`` is for a server on this very machine; for another one
    ``unprotected`` must say so as well, and a login is never sent unprotected. ``authority`` is a
    file of certificates to trust instead of the system's. Raises ``Invalid`` with every fault.
    """

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: Secret | None = None
    authority: Path | None = None
    timeout: float = 30.0
    unprotected: bool = False

    def __post_init__(self) -> None:
        """Refuse what would expose mail or a password."""
        if problems := tuple(self._problems()):
            raise Invalid(*problems)

    def _problems(self) -> Iterator[Problem]:
        if self.security not in ("starttls", "tls", "none"):
            yield Problem("smtp_security", "smtp: security must be starttls, tls or none")
        if self.security == "none" and not (_is_here(self.host) or self.unprotected):
            yield Problem(
                "smtp_unprotected",
                "smtp: {host} is another machine, so mail to it must be protected by TLS",
                {"host": self.host},
            )
        if self.security == "none" and self.user:
            yield Problem("smtp_login", "smtp: a login needs a connection protected by TLS")
        if bool(self.user) != (self.password is not None):
            yield Problem("smtp_half", "smtp: user and password belong together")
        if not (self.user.isascii() and self.user.isprintable()):
            yield Problem("smtp_user", "smtp: user must be printable ASCII")
        if not 0 < self.timeout <= LONGEST_TIMEOUT:
            yield Problem(
                "smtp_timeout",
                "smtp: timeout must be above 0 and at most {most} seconds",
                {"most": int(LONGEST_TIMEOUT)},
            )


def _is_here(host: str) -> bool:
    """Tell whether a host is this machine by its very name; no name service is asked."""
    import ipaddress  # only a server without TLS needs the question

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
