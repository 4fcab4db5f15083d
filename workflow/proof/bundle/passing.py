"""The entries that pass into a bundle, held against the last seal: are they what was sealed?

A bundle is packed whatever is found, for an auditor wants the evidence; but whoever packs it hears
of it first. What this does not see, the judges do.
"""

from __future__ import annotations

from collections.abc import Iterator

from states.errors import Problem
from states.log import UNREADABLE
from states.merkle import Frontier, hash_of, leaf_hash
from workflow.engine.proving_tree import SEALS
from workflow.ports import Sealed, Session

_PREFIX = b"rectify/entry/1\n"
_TOGETHER = 1 << 10


class Passing:
    """The entries of a session on their way; ``problems`` is what was found when all have passed.

    Only the first of each kind is named.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.problems: list[Problem] = []

    def bodies(self) -> Iterator[bytes]:
        """Yield the bytes of every entry in order of its index, the sealed ones first."""
        last = self._session.checkpoint()
        size = 0 if last is None else last.size
        sealed = self._session.sealed_count()
        if sealed > size:
            facts = {"size": size, "count": sealed}
            text = (
                "{count} entries were sealed, and the last seal covers {size}: later ones are gone"
            )
            self.problems.append(Problem("seal_gone", text, facts, source=SEALS))
        leaves, expected = _Leaves(last), 0
        for index, row in self._session.indexed_rows():
            body = _bytes(row.body)
            if index == expected < size:
                leaves.add(body)
            expected += index == expected
            yield body
        if expected < size:
            text = "the sealed entry at {index} is gone, or sealed out of order"
            problem = Problem("sealed_missing", text, {"index": expected}, source=SEALS)
            self.problems.append(problem)
        elif last is not None and not leaves.fit():
            text = "the entries up to {size} are not those that were sealed"
            self.problems.append(Problem("root_differs", text, {"size": size}, source=SEALS))


def _bytes(body: object) -> bytes:
    """Return the bytes of an entry, where a forger's hand left a text in their place, too."""
    return body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogateescape")


class _Leaves:
    """The tree of the entries that the last seal covers."""

    def __init__(self, last: Sealed | None) -> None:
        self._root, self._tree = b"", None
        self._hashes: list[bytes] = []
        try:
            if last is not None:
                checkpoint = last.checkpoint
                self._tree = Frontier.empty(hash_of(checkpoint.suite))
                self._root = checkpoint.root
        except UNREADABLE:
            pass  # a note that says nothing fits nothing

    def add(self, body: bytes) -> None:
        if self._tree is None:
            return
        self._hashes.append(leaf_hash(self._tree.suite, _PREFIX + body))
        if len(self._hashes) == _TOGETHER:
            self._grow()

    def _grow(self) -> None:
        if self._tree is not None:
            self._tree.extend(b"".join(self._hashes))
        self._hashes.clear()

    def fit(self) -> bool:
        """Return whether they are what the seal says."""
        self._grow()
        return self._tree is not None and self._tree.root() == self._root
