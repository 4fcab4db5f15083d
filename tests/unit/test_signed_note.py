"""Signed notes: what C2SP publishes is read, written again the same, and nothing else is."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from states.signed_note import NoteKey, read_key, read_note, sign
from workflow.proof.keys import verify

# The example of Go's package golang.org/x/mod/sumdb/note, which C2SP's format comes from.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEY = NoteKey("rectify/0123456789abcdef", SECRET.public_key().public_bytes_raw())
TEXT = "a\n\nb\n"
NOTE = str(sign(TEXT, KEY, SECRET.sign))
LINE = NOTE.removeprefix(TEXT + "\n")


def test_it_reads_and_believes_the_published_note():
    note, key = read_note(GO_NOTE), read_key(GO_KEY)

    assert (key.name, key.id.hex()) == ("PeterNeumann", "c74f20a3")
    assert note.signed_by(key, verify)
    assert (str(note), str(key)) == (GO_NOTE, GO_KEY)


def test_a_note_is_signed_by_its_key_and_by_no_other():
    note = read_note(NOTE)
    other = NoteKey(KEY.name, bytes(31) + b"\1")

    assert note.text == TEXT
    assert note.signed_by(KEY, verify)
    assert not note.signed_by(other, verify)
    assert not note.signed_by(NoteKey("rectify/another", KEY.public), verify)
    assert not read_note(NOTE.replace("a\n", "b\n", 1)).signed_by(KEY, verify)


def test_one_right_signature_among_others_is_enough():
    others = "".join(f"— witness{n} {'AAAA' * 20}\n" for n in range(99))

    assert read_note(f"{TEXT}\n{others}{LINE}").signed_by(KEY, verify)
    with pytest.raises(ValueError, match="more than 100"):
        read_note(f"{TEXT}\n{others}{LINE}{LINE}")


def test_a_signature_cut_short_is_none():
    cut = read_note(NOTE)
    short = type(cut)(
        cut.text, tuple(type(s)(s.name, s.id, s.signature[:-1]) for s in cut.signatures)
    )

    assert not short.signed_by(KEY, lambda *_: True)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "a\n",
        "a\n\n",
        "\n\n" + LINE[:-1],
        f"{TEXT}\n{LINE}"[:-1],  # the last line does not end
        f"{TEXT}{LINE}",  # no empty line
        f"a\tb\n\n{LINE}",
        f"a\rb\n\n{LINE}",
        f"a\x00\n\n{LINE}",
        f"a\ufffd\n\n{LINE}",
        f"{TEXT}\n-{LINE[1:]}",  # another dash
        f"{TEXT}\n{LINE}\n",
        f"{TEXT}\n— name\n",
        f"{TEXT}\n—  AAAAAAAA\n",
        f"{TEXT}\n— na+me AAAAAAAA\n",
        f"{TEXT}\n— näme AAAAAAAA\n",
        f"{TEXT}\n— name AAAAAA==\n",  # an id and nothing else
        f"{TEXT}\n— name AAAAAAB=\n",  # loose bits
        f"{TEXT}\n— name AAAAAAA\n",
        f"{TEXT}\n— name AAAA AAAA\n",
        f"{TEXT}\n— name AAAAAAA=\n\n",
    ],
)
def test_what_is_no_note_is_refused(written: str):
    with pytest.raises(ValueError, match=r"."):
        read_note(written)


@pytest.mark.parametrize("text", ["", "a", "a\tb\n", "a\n\x7f\x1f\n", "\ud800\n"])
def test_nothing_is_signed_that_no_note_can_hold(text: str):
    with pytest.raises(ValueError, match=r"."):
        sign(text, KEY, SECRET.sign)


@given(st.text().map(lambda text: text + "\n"))
def test_what_can_be_signed_is_read_back(text: str):
    try:
        note = sign(text, KEY, SECRET.sign)
    except ValueError:
        return
    assert read_note(str(note)) == note


@given(st.text())
def test_whatever_is_read_is_written_again_the_same(written: str):
    try:
        note = read_note(written)
    except ValueError:
        return
    assert str(note) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+c74f20a3",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("c74f20a3", "C74F20A3"),
        GO_KEY.replace("PeterNeumann", "Peter"),
        GO_KEY.replace("+AR", "+BR"),
        GO_KEY[:-4],
        GO_KEY + "=",
        GO_KEY + "\n",
        " " + GO_KEY,
    ],
)
def test_what_is_no_key_is_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        read_key(text)


def test_a_fingerprint_is_the_hash_of_the_public_key_alone():
    assert NoteKey("other", KEY.public).fingerprint == KEY.fingerprint
    assert len(KEY.fingerprint) == 64
