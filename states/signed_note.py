"""Signed notes as C2SP writes them (c2sp.org/signed-note): a text, and lines that sign it.

Nothing here signs or checks a signature: whoever calls brings the function that does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

ED25519 = 1
_DASH = "— "
_ID = 4
_PUBLIC, _SIGNATURE = 32, 64
_MOST = 100  # lines under one note, as in Go's library: each may cost a check of a signature
_NAME = re.compile(r"[!-*,-~]+")  # printing ASCII without "+"; C2SP would allow other letters

Verify = Callable[[bytes, bytes, bytes], bool]
"""Returns whether a signature is right, given public key, signature and message."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public Ed25519 key by its name, as ``NAME+HEXID+BASE64`` writes it."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over name, line end, algorithm and public key."""
        named = self.name.encode() + b"\n" + bytes([ED25519]) + self.public
        return hashlib.sha256(named).digest()[:_ID]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the public key in hex: what is told by another way."""
        return hashlib.sha256(self.public).hexdigest()

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([ED25519]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"


def read_key(text: str) -> NoteKey:
    """Return the key that a line states. Raises ``ValueError`` if it is none of ours."""
    name, _, rest = text.partition("+")
    hexid, _, encoded = rest.partition("+")
    raw = decoded(encoded)
    if not _is_name(name) or len(raw) != 1 + _PUBLIC or raw[0] != ED25519:
        raise ValueError(f"no Ed25519 key of a note: {text!r:.120}")
    key = NoteKey(name, raw[1:])
    if key.id.hex() != hexid:
        raise ValueError(f"the key's id is not its own: {text!r:.120}")
    return key


@dataclass(frozen=True, slots=True)
class Signature:
    """A line that signs a note: who, the first bytes of their key's hash, the signature."""

    name: str
    id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text (its last line end included) and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def signed_by(self, key: NoteKey, verify: Verify) -> bool:
        """Return whether one of the signatures is a right one of that key."""
        return any(
            (line.name, line.id) == (key.name, key.id)
            and len(line.signature) == _SIGNATURE
            and verify(key.public, line.signature, self.text.encode())
            for line in self.signatures
        )

    def __str__(self) -> str:
        lines = (
            f"{_DASH}{s.name} {base64.b64encode(s.id + s.signature).decode()}\n"
            for s in self.signatures
        )
        return f"{self.text}\n{''.join(lines)}"


def sign(text: str, key: NoteKey, signer: Callable[[bytes], bytes]) -> SignedNote:
    """Return the note of a text, signed by what ``signer`` returns for its bytes.

    Raises ``ValueError`` for a text that no note can hold.
    """
    _check(text)
    return SignedNote(text, (Signature(key.name, key.id, signer(text.encode())),))


def read_note(written: str) -> SignedNote:
    """Return the note that a text holds. Raises ``ValueError`` if it is none."""
    body, blank, rest = written.rpartition("\n\n")
    if not blank or not rest.endswith("\n"):
        raise ValueError("no signed note: no signature stands below an empty line")
    text, lines = body + "\n", rest[:-1].split("\n")
    _check(text)
    if len(lines) > _MOST:
        raise ValueError(f"no signed note: more than {_MOST} signatures")
    return SignedNote(text, tuple(map(_signature, lines)))


def _check(text: str) -> None:
    printable = all(c >= " " or c == "\n" for c in text)
    if not text.endswith("\n") or not printable or "�" in text:
        raise ValueError("no text of a note: line ends alone, and one at the end")
    text.encode("utf-8")


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = decoded(encoded)
    if not line.startswith(_DASH) or not _is_name(name) or len(raw) <= _ID:
        raise ValueError(f"no signature of a note: {line!r:.120}")
    return Signature(name, raw[:_ID], raw[_ID:])


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def decoded(encoded: str) -> bytes:
    """Return what Base64 holds. Raises ``ValueError`` unless it is written the one right way."""
    try:
        raw = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"no Base64: {encoded!r:.120}") from None
    if base64.b64encode(raw).decode() != encoded:  # one way to write it, no loose bits at its end
        raise ValueError(f"no Base64 as it is written: {encoded!r:.120}")
    return raw
