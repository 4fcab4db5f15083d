"""Checkpoints and anchors: one way to write them, everything else is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.checkpoint import (
    Anchor,
    Checkpoint,
    handing_on,
    origin_of,
    read_anchor,
    read_checkpoint,
)
from states.frozen import replace
from states.merkle import Tree
from states.signed_note import NoteKey

AT = datetime(2026, 11, 23, 3, 40, tzinfo=UTC)
CHECKPOINT = Checkpoint(
    origin="rectify/6f0c1b9e5d7a4f2f", size=12, root=bytes(range(32)), suite="sha256", at=AT
)
TEXT = """\
rectify/6f0c1b9e5d7a4f2f
12
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
suite sha256
at 2026-11-23T03:40:00.000000Z
"""


def test_a_checkpoint_is_written_as_the_reference_has_it():
    assert CHECKPOINT.text() == TEXT
    assert read_checkpoint(TEXT) == CHECKPOINT


@given(st.integers(1, 2**53 - 1), st.binary(min_size=32, max_size=32), st.datetimes())
def test_every_checkpoint_is_read_back(size: int, root: bytes, at: datetime):
    made = replace(CHECKPOINT, size=size, root=root, at=at.replace(tzinfo=UTC))

    assert read_checkpoint(made.text()) == made
    assert made.anchor.fits(made.tree)
    assert read_anchor(str(made.anchor)) == made.anchor


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rectify/6f0c", "rectify/6F0C"),
        ("rectify/6f0c", "other/6f0c"),
        ("4f2f\n", "4f2f0\n"),
        ("\n12\n", "\n012\n"),
        ("\n12\n", "\n+12\n"),
        ("\n12\n", "\n0\n"),
        ("\n12\n", "\n-1\n"),
        ("\n12\n", "\n１２\n"),
        ("\n12\n", "\n9007199254740992\n"),
        ("\n12\n", "\n99999999999999999\n"),
        ("Hh8=", "Hh9="),
        ("Hh8=", "Hh8"),
        ("sha256", "sha-256"),
        ("suite sha256", "suite  sha256"),
        ("suite", "Suite"),
        ("at 2026", "at  2026"),
        ("000Z", "000+00:00"),
        (".000000Z", "Z"),
        ("\nsuite", "\n\nsuite"),
        ("000Z\n", "000Z"),
        ("000Z\n", "000Z\nmore\n"),
    ],
)
def test_what_is_written_another_way_is_refused(old: str, new: str):
    assert TEXT.count(old) == 1

    with pytest.raises(ValueError, match=r"."):
        read_checkpoint(TEXT.replace(old, new))


def test_an_anchor_is_size_and_the_beginning_of_the_root():
    assert str(CHECKPOINT.anchor) == "12:0001020304050607"
    assert CHECKPOINT.anchor.file_name == "12-0001020304050607.note"
    assert read_anchor(" 12:0001020304050607\n") == CHECKPOINT.anchor


def test_an_anchor_fits_its_tree_alone():
    whole = Anchor(12, CHECKPOINT.root.hex())

    assert whole.fits(CHECKPOINT.tree)
    assert not whole.fits(Tree(12, bytes(32)))
    assert not CHECKPOINT.anchor.fits(Tree(13, CHECKPOINT.root))
    assert not Anchor(12, "0001020304050608").fits(CHECKPOINT.tree)


@pytest.mark.parametrize(
    "text",
    ["", "12", "12:", "12:000102030405060", "12:" + "0" * 65, "012:0001020304050607",
     "0:0001020304050607", "12:000102030405060G", "12:000102030405060A", "１:0001020304050607",
     "x12:0001020304050607"],
)  # fmt: skip
def test_what_is_no_anchor_is_refused(text: str):
    with pytest.raises(ValueError, match="no anchor"):
        read_anchor(text)


def test_the_log_is_named_by_its_first_entry():
    assert origin_of("6f0c1b9e5d7a4f2f" + "0" * 48) == CHECKPOINT.origin


def test_a_key_is_handed_on_by_its_whole_line():
    key = NoteKey(CHECKPOINT.origin, bytes(32))

    assert handing_on(key) == f"rectify/key/1\n{key}\n"
