"""A log measured: the root at every size that is asked for, from the bodies of its entries alone.

Nothing that a database or a bundle says of itself, hashes, roots and notes, takes part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from states.checkpoint import Anchor, Checkpoint, origin_of, read_anchor, read_checkpoint
from states.errors import Invalid, Problem
from states.log import OFFICE, UNREADABLE
from states.merkle import SHA256, Frontier, hash_of, leaf_hash
from states.signed_note import NoteKey, read_key, read_note
from workflow.proof.bundle.reading import CHECKPOINTS, ENTRIES, Archive, BrokenBundle

if TYPE_CHECKING:
    from workflow.ports import Store

_PREFIX = b"rectify/entry/1\n"
_OF_OFFICE = f'"stream":"{OFFICE}"'.encode()
_STEP = 8192

Tell = Callable[[int], None]
"""Hears how many entries have been read."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What a restored backup did not know: seals above a size, by their anchors.

    Where the database that was replaced could be read, they are ``all`` that there were: any other
    anchor of a size among them was never given out by that log.
    """

    above: int
    anchors: tuple[Anchor, ...]
    all: bool

    def holds(self, anchor: Anchor) -> bool:
        """Return whether it explains that an anchor fits no more."""
        if self.all:
            return any(_agree(anchor, lost) for lost in self.anchors)
        return self.above < anchor.size <= max((lost.size for lost in self.anchors), default=0)


def _agree(one: Anchor, other: Anchor) -> bool:
    digits = min(len(one.root), len(other.root))
    return one.size == other.size and one.root[:digits] == other.root[:digits]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A log as its entries' bodies give it: ``roots`` by size, of those sizes that were asked for.

    ``lost`` is the first index whose entry is not there. ``sealed`` is how far the log's own last
    checkpoint reaches, ``keys`` are all that it ever adopted. ``restored`` are the gaps that its
    own record of restored backups accounts for.
    """

    origin: str
    entries: int
    sealed: int
    roots: Mapping[int, bytes] = field(default_factory=dict)
    lost: int | None = None
    keys: tuple[NoteKey, ...] = ()
    restored: tuple[Gap, ...] = ()

    def accounts_for(self, anchor: Anchor) -> bool:
        """Return whether a seal was lost by a restore that is on record."""
        return any(gap.holds(anchor) for gap in self.restored)


class Measure:
    """Reads a log once: its bodies by index, from 0 on, and keeps its roots at given sizes."""

    def __init__(self, sizes: Collection[int], suite: str) -> None:
        self._wanted = sorted(set(sizes))
        self._hash = hash_of(suite)
        self._tree = Frontier.empty(self._hash)
        self._roots: dict[int, bytes] = {0: self._tree.root()}
        self._keys: list[NoteKey] = []
        self._restored: list[Gap] = []
        self._origin = ""
        self._lost: int | None = None
        self._end = 0

    def read(self, lines: Iterable[tuple[int, bytes]], tell: Tell | None = None) -> None:
        """Read all lines, in the order of their indices."""
        last = self._wanted[-1] if self._wanted else 0
        wanted = set(self._wanted)
        for index, body in lines:
            if index != self._end and self._lost is None:
                self._lost = self._end
            self._end = index + 1
            if _OF_OFFICE in body:
                self._read_office(body)
            if index < last and self._lost is None:
                self._tree.append(leaf_hash(self._hash, _PREFIX + body))
                if index + 1 in wanted:
                    self._roots[index + 1] = self._tree.root()
            if tell is not None and self._end % _STEP == 0:
                tell(self._end)

    def _read_office(self, body: bytes) -> None:
        """Note what the office's entries say of the log itself; the unreadable say nothing."""
        try:
            content = json.loads(body)
            if content["stream"] != OFFICE:
                return
            facts = content["facts"]
            if content["n"] == 1 and not self._origin:
                self._origin = origin_of(leaf_hash(hash_of(SHA256), _PREFIX + body).hex())
            if content["event"] == "adopt_key":
                self._keys.append(read_key(facts["key"]))
            if content["event"] == "restore":
                above = read_anchor(facts["backup"]).size if "backup" in facts else 0
                lost = facts.get("lost", ())
                anchors = tuple(read_anchor(seal["anchor"]) for seal in lost)
                self._restored.append(Gap(above, anchors, all("at" in seal for seal in lost)))
        except UNREADABLE:
            return

    def result(self, sealed: int) -> Measured:
        """Return what was found; ``sealed`` is how far the log's last checkpoint reaches."""
        return Measured(
            origin=self._origin,
            entries=self._end,
            sealed=sealed,
            roots=self._roots,
            lost=self._lost,
            keys=tuple(self._keys),
            restored=tuple(self._restored),
        )


def of_store(store: Store, sizes: Collection[int], tell: Tell | None = None) -> Measured:
    """Return the log of a store, measured in one transaction."""
    with store.reading() as session:
        last = session.checkpoint()
        measure = Measure(sizes, last.suite if last else SHA256)
        measure.read(((index, row.body) for index, row in session.indexed_rows()), tell)
        return measure.result(last.size if last else 0)


def of_bundle(path: Path, sizes: Collection[int], tell: Tell | None = None) -> Measured:
    """Return the log of a bundle, measured from its lines. Raises ``Invalid`` if it is none."""
    try:
        with Archive(path) as archive:
            if ENTRIES not in archive:
                raise BrokenBundle(f"{ENTRIES} is not there")
            last = _last(archive)
            measure = Measure(sizes, last.suite if last else SHA256)
            lines = enumerate(archive.lines(ENTRIES))
            measure.read(((index, line) for index, line in lines if line is not None), tell)
            return measure.result(last.size if last else 0)
    except (OSError, BrokenBundle) as error:
        facts = {"error": str(error)}
        text = "no bundle that can be read: {error}"
        raise Invalid(Problem("bundle_unreadable", text, facts, source=str(path))) from None


def _last(archive: Archive) -> Checkpoint | None:
    """Return the last checkpoint of a bundle that can be read."""
    last = None
    for line in archive.lines(CHECKPOINTS):
        try:
            last = read_checkpoint(read_note(json.loads(line or b"")["note"]).text)
        except UNREADABLE:
            continue
    return last
