"""A recovery key: a second key, kept elsewhere, that can put a new one in the place of a lost one.

It never signs checkpoints. What it signs names the new key and the entry after which that is
adopted, so that nobody can use the signature again; and it serves once, for who has typed it in has
shown it to a machine.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from states.acts.sealing import ADOPT_KEY, ADOPT_RECOVERY
from states.checkpoint import standing_by, stepping_in
from states.errors import Invalid, Message, NotFound, Problem, RectificationError, Refused
from states.signed_note import NoteKey, read_key, sign
from workflow.proof.keys import SealingKey, key_of, load_key
from workflow.proof.sealing.adopting import (
    PATIENCE,
    Adopted,
    key_in_force,
    made_or_left,
    next_file,
    put_in_place,
)
from workflow.proof.sealing.high import HighFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from states.office import Office
    from workflow.engine.facade import Engine
    from workflow.identity import Identity

Done = TypeVar("Done")
_ATTEMPTS = 5  # others may take acts of the office meanwhile: what was signed is for one place


def stand_by(engine: Engine, path: Path, by: Identity, seed: bytes) -> NoteKey:
    """Adopt a recovery key, by the word of the key in force; return its public key.

    ``seed`` are the 32 bytes of its private key, which are kept nowhere. Another recovery key that
    stands by is followed by it. Raises ``Refused``, ``NotFound``, ``Invalid``.
    """

    def attempt() -> NoteKey:
        office = engine.office()
        current = key_in_force(path, office)
        named = key_of(seed).named(office.origin)
        text = standing_by(named, office.hash)
        note = str(sign(text, current.named(office.origin), current.sign))
        engine.act(ADOPT_RECOVERY, {"key": str(named), "note": note}, by)
        return named

    with HighFile(path).taken(PATIENCE):
        return _until_taken(attempt)


def recover(engine: Engine, path: Path, by: Identity, seed: bytes) -> Adopted:
    """Put a new key in the place of the one in force, which is lost; the recovery key signs.

    What lies at ``path`` keeps another name. Raises ``Refused``; ``NotFound`` where no recovery key
    was adopted; ``Invalid`` if it is another one, or if the key in force is here after all.
    """

    def attempt() -> Adopted:
        office = engine.office()
        spare = key_of(seed)
        _check(path, office, spare)
        new = made_or_left(next_file(path))
        named, signer = new.named(office.origin), spare.named(office.origin)
        note = str(sign(stepping_in(named, office.hash), signer, spare.sign))
        facts = {"key": str(named), "note": note, "recovery": office.recovery}
        engine.act(ADOPT_KEY, facts, by)
        put_in_place(path, _lying(path, office), office)
        return Adopted(named, made=True)

    with HighFile(path).taken(PATIENCE):
        return _until_taken(attempt)


def _until_taken(attempt: Callable[[], Done]) -> Done:
    """Do it anew where somebody else's act came between what was signed and the log."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return attempt()
        except Refused as refused:
            if [unmet.code for unmet in refused.unmet] != ["note_wrong"]:
                raise
    return attempt()


def _lying(path: Path, office: Office) -> NoteKey | None:
    with suppress(RectificationError):
        return load_key(path).named(office.origin)
    return None


def _check(path: Path, office: Office, spare: SealingKey) -> None:
    """Raise ``NotFound`` or ``Invalid`` unless this is the recovery key, and is needed."""
    mine = spare.named(office.origin)
    if str(mine) in office.former_recoveries:
        text = "this recovery key ({key}…) was used already, or another one has taken its place"
        raise Invalid(Problem("recovery_former", text, {"key": mine.fingerprint[:16]}))
    if not office.recovery:
        text = "this log has adopted no recovery key: none can take the place of its key"
        raise NotFound(Message("recovery_unadopted", text))
    if str(mine) != office.recovery:
        facts = {
            "key": mine.fingerprint[:16],
            "adopted": read_key(office.recovery).fingerprint[:16],
        }
        text = "this recovery key ({key}…) is not that of this log, which is {adopted}…"
        raise Invalid(Problem("recovery_unknown", text, facts))
    try:
        key_in_force(path, office, looking=True)
    except RectificationError:
        return
    text = "the key in force is here ({file}): rectify audit key rotate, without --recovery"
    raise Invalid(Problem("key_here", text, {"file": str(path)}))
