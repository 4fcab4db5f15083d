"""Texts that are nearly the same: shingles of three characters and their Jaccard likeness.

Every pair above a threshold is found, and most others are never compared: two sets of which at
least a share t is common must have one of their rarest members in common (prefix filtering, as
Bayardo, Ma and Srikant describe in "Scaling up all pairs similarity search", 2007).
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

SHINGLE = 3


def plain(text: str) -> str:
    """Return a text without spaces, punctuation and differences of width or case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def shingles(text: str) -> frozenset[str]:
    """Return the pieces of three characters that a plain text consists of."""
    return frozenset(text[i : i + SHINGLE] for i in range(max(len(text) - SHINGLE + 1, 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of pieces that two texts have in common, from 0 to 1 (Jaccard)."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if one or other else 1.0


def alike(texts: Iterable[str], percent: int) -> list[list[str]]:
    """Return groups of plain texts that are alike by so many percent at least, in their order.

    Alike is handed on: a text is in the group of each text that it is like. A text that is like
    no other is in no group.
    """
    known = list(dict.fromkeys(texts))
    sets = [shingles(text) for text in known]
    parent = list(range(len(known)))
    for one, other in _pairs(sets, percent):
        parent[_root(parent, other)] = _root(parent, one)
    groups: dict[int, list[str]] = defaultdict(list)
    for at, text in enumerate(known):
        groups[_root(parent, at)].append(text)
    return [group for group in groups.values() if len(group) > 1]


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


def _pairs(sets: Sequence[frozenset[str]], percent: int) -> Iterable[tuple[int, int]]:
    """Yield every pair of sets that are alike by so many percent at least."""
    frequent = Counter(piece for one in sets for piece in one)
    index: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(sets):
        rarest = sorted(one, key=lambda piece: (frequent[piece], piece))
        # Of n members at least ceil(t n) are common, so one of the first n - ceil(t n) + 1 is.
        prefix = rarest[: len(one) + percent * len(one) // -100 + 1]
        for other in {other for piece in prefix for other in index[piece]}:
            if 100 * likeness(one, sets[other]) >= percent:
                yield other, at
        for piece in prefix:
            index[piece].append(at)
