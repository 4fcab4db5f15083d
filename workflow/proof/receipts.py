"""Receipts: the proof that one entry is in the log that was sealed, checked without the log.

The form is C2SP's (c2sp.org/tlog-proof). Its extra data are two lines: the entry's canonical
bytes, and the key that signed the checkpoint.
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from states.checkpoint import Checkpoint
from states.errors import Conflict, Message, NotFound
from states.log import Row
from states.merkle import hash_of, includes, inclusion_proof, leaf_hash
from states.signed_note import NoteKey, SignedNote, Verify, read_key, read_note
from workflow.ports import Sealed, Session

Tell = Callable[[int, int], None]
"""Hears how many entries were read, and of how many."""

_HEAD = "c2sp.org/tlog-proof@v1"
_LEAF = b"rectify/entry/1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An entry, its place in the log, and the proof of it under a checkpoint's note."""

    index: int
    row: Row
    proof: tuple[bytes, ...]
    note: SignedNote
    checkpoint: Checkpoint
    key: NoteKey

    def __str__(self) -> str:
        extra = self.row.body + f"\n{self.key}\n".encode()
        lines = (_HEAD, f"extra {_base64(extra)}", f"index {self.index}", *map(_base64, self.proof))
        return "\n".join(lines) + f"\n\n{self.note}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def prove(
    session: Session,
    entry: tuple[str, int],
    verify: Verify,
    *,
    size: int | None = None,
    tell: Tell | None = None,
) -> Receipt:
    """Return the receipt of an entry (stream, number) under the checkpoint of a size, or the last.

    Every leaf is computed anew. Raises ``NotFound`` if the entry is not among what was sealed by
    then, and ``Conflict`` if the log is no longer what was sealed.
    """
    index, sealed = _place(session, entry, size)
    note, checkpoint, key = _checkpoint(session, sealed, verify)
    suite = hash_of(checkpoint.suite)
    found: list[Row] = []

    def leaves() -> Iterator[bytes]:
        for row in _sealed_rows(session, checkpoint.size, tell):
            leaf = leaf_hash(suite, _LEAF + row.body)
            if (row.stream, row.n) == entry:
                found.append(row)
            yield leaf

    hashes = leaves()
    proof = inclusion_proof(suite, hashes, checkpoint.size, index)
    deque(hashes, maxlen=0)  # where the entry is the last one, the proof has not read it
    row = found[0] if found else None
    leaf = b"" if row is None else leaf_hash(suite, _LEAF + row.body)
    if row is None or not includes(suite, checkpoint.tree, index, leaf, proof):
        raise _unsound()
    return Receipt(
        index=index,
        row=row,
        proof=tuple(proof),
        note=note,
        checkpoint=checkpoint,
        key=key,
    )


def _sealed_rows(session: Session, size: int, tell: Tell | None) -> Iterator[Row]:
    """Yield the entries that a checkpoint covers, up to the first that is gone."""
    for expected, (index, row) in enumerate(session.indexed_rows()):
        if index != expected or index >= size or not isinstance(row.body, bytes):
            return
        if tell is not None:
            tell(index + 1, size)
        yield row


def _place(session: Session, entry: tuple[str, int], size: int | None) -> tuple[int, Sealed]:
    """Return the index of an entry and the checkpoint to prove it by."""
    stream, n = entry
    index, sealed = session.index_of(stream, n), session.checkpoint(size)
    facts: dict[str, object] = {"stream": stream, "n": n, "size": size}
    if index is None:
        if all(row.n != n for row in session.rows(stream)):
            raise NotFound(Message("no_such_entry", "{stream} has no entry {n}", facts))
        raise NotFound(Message("unsealed", "entry {n} of {stream} is not sealed yet", facts))
    if sealed is None:
        raise NotFound(Message("no_such_seal", "nothing was sealed at {size} entries", facts))
    if sealed.size <= index:
        text = "entry {n} of {stream} is not among the first {size}: it was sealed later"
        raise NotFound(Message("sealed_later", text, facts))
    return index, sealed


def _checkpoint(
    session: Session, sealed: Sealed, verify: Verify
) -> tuple[SignedNote, Checkpoint, NoteKey]:
    """Return what was sealed, as it was signed, and by which key of the log."""
    office = session.office()
    try:
        note, checkpoint = read_note(sealed.note), sealed.checkpoint
        keys = [read_key(key) for key in office.keys] if office is not None else []
    except ValueError:
        raise _unsound() from None
    for key in reversed(keys):
        if note.signed_by(key, verify):
            return note, checkpoint, key
    raise _unsound()


def _unsound() -> Conflict:
    text = "the log is not what was sealed: nothing can be proven by it (rectify verify)"
    return Conflict(Message("seal_broken", text))
