"""The Merkle tree: published vectors, and every proof of every small tree, whole and damaged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.merkle import (
    SHA256,
    SM3,
    Frontier,
    Tree,
    consistency_proof,
    consistent,
    hash_of,
    includes,
    inclusion_proof,
    leaf_hash,
    root_of,
)

VECTORS = json.loads(
    (Path(__file__).parents[1] / "data" / "merkle_vectors.json").read_text(encoding="utf-8")
)
HASH = hash_of(SHA256)
PUBLISHED = [leaf_hash(HASH, bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
LARGEST = 64
EVERY_BIT = 24
LEAVES = [leaf_hash(HASH, bytes([number])) for number in range(LARGEST)]


@cache
def defined(begin: int, end: int) -> bytes:
    """Return the root over some of LEAVES as RFC 9162 section 2.1.1 defines it."""
    if end - begin < 2:
        return LEAVES[begin] if end > begin else hashlib.sha256().digest()
    split = begin + max(1 << bit for bit in range(7) if 1 << bit < end - begin)
    return hashlib.sha256(b"\1" + defined(begin, split) + defined(split, end)).digest()


def tree(size: int) -> Tree:
    return Tree(size, defined(0, size))


def damaged(proof: Sequence[bytes], bits: Sequence[int]) -> Iterator[list[bytes]]:
    """Yield a proof with one bit of it turned, each of these in each node, and cut or longer."""
    whole = list(proof)
    for place, node in enumerate(whole):
        number = int.from_bytes(node, "big")
        for bit in bits:
            turned = (number ^ 1 << bit).to_bytes(32, "big")
            yield [*whole[:place], turned, *whole[place + 1 :]]
    yield from shortened(whole)


def bits(size: int, index: int) -> Sequence[int]:
    """Return which bits to turn: each one in trees of up to 24 leaves, others in larger ones."""
    return range(256) if size <= EVERY_BIT else range((7 * index + size) % 32, 256, 32)


def shortened(proof: list[bytes]) -> Iterator[list[bytes]]:
    for place, node in enumerate(proof):
        yield [*proof[:place], *proof[place + 1 :]]  # one left out
        yield [*proof[:place], node, *proof[place:]]  # one twice
        yield [*proof[:place], node[:-1], *proof[place + 1 :]]  # one too short
    yield [*proof, LEAVES[0]]
    yield [*proof, b""]


# ---------------------------------------------------------------- published vectors


def test_the_tree_without_leaves_has_the_published_root():
    assert root_of(HASH, []).hex() == VECTORS["empty"]
    assert Frontier.empty(HASH).root().hex() == VECTORS["empty"]


@pytest.mark.parametrize("size", range(1, 9))
def test_it_computes_the_published_roots(size: int):
    assert root_of(HASH, PUBLISHED[:size]).hex() == VECTORS["roots"][size - 1]


@pytest.mark.parametrize(
    "given", VECTORS["inclusion"], ids=lambda g: f"{g['index']} of {g['size']}"
)
def test_it_makes_and_accepts_the_published_inclusion_paths(given: dict[str, Any]):
    path = [bytes.fromhex(node) for node in given["path"]]
    root = bytes.fromhex(VECTORS["roots"][given["size"] - 1])
    leaves, index = PUBLISHED[: given["size"]], given["index"]

    assert inclusion_proof(HASH, leaves, len(leaves), index) == path
    assert includes(HASH, Tree(given["size"], root), index, leaves[index], path)


@pytest.mark.parametrize(
    "given", VECTORS["consistency"], ids=lambda g: f"{g['older']} {g['newer']}"
)
def test_it_makes_and_accepts_the_published_consistency_proofs(given: dict[str, Any]):
    path = [bytes.fromhex(node) for node in given["path"]]
    older, newer = (
        Tree(given[which], bytes.fromhex(VECTORS["roots"][given[which] - 1]))
        for which in ("older", "newer")
    )

    assert consistency_proof(HASH, PUBLISHED[: newer.size], older.size) == path
    assert consistent(HASH, older, newer, path)


# ---------------------------------------------------------------- every small tree


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_a_tree_that_grew_leaf_by_leaf_has_the_root_of_the_definition(size: int):
    assert root_of(HASH, LEAVES[:size]) == defined(0, size)


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_inclusion_proof_holds_at_its_place_alone(size: int):
    for index in range(size):
        proof, leaf = inclusion_proof(HASH, LEAVES, size, index), LEAVES[index]

        assert [i for i in range(-1, size + 2) if includes(HASH, tree(size), i, leaf, proof)] == [
            index
        ]
        assert not includes(HASH, Tree(size, defined(0, size - 1)), index, leaf, proof)
        assert not includes(HASH, tree(size), index, LEAVES[index - 1], proof) or size == 1


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_an_inclusion_proof_of_one_tree_is_none_of_a_tree_of_another_size(size: int):
    for index in range(size):
        proof, leaf = inclusion_proof(HASH, LEAVES, size, index), LEAVES[index]

        assert [s for s in range(LARGEST + 1) if includes(HASH, tree(s), index, leaf, proof)] == [
            size
        ]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_an_inclusion_proof_with_one_bit_changed_is_rejected(size: int):
    for index in range(size):
        proof, leaf = inclusion_proof(HASH, LEAVES, size, index), LEAVES[index]

        bad = damaged(proof, bits(size, index))
        assert not any(includes(HASH, tree(size), index, leaf, path) for path in bad)


@pytest.mark.parametrize("newer", range(1, LARGEST + 1))
def test_every_consistency_proof_holds_for_its_two_sizes_alone(newer: int):
    for older in range(1, newer + 1):
        proof = consistency_proof(HASH, LEAVES[:newer], older)

        held = [o for o in range(newer + 2) if consistent(HASH, tree_of(o), tree(newer), proof)]
        assert held == ([older] if older < newer else [newer])
        others = [n for n in range(newer, LARGEST + 1) if n != newer]
        assert not any(consistent(HASH, tree(older), tree(n), proof) for n in others)


def tree_of(size: int) -> Tree:
    return tree(min(size, LARGEST)) if size <= LARGEST else Tree(size, defined(0, LARGEST))


@pytest.mark.parametrize("newer", range(2, LARGEST + 1))
def test_a_consistency_proof_with_one_bit_changed_is_rejected(newer: int):
    for older in range(1, newer + 1):
        proof = consistency_proof(HASH, LEAVES[:newer], older)

        bad = damaged(proof, bits(newer, older))
        assert not any(consistent(HASH, tree(older), tree(newer), path) for path in bad)


def test_roots_that_differ_are_not_consistent_at_one_size():
    other = Tree(8, LEAVES[0])

    assert consistent(HASH, tree(8), tree(8), [])
    assert not consistent(HASH, other, tree(8), [])
    assert not consistent(HASH, tree(8), tree(8), [LEAVES[0]])
    assert not consistent(HASH, tree(9), tree(8), [])


def test_what_is_no_hash_proves_nothing():
    assert not includes(HASH, Tree(1, b""), 0, b"", [])
    assert not consistent(HASH, Tree(1, b""), Tree(1, b""), [])


def test_it_makes_no_proof_of_what_is_not_in_the_tree():
    for index in (-1, 8):
        with pytest.raises(IndexError):
            inclusion_proof(HASH, LEAVES, 8, index)
    for size in (0, 9):
        with pytest.raises(IndexError):
            consistency_proof(HASH, LEAVES[:8], size)


@given(st.lists(st.binary(max_size=40), max_size=200), st.data())
def test_larger_trees_hold_their_proofs_too(data: list[bytes], draw: st.DataObject):
    leaves = [leaf_hash(HASH, body) for body in data] or [LEAVES[0]]
    index = draw.draw(st.integers(0, len(leaves) - 1))
    whole = Tree(len(leaves), root_of(HASH, leaves))
    part = Tree(index + 1, root_of(HASH, leaves[: index + 1]))

    proof = inclusion_proof(HASH, leaves, len(leaves), index)
    assert includes(HASH, whole, index, leaves[index], proof)
    assert consistent(HASH, part, whole, consistency_proof(HASH, leaves, part.size))


# ---------------------------------------------------------------- suites


def test_a_suite_that_nobody_has_is_refused():
    for suite in ("md5", "SHA256", ""):
        with pytest.raises(ValueError, match="no hash of the suite"):
            hash_of(suite)


@pytest.mark.skipif(SM3 not in hashlib.algorithms_available, reason="this OpenSSL has no SM3")
def test_sm3_is_the_hash_of_the_standard_and_grows_trees():
    hash = hash_of(SM3)
    leaves = [leaf_hash(hash, bytes([n])) for n in range(13)]

    # GB/T 32905-2016, appendix A.1
    assert hash(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    whole = Tree(13, root_of(hash, leaves))
    for index in range(13):
        proof = inclusion_proof(hash, leaves, len(leaves), index)
        assert includes(hash, whole, index, leaves[index], proof)
        assert not includes(HASH, whole, index, leaves[index], proof)


@given(st.lists(st.integers(0, 40), max_size=8))
def test_many_leaves_at_once_grow_the_same_tree(runs: list[int]) -> None:
    one_by_one, at_once, index = Frontier.empty(HASH), Frontier.empty(HASH), 0
    for run in runs:
        leaves = [LEAVES[number % LARGEST] for number in range(index, index + run)]
        for leaf in leaves:
            one_by_one.append(leaf)
        at_once.extend(b"".join(leaves))
        index += run
        assert at_once == one_by_one


def test_more_leaves_than_are_hashed_at_a_time_grow_the_same_tree() -> None:
    leaves = [LEAVES[number % LARGEST] for number in range(9000)]
    tree = Frontier.empty(HASH)
    tree.extend(memoryview(b"".join(leaves)))
    assert (tree.size, tree.root()) == (len(leaves), root_of(HASH, leaves))
