"""The seals of a log proven: indices, roots and signatures, against the entries themselves.

The rule which key may have signed a checkpoint is that of docs/reference/bundle-format.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from states.acts.sealing import ADOPT_KEY
from states.canonical import stamp
from states.checkpoint import Checkpoint
from states.errors import Problem
from states.log import OFFICE, UNREADABLE, read_entry
from states.merkle import SHA256, hash_of
from states.signed_note import NoteKey, SignedNote, Verify, read_key, read_note
from workflow.engine.proving_keys import prove_keys
from workflow.engine.proving_tree import SEALS, Root, Sealing
from workflow.ports import Sealed, Session

_NEVER = 2**63 - 1  # the index of what is not sealed yet
_NAMED = 20  # of any number that are wrong in the same way


@dataclass(frozen=True, slots=True, kw_only=True)
class Seals:
    """How far a log is sealed: ``key`` is the fingerprint that signed the latest checkpoint.

    ``unsealed`` entries wait, the oldest of them since ``since``.
    """

    size: int = 0
    at: datetime | None = None
    root: str = ""
    key: str = ""
    unsealed: int = 0
    since: datetime | None = None


UNSEALED = Seals()
"""A log of which nothing is known to be sealed."""


@dataclass(slots=True)
class _Work:
    """What the seals and the office say: checkpoints by size, keys by index, how many leaves.

    ``said`` is the largest size that a row of a seal says, were its note unreadable.
    """

    checkpoints: dict[int, tuple[Sealed, SignedNote, Checkpoint]] = field(default_factory=dict)
    keys: list[tuple[int, NoteKey]] = field(default_factory=list)
    sealed: int = 0
    said: int = 0


class Sealings(NamedTuple):
    """What is known of the seals: how far the log is sealed, what they say of the tree, faults."""

    seals: Seals
    tree: Sealing
    problems: list[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What of the seals is proven.

    Those beyond the size ``until`` were written while the log was read, and are left out. Of every
    so many signatures (``turns``) only one is checked, the others by other processes.
    """

    until: int | None = None
    turns: int = 1


ALL = Scope()
"""Every seal that there is, and every signature."""


def prove_seals(
    session: Session, entries: int, verify: Verify | None, scope: Scope = ALL
) -> Sealings:
    """Prove the seals, all but their tree, for which the hashes of all entries are needed.

    ``entries`` is how many the log has. Without ``verify`` no signature is checked.
    """
    problems: list[Problem] = []
    work = _Work(keys=list(_adopted(session)), sealed=session.sealed_count())
    _read_checkpoints(session, work, problems)
    problems += _beyond(work)
    problems += _signatures(work, verify, 0, scope.turns)
    problems += prove_keys(session, verify)
    problems += _listed(session, entries - work.sealed)
    tree = _tree(work, scope.until)
    return Sealings(_seals(session, work, tree.end), tree, problems)


def prove_signatures(
    session: Session, verify: Verify | None, turn: int, turns: int
) -> list[Problem]:
    """Check the signatures of one turn: each takes longer than ten entries."""
    work = _Work(keys=list(_adopted(session)))
    _read_checkpoints(session, work, [])
    return list(_signatures(work, verify, turn, turns))


def _tree(work: _Work, until: int | None) -> Sealing:
    suite = next((c.suite for _, _, c in work.checkpoints.values()), SHA256)
    hash_of(suite)  # whoever cannot hash so cannot prove it
    return Sealing(
        suite=suite,
        roots=tuple(
            Root(size, checkpoint.root, sealed.frontier)
            for size, (sealed, _, checkpoint) in work.checkpoints.items()
            if until is None or size <= until
        ),
    )


def _seals(session: Session, work: _Work, size: int) -> Seals:
    waiting = session.unsealed_count()
    if size == 0:
        return Seals(unsealed=waiting, since=session.unsealed_since())
    _, note, checkpoint = work.checkpoints[size]
    return Seals(
        size=size,
        at=checkpoint.at,
        root=checkpoint.anchor.root,
        key=next((key.fingerprint for _, key in work.keys if _names(note, key)), ""),
        unsealed=waiting,
        since=session.unsealed_since(),
    )


def suite_of(session: Session) -> str:
    """Return the suite with which a log is sealed, by the first checkpoint that can be read."""
    for sealed in session.checkpoints():
        try:
            return sealed.checkpoint.suite
        except UNREADABLE:
            continue  # the proof of the seals names it
    return SHA256


def _names(note: SignedNote, key: NoteKey) -> bool:
    return any((line.name, line.id) == (key.name, key.id) for line in note.signatures)


