"""Adopting keys as an act of the office: who may, which key, and what its note must say."""

from __future__ import annotations

import pytest

from states.acts.sealing import signature_unmet
from states.administration import administer, evolve_office
from states.attempt import Attempt
from states.canonical import entry_digest
from states.checkpoint import handing_on, standing_by, stepping_in
from states.errors import Refused
from states.frozen import replace
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


def noted(text: str, by: NoteKey) -> str:
    """Return a note of any text that claims to be signed."""
    return str(sign(text, by, lambda message: b"s" * 64))


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


# ---------------------------------------------------------------- a recovery key

SPARE = NoteKey(OFFICE.origin, bytes(range(64, 96)))
THIRD = NoteKey(OFFICE.origin, b"\x07" * 32)


def standing(office: Office, key: NoteKey = SPARE, by: NoteKey = FIRST) -> tuple[Entry, Office]:
    """Adopt a recovery key by the word of the key in force."""
    note = noted(standing_by(key, office.hash), by)
    made = attempt("li", "adopt_recovery", {"key": str(key), "note": note})
    return administer(office, replace(made, request_id=f"spare-{office.n}"))


def with_spare() -> Office:
    """Return an office with a key in force, the first, and a recovery key."""
    return standing(adopted(OFFICE, key=str(FIRST))[1])[1]


def recovered(office: Office, key: NoteKey = SECOND, by: NoteKey = SPARE) -> Attempt:
    """Return the attempt to put a key in the place of one that is lost."""
    note = noted(stepping_in(key, office.hash), by)
    return tried(key=str(key), note=note, recovery=str(by))


def unmet(office: Office, made: Attempt) -> list[str]:
    with pytest.raises(Refused) as refusal:
        administer(office, made)
    return [unmet.code for unmet in refusal.value.unmet]


def test_a_recovery_key_stands_by_by_the_word_of_the_key_in_force() -> None:
    _, before = adopted(OFFICE, key=str(FIRST))
    entry, after = standing(before)

    assert (after.recovery, after.recovery_n) == (str(SPARE), entry.n)
    assert (after.keys, after.former_recoveries) == ((str(FIRST),), ())
    assert evolve_office(before, read_entry(entry.body)) == after


def test_a_recovery_key_puts_another_key_in_force_and_is_spent() -> None:
    before = with_spare()
    entry, after = administer(before, recovered(before))

    assert (after.seal_key, after.seal_key_n) == (str(SECOND), entry.n)
    assert (after.recovery, after.recovery_n, after.recoveries) == ("", 0, (str(SPARE),))
    assert evolve_office(before, read_entry(entry.body)) == after
    assert unmet(after, recovered(after, THIRD)) == ["recovery_unknown"]


def test_a_recovery_key_outlives_a_change_of_the_key_in_force() -> None:
    before = with_spare()
    _, after = adopted(before, key=str(SECOND), note=signed(SECOND, FIRST))

    assert after.recovery == str(SPARE)
    assert administer(after, recovered(after, THIRD))[1].seal_key == str(THIRD)


def test_another_recovery_key_takes_the_place_of_the_one_before() -> None:
    before = with_spare()
    _, after = standing(before, THIRD)

    assert (after.recovery, after.former_recoveries) == (str(THIRD), (str(SPARE),))
    assert unmet(after, recovered(after)) == ["recovery_unknown"]


def test_before_any_key_none_can_stand_by() -> None:
    made = attempt("li", "adopt_recovery", {"key": str(SPARE), "note": noted("a\n", SPARE)})
    assert unmet(OFFICE, made) == ["key_unadopted"]


def test_only_a_supervisor_of_every_unit_adopts_a_recovery_key() -> None:
    _, office = adopted(OFFICE, key=str(FIRST))
    note = noted(standing_by(SPARE, office.hash), FIRST)
    for person in ("chen", "wang", "zhao"):
        made = attempt(person, "adopt_recovery", {"key": str(SPARE), "note": note})
        assert "not_supervisor" in unmet(office, made)


def test_the_word_of_a_recovery_key_is_for_one_key_and_one_place() -> None:
    office = with_spare()
    _, later = administer(office, attempt("li", "bind_account", {"person": "he", "account": "x"}))

    assert unmet(later, recovered(office)) == ["note_wrong"]  # signed for another place
    other = noted(stepping_in(THIRD, office.hash), SPARE)
    assert unmet(office, tried(key=str(SECOND), note=other, recovery=str(SPARE))) == ["note_wrong"]
    as_handed = noted(handing_on(SECOND), SPARE)
    assert unmet(office, tried(key=str(SECOND), note=as_handed, recovery=str(SPARE))) == [
        "note_wrong"
    ]


def test_a_recovery_key_speaks_for_itself_alone() -> None:
    office = with_spare()
    by_another = noted(stepping_in(SECOND, office.hash), THIRD)

    assert unmet(office, recovered(office, by=THIRD)) == ["recovery_unknown"]
    said = tried(key=str(SECOND), note=by_another, recovery=str(SPARE))
    assert unmet(office, said) == ["note_wrong"]
    # and never as if it were the key in force
    assert refused(office, key=str(SECOND), note=signed(SECOND, SPARE)) == ["note_wrong"]
    # which in turn is no recovery key
    assert unmet(office, recovered(office, by=FIRST)) == ["recovery_unknown"]


def test_the_key_in_force_says_for_which_place_a_recovery_key_is() -> None:
    _, office = adopted(OFFICE, key=str(FIRST))
    for note in (
        noted(standing_by(SPARE, OFFICE.hash), FIRST),
        noted(standing_by(THIRD, office.hash), FIRST),
        noted(handing_on(SPARE), FIRST),
        noted(standing_by(SPARE, office.hash), THIRD),
    ):
        made = attempt("li", "adopt_recovery", {"key": str(SPARE), "note": note})
        assert unmet(office, made) == ["note_wrong"]


@pytest.mark.parametrize("key", [FIRST, SPARE])
def test_no_key_is_both_or_comes_twice(key: NoteKey) -> None:
    office = with_spare()
    note = noted(standing_by(key, office.hash), FIRST)
    made = attempt("li", "adopt_recovery", {"key": str(key), "note": note})
    assert unmet(office, made) == ["key_adopted"]
    assert refused(office, key=str(key), note=signed(key, FIRST)) == ["key_adopted"]


def test_signatures_are_checked_by_the_function_that_is_brought() -> None:
    office = with_spare()
    acts = {
        "adopt_key": recovered(office).facts,
        "adopt_recovery": {
            "key": str(THIRD),
            "note": noted(standing_by(THIRD, office.hash), FIRST),
        },
    }
    for event, facts in acts.items():
        asked: list[bytes] = []

        def verify(public: bytes, signature: bytes, message: bytes, seen=asked) -> bool:
            seen.append(public)
            return False

        assert [u.code for u in signature_unmet(office, event, facts, verify)] == ["note_unsigned"]
        assert asked == [SPARE.public if event == "adopt_key" else FIRST.public]
        assert signature_unmet(office, event, facts, lambda *_: True) == []
    assert signature_unmet(OFFICE, "adopt_key", {"key": str(FIRST)}, lambda *_: False) == []
    assert signature_unmet(office, "leave", {}, lambda *_: False) == []
