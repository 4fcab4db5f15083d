"""Anchors against the log and against each other: what each deceit looks like."""

from __future__ import annotations

import pytest

from tests.anchoring import a_log, body, named, problems
from workflow.proof.anchors.comparing import compare
from workflow.proof.anchors.held import of_note, unreadable
from workflow.proof.keys import verify


def test_anchors_of_the_log_fit_and_tell_how_far_it_is_witnessed():
    log = a_log(10)

    found = log.compared(log.anchor(3), log.short(7), log.anchor(5))

    assert found.is_sound
    assert [one.held.anchor.size for one in found.judged] == [3, 5, 7]
    assert all(one.fits and not one.problems for one in found.judged)
    assert [one.signed for one in found.judged] == [True, True, None]
    assert (found.witnessed, len(found.fitting)) == (7, 3)
    assert found.log is not None
    assert (found.log.origin, found.log.entries) == (log.origin, 10)


def test_an_edited_entry_lies_between_the_last_anchor_that_fits_and_the_first_that_does_not():
    log = a_log(10)
    held = [log.anchor(size) for size in (2, 4, 6, 8)]
    log.bodies[4] = body("R-1", 1, "note", note="rewritten")

    found = log.compared(*held)

    assert [one.fits for one in found.judged] == [True, True, False, False]
    assert [one.problems for one in found.judged[2:]] == [("differs",)] * 2
    assert {one.after for one in found.judged[2:]} == {4}
    assert (found.witnessed, found.is_sound) == (4, False)


def test_two_auditors_who_were_shown_different_logs_find_it_when_they_meet():
    shown, other = a_log(8), a_log(8)
    other.bodies[5] = body("R-2", 2, "note", note="for the other one")
    mine, yours = shown.anchor(7, "mine"), other.anchor(7, "yours")

    alone = compare([mine, yours], None, verify)
    against = shown.compared(mine, yours)

    assert problems(alone) == {"mine": ("split",), "yours": ("split",)}
    assert {one.held.source: one.against for one in alone.judged} == {
        "mine": ("yours",),
        "yours": ("mine",),
    }
    assert problems(against) == {"mine": ("split",), "yours": ("split", "differs")}
    assert against.witnessed == 7
    assert not alone.is_sound
    assert not against.is_sound


def test_a_longer_root_and_its_first_digits_do_not_contradict_each_other():
    log = a_log(8)
    assert compare([log.anchor(5), log.short(5)], None, verify).is_sound


def test_a_log_that_is_shorter_than_an_anchor_was_cut():
    log = a_log(10)
    held = [log.anchor(6), log.anchor(9)]
    del log.bodies[8:]

    found = log.compared(*held)

    assert problems(found) == {"6.note": (), "9.note": ("cut",)}
    assert found.witnessed == 6


def test_a_restored_backup_in_which_work_went_on_differs_from_there():
    log = a_log(10)
    held = [log.anchor(4), log.anchor(9)]
    del log.bodies[6:]
    log.bodies += [body("R-0", n, "note", note="anew") for n in range(6)]

    found = log.compared(*held)

    assert problems(found) == {"4.note": (), "9.note": ("differs",)}
    assert found.judged[1].after == 4


def test_a_restored_backup_that_lost_only_its_seal_is_told_by_the_anchor():
    log = a_log(8)
    found = log.compared(log.anchor(7), sealed=5)

    assert problems(found) == {"7.note": ("seal_lost",)}
    assert (found.witnessed, found.is_sound) == (7, False)


def test_what_was_sealed_later_than_a_longer_log_betrays_a_roll_back_without_any_log():
    log = a_log(12)
    early, late = log.anchor(10, "early", minutes=60), log.anchor(6, "late", minutes=90)

    found = compare([early, late, log.anchor(3, minutes=5)], None, verify)

    assert problems(found) == {"3.note": (), "late": ("rolled_back",), "early": ()}
    assert found.judged[1].against == ("early",)


