"""Sealing: entries that were written get their index and go into the tree; a signed note says so.

One sweep seals in batches until nothing waits that can be sealed. Each batch is read in one
transaction, judged, signed outside of any, and committed in another one, together with the indices
and the end of its waiting. Of two that seal at once one finds the tree grown and begins anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from states.canonical import instant, stamp
from states.checkpoint import Checkpoint
from states.errors import Conflict, Invalid, Message, NotFound, Problem
from states.log import OFFICE
from states.merkle import SHA256, leaf_hash
from states.signed_note import sign
from workflow.proof.keys import SealingKey
from workflow.proof.sealing.adopting import key_in_force, next_file
from workflow.proof.sealing.high import SEALING_ELSEWHERE, High, HighFile, Pending, stated
from workflow.proof.sealing.leaves import sort
from workflow.proof.sealing.standing import (
    another_log,
    check_last,
    check_suite,
    knows,
    rolled_back,
    tree_of,
)
from workflow.seals import SEALED_ALREADY, Sealed, Unsealed

if TYPE_CHECKING:
    from states.office import Office
    from workflow.ports import Clock, Session, Store

_PREFIX = b"rectify/entry/1\n"
_ATTEMPTS = 100  # others may be faster so often in a row: who has begun a batch is ahead

Tell = Callable[[int], None]
"""Hears how many entries were sealed so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """How a log is sealed: by which key, hashed how, how many entries at once.

    ``patience`` is how many seconds to wait for another process of this machine that seals.
    """

    key_file: Path
    suite: str = SHA256
    batch: int = 1000
    patience: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep did: entries sealed, in how many seals, and streams left out as unsound."""

    sealed: int = 0
    seals: int = 0
    unsound: int = 0


@dataclass(slots=True)
class Done:
    """What came of sealing: how much, the last checkpoint, and what is never sealed, and why."""

    sealed: int = 0
    seals: int = 0
    last: Sealed | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def swept(self) -> Swept:
        """The same in figures."""
        return Swept(sealed=self.sealed, seals=self.seals, unsound=len(self.problems))


def sweep(store: Store, clock: Clock, how: Sealing) -> Swept:
    """Seal what waits, if a key was adopted and this account may read it; else others seal.

    Raises what ``seal`` raises, but for another process that is at it.
    """
    with store.reading() as session:
        office = session.office()
    files = (how.key_file, next_file(how.key_file))  # the latter after a crash while keys changed
    if office is None or not office.seal_key or not any(os.access(f, os.R_OK) for f in files):
        return Swept()
    try:
        return seal(store, clock, how).swept
    except Conflict as error:
        if error.message.code not in (SEALING_ELSEWHERE, SEALED_ALREADY):
            raise
        return Swept()


def seal(store: Store, clock: Clock, how: Sealing, tell: Tell | None = None) -> Done:
    """Seal everything that waits and is sound, by the key in force (``proof.adopting`` adopts it).

    Raises ``NotFound`` without a key, ``Conflict`` if others were faster again and again, and
    ``Invalid`` if the key may not be used, or if the database is not the one that was signed last.
    """
    check_suite(how.suite)
    high = HighFile(how.key_file)
    with high.taken(how.patience):
        return _Sealer(store, clock, how, high).run(tell or (lambda done: None))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Entries to be sealed, and the tree before them."""

    key: SealingKey
    office: Office
    last: Sealed | None
    leaves: Sequence[Unsealed]
    pending: Pending | None = None


