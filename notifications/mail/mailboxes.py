"""E-mail addresses: exactly one plain address, as it goes over the wire."""

from __future__ import annotations

import re

from notifications.delivery.protocol import AddressError

# The dot-atom of RFC 5322; quoted local parts and address literals are not taken.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{ATOM}(\.{ATOM})*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_LONGEST_ADDRESS = 254
_LONGEST_LOCAL = 64


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


def is_mailbox(address: str) -> bool:
    """Return whether mail can be sent to an address."""
    try:
        mailbox(address)
    except AddressError:
        return False
    return True


def _ascii(domain: str, address: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(address) from error