def test_a_lost_entry_makes_every_anchor_behind_it_unprovable():
    log = a_log(9)
    held = [log.anchor(3), log.anchor(6)]
    log.missing.add(4)

    found = log.compared(*held)

    assert problems(found) == {"3.note": (), "6.note": ("entry_lost",)}
    assert found.log is not None
    assert found.log.lost == 4


@pytest.mark.parametrize("size", [4, 6])
def test_a_note_that_no_key_of_the_log_signed_is_forged_and_accuses_nobody(size):
    log = a_log(8)
    found = log.compared(log.anchor(size, "forged", key=2), log.anchor(6, "honest"))

    assert problems(found) == {"forged": ("forged",), "honest": ()}
    assert found.witnessed == 6
    assert not found.is_sound


def test_a_note_whose_text_was_altered_is_forged_and_differs():
    log = a_log(8)
    one = log.anchor(5)
    altered = log.note(5).replace("at 2026-11-23", "at 2026-11-24")

    found = log.compared(of_note("altered", altered), one)

    assert problems(found) == {"altered": ("forged",), "5.note": ()}


def test_a_note_signed_by_a_key_that_was_in_force_before_is_honest():
    log = a_log(6)
    before = log.anchor(5)
    key = str(named(log.origin, 2))
    log.bodies.append(body("@office", 3, "adopt_key", key=key, note="…"))
    log.key = 2

    assert log.compared(before, log.anchor(7)).is_sound


def test_a_note_of_another_log_is_said_to_be_one():
    log, other = a_log(8), a_log(8)
    other.bodies[0] = body("@office", 1, "found_office", trial=False)
    other.origin = "rectify/0123456789abcdef"

    found = log.compared(other.anchor(5, "other"), log.anchor(5))

    assert problems(found) == {"other": ("other_log",), "5.note": ()}
    assert not found.is_sound


def test_what_a_restore_on_record_lost_is_accounted_for_and_nothing_else():
    log = a_log(12)
    held = [log.anchor(size) for size in (4, 7, 9, 11)]
    del log.bodies[5:]
    lost = {"anchor": str(held[2].anchor)[:20]}
    backup = str(log.checkpoint(4).anchor)
    log.bodies.append(body("@office", 3, "restore", backup=backup, lost=[lost]))

    found = log.compared(*held)

    assert problems(found) == {
        "4.note": (),
        "7.note": ("restored",),
        "9.note": ("restored",),
        "11.note": ("cut",),  # larger than the seal that is on record as lost
    }
    assert [one.is_well for one in found.judged] == [True, True, True, False]


def test_a_restore_that_names_all_that_it_lost_accounts_for_no_other():
    log = a_log(12)
    held = [log.anchor(size) for size in (4, 7, 9)]
    del log.bodies[5:]
    backup = str(log.checkpoint(4).anchor)
    lost = {"anchor": str(held[2].anchor)[:20], "at": "2026-01-05T01:00:00.000000Z"}
    log.bodies.append(body("@office", 3, "restore", backup=backup, lost=[lost]))

    found = log.compared(*held)

    assert problems(found) == {"4.note": (), "7.note": ("cut",), "9.note": ("restored",)}


def test_what_cannot_be_read_is_told_and_proves_nothing():
    log = a_log(5)
    found = log.compared(unreadable("torn", "no note"), log.anchor(5))

    assert problems(found) == {"torn": ("unreadable",), "5.note": ()}
    assert (found.witnessed, found.is_sound) == (5, False)


def test_an_office_entry_that_cannot_be_read_adopts_no_key():
    log = a_log(5)
    log.bodies[1] = b'{"stream":"@office","event":"adopt_key"'

    found = log.compared(log.anchor(5))

    assert found.judged[0].signed is None  # no key at all: nobody can say
    assert found.judged[0].fits


def test_the_same_anchor_from_the_same_source_counts_once():
    log = a_log(6)
    assert len(log.compared(log.anchor(5), log.anchor(5)).judged) == 1