class _Sealer:
    """One process's turn at sealing."""

    def __init__(self, store: Store, clock: Clock, how: Sealing, high: HighFile) -> None:
        self._store, self._clock, self._how, self._file = store, clock, how, high
        self._high = high.read()
        self._done = Done()
        self._keys: dict[str, SealingKey] = {}

    def run(self, tell: Tell) -> Done:
        with self._store.reading() as session:
            office = _office(session)
        self._key(office)  # its file is read while no transaction waits for that
        beaten = 0
        while (batch := self._batch()) is not None:
            if batch.leaves:
                try:
                    self._seal(batch)
                except Conflict:
                    beaten += 1
                    if beaten == _ATTEMPTS:
                        raise
                else:
                    beaten = 0
                    tell(self._done.sealed)
        self._settle()
        return self._done

    # ---------------------------------------------------------------- what to seal

    def _batch(self) -> _Batch | None:
        """Return what is to be sealed next, None if nothing is left."""
        with self._store.reading() as session:
            office = _office(session)
            key = self._key(office)
            last = session.checkpoint()
            self._done.last = last
            self._check(session, office, last)
            if (left := self._left_over(session, office, last)) is not None:
                return _Batch(key, office, last, left, self._high.pending)
            waiting = self._waiting(session, office)
            if not waiting:
                return None
            heads = session.heads({leaf.row.stream for leaf in waiting})
        found = sort(waiting, heads, empty=last is None)
        self._done.problems += found.problems
        return _Batch(key, office, last, found.sound)

    def _key(self, office: Office) -> SealingKey:
        if office.seal_key not in self._keys:
            self._keys[office.seal_key] = key_in_force(self._how.key_file, office)
        return self._keys[office.seal_key]

    def _check(self, session: Session, office: Office, last: Sealed | None) -> None:
        """Refuse a database that is not the one that was signed last."""
        if last is not None:
            check_last(last, office, self._how.suite)
        signed = self._high.checkpoint
        if signed is None:
            return
        if signed.origin != office.origin:
            raise another_log(signed, office)
        # Of what a restore on record names it is known that it was sealed and is lost.
        if not knows(session, signed) and str(signed.anchor) not in office.lost:
            raise rolled_back(signed, last)

    def _left_over(
        self, session: Session, office: Office, last: Sealed | None
    ) -> Sequence[Unsealed] | None:
        """Return the entries of a pending note that was not committed, None if there is none."""
        pending, stands = self._high.pending, "" if last is None else last.note
        if pending is None:
            self._high = High(stands)
            return None
        noted = stated(pending.note)
        found = session.checkpoint(noted.size)
        committed = found is not None and found.note == pending.note
        lost = str(noted.anchor) in office.lost
        if committed or lost or stands != self._high.note:
            # If neither, another machine has sealed meanwhile; what it sealed was checked above.
            self._high = High(stands)
            return None
        leaves = session.unsealed_of(pending.ids)
        if len(leaves) != len(pending.ids):
            raise rolled_back(noted, last)
        return leaves

    def _waiting(self, session: Session, office: Office) -> list[Unsealed]:
        """Return the next batch.

        A key signs no tree that ends before the entry that adopted it, but for the first key: the
        batch reaches that far, however much waits.
        """
        without = {str(problem.source) for problem in self._done.problems}
        limit, adoption = self._how.batch, (OFFICE, office.seal_key_n)
        waiting = session.unsealed(limit, without)
        if not office.former_keys or session.index_of(*adoption) is not None:
            return waiting
        while adoption not in {(leaf.row.stream, leaf.row.n) for leaf in waiting}:
            if len(waiting) < limit:
                raise Invalid(*self._done.problems, _unsealable(office))
            limit *= 2
            waiting = session.unsealed(limit, without)
        return waiting

    # ---------------------------------------------------------------- sealing it

    def _seal(self, batch: _Batch) -> None:
        sealed = self._signed(batch)
        if batch.pending is None:
            ids = tuple(leaf.id for leaf in batch.leaves)
            self._write(High(self._high.note, Pending(sealed.note, ids)))
        try:
            with self._store.writing() as session:
                session.seal(batch.leaves, sealed)
        except Conflict:
            self._high = High(self._high.note)  # it was never given out
            raise
        self._high = High(sealed.note)
        self._done.last = sealed
        self._done.sealed += len(batch.leaves)
        self._done.seals += 1

    def _signed(self, batch: _Batch) -> Sealed:
        """Return the checkpoint over a batch: the pending one word for word, else a new one."""
        last = batch.last
        tree = tree_of(last, self._how.suite)
        for leaf in batch.leaves:
            tree.append(leaf_hash(tree.suite, _PREFIX + leaf.row.body))
        if batch.pending is not None:
            noted, note = stated(batch.pending.note), batch.pending.note
            if (noted.size, noted.root) != (tree.size, tree.root()):
                raise rolled_back(noted, last)
        else:
            now = self._clock()
            noted = Checkpoint(
                origin=batch.office.origin,
                size=tree.size,
                root=tree.root(),
                suite=self._how.suite,
                at=now if last is None else max(now, instant(last.at)),
            )
            note = str(sign(noted.text(), batch.key.named(noted.origin), batch.key.sign))
        return Sealed(
            size=noted.size,
            at=stamp(noted.at),
            root=noted.root.hex(),
            suite=noted.suite,
            note=note,
            frontier=tuple(tree.roots),
        )

    def _write(self, high: High) -> None:
        self._file.write(high)
        self._high = high

    def _settle(self) -> None:
        """Write down what stands: a later seal would have, and a crash is mended without it."""
        if self._high != self._file.read():
            self._file.write(self._high)


def _office(session: Session) -> Office:
    office = session.office()
    if office is None:
        raise NotFound(Message("no_office", "nothing is set up here yet (rectify init)"))
    return office


def _unsealable(office: Office) -> Problem:
    return Problem(
        "adoption_unsound",
        "the key in force was adopted by entry {n}, which cannot be sealed",
        {"n": office.seal_key_n},
        source=OFFICE,
    )
