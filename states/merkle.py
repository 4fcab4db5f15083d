"""The Merkle tree of RFC 9162 section 2.1: roots, proofs, and what they prove.

A *suite* names the hash. Trees grow at their right edge: a frontier, the roots of the perfect
subtrees from left to right, is all that must be kept to append and to tell the root.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

Hash = Callable[[bytes], bytes]

SHA256 = "sha256"
SM3 = "sm3"
SUITES = (SHA256, SM3)
"""What may be hashed with. SM3 (GB/T 32905) is there only where OpenSSL brings it."""

_LEAF, _NODE = b"\x00", b"\x01"
_DIGEST = 32  # bytes, in every suite
_MANY = 4096 * _DIGEST  # what is hashed at a time: few enough to stay near


def hash_of(suite: str) -> Hash:
    """Return the hash function of a suite. Raises ``ValueError`` if this machine has none."""
    if suite == SHA256:
        return lambda data: hashlib.sha256(data).digest()
    if suite == SM3 and SM3 in hashlib.algorithms_available:
        return lambda data: hashlib.new("sm3", data).digest()
    raise ValueError(f"no hash of the suite {suite!r} on this machine")


def leaf_hash(suite: Hash, data: bytes) -> bytes:
    """Return the hash of a leaf that holds ``data``."""
    return suite(_LEAF + data)


def node_hash(suite: Hash, left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two subtrees."""
    return suite(_NODE + left + right)


@dataclass(slots=True)
class Frontier:
    """A growing tree: its size and the roots of its perfect subtrees, the largest first."""

    suite: Hash
    size: int
    roots: list[bytes]

    @classmethod
    def empty(cls, suite: Hash) -> Frontier:
        """Return the tree without leaves."""
        return cls(suite, 0, [])

    def append(self, leaf: bytes) -> None:
        """Append a leaf by its hash."""
        size, node = self.size, leaf
        while size & 1:
            node = node_hash(self.suite, self.roots.pop(), node)
            size >>= 1
        self.roots.append(node)
        self.size += 1

    def extend(self, leaves: bytes | memoryview) -> None:
        """Append leaves, their hashes end to end, in two thirds of the time of one by one."""
        for start in range(0, len(leaves), _MANY):
            self._extend(bytes(leaves[start : start + _MANY]))

    def _extend(self, nodes: bytes) -> None:
        """Append subtrees of one height: two of them are one of the next."""
        suite, size, left_over = self.suite, self.size, []
        self.size += len(nodes) // _DIGEST
        while nodes:
            if size & 1:
                nodes = self.roots.pop() + nodes
            if len(nodes) // _DIGEST & 1:
                left_over.append(nodes[-_DIGEST:])
            pairs = range(0, len(nodes) - _DIGEST, 2 * _DIGEST)
            nodes = b"".join([suite(_NODE + nodes[at : at + 2 * _DIGEST]) for at in pairs])
            size >>= 1
        self.roots += reversed(left_over)

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self.roots:
            return self.suite(b"")
        *rest, node = self.roots
        for left in reversed(rest):
            node = node_hash(self.suite, left, node)
        return node


def root_of(suite: Hash, leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaves, given by their hashes."""
    tree = Frontier.empty(suite)
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


# ---------------------------------------------------------------- proofs


def inclusion_ranges(size: int, index: int) -> list[tuple[int, int]]:
    """Return over which leaves, from and to, the nodes of an inclusion proof are the roots.

    They are ordered as RFC 9162 section 2.1.3.1 has them: the leaf's sibling first. Raises
    ``IndexError`` if the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    ranges, begin, end = [], 0, size
    while end - begin > 1:
        split = begin + _split(end - begin)
        ranges.append((split, end) if index < split else (begin, split))
        begin, end = (begin, split) if index < split else (split, end)
    return ranges[::-1]


def inclusion_proof(suite: Hash, leaves: Iterable[bytes], size: int, index: int) -> list[bytes]:
    """Return the proof that a leaf is in the tree of the first ``size`` leaves.

    The leaves pass by once and none is kept. Raises ``IndexError`` if there is no such leaf.
    """
    ranges = inclusion_ranges(size, index)
    roots, hashes = {}, islice(leaves, size)
    at = 0
    for begin, end in sorted(ranges):
        roots[begin] = root_of(suite, islice(hashes, begin - at, end - at))
        at = end
    return [roots[begin] for begin, _ in ranges]


def consistency_proof(suite: Hash, leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Return the proof that the first ``size`` leaves are a prefix (RFC 9162 section 2.1.4.1).

    Raises ``IndexError`` unless 0 < size <= number of leaves.
    """
    if not 0 < size <= len(leaves):
        raise IndexError(size)
    return _subproof(suite, leaves, size, whole=True)


def _subproof(suite: Hash, leaves: Sequence[bytes], size: int, *, whole: bool) -> list[bytes]:
    if size == len(leaves):
        return [] if whole else [root_of(suite, leaves)]
    split = _split(len(leaves))
    if size <= split:
        left = _subproof(suite, leaves[:split], size, whole=whole)
        return [*left, root_of(suite, leaves[split:])]
    right = _subproof(suite, leaves[split:], size - split, whole=False)
    return [*right, root_of(suite, leaves[:split])]


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Tree:
    """What somebody claims of a tree: its size and its root."""

    size: int
    root: bytes


def includes(suite: Hash, tree: Tree, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that a leaf is in a tree (RFC 9162 section 2.1.3.2).

    Everything is checked, the last conditions too: the path must be used up, and must end at the
    root.
    """
    if not 0 <= index < tree.size or not _are_digests(leaf, *proof):
        return False
    node, last, mine = leaf, tree.size - 1, index
    for sibling in proof:
        if last == 0:
            return False
        if mine & 1 or mine == last:
            node = node_hash(suite, sibling, node)
            while not mine & 1 and mine:
                mine, last = mine >> 1, last >> 1
        else:
            node = node_hash(suite, node, sibling)
        mine, last = mine >> 1, last >> 1
    return last == 0 and node == tree.root


def consistent(suite: Hash, older: Tree, newer: Tree, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that one tree is a prefix of another (section 2.1.4.2)."""
    if not 0 < older.size <= newer.size or not _are_digests(older.root, newer.root, *proof):
        return False
    if older.size == newer.size:
        return not proof and older.root == newer.root
    path = list(proof)
    if older.size & (older.size - 1) == 0:
        path.insert(0, older.root)
    if not path:
        return False
    return _climbs(suite, older, newer, path)


def _climbs(suite: Hash, older: Tree, newer: Tree, path: Sequence[bytes]) -> bool:
    mine, last = older.size - 1, newer.size - 1
    while mine & 1:
        mine, last = mine >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if mine & 1 or mine == last:
            before, after = node_hash(suite, sibling, before), node_hash(suite, sibling, after)
            while not mine & 1 and mine:
                mine, last = mine >> 1, last >> 1
        else:
            after = node_hash(suite, after, sibling)
        mine, last = mine >> 1, last >> 1
    return last == 0 and before == older.root and after == newer.root


def _are_digests(*hashes: bytes) -> bool:
    """Return whether each is as long as a hash: one that is longer could hide where it ends."""
    return all(len(hash) == _DIGEST for hash in hashes)
