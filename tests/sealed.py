"""Sealing in tests: a key in a folder, an office that adopted it, and a full check of the tree."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from states.canonical import entry_digest
from states.errors import RectificationError
from states.merkle import hash_of, root_of
from states.signed_note import read_key, read_note
from tests.stage import Stage, acting
from tests.unguarded import unguarded
from workflow.opening import open_engine
from workflow.ports import Store
from workflow.proof.keys import verify
from workflow.proof.sealing.adopting import adopt
from workflow.proof.sealing.sweep import Done, Sealing, seal
from workflow.storage import SqlStore, open_store

SHA256 = hash_of("sha256")


def how(folder: Path, **said: object) -> Sealing:
    """Return how to seal, with the key in a folder."""
    return Sealing(key_file=folder / "seal.key", **said)  # type: ignore[arg-type]


def adopting(stage: Stage, folder: Path) -> None:
    """Make the key and adopt it."""
    adopt(stage.engine, folder / "seal.key", acting("li"))


def sealing(stage: Stage, folder: Path, **said: object) -> Done:
    """Seal what waits."""
    return seal(stage.engine.desk.store, stage.clock, how(folder, **said))


def check_seals(store: Store) -> int:
    """Check everything that sealing promises; return how many entries are sealed.

    Indices are dense, each entry has one or waits, streams are in order, every checkpoint has the
    root of the leaves before it, and is signed by a key in force.
    """
    with store.reading() as session:
        office = session.office()
        assert office is not None
        notes = list(session.checkpoints())
        indexed = list(session.indexed_rows())
        rows = {(row.stream, row.n) for row in session.rows()}
        count = session.unsealed_count()
    assert [index for index, _ in indexed] == list(range(len(rows)))
    assert {(row.stream, row.n) for _, row in indexed} == rows
    size = notes[-1].size if notes else 0
    assert count == len(rows) - size
    numbers: dict[str, int] = {}
    for _, row in indexed:
        assert row.n == numbers.get(row.stream, 0) + 1, row.stream
        numbers[row.stream] = row.n
    leaves = [bytes.fromhex(entry_digest(row.body)) for _, row in indexed]
    adopted = [
        index for index, row in indexed if row.stream == "@office" and b'"adopt_key"' in row.body
    ]
    before = 0
    for sealed in notes:
        stated, note = sealed.checkpoint, read_note(sealed.note)
        assert before < sealed.size == stated.size <= len(leaves)
        assert stated.root == root_of(SHA256, leaves[: sealed.size])
        assert sealed.root == stated.root.hex()
        last = sum(index < sealed.size for index in adopted)
        allowed = {max(last, 1), max(sum(index < before for index in adopted), 1)}
        assert any(note.signed_by(read_key(office.keys[k - 1]), verify) for k in allowed)
        before = sealed.size
    return size


def store_of(stage: Stage) -> SqlStore:
    store = stage.engine.desk.store
    assert isinstance(store, SqlStore)
    return store


def forged(folder: Path, *statements: str) -> None:
    """Do to the database what its owner can."""
    with closing(sqlite3.connect(folder / "rectify.db")) as database, unguarded(database):
        for statement in statements:
            database.execute(statement)


def refusal(stage: Stage, folder: Path) -> str:
    """Return the code with which sealing is refused."""
    with pytest.raises(RectificationError) as refused:
        sealing(stage, folder)
    return refused.value.message.code


def reopened(folder: Path, stage: Stage) -> Stage:
    """Open the database anew, which was exchanged."""
    store_of(stage).close()
    store = open_store(str(folder / "rectify.db"))
    return Stage(open_engine(store, clock=stage.clock), stage.clock)