def _read_checkpoints(session: Session, work: _Work, problems: list[Problem]) -> None:
    """Read every checkpoint; one that does not follow the one before it is a problem.

    Nobody can say whether one in the middle is missing, since how much is sealed at once is chance;
    nothing depends on it either: the one after it commits to the same entries, and a root that
    somebody kept of it can be computed from them at any time.
    """
    before: Checkpoint | None = None
    for sealed in session.checkpoints():
        work.said = max(work.said, sealed.size)
        try:
            note, checkpoint = read_note(sealed.note), sealed.checkpoint
        except UNREADABLE:
            problems.append(_of("seal_unreadable", "the seal at {size} cannot be read", sealed))
            continue
        said = (checkpoint.size, checkpoint.root.hex(), checkpoint.suite, stamp(checkpoint.at))
        follows = before is None or (
            checkpoint.size > before.size
            and checkpoint.at >= before.at
            and (checkpoint.origin, checkpoint.suite) == (before.origin, before.suite)
        )
        if said != (sealed.size, sealed.root, sealed.suite, sealed.at) or not follows:
            text = "the seal at {size} does not say what its row or the seal before it says"
            problems.append(_of("seal_differs", text, sealed))
        if not follows:
            continue
        # Where only its row was edited, the note is still what was signed.
        work.checkpoints[checkpoint.size] = (sealed, note, checkpoint)
        before = checkpoint


def _of(code: str, text: str, sealed: Sealed) -> Problem:
    return Problem(code, text, {"size": sealed.size}, source=SEALS)


def _beyond(work: _Work) -> Iterator[Problem]:
    """Yield that more was sealed than the last seal says, were it one that cannot be read."""
    if work.sealed > work.said:
        facts = {"size": work.said, "count": work.sealed}
        text = "{count} entries were sealed, and the last seal covers {size}: later ones are gone"
        yield Problem("seal_gone", text, facts, source=SEALS)


def listing(session: Session) -> Iterator[Problem]:
    """Yield entries that sealing would pass over for ever, and what is listed and does not wait.

    It is cheap where nothing is wrong: two counts, and a look at the few lines of the list.
    """
    return _listed(session, session.log_size() - session.sealed_count())


def _listed(session: Session, left: int) -> Iterator[Problem]:
    """What waits to be sealed is every entry that is not, each once.

    ``left`` is how many entries have no index. As long as every line of the list is a different one
    of these, their number says that none is missing: only else the log is searched.
    """
    astray = session.astray()
    for stream, n in astray[:_NAMED]:
        text = "the list of what waits to be sealed names it, and it does not wait"
        yield Problem("listed_astray", text, source=stream, line=n)
    if not astray and session.unsealed_count() == left:
        return
    for row in islice(session.unlisted(), _NAMED):
        text = "the entry is neither sealed nor listed as waiting for it (rectify db rebuild)"
        yield Problem("unlisted", text, source=str(row.stream), line=row.n)


def _adopted(session: Session) -> Iterator[tuple[int, NoteKey]]:
    """Yield every key that the office adopted, with the index of the entry that did."""
    for row in session.rows(OFFICE):
        try:
            if ADOPT_KEY.encode() not in row.body:
                continue
            entry = read_entry(row.body)
            if entry.event == ADOPT_KEY:
                index = session.index_of(OFFICE, row.n)
                yield _NEVER if index is None else index, read_key(entry.facts["key"])
        except UNREADABLE:
            continue  # the proof of the office names it


def _signatures(work: _Work, verify: Verify | None, turn: int, turns: int) -> Iterator[Problem]:
    """Every checkpoint is signed by a key that was in force; of so many turns one is checked."""
    if verify is None:
        return
    before = 0
    for place, (size, (sealed, note, _)) in enumerate(work.checkpoints.items()):
        keys = _in_force(work.keys, size, before)
        before = size
        if place % turns == turn and not any(note.signed_by(key, verify) for key in keys):
            text = "the seal at {size} is signed by no key that was in force"
            yield _of("seal_forged", text, sealed)


def _in_force(keys: list[tuple[int, NoteKey]], size: int, before: int) -> list[NoteKey]:
    """Return the keys that may have signed a checkpoint: the last adopted below it, or below the
    checkpoint before it; before any was adopted, the first."""
    below = [key for index, key in keys if index < size]
    if not below:
        return [key for _, key in keys[:1]]
    return [*below[-1:], *[key for index, key in keys if index < before][-1:]]
