"""Whether a database is the one that was sealed last: what a seal may be put upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from states.canonical import stamp
from states.errors import Invalid, Problem
from states.merkle import Frontier, hash_of
from states.signed_note import read_key, read_note
from workflow.proof.keys import verify

if TYPE_CHECKING:
    from states.checkpoint import Checkpoint
    from states.office import Office
    from workflow.ports import Sealed, Session


def knows(session: Session, signed: Checkpoint) -> bool:
    """Return whether a database has a checkpoint of that tree."""
    found = session.checkpoint(signed.size)
    return found is not None and found.root == signed.root.hex()


def check_suite(suite: str) -> None:
    """Raise ``Invalid`` if this machine cannot hash as it is asked to."""
    try:
        hash_of(suite)
    except ValueError:
        raise Invalid(
            Problem(
                "suite_missing",
                "this machine cannot hash with {suite} (seal.suite)",
                {"suite": suite},
            )
        ) from None


def tree_of(last: Sealed | None, suite: str) -> Frontier:
    """Return the tree that grows on from a checkpoint; the empty one without any."""
    hashing = hash_of(suite)
    if last is None:
        return Frontier.empty(hashing)
    return Frontier(hashing, last.size, list(last.frontier))


def check_last(last: Sealed, office: Office, suite: str) -> None:
    """Check the checkpoint that the next one follows: whoever owns the database may have edited it.

    A tree that is built upon a forged frontier would bear our signature.
    """
    if last.suite != suite:
        facts = {"suite": last.suite, "configured": suite}
        raise Invalid(
            Problem(
                "suite_differs",
                "the log is sealed with {suite}, and that cannot change "
                "(seal.suite = {configured})",
                facts,
            )
        )
    try:
        stands, note = last.checkpoint, read_note(last.note)
        signed = any(note.signed_by(read_key(key), verify) for key in office.keys)
        said = (stands.origin, stands.size, stands.root.hex(), stands.suite, stamp(stands.at))
        tree = tree_of(last, suite)
        sound = (
            signed
            and said == (office.origin, last.size, last.root, last.suite, last.at)
            and len(last.frontier) == last.size.bit_count()
            and tree.root().hex() == last.root
        )
    except ValueError:
        sound = False
    if not sound:
        raise Invalid(
            Problem(
                "checkpoint_changed",
                "the last checkpoint ({size} entries) is not as it was signed: it was changed",
                {"size": last.size},
            )
        )


def another_log(signed: Checkpoint, office: Office) -> Invalid:
    """Return the error for a key that has signed another log last."""
    facts = {"origin": office.origin, "other": signed.origin}
    return Invalid(
        Problem(
            "high_of_another_log",
            "this machine has signed {other} last and not {origin}: "
            "each log needs a key of its own, in a folder of its own (seal.key_file)",
            facts,
        )
    )


def rolled_back(signed: Checkpoint, last: Sealed | None) -> Invalid:
    """Return the error for a database that does not know what was signed last."""
    facts = {"anchor": str(signed.anchor), "size": 0 if last is None else last.size}
    return Invalid(
        Problem(
            "rolled_back",
            "this machine has sealed {anchor}, and the database does not know it (it has {size} "
            "sealed entries): it was rolled back, or it is another one. Nothing is sealed. A "
            "restored backup is told by rectify db restore",
            facts,
        )
    )
