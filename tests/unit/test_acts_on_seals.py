"""Adopting keys as an act of the office: who may, which key, and what its note must say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.administration import administer, evolve_office
from states.attempt import Attempt
from states.canonical import entry_digest
from states.checkpoint import handing_on
from states.errors import Refused
from states.log import Entry, read_entry
from states.office import Office
from states.process_file import default_process
from states.signed_note import NoteKey, Signature, SignedNote, sign
from tests.cast import an_office, attempt

OFFICE = an_office(default_process())
FIRST = NoteKey(OFFICE.origin, bytes(range(32)))
SECOND = NoteKey(OFFICE.origin, bytes(range(32, 64)))


def signed(key: NoteKey, by: NoteKey) -> str:
    """Return a note that claims to be signed; nothing here can tell whether it is."""
    return str(sign(handing_on(key), by, lambda message: b"s" * 64))


def tried(person: str = "li", **facts: str) -> Attempt:
    return replace(attempt(person, "adopt_key", facts), request_id=f"key-{len(facts)}")


def adopted(office: Office, **facts: str) -> tuple[Entry, Office]:
    return administer(office, tried(**facts))


def refused(office: Office, person: str = "li", **facts: str) -> list[str]:
    with pytest.raises(Refused) as refusal:
        administer(office, tried(person, **facts))
    return [unmet.code for unmet in refusal.value.unmet]


def test_a_log_is_named_after_its_first_entry() -> None:
    assert OFFICE.origin.startswith("rectify/")
    assert (OFFICE.seal_key, OFFICE.former_keys, OFFICE.keys) == ("", (), ())


def test_the_first_key_needs_nobodys_word() -> None:
    entry, after = adopted(OFFICE, key=str(FIRST))

    assert (after.seal_key, after.former_keys) == (str(FIRST), ())
    assert (after.seal_key_n, after.keys) == (entry.n, (str(FIRST),))
    assert entry.hash == entry_digest(entry.body)
    assert evolve_office(OFFICE, read_entry(entry.body)) == after


def test_another_key_follows_by_the_word_of_the_one_in_force() -> None:
    _, before = adopted(OFFICE, key=str(FIRST))
    note = signed(SECOND, FIRST)
    entry, after = adopted(before, key=str(SECOND), note=note)

    assert entry.facts["note"] == note  # to its last line end
    assert after.keys == (str(FIRST), str(SECOND))
    assert after.seal_key_n == entry.n == before.seal_key_n + 1
    assert after.origin == OFFICE.origin


def test_a_first_key_with_a_note_is_refused() -> None:
    assert refused(OFFICE, key=str(FIRST), note=signed(FIRST, SECOND)) == ["note_needless"]


@pytest.mark.parametrize("key", ["key", f"{FIRST}x", str(FIRST).replace("+", "-"), "+", "a+b+c"])
def test_what_is_no_key_is_refused(key: str) -> None:
    assert refused(OFFICE, key=key) == ["key_unreadable"]


def test_a_key_of_another_log_is_refused() -> None:
    other = NoteKey("rectify/0000000000000000", FIRST.public)
    assert refused(OFFICE, key=str(other)) == ["key_of_another_log"]


def test_a_key_comes_once() -> None:
    _, first = adopted(OFFICE, key=str(FIRST))
    assert refused(first, key=str(FIRST), note=signed(FIRST, FIRST)) == ["key_adopted"]
    _, second = adopted(first, key=str(SECOND), note=signed(SECOND, FIRST))
    assert refused(second, key=str(FIRST), note=signed(FIRST, SECOND)) == ["key_adopted"]


def test_a_key_that_nobody_hands_on_is_refused() -> None:
    _, first = adopted(OFFICE, key=str(FIRST))
    third = NoteKey(OFFICE.origin, b"\x07" * 32)

    assert refused(first, key=str(SECOND)) == ["note_missing"]
    assert refused(first, key=str(SECOND), note="no note") == ["fact_wrong", "note_missing"]
    assert refused(first, key=str(SECOND), note=signed(third, FIRST)) == ["note_wrong"]
    assert refused(first, key=str(SECOND), note=signed(SECOND, third)) == ["note_wrong"]
    assert refused(first, key=str(SECOND), note=signed(SECOND, SECOND)) == ["note_wrong"]


def test_among_several_signatures_that_of_the_key_in_force_counts() -> None:
    _, first = adopted(OFFICE, key=str(FIRST))
    lines = tuple(Signature(key.name, key.id, b"s" * 64) for key in (SECOND, FIRST))
    note = SignedNote(handing_on(SECOND), lines)

    assert adopted(first, key=str(SECOND), note=str(note))[1].seal_key == str(SECOND)


@pytest.mark.parametrize("person", ["chen", "wang", "zhao"])
def test_only_a_supervisor_of_every_unit_adopts_a_key(person: str) -> None:
    assert "not_supervisor" in refused(OFFICE, person, key=str(FIRST))
