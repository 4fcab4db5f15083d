"""The stand-alone verifier on files made to break it: always a verdict, within bounds."""

from __future__ import annotations

import io
import json
import os
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states.canonical import canonical
from states.frozen import replace
from tests.alone import codes, found, judged, with_line
from tests.bundling import made_bundle
from workflow.proof import rectify_verify as alone

MADE = made_bundle(2)
BUNDLE = MADE.bundle
ZIPPED = BUNDLE.zipped()
MEMBERS = dict(BUNDLE.members())
BROKEN = {"bundle_unreadable": 0}
MB = 1 << 20


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"no zip",
        os.urandom(1000),
        ZIPPED[: len(ZIPPED) // 2],
        ZIPPED[:-1],
        ZIPPED[100:],
        b"PK\5\6" + bytes(17),
        b"PK\5\6" + b"\xff" * 18,
    ],
)
def test_what_is_no_zip_is_said_to_be_broken(content: bytes):
    verdict = judged(content)

    assert (verdict["verdict"], verdict["first_bad"]) == ("incomplete", 0)
    assert found(verdict) == BROKEN


def test_an_empty_zip_has_no_entries():
    assert found(judged(packed())) == {"entries_missing": 0}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(method: int):
    assert found(judged(packed(*MEMBERS.items(), method=method))) == BROKEN
    other = packed(("unknown", b"x" * 100), method=method)
    assert found(judged(other)) == {"entries_missing": 0}


def test_an_encrypted_member_is_refused():
    raw = bytearray(packed(("entries.jsonl", b"x\n")))
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1

    assert found(judged(bytes(raw))) == BROKEN


def test_a_member_that_does_not_unpack_to_its_checksum_is_seen_wherever_it_stands():
    for name in ("entries.jsonl", "keys.txt", "manifest.json", "evidence/x", "letters/y.txt"):
        raw = bytearray(packed((name, b"some content\n"), method=zipfile.ZIP_STORED))
        raw[raw.index(b"some")] ^= 1

        assert found(judged(bytes(raw))) == BROKEN, name


@pytest.mark.parametrize("name", ["entries.jsonl", "manifest.json", "evidence/x", "people.jsonl"])
def test_a_bomb_is_not_unpacked(name: str):
    bomb = packed((name, bytes(64 * MB)))
    began = time.monotonic()

    assert found(judged(bomb)) == BROKEN
    assert time.monotonic() - began < 2


def test_lines_that_are_too_long_are_not_kept():
    """A line of 40 MB, of which no more than the longest allowed one is ever held."""
    line = os.urandom(MB).replace(b"\n", b"") * 40
    content = packed(("entries.jsonl", line + b"\n"), method=zipfile.ZIP_STORED)
    tracemalloc.start()
    try:
        verdict = judged(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found(verdict)["entry_unreadable"] == 0
    assert peak < 5 * alone.LONGEST


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 3_000_000,
        b'{"a":' * 500_000,
        b'{"a":"' + b"\\" * 1_000_001,
        b"1" * 3_000_000,
        b'{"v":' + b"1" * 3_000_000 + b"}",
        b'{"v":1' + b"," * 3_000_000,
        ("\u0301" * 1_000_000).encode(),
        b'"' + b"\xed\xa0\x80" * 1000 + b'"',
    ],
    ids=range(8),
)
def test_absurd_lines_are_unreadable_and_quickly_so(line: bytes):
    began = time.monotonic()

    assert codes(with_line(BUNDLE, 9, line))["entry_unreadable"] == 9
    assert time.monotonic() - began < 5


def test_a_flood_of_members_is_passed_over():
    many = {f"unknown/{n}": b"" for n in range(5000)}

    assert judged(replace(BUNDLE, extra=many))["verdict"] == "sound"


