"""Where a messenger is spoken to, as it is configured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from notifications.channels.server import checking, is_here, untimely
from states.errors import Invalid, Problem

if TYPE_CHECKING:
    import ssl

LONGEST_TIMEOUT = 15.0
"""Seconds that connecting may take, and then again the whole exchange: a few requests for one
message stay below ``notifications.delivery.protocol.MARGIN``."""

TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a messenger is spoken to; ``timeout`` in seconds as in ``LONGEST_TIMEOUT``.

    ``base`` begins every address. It is protected by TLS, save on this very machine; ``authority``
    is a file of certificates to trust instead of the system's. ``proxy`` leads there, as in
    ``http://proxy:3128``; those that the environment names are not used, for a shell and a daemon
    have different ones. Raises ``Invalid`` with every fault.
    """

    section: str
    base: str
    timeout: float = TIMEOUT
    authority: Path | None = None
    proxy: str = ""

    def __post_init__(self) -> None:
        """Refuse what would expose a message or a token."""
        if problems := tuple(self.problems()):
            raise Invalid(*problems)

    @property
    def address(self) -> SplitResult:
        """``base`` in its parts."""
        return urlsplit(self.base)

    @property
    def host(self) -> str:
        """The machine that is spoken to."""
        return self.address.hostname or ""

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the settings."""
        named = {"section": self.section}
        if not _is_plain(self.base, ("https", "http")):
            yield Problem(
                "site_base",
                "{section}: base must be an address such as https://host, nothing before or after",
                named,
            )
        elif self.address.scheme != "https" and not is_here(self.host):
            yield Problem(
                "site_unprotected",
                "{section}: {host} is another machine, so base must begin with https",
                named | {"host": self.host},
            )
        if self.proxy and not (_is_plain(self.proxy, ("http",)) and _is_root(self.proxy)):
            yield Problem(
                "site_proxy", "{section}: proxy must be an address such as http://host:3128", named
            )
        yield from untimely(self.section, self.timeout, LONGEST_TIMEOUT)

    def context(self) -> ssl.SSLContext | None:
        """Return what checks certificate and name; None on this very machine without TLS.

        Raises ``Invalid`` where the certificates to trust cannot be read.
        """
        protected = self.address.scheme == "https"
        return checking(self.section, self.authority) if protected else None


def _is_plain(address: str, schemes: tuple[str, ...]) -> bool:
    """Tell whether an address is a scheme, a host, and perhaps a port and a path."""
    if not address.isascii() or not address.isprintable() or set(' \\?#@"<>') & set(address):
        return False
    try:
        url = urlsplit(address)
        return url.scheme in schemes and bool(url.hostname) and url.port != 0
    except ValueError:
        return False


def _is_root(address: str) -> bool:
    return urlsplit(address).path in ("", "/")
