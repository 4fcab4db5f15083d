"""Judging a bundle, rule E10: which keys a log adopts, and by whose word each of them."""

from __future__ import annotations

from states.checkpoint import handing_on, standing_by, stepping_in
from states.signed_note import NoteKey
from workflow.proof.bundle.notes import key_of_log, read_note, signed_by
from workflow.proof.bundle.parsing import Record

KEY, RECOVERY = "adopt_key", "adopt_recovery"


def check_adoption(
    entry: Record, origin: str, in_force: NoteKey | None, recovery: NoteKey | None
) -> None:
    """Raise ``ValueError`` unless an entry of the office adopts a key as it must (E10).

    ``in_force`` is the last key that the log adopted, ``recovery`` the recovery key that stands by.
    """
    facts = entry["facts"]
    key = key_of_log(facts.get("key"), origin)
    if entry["event"] == RECOVERY:
        text, signer = standing_by(key, entry["prev"]), in_force
    elif "recovery" in facts:
        text, signer = stepping_in(key, entry["prev"]), recovery
        if recovery is None or facts["recovery"] != str(recovery):
            raise ValueError("no recovery key that stands by")
    elif in_force is None:
        return
    else:
        text, signer = handing_on(key), in_force
    written = facts.get("note")
    if signer is None or not isinstance(written, str):
        raise ValueError("nobody hands on to it")
    note = read_note(written)
    if note.text != text or not signed_by(note, signer):
        raise ValueError("not handed on by the one that may")


def standing_after(entry: Record, origin: str, recovery: NoteKey | None) -> NoteKey | None:
    """Return the recovery key that stands by after an entry of the office that was read well."""
    if entry["event"] == RECOVERY:
        return key_of_log(entry["facts"]["key"], origin)
    spent = entry["event"] == KEY and "recovery" in entry["facts"]
    return None if spent else recovery
