"""Acts on seals: the key that signs checkpoints is adopted, and later another one in its place.

Whether the note that hands the key on is rightly signed is checked before the act: nothing here
knows how to check a signature. Its text, and who claims to have signed it, are checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from states.acts.act import Act, Facts
from states.checkpoint import handing_on
from states.errors import Unmet
from states.facts import Fact
from states.office import Office
from states.signed_note import NoteKey, read_key, read_note

ADOPT_KEY = "adopt_key"


def _adopted(office: Office, facts: Facts) -> Office:
    former = (*office.former_keys, office.seal_key) if office.seal_key else ()
    return replace(office, seal_key=facts["key"], seal_key_n=office.n + 1, former_keys=former)


def _fits(office: Office, facts: Facts, today: date) -> list[Unmet]:
    if "key" not in facts:
        return []
    try:
        key = read_key(facts["key"])
    except ValueError:
        return [Unmet("key_unreadable", "this is no key of a signed note", {}, "key")]
    if key.name != office.origin:
        named = {"name": key.name, "origin": office.origin}
        return [Unmet("key_of_another_log", "the key is of {name}, this log is {origin}", named)]
    if str(key) in (office.seal_key, *office.former_keys):
        return [Unmet("key_adopted", "this very key was adopted already", {}, "key")]
    return _handed_on(office, key, facts.get("note"))


def _handed_on(office: Office, key: NoteKey, written: str | None) -> list[Unmet]:
    """Every key but the first is handed on by the one in force."""
    if not office.seal_key:
        if written is None:
            return []
        return [Unmet("note_needless", "the first key is handed on by nobody", {}, "note")]
    if written is None:
        return [Unmet("note_missing", "the key in force must sign that this one follows it")]
    note, before = read_note(written), read_key(office.seal_key)
    signers = [(line.name, line.id) for line in note.signatures]
    if note.text != handing_on(key) or (before.name, before.id) not in signers:
        return [
            Unmet(
                "note_wrong",
                "the note does not say that the key in force hands on to this one",
                {},
                "note",
            )
        ]
    return []


ON_SEALS: Mapping[str, Act] = {
    ADOPT_KEY: Act((Fact("key", "text", required=True), Fact("note", "note")), _adopted, _fits),
}