def test_a_flood_of_signatures_is_no_note():
    line = BUNDLE.notes[0].split("\n\n")[1]
    notes = (BUNDLE.notes[0] + line * 100_000, *BUNDLE.notes[1:])
    began = time.monotonic()

    assert codes(replace(BUNDLE, notes=notes))["checkpoint_unreadable"] == 0
    assert time.monotonic() - began < 5


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["@office", "adopt_key", "found_office", "evidence", "letter", "", "="]),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values),
    max_leaves=6,
)
FIELDS = sorted({name for i in range(len(BUNDLE.entries)) for name in BUNDLE.content(i)})


@settings(max_examples=100)
@given(st.integers(0, len(BUNDLE.entries) - 1), st.sampled_from([*FIELDS, "facts.key"]), VALUES)
def test_a_value_of_any_kind_in_any_field_gets_a_verdict(index: int, field: str, value: Any):
    content = BUNDLE.content(index)
    place, name = (content["facts"], "key") if field == "facts.key" else (content, field)
    place[name] = value

    verdict = judged(with_line(BUNDLE, index, _written(content)), anchors=[MADE.anchor])
    assert verdict["verdict"] in ("sound", "tampered", "incomplete")


def _written(content: dict[str, Any]) -> bytes:
    try:
        return canonical(content)
    except UnicodeEncodeError:
        return b"{}"


@settings(max_examples=80)
@given(st.sampled_from(sorted(MEMBERS)), st.data())
def test_any_damage_to_any_member_gets_a_verdict(name: str, data: st.DataObject):
    content = bytearray(MEMBERS[name] or b"x")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))

    verdict = judged(MEMBERS | {name: bytes(content)})
    assert verdict["verdict"] in ("sound", "tampered", "incomplete")
    if bytes(content) != MEMBERS[name] and name.split("/")[0] not in ("evidence.jsonl",):
        assert verdict["verdict"] != "sound" or _means_nothing(name, bytes(content))


def _means_nothing(name: str, content: bytes) -> bool:
    """Whether nothing of this log depends on a member: a file that only a bad entry names.

    Nor is there anything against which a manifest's word on when it was made could be held.
    """
    if name == "manifest.json":
        said, was = (json.loads(body) | {"made_at": ""} for body in (content, MEMBERS[name]))
        return bool(said == was)
    return name.startswith(("processes/", "calendars/", "letters/", "evidence/", "people"))


@given(st.binary(max_size=400))
def test_a_receipt_of_rubbish_gets_a_verdict(content: bytes):
    asked = alone.options(["--receipt", "x"])

    assert alone.receipt_facts(io.BytesIO(content), asked)["verdict"] == "incomplete"


def test_what_is_printed_cannot_command_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    nasty = "\x1b[31mR\u202e\x07\r"
    first = next(i for i in range(len(BUNDLE.entries)) if BUNDLE.content(i)["event"] == "register")
    bundle = with_line(BUNDLE, first, canonical(BUNDLE.content(first) | {"stream": nasty}))
    file = tmp_path / "nasty.zip"
    file.write_bytes(bundle.zipped())

    for lang in ("en", "zh"):
        assert alone.main([str(file), "--issues", "--lang", lang]) == 2
        printed = capsys.readouterr().out
        assert "\\u001b[31mR\\u202e\\u0007" in printed
        assert all(c.isprintable() or c == "\n" for c in printed)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a", "b"],
        ["a.zip", "--receipt", "b"],
        ["a.zip", "--unknown"],
        ["a.zip", "--key", "12"],
        ["a.zip", "--anchor", "no/such/file"],
        ["a.zip", "--anchor", "0:" + "0" * 16],
        ["a.zip", "--at", "yesterday"],
        ["a.zip", "--lang", "fr"],
        ["no/such/file.zip"],
        ["."],
        ["--receipt", "no/such/file"],
    ],
)
def test_a_wrong_command_ends_with_64(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    try:
        code: object = alone.main(arguments)
    except SystemExit as end:
        code = end.code

    assert code == 64
    assert capsys.readouterr().err
