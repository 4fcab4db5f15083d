"""The tree made anew of shares finds what a look at every leaf in its order would find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.log import Line
from states.merkle import SHA256, SM3, Frontier, hash_of, leaf_hash
from workflow.engine.proving_tree import NO_LEAVES, Root, Sealing, Tree, leaves_of
from workflow.shares import Leaf

HASH = hash_of(SHA256)
Place = tuple[str, int]
STREAMS = "abc"
OTHER = "f" * 64


def a_hash(place: Place) -> str:
    return HASH(repr(place).encode()).hex()


@dataclass
class Log:
    """A log as the database has it: the hash of each entry, the index of each that is sealed."""

    hashes: dict[Place, str] = field(default_factory=dict)
    indices: dict[Place, int] = field(default_factory=dict)
    roots: list[Root] = field(default_factory=list)

    @property
    def sealing(self) -> Sealing:
        return Sealing(SHA256, tuple(self.roots))

    def shares(self) -> Iterator[tuple[list[Line], list[Leaf]]]:
        for stream in STREAMS:
            lines = [(*at, "", "", h, b"") for at, h in sorted(self.hashes.items())]
            yield (
                [line for line in lines if line[0] == stream],
                [(*at, i) for at, i in sorted(self.indices.items()) if at[0] == stream],
            )

    def found(self, order: list[int]) -> list[tuple[str, object]]:
        """Return what is found when shares come in an order: codes, with index or size."""
        tree = Tree(len(self.hashes))
        shares = list(self.shares())
        for number in order:
            lines, sealed = shares[number]
            tree.put(leaves_of(sealed, lines, SHA256))
        return [
            (p.code, p.facts.get("index", p.facts.get("size"))) for p in tree.problems(self.sealing)
        ]

    def expected(self) -> list[tuple[str, object]]:
        """Return the same, looking at one leaf after the other."""
        tree, last, end = Frontier.empty(HASH), dict.fromkeys(STREAMS, 0), self.sealing.end
        roots = {root.size: root for root in self.roots}
        for at, index in sorted(self.indices.items(), key=lambda item: (item[1], item[0])):
            if index >= end:
                break
            hash = self.hashes.get(at)
            if hash is None or index != tree.size or at[1] != last[at[0]] + 1:
                return [("sealed_missing", tree.size)]
            last[at[0]] = at[1]
            tree.append(bytes.fromhex(hash))
            root = roots.get(tree.size)
            if root is not None and tree.root() != root.root:
                return [("root_differs", tree.size)]
        return [] if tree.size == end else [("log_cut", end)]


def sealed(streams: list[str], sizes: set[int]) -> Log:
    """Return a log written in this order of streams, sealed at some sizes."""
    log, tree = Log(), Frontier.empty(HASH)
    last = dict.fromkeys(STREAMS, 0)
    for index, stream in enumerate(streams):
        last[stream] += 1
        place = (stream, last[stream])
        log.hashes[place] = a_hash(place)
        if index < max(sizes, default=0):
            log.indices[place] = index
            tree.append(bytes.fromhex(log.hashes[place]))
            if tree.size in sizes:
                log.roots.append(Root(tree.size, tree.root(), tuple(tree.roots)))
    return log


def without_entry(log: Log, at: Place, other: Place) -> None:
    del log.hashes[at]


def without_both(log: Log, at: Place, other: Place) -> None:
    del log.hashes[at]
    log.indices.pop(at, None)


def swapped(log: Log, at: Place, other: Place) -> None:
    if at in log.indices and other in log.indices:
        log.indices[at], log.indices[other] = log.indices[other], log.indices[at]


def changed(log: Log, at: Place, other: Place) -> None:
    log.hashes[at] = OTHER


def nothing(log: Log, at: Place, other: Place) -> None:
    pass


def cut(log: Log, at: Place, other: Place) -> None:
    """Take away whatever was sealed after one entry."""
    first = log.indices.get(at, 0)
    for place in [place for place, index in log.indices.items() if index >= first]:
        del log.hashes[place], log.indices[place]


def far(log: Log, at: Place, other: Place) -> None:
    if at in log.indices:
        log.indices[at] = 10**15


DAMAGE = (nothing, without_entry, without_both, swapped, changed, cut, far)


@given(st.lists(st.sampled_from(STREAMS), min_size=1, max_size=24), st.data())
def test_whatever_was_done_to_leaves_shows_as_if_each_were_looked_at(
    streams: list[str], data: st.DataObject
) -> None:
    log = sealed(streams, data.draw(st.sets(st.integers(1, len(streams)), max_size=4)))
    places = st.sampled_from(sorted(log.hashes))
    order = data.draw(st.permutations(range(len(STREAMS))))
    assert log.found(order) == []
    data.draw(st.sampled_from(DAMAGE))(log, data.draw(places), data.draw(places))
    assert log.found(order) == log.expected()


@pytest.mark.parametrize("damage", DAMAGE[1:])
def test_each_kind_of_damage_is_found(damage: object) -> None:
    log = sealed(list("aabbab"), {3, 6})
    assert callable(damage)
    damage(log, ("b", 1), ("a", 1))
    assert log.found([2, 1, 0]) == log.expected() != []


def test_another_frontier_is_found() -> None:
    log = sealed(list("aab"), {3})
    log.roots[0] = Root(3, log.roots[0].root, (bytes(32),))
    assert log.found([0, 1, 2]) == [("seal_differs", 3)]


@pytest.mark.parametrize(
    "hash", ["", "zz" * 32, "ab" * 31, "ab" * 33, "ab " * 21 + "a", None, b"x"]
)
def test_what_is_no_hash_is_a_gap(hash: str) -> None:
    log = sealed(list("aaa"), {3})
    log.hashes["a", 2] = hash
    assert log.found([0, 1, 2]) == [("sealed_missing", 1)]


def test_of_two_entries_with_one_index_neither_counts() -> None:
    log = sealed(list("abc"), {3})
    log.indices["c", 1] = 1
    assert log.found([0, 1, 2]) == log.found([2, 1, 0]) == [("sealed_missing", 1)]


def test_another_suite_hashes_the_bytes_anew() -> None:
    try:
        hash = hash_of(SM3)
    except ValueError:
        pytest.skip("no SM3 on this machine")
    lines: list[Line] = [("a", 1, "", "", OTHER, b"{}")]
    expected = leaf_hash(hash, b"rectify/entry/1\n{}")
    assert leaves_of([("a", 1, 0)], lines, SM3).hashes == expected


def test_nothing_sealed_is_no_leaf() -> None:
    assert leaves_of([], [("a", 1, "", "", OTHER, b"")], SHA256) == NO_LEAVES
