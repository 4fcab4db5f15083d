"""Canonical bytes: the one way in which a record is written down before it is hashed.

RFC 8785 restricted to a closed domain (objects with ASCII keys, strings, booleans, null, integers
up to 2^53-1, arrays; no floats), in which ``json.dumps`` with sorted keys yields the same bytes.
Text is brought to Unicode NFC before hashing, so that one sentence has one hash.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

LARGEST = 2**53 - 1
_ENTRY = b"\x00rectify/entry/1\n"
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_encoder = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical(record: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of ``record``, which must already be in the closed domain.

    Raises ``UnicodeEncodeError`` on a lone surrogate; ``normalised`` refuses it earlier.
    """
    return _encoder.encode(record).encode("utf-8")


def normalised(value: Any) -> Any:
    """Return ``value`` in the closed domain: NFC text, dates as text, lists for tuples.

    Raises ``ValueError`` for anything outside it (floats, large integers, other types,
    non-ASCII keys, lone surrogates).
    """
    if isinstance(value, Mapping):
        return {_key(key): normalised(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [normalised(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    match value:
        case str():
            return _text(value)
        case None | bool():
            return value
        case int() if abs(value) <= LARGEST:
            return value
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
    raise ValueError(f"not a value of the log: {value!r:.80}")


def _text(value: str) -> str:
    if value.isascii():
        return value
    value.encode("utf-8")
    return unicodedata.normalize("NFC", value)


def _key(key: Any) -> str:
    if not (isinstance(key, str) and key.isascii()):
        raise ValueError(f"not a key of the log: {key!r}")
    return key


def stamp(at: datetime) -> str:
    """Return the instant as ``YYYY-MM-DDTHH:MM:SS.ffffffZ`` (UTC, microseconds always written).

    Raises ``ValueError`` for a time without zone: it would mean another instant on every machine.
    """
    if at.tzinfo is None:
        raise ValueError(f"no instant without a time zone: {at}")
    moment = at.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="microseconds") + "Z"


def instant(text: str) -> datetime:
    """Return the instant that ``stamp`` wrote. Raises ``ValueError`` for any other text."""
    if _STAMP.fullmatch(text) is None:
        raise ValueError(f"not an instant of the log: {text!r}")
    return datetime.fromisoformat(text)


def entry_digest(body: bytes) -> str:
    """Return the entry's hash (SHA-256, hex); the prefix keeps it apart from any other hash."""
    return hashlib.sha256(_ENTRY + body).hexdigest()


def digest(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hex: how files and processes are named."""
    return hashlib.sha256(content).hexdigest()


def commitment(salt: bytes, details: Mapping[str, Any]) -> str:
    """Return a commitment to personal details: HMAC-SHA256 over their canonical bytes.

    The salt (32 random bytes) is kept beside the details and never in the log: a bare hash of a
    telephone number could be undone by trying all numbers.
    """
    return hmac.new(salt, canonical(normalised(details)), hashlib.sha256).hexdigest()
