"""A recovery key in letters: written so that it can be printed, and typed in again from paper.

Base32 (RFC 4648 section 6) of the 32 bytes of the key and of three that check them, in 14 groups of
four characters. It knows no 0, 1 or 8, so that these can only be meant for O, I and B.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator

from states.errors import Invalid, Problem

_SEED, _CHECK = 32, 3  # bytes
_GROUP, _LINE = 4, 7  # characters of a group, groups of a line
LENGTH = (_SEED + _CHECK) * 8 // 5
_MEANT = str.maketrans("018", "OIB")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_GROUPS = re.compile(r"\s*(?:[A-Z0-9]{4}(?:[\s-]+|$))+", re.ASCII)


def recovery_lines(seed: bytes) -> tuple[str, ...]:
    """Return the lines that state a recovery key, given the 32 bytes of its private key."""
    letters = base64.b32encode(seed + _check(seed)).decode()
    groups = [letters[at : at + _GROUP] for at in range(0, LENGTH, _GROUP)]
    return tuple(" ".join(groups[at : at + _LINE]) for at in range(0, len(groups), _LINE))


def read_recovery(text: str) -> bytes:
    """Return the 32 bytes of the private key that a text states, among whatever other lines.

    Small letters, dashes between groups and full-width characters are taken as they are meant.
    Raises ``Invalid``, which names the groups that were probably mistyped, and never what they say.
    """
    letters = "".join(_stated(text))
    if len(letters) != LENGTH:
        raise Invalid(
            Problem(
                "recovery_unreadable",
                "no recovery key stands here: it has {length} letters and digits in groups of "
                "four, and {count} were found",
                {"length": LENGTH, "count": len(letters)},
            )
        )
    seed = _seed(letters)
    if seed is None:
        raise _mistyped(letters)
    return seed


def _stated(text: str) -> Iterator[str]:
    """Yield the characters of the lines that hold groups of four and nothing else."""
    for line in unicodedata.normalize("NFKC", text).replace("\ufeff", "").splitlines():
        upper = line.strip().upper()
        if _GROUPS.fullmatch(upper):
            yield re.sub(r"[\s-]", "", upper).translate(_MEANT)


def _check(seed: bytes) -> bytes:
    return hashlib.sha256(b"rectify/recovery-key/1\n" + seed).digest()[:_CHECK]


def _seed(letters: str) -> bytes | None:
    try:
        raw = base64.b32decode(letters)
    except ValueError:  # a 9: no letter of base32
        return None
    return raw[:_SEED] if _check(raw[:_SEED]) == raw[_SEED:] else None


def _mistyped(letters: str) -> Invalid:
    groups = tuple(sorted({at // _GROUP + 1 for at in _doubtful(letters)}))
    if groups:
        text = (
            "the recovery key was mistyped, probably in group {groups}: compare it with the sheet"
        )
        return Invalid(Problem("recovery_mistyped", text, {"groups": groups}))
    text = "the recovery key was mistyped in several places: compare it with the sheet"
    return Invalid(Problem("recovery_mistyped", text))


def _doubtful(letters: str) -> Iterator[int]:
    """Yield the places where one other character, or two exchanged, would make the key right."""
    for at, letter in enumerate(letters):
        others = [letters[:at] + other + letters[at + 1 :] for other in _LETTERS]
        others.append(letters[:at] + letters[at + 1 : at + 2] + letter + letters[at + 2 :])
        if any(_seed(other) is not None for other in others):
            yield at
