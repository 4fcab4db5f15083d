"""The key that signs checkpoints: a file of its own, never in the database, never shown.

The only importer of ``cryptography``. The file is PKCS #8 in PEM, readable by its owner alone.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from states.errors import Invalid, Message, NotFound, Problem
from states.signed_note import NoteKey
from workflow.placing import place

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_LIMIT = 10_000  # bytes; a key has 119

_P = 2**255 - 19
_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})
"""The y of points of small order: under such a key a signature can be right for any message."""


class SealingKey:
    """A private Ed25519 key. What it prints as tells nothing that is not public."""

    __slots__ = ("_private", "public")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public: bytes = private.public_key().public_bytes_raw()

    def named(self, origin: str) -> NoteKey:
        """Return the public key under the name of a log."""
        return NoteKey(origin, self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the signature (64 bytes) of a message."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SealingKey({self.public.hex()[:16]}…)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not copied out of the process")


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether a signature is right (a ``Verify`` of ``states.signed_note``).

    OpenSSL alone would also take public keys that are written another way than the one right way,
    and those of small order.
    """
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if y >= _P or y in _SMALL:
        return False
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def make_key(path: Path) -> SealingKey:
    """Make a new key and its file, which is there whole or not at all.

    Raises ``Invalid`` if something is there already, or if the file cannot be made.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        place(path, pem, replace=False)
    except FileExistsError:
        raise _unusable(path, "there is a file already") from None
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from error
    return SealingKey(private)


def draw_seed() -> bytes:
    """Return the 32 bytes of a new private key, which lies in no file."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def key_of(seed: bytes) -> SealingKey:
    """Return the key whose private key are these 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return SealingKey(Ed25519PrivateKey.from_private_bytes(seed))


def load_key(path: Path) -> SealingKey:
    """Return the key of a file.

    Raises ``NotFound`` if there is none; ``Invalid`` if others may read the file, or if it holds no
    Ed25519 key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(_content(path), password=None)
    except TypeError:
        raise _unusable(path, "it is protected by a password, which no daemon can type") from None
    except ValueError:
        raise _no_key(path) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _no_key(path)
    return SealingKey(private)


def is_exposed(path: Path) -> bool:
    """Return whether anybody but its owner may touch a key's file."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _content(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        facts = {"file": str(path)}
        raise NotFound(
            Message("key_missing", "the key {file} is not on this machine (seal.key_file)", facts)
        ) from None
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from error
    try:
        _check_mode(path, os.fstat(handle).st_mode)
        return os.read(handle, _LIMIT)
    finally:
        os.close(handle)


def _check_mode(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise _no_key(path)
    if stat.S_IMODE(mode) & 0o077:
        raise Invalid(
            Problem(
                "key_exposed",
                "others may read the key {file}: chmod 600 it, or make another one (rotate)",
                {"file": str(path)},
            )
        )


def _unusable(path: Path, reason: str) -> Invalid:
    return Invalid(
        Problem(
            "key_unusable",
            "the key {file} cannot be used: {reason}",
            {"file": str(path), "reason": reason},
        )
    )


def _no_key(path: Path) -> Invalid:
    return _unusable(path, "it holds no Ed25519 key (PKCS #8, PEM)")


def keep_as_former(path: Path, former: Path) -> None:
    """Keep a copy of the file of a key that is no longer in force. Raises ``Invalid``."""
    try:
        place(former, path.read_bytes(), replace=False)
    except OSError as error:
        raise _unusable(former, error.strerror or type(error).__name__) from error
