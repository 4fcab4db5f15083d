"""A small log whose owner gives out anchors, honest or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from states.canonical import canonical
from states.checkpoint import Checkpoint, origin_of
from states.merkle import SHA256, hash_of, leaf_hash, root_of
from states.signed_note import NoteKey, sign
from workflow.proof.anchors.comparing import Compared, compare
from workflow.proof.anchors.held import Held, of_note, typed
from workflow.proof.anchors.measuring import Measure, Measured
from workflow.proof.keys import verify

FIRST = datetime(2026, 11, 23, 1, tzinfo=UTC)
_SUITE = hash_of(SHA256)
_PREFIX = b"rectify/entry/1\n"


@cache
def private(number: int) -> Ed25519PrivateKey:
    """Return a key of that number, the same at every run."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def body(stream: str, n: int, event: str, **facts: object) -> bytes:
    """Return the body of an entry, as far as anchors are concerned."""
    return canonical({"event": event, "facts": facts, "n": n, "stream": stream})


def a_log(entries: int = 8, key: int = 1) -> SmallLog:
    """Return a log of an office that adopts a key, and of so many entries in all."""
    founding = body("@office", 1, "found_office", trial=True)
    origin = origin_of(leaf_hash(_SUITE, _PREFIX + founding).hex())
    adopting = body("@office", 2, "adopt_key", key=str(named(origin, key)))
    issues = (body(f"R-{n % 3}", n, "note", note=f"n{n}") for n in range(entries - 2))
    return SmallLog([founding, adopting, *issues], origin, key)


def named(origin: str, key: int) -> NoteKey:
    """Return the public key of a number under a log's name."""
    return NoteKey(origin, private(key).public_key().public_bytes_raw())


@dataclass
class SmallLog:
    """Bodies of entries in their order, and who signs."""

    bodies: list[bytes]
    origin: str
    key: int = 1
    missing: set[int] = field(default_factory=set)

    def checkpoint(self, size: int, *, minutes: int | None = None) -> Checkpoint:
        """Return what this log commits to at a size, sealed so many minutes after the first."""
        root = root_of(_SUITE, (leaf_hash(_SUITE, _PREFIX + b) for b in self.bodies[:size]))
        at = FIRST + timedelta(minutes=size if minutes is None else minutes)
        return Checkpoint(origin=self.origin, size=size, root=root, suite=SHA256, at=at)

    def note(self, size: int, *, key: int | None = None, minutes: int | None = None) -> str:
        """Return the signed note of a size."""
        key = self.key if key is None else key
        text = self.checkpoint(size, minutes=minutes).text()
        return str(sign(text, named(self.origin, key), private(key).sign))

    def anchor(self, size: int, source: str = "", **how: int) -> Held:
        """Return the note of a size, as somebody holds it."""
        return of_note(source or f"{size}.note", self.note(size, **how))

    def short(self, size: int) -> Held:
        """Return the short form of a size, as somebody holds it."""
        held = typed(str(self.checkpoint(size).anchor))
        assert held is not None
        return held

    def measured(self, held: Iterable[Held], sealed: int | None = None) -> Measured:
        """Return the log as it is read from its bodies."""
        measure = Measure({one.anchor.size for one in held}, SHA256)
        lines = [(i, b) for i, b in enumerate(self.bodies) if i not in self.missing]
        measure.read(lines)
        return measure.result(len(self.bodies) if sealed is None else sealed)

    def compared(self, *held: Held, sealed: int | None = None) -> Compared:
        """Return anchors compared with this log."""
        return compare(held, self.measured(held, sealed), verify)


def problems(compared: Compared) -> dict[str, tuple[str, ...]]:
    """Return what is wrong with each anchor, by its source."""
    return {one.held.source: one.problems for one in compared.judged}
