"""Signed notes, checkpoints and anchors as a bundle may hold them: read strictly, in one way.

A time is taken by its shape alone, because what a calendar holds for possible differs between
programs; and a name in a signature line is ASCII.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from states.canonical import LARGEST
from states.checkpoint import SHORT
from states.merkle import SHA256
from states.signed_note import NoteKey, Signature, SignedNote, decoded, read_key
from workflow.proof.keys import verify

STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_TEXT = re.compile(
    r"(rectify/[0-9a-f]{16})\n([1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n"
    rf"suite (sha256|sm3)\nat ({STAMP})\n"
)
_SIGNATURE = re.compile("— ([!-*,-~]+) ([A-Za-z0-9+/]+={0,2})")
_SHORT = re.compile(rf"([1-9][0-9]{{0,15}}):([0-9a-f]{{{SHORT},64}})")
_LINES = 100
_ID = 4
_FIELD = 2**255 - 19
_SMALL_ORDER = frozenset(
    (
        0,
        1,
        _FIELD - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7,
    )
)
"""The ordinates of the points of order 1, 2, 4 and 8."""


def read_note(written: str) -> SignedNote:
    """Return the note that a text holds. Raises ``ValueError`` if it is none."""
    body, blank, rest = written.rpartition("\n\n")
    lines = rest.split("\n")
    if not blank or lines.pop() or not 1 <= len(lines) <= _LINES:
        raise ValueError("no signed note")
    return SignedNote(body + "\n", tuple(map(_signature, lines)))


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    raw = decoded(found[2]) if found else b""
    if found is None or len(raw) <= _ID:
        raise ValueError("no signature of a note")
    return Signature(found[1], raw[:_ID], raw[_ID:])


@dataclass(frozen=True, slots=True)
class Stamped:
    """A checkpoint as a bundle holds it. ``root`` is in hex, ``at`` as text."""

    origin: str
    size: int
    root: str
    suite: str
    at: str
    note: SignedNote


def read_stamped(written: str) -> Stamped:
    """Return the checkpoint that a note states. Raises ``ValueError`` if it states none."""
    note = read_note(written)
    found = _TEXT.fullmatch(note.text)
    if found is None or int(found[2]) > LARGEST:
        raise ValueError("no checkpoint")
    root = decoded(found[3]).hex()
    return Stamped(found[1], int(found[2]), root, found[4], found[5], note)


@dataclass(frozen=True, slots=True)
class Given:
    """An outside anchor: a size, the first digits of the root, and the note if it was one."""

    size: int
    root: str
    stamped: Stamped | None = None

    def __str__(self) -> str:
        return f"{self.size}:{self.root[:SHORT]}"


def read_given(text: str) -> Given:
    """Return the anchor that a text holds, a note or its short form. Raises ``ValueError``."""
    short = _SHORT.fullmatch(text.strip())
    if short is not None and int(short[1]) <= LARGEST:
        return Given(int(short[1]), short[2])
    stamped = read_stamped(text)
    return Given(stamped.size, stamped.root, stamped)


def key_of_log(text: object, origin: str) -> NoteKey:
    """Return the key that a text states under the log's name. Raises ``ValueError``."""
    if not isinstance(text, str):
        raise ValueError("no key")
    key = read_key(text)
    if key.name != origin or str(key) != text:
        raise ValueError("a key of another name")
    return key


def signed_by(note: SignedNote, key: NoteKey) -> bool:
    """Return whether one of a note's signatures is a right one of a key."""
    return not _is_weak(key.public) and note.signed_by(key, verify)


def _is_weak(public: bytes) -> bool:
    """Return whether no signature can be right under a key: OpenSSL itself does not ask."""
    ordinate = int.from_bytes(public, "little") & (2**255 - 1)
    return ordinate >= _FIELD or ordinate in _SMALL_ORDER


def suite_of(stamped: list[Stamped]) -> str:
    """Return with what the tree is hashed."""
    return stamped[0].suite if stamped else SHA256
