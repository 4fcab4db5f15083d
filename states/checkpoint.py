"""Checkpoints: what a log commits to, as C2SP writes it (c2sp.org/tlog-checkpoint).

The text names the log (its origin), the number of entries and the root over them, then the suite
that hashes and when it was sealed. Suite and time stand inside what is signed.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from states.canonical import LARGEST, instant, stamp
from states.merkle import SUITES, Tree
from states.signed_note import NoteKey, decoded

ORIGIN = re.compile(r"rectify/[0-9a-f]{16}", re.ASCII)
SHORT = 16
"""How many hex digits of a root stand in the foot of a mail: enough to contradict a forger."""

_SIZE = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
_DIGEST = 32


def origin_of(first: str) -> str:
    """Return the name of the log whose office's first entry has this hash (hex)."""
    return f"rectify/{first[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is committed to: the first ``size`` entries of the log ``origin`` have this root."""

    origin: str
    size: int
    root: bytes
    suite: str
    at: datetime

    @property
    def tree(self) -> Tree:
        """The tree that it commits to."""
        return Tree(self.size, self.root)

    @property
    def anchor(self) -> Anchor:
        """Its short form."""
        return Anchor(self.size, self.root.hex()[:SHORT])

    def text(self) -> str:
        """Return the text that is signed."""
        root = base64.b64encode(self.root).decode()
        lines = (self.origin, str(self.size), root, f"suite {self.suite}", f"at {stamp(self.at)}")
        return "\n".join(lines) + "\n"


def read_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text states. Raises ``ValueError`` if it is none."""
    match text.split("\n"):
        case [origin, size, root, suite, at, ""]:
            pass
        case _:
            raise ValueError("no checkpoint: it has five lines")
    found = Checkpoint(
        origin=origin,
        size=_size(size),
        root=decoded(root),
        suite=_after("suite ", suite),
        at=instant(_after("at ", at)),
    )
    if ORIGIN.fullmatch(origin) is None or len(found.root) != _DIGEST or found.suite not in SUITES:
        raise ValueError("no checkpoint of this kind of log")
    return found


def _size(text: str) -> int:
    if _SIZE.fullmatch(text) is None or int(text) > LARGEST:
        raise ValueError(f"no size: {text!r:.40}")
    return int(text)


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise ValueError(f"a line does not begin with {word!r}: {line!r:.80}")
    return line.removeprefix(word)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The short form of a checkpoint, ``SIZE:ROOT16``: what fits the foot of a mail."""

    size: int
    root: str

    def __str__(self) -> str:
        return f"{self.size}:{self.root}"

    @property
    def file_name(self) -> str:
        """Under which name its note is kept: ``SIZE-ROOT16.note``."""
        return f"{self.size}-{self.root[:SHORT]}.note"

    def fits(self, tree: Tree) -> bool:
        """Return whether a tree of the same size has a root that begins so."""
        return self.size == tree.size and tree.root.hex().startswith(self.root)


_ANCHOR = re.compile(r"([1-9][0-9]{0,15}):([0-9a-f]{16,64})", re.ASCII)


def read_anchor(text: str) -> Anchor:
    """Return the anchor of a short form. Raises ``ValueError`` if it is none."""
    found = _ANCHOR.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"no anchor (SIZE:ROOT): {text!r:.80}")
    return Anchor(_size(found[1]), found[2])


# ---------------------------------------------------------------- the keys that sign


_KEY = "rectify/key/1\n"
_RECOVERY = "rectify/recovery/1\n"
_RECOVERED = "rectify/recovered/1\n"


def handing_on(key: NoteKey) -> str:
    """Return the text that the key in force signs when another one takes its place."""
    return f"{_KEY}{key}\n"


def standing_by(key: NoteKey, after: str) -> str:
    """Return the text that the key in force signs when a recovery key is to stand by.

    ``after`` is the hash (hex) of the office's entry before: what was signed for one place of one
    log is worth nothing in any other.
    """
    return f"{_RECOVERY}{key}\nafter {after}\n"


def stepping_in(key: NoteKey, after: str) -> str:
    """Return the text that a recovery key signs when a key takes the place of one that is lost.

    It begins otherwise than what the key in force signs, so that neither is taken for the other.
    """
    return f"{_RECOVERED}{key}\nafter {after}\n"
