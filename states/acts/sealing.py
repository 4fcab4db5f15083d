"""Acts on seals: the key that signs checkpoints is adopted, later another one in its place, and a
recovery key that may put one there when the key in force is lost.

Nothing here knows how to check a signature. Its text, and who claims to have signed it, are checked
here; the signature itself by ``signature_unmet``, with the function that whoever calls brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from states.acts.act import Act, Facts
from states.checkpoint import handing_on, standing_by, stepping_in
from states.errors import Unmet
from states.facts import Fact
from states.frozen import replace
from states.office import Office
from states.signed_note import NoteKey, Verify, read_key, read_note

ADOPT_KEY = "adopt_key"
ADOPT_RECOVERY = "adopt_recovery"


@dataclass(frozen=True, slots=True)
class Word:
    """What must be signed so that a key may be adopted: the text, and the key that signs it."""

    text: str
    by: NoteKey


def word_for(office: Office, event: str, facts: Facts) -> Word | None:
    """Return whose word a key needs; None for the first key, which needs nobody's.

    Raises ``ValueError`` if the key is none, or if nobody could give that word.
    """
    key = read_key(facts["key"])
    if event == ADOPT_RECOVERY:
        return Word(standing_by(key, office.hash), read_key(office.seal_key))
    if "recovery" in facts:
        if facts["recovery"] != office.recovery:
            raise ValueError("no recovery key of this log, or not any more")
        return Word(stepping_in(key, office.hash), read_key(office.recovery))
    return Word(handing_on(key), read_key(office.seal_key)) if office.seal_key else None


def signature_unmet(office: Office, event: str, facts: Facts, verify: Verify) -> list[Unmet]:
    """Return nothing if the note of an act on keys, whose facts fit, is rightly signed."""
    if event not in ON_SEALS:
        return []
    word = word_for(office, event, facts)
    if word is None or read_note(facts["note"]).signed_by(word.by, verify):
        return []
    return [Unmet("note_unsigned", "the signature in the note is not right", {}, "note")]


def _adopted(office: Office, facts: Facts) -> Office:
    former = (*office.former_keys, office.seal_key) if office.seal_key else ()
    after = replace(office, seal_key=facts["key"], seal_key_n=office.n + 1, former_keys=former)
    if "recovery" not in facts:
        return after
    # Who has typed it in has shown it to a machine: it has served once, and never serves again.
    return replace(after, recovery="", recovery_n=0, former_recoveries=office.recoveries)


def _stands_by(office: Office, facts: Facts) -> Office:
    return replace(
        office,
        recovery=facts["key"],
        recovery_n=office.n + 1,
        former_recoveries=office.recoveries,
    )


def _fits(office: Office, facts: Facts, today: date) -> list[Unmet]:
    unmet = _own_and_new(office, facts)
    return unmet or _handed_on(office, facts)


def _own_and_new(office: Office, facts: Facts) -> list[Unmet]:
    if "key" not in facts:
        return []
    try:
        key = read_key(facts["key"])
    except ValueError:
        return [Unmet("key_unreadable", "this is no key of a signed note", {}, "key")]
    if key.name != office.origin:
        named = {"name": key.name, "origin": office.origin}
        return [Unmet("key_of_another_log", "the key is of {name}, this log is {origin}", named)]
    if str(key) in (*office.keys, *office.recoveries):
        return [Unmet("key_adopted", "this very key was adopted already", {}, "key")]
    return []


def _handed_on(office: Office, facts: Facts) -> list[Unmet]:
    """Every key but the first is handed on by the one in force, or by the recovery key."""
    if "key" not in facts:
        return []
    if "recovery" in facts:
        if facts["recovery"] != office.recovery:
            text = "this is not the recovery key of this log, or not any more"
            return [Unmet("recovery_unknown", text, {}, "recovery")]
    elif not office.seal_key:
        if "note" not in facts:
            return []
        return [Unmet("note_needless", "the first key is handed on by nobody", {}, "note")]
    if "note" not in facts:
        return [Unmet("note_missing", "the key in force must sign that this one follows it")]
    return _says(facts["note"], word_for(office, ADOPT_KEY, facts))


def _says(written: str, word: Word | None) -> list[Unmet]:
    note = read_note(written)
    signers = [(line.name, line.id) for line in note.signatures]
    if word is None or note.text != word.text or (word.by.name, word.by.id) not in signers:
        text = "the note does not say that the key in force hands on to this one"
        return [Unmet("note_wrong", text, {}, "note")]
    return []


def _may_stand_by(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if not office.seal_key:
        text = "no key was adopted yet of which this one could take the place"
        return [Unmet("key_unadopted", text)]
    unmet = _own_and_new(office, facts)
    if unmet or not {"key", "note"} <= facts.keys():
        return unmet
    return _says(facts["note"], word_for(office, ADOPT_RECOVERY, facts))


_KEY = Fact("key", "text", required=True)

ON_SEALS: Mapping[str, Act] = {
    ADOPT_KEY: Act((_KEY, Fact("note", "note"), Fact("recovery", "text")), _adopted, _fits),
    ADOPT_RECOVERY: Act((_KEY, Fact("note", "note", required=True)), _stands_by, _may_stand_by),
}
