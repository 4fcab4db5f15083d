"""The tree of a log made anew of what its shares prove: hashes in the order of their indices.

A share tells the index of each of its sealed entries, and the hash of its leaf; no share needs
another one for that. What is put together here is as large as the log is long: 33 bytes an entry.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from operator import itemgetter

from states.errors import Problem
from states.log import Line
from states.merkle import SHA256, Frontier, hash_of, leaf_hash
from workflow.shares import Leaf

SEALS = "seals"
"""Where problems of seals are: beside the names of streams."""

_LEAF = b"rectify/entry/1\n"
_DIGEST = 32
_HEX = 2 * _DIGEST
_STREAM = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Leaves:
    """What is sealed of a share: indices and, end to end, the hashes of as many leaves.

    ``gone`` are the indices of what has no entry, or is sealed before the entry that it follows.
    """

    indices: array[int] = field(default_factory=lambda: array("q"))
    hashes: bytes = b""
    gone: array[int] = field(default_factory=lambda: array("q"))


NO_LEAVES = Leaves()
"""Of a share of which nothing is sealed."""


def leaves_of(sealed: Iterable[Leaf], lines: Iterable[Line], suite: str) -> Leaves:
    """Return the leaves of a share; both come in order of stream and number.

    With SHA-256 an entry's hash, which the proof of its stream holds against its bytes, is its
    leaf's. Raises ``ValueError`` if this machine knows no such suite.
    """
    by_stream = {stream: list(of) for stream, of in groupby(_hashed(lines, suite), _STREAM)}
    indices, hashes, gone = array("q"), list[str](), array("q")
    for stream, of in groupby(sealed, _STREAM):
        leaves, mine = list(of), by_stream.get(stream, [])
        sound = _sound(leaves, mine)
        indices.extend([leaf[2] for leaf in leaves[:sound]])
        hashes += [line[4] for line in mine[:sound]]
        gone.extend([leaf[2] for leaf in leaves[sound:]])
    return Leaves(indices, bytes.fromhex("".join(hashes)), gone)


def _sound(leaves: Sequence[Leaf], lines: Sequence[Line]) -> int:
    """Return how many leaves of a stream have their entries and are sealed in their order."""
    indices, numbers = [leaf[2] for leaf in leaves], [leaf[1] for leaf in leaves]
    whole = numbers == [line[1] for line in lines[: len(leaves)]]
    if whole and numbers == list(range(1, len(leaves) + 1)) and indices == sorted(indices):
        return len(leaves)  # as nearly always
    before = -1
    for place, (leaf, line) in enumerate(zip(leaves, lines, strict=False)):
        if not leaf[1] == line[1] == place + 1 or leaf[2] < before:
            return place
        before = leaf[2]
    return min(len(leaves), len(lines))


def _hashed(lines: Iterable[Line], suite: str) -> Sequence[Line]:
    """Return lines with the hashes of their leaves; those that have none are left out."""
    lines = list(lines)
    if suite != SHA256:
        hash = hash_of(suite)
        bodies: Iterator[tuple[tuple[str, int], object]] = ((line[:2], line[5]) for line in lines)
        return [
            (*at, "", "", leaf_hash(hash, _LEAF + body).hex(), b"")
            for at, body in bodies
            if isinstance(body, bytes)
        ]
    return lines if _are_hex(lines) else [line for line in lines if _is_hex(line[4])]


def _are_hex(lines: Sequence[Line]) -> bool:
    """Return whether all hashes are some: for many at once, in a tenth of the time."""
    try:
        hashes = [line[4] for line in lines]
        digests = bytes.fromhex("".join(hashes))
    except (TypeError, ValueError):
        return False
    return {_HEX}.issuperset(map(len, hashes)) and len(digests) == _DIGEST * len(hashes)


def _is_hex(hash: object) -> bool:
    digits = set("0123456789abcdef")
    return isinstance(hash, str) and len(hash) == _HEX and digits.issuperset(hash)


@dataclass(frozen=True, slots=True)
class Root:
    """What a seal says of the tree: its size, its root, its perfect subtrees' roots."""

    size: int
    root: bytes
    frontier: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Sealing:
    """What seals say of the tree, the smallest first, and the suite that it is hashed with."""

    suite: str
    roots: tuple[Root, ...]

    @property
    def end(self) -> int:
        """How many entries are sealed."""
        return max((root.size for root in self.roots), default=0)


class Tree:
    """The leaves of a log of so many entries, which come in any order."""

    def __init__(self, entries: int) -> None:
        self._hashes = bytearray(entries * _DIGEST)
        self._there = bytearray(entries)
        self._astray: list[int] = []
        self._entries = entries

    def put(self, leaves: Leaves) -> None:
        """Put the leaves of a share in their places.

        An index beyond the number of entries has a gap before it, so its hash is not needed; of two
        entries with one index neither is the one that was sealed there.
        """
        indices, hashes, there, entries = leaves.indices, leaves.hashes, self._there, self._entries
        self._astray += leaves.gone
        if self._goes_on(indices):
            first, end = indices[0], indices[-1] + 1
            self._hashes[first * _DIGEST : end * _DIGEST] = hashes
            there[first:end] = b"\x01" * len(indices)
            return
        for index, at in zip(indices, count(step=_DIGEST), strict=False):
            if not 0 <= index < entries or there[index]:
                self._astray.append(index)
                continue
            place = index * _DIGEST
            self._hashes[place : place + _DIGEST] = hashes[at : at + _DIGEST]
            there[index] = 1

    def _goes_on(self, indices: array[int]) -> bool:
        """Return whether indices follow each other into places that are free."""
        if not indices or not 0 <= indices[0] <= indices[-1] < self._entries:
            return False
        first, end = indices[0], indices[-1] + 1
        return indices == array("q", range(first, end)) and not any(self._there[first:end])

    def problems(self, sealing: Sealing) -> Iterator[Problem]:
        """Yield where the leaves are not those of which the seals speak."""
        tree, end = Frontier.empty(hash_of(sealing.suite)), sealing.end
        whole, leaves = self._whole(), memoryview(self._hashes)
        for seal in sealing.roots:
            if seal.size > whole:
                break
            tree.extend(leaves[tree.size * _DIGEST : seal.size * _DIGEST])
            if tree.root() != seal.root:
                text = "the entries up to {size} are not those that were sealed"
                yield Problem("root_differs", text, {"size": seal.size}, source=SEALS)
                return
            if tuple(tree.roots) != seal.frontier:
                text = "the seal at {size} does not say what its row or the seal before it says"
                yield Problem("seal_differs", text, {"size": seal.size}, source=SEALS)
        if whole < end and self._has_after(whole, end):
            text = "the sealed entry at {index} is gone, or sealed out of order"
            yield Problem("sealed_missing", text, {"index": whole}, source=SEALS)
        elif whole < end:
            facts = {"size": end, "count": whole}
            text = "{size} entries were sealed, the log has {count} of them"
            yield Problem("log_cut", text, facts, source=SEALS)

    def _whole(self) -> int:
        """Return how many leaves there are from the first on without a gap."""
        doubtful = [index for index in self._astray if 0 <= index < self._entries]
        for index in doubtful:
            self._there[index] = 0
        gap = self._there.find(0)
        return self._entries if gap < 0 else gap

    def _has_after(self, index: int, end: int) -> bool:
        """Return whether anything was sealed at an index or after it, and before the end."""
        return self._there.find(1, index, end) >= 0 or any(
            index <= one < end for one in self._astray
        )
