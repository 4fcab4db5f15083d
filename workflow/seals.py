"""What sealing needs of a store, and the values that pass there.

What reads a note is imported when one is read: every command imports this module.

Sealed entries have an index, dense from 0 on, and each checkpoint commits to the first so many of
them. The rest, the tail, is unsealed: written, in a chain, and not yet committed to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from states.canonical import instant
from states.errors import Conflict, Message
from states.frozen import Struct

if TYPE_CHECKING:
    from states.checkpoint import Checkpoint
    from states.errors import Problem
    from states.log import Row

SEALED_ALREADY = "sealed_already"
"""The code of the conflict of somebody who seals what another one has just sealed."""

_DIGEST = 32


class Unsealed(Struct, frozen=True):
    """An entry that waits to be sealed. Those of one stream come in order of their numbers.

    ``id`` orders them as they were written. Of a line whose entry is gone only stream and number
    are known: the rest of the row is empty.
    """

    id: int
    row: Row


class Sealed(Struct, frozen=True, kw_only=True):
    """A checkpoint as a store gives it back: nothing in it is believed yet.

    ``root`` is in hex, ``at`` as text; both repeat what ``note``, the signed note, says.
    ``frontier`` are the roots of the tree's perfect subtrees, the largest first.
    """

    size: int
    at: str
    root: str
    suite: str
    note: str
    frontier: tuple[bytes, ...]

    @property
    def anchor(self) -> str:
        """Its short form, by the columns alone: what the foot of a message says."""
        from states.checkpoint import SHORT

        return f"{self.size}:{self.root[:SHORT]}"

    @property
    def checkpoint(self) -> Checkpoint:
        """What the signed note states. Raises ``ValueError`` if it states none."""
        from states.checkpoint import read_checkpoint
        from states.signed_note import read_note

        return read_checkpoint(read_note(self.note).text)


class Bound(NamedTuple):
    """Where a message goes that is still to be sent; ``created_at`` is text as stored."""

    id: int
    issue: str
    recipient: str
    channel: str
    address: str
    created_at: str


def packed(frontier: Sequence[bytes]) -> bytes:
    """Return the roots of a frontier as one value of a column."""
    return b"".join(frontier)


def unpacked(column: bytes) -> tuple[bytes, ...]:
    """Return the roots that a column holds."""
    return tuple(column[i : i + _DIGEST] for i in range(0, len(column), _DIGEST))


def dated(at: str) -> datetime | None:
    """Return the instant that a row states, None where somebody has written something else there.

    Whoever only asks how long something waits must not fail of it; sealing and ``verify`` name it.
    """
    try:
        return instant(at)
    except ValueError:
        return None


def sealed_already() -> Conflict:
    """Return the conflict of somebody who seals what another one has just sealed."""
    return Conflict(Message(SEALED_ALREADY, "somebody else has sealed the log meanwhile"))


class Seals(Protocol):
    """The part of a transaction that knows what is sealed."""

    def unsealed(self, limit: int, without: Collection[str] = ()) -> list[Unsealed]:
        """Return entries that wait to be sealed, in order of writing, none of these streams."""

    def unsealed_of(self, ids: Collection[int]) -> list[Unsealed]:
        """Return those of these ids that still wait, in order of writing."""

    def unsealed_count(self) -> int:
        """Return how many entries wait to be sealed."""

    def sealed_count(self) -> int:
        """Return how many entries have an index."""

    def unsealed_since(self) -> datetime | None:
        """Return when the entry was written that waits longest, by its own word, or None."""

    def heads(self, streams: Collection[str]) -> dict[str, Row]:
        """Return the last sealed entry of each of these streams that has one."""

    def seal(self, leaves: Sequence[Unsealed], sealed: Sealed) -> None:
        """Seal entries, in this order, and write the checkpoint that covers them.

        Their indices end before the size of the checkpoint. Raises ``Conflict`` if one of them
        waits no longer, or if the tree has not the size that they follow.
        """

    def checkpoint(self, size: int | None = None) -> Sealed | None:
        """Return the checkpoint of that size, else the latest; None if there is none."""

    def checkpoints(self) -> Iterator[Sealed]:
        """Yield every checkpoint, smallest first."""

    def indexed_rows(self, since: int = 0) -> Iterator[tuple[int, Row]]:
        """Yield the log's lines with their index, from one on.

        First come those that are sealed, then the tail in order of writing, its indices going on:
        where it will be sealed is not certain. An index that is left out has lost its entry. Every
        entry of the log is among them, once: where the list of what waits does not name them all,
        the tail comes by its instants.
        """

    def log_size(self) -> int:
        """Return how many entries the log has."""

    def unlisted(self) -> Iterator[Row]:
        """Yield the entries that are neither sealed nor listed as waiting, by their instants."""

    def astray(self) -> list[tuple[str, int]]:
        """Return what is listed as waiting and does not: sealed, listed twice, or not there."""

    def list_anew(self) -> int:
        """List as waiting exactly what is not sealed, if that is not so; return how many are."""

    def index_of(self, stream: str, n: int) -> int | None:
        """Return the index of an entry, None unless it is sealed."""

    def contradictions(self) -> Iterator[Problem]:
        """Yield what rows say against their keys, each other, or the end of their log.

        It needs no fold: an edit by hand seldom thinks of all the places where a thing is said.
        """

    def bound(self) -> Iterator[Bound]:
        """Yield where messages go that are still to be sent, items of others left out."""

    def structure_faults(self) -> list[Problem]:
        """Return what stands in the database beside its rows and is not as it is meant to.

        Such are triggers, rules, policies, views and functions that are not ours, and any of our
        own tables, constraints, indexes and triggers that is missing or was changed.
        """
