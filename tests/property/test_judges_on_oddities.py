"""What only a hostile hand writes: three judges take it alike, however odd it is."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from states.canonical import canonical
from states.frozen import replace
from tests.bundling import Bundle, made_bundle, rechained
from tests.tampering.differing import Case, Judge, by_product, by_the_single_file, the_page
from workflow.proof import rectify_verify as alone
from workflow.proof.anchors.held import in_bytes, typed
from workflow.proof.bundle.notes import read_given

LONGEST = 16_777_216


@pytest.fixture(scope="module")
def page() -> Iterator[Judge]:
    with the_page() as judge:
        yield judge


def verdicts(page: Judge, bundle: Bundle, *anchors: str) -> set[tuple[str, int | None]]:
    case = Case("odd", bundle.zipped(), anchors, "")
    return {judge(case) for judge in (by_product, by_the_single_file, page)}


def with_evidence(content: bytes = b"1", **facts: Any) -> tuple[Bundle, int]:
    """Return an unsealed bundle of which one entry names a file, with these facts of it."""
    bundle = next(made.bundle for made in map(made_bundle, range(40)) if made.bundle.evidence)
    index = next(i for i, body in enumerate(bundle.entries) if b'"records":"evidence"' in body)
    name = hashlib.sha256(content).hexdigest()
    entries = list(bundle.entries[: index + 1])
    said = bundle.content(index)
    said["facts"] |= {"sha256": name, "size": len(content), **facts}
    entries[index] = canonical(said)
    unsealed = replace(
        bundle,
        entries=rechained(entries),
        notes=(),
        evidence={name: content},
        listed=(),
        people=(),
        manifest=bundle.manifest | {"entries": len(entries), "sealed": 0},
        without=frozenset({"keys.txt"}),
    )
    return unsealed, index


def test_the_bundle_that_is_bent_is_sound(page: Judge) -> None:
    bundle, _ = with_evidence()
    assert verdicts(page, bundle) == {("sound", None)}


@pytest.mark.parametrize("size", [True, None, "1", 2, [1]])
def test_a_size_is_a_number_and_true_is_none(page: Judge, size: object) -> None:
    bundle, index = with_evidence(size=size)
    assert verdicts(page, bundle) == {("tampered", index)}


@pytest.mark.parametrize(
    ("name", "line"),
    [("5", {"sha256": 5, "held": "here"}), ("None", {"held": "here"}), ("[]", {"sha256": []})],
)
def test_a_file_is_listed_by_a_text_alone(page: Judge, name: str, line: dict[str, Any]) -> None:
    bundle, _ = with_evidence(sha256=name)
    bundle = replace(bundle, evidence={}, listed=({"size": 1, "held": "here", **line},))
    assert verdicts(page, bundle) == {("sound", None)}


def test_a_list_of_keys_beyond_all_bounds_is_another_list(page: Judge) -> None:
    """Where the log adopts none, an empty list would be right, and this one is not."""
    made = next(made for made in map(made_bundle, range(60)) if made.log.adopted[0] > 3)
    entries = made.bundle.entries[: made.log.adopted[0]]
    bundle = replace(
        made.bundle,
        entries=entries,
        notes=(),
        keys=(),
        people=(),
        manifest=made.bundle.manifest | {"entries": len(entries), "sealed": 0},
    )
    assert verdicts(page, bundle) == {("sound", None)}
    large = replace(bundle, extra={"keys.txt": b"\n" * (LONGEST + 1)})
    assert verdicts(page, large) == {("tampered", 0)}


@pytest.mark.parametrize("size", [0, 2**53, 9_999_999_999_999_999])
def test_no_anchor_is_of_a_size_that_no_log_has(page: Judge, size: int) -> None:
    text = f"{size}:{'ab' * 8}"
    with pytest.raises(ValueError, match="no "):
        read_given(text)
    with pytest.raises(alone.Unreadable):
        alone.Anchor(text)
    with pytest.raises(Exception, match="anchor"):
        page(Case("odd", made_bundle(1).bundle.zipped(), (text,), ""))


@pytest.mark.parametrize(
    "around",
    [
        lambda note: note,
        lambda note: note.replace("\n", "\r\n"),
        lambda note: "\ufeff" + note,
        lambda note: f"\n\n{note}\n \n",
        lambda note: f"\ufeff{note}\n".replace("\n", "\r\n"),
    ],
)
@pytest.mark.parametrize("short", [True, False])
def test_what_an_editor_puts_around_an_anchor_is_no_part_of_it(
    tmp_path: Path, around: Any, short: bool
) -> None:
    given = read_given(made_bundle(3).anchor)
    file = tmp_path / "kept.txt"
    text = f"{given}\n" if short else made_bundle(3).anchor
    file.write_text(around(text), encoding="utf-8", newline="")

    (held,) = in_bytes("kept.txt", file.read_bytes())
    read = alone.read_anchor(str(file))
    assert (held.anchor.size, held.anchor.root[:16]) == (given.size, given.root[:16])
    assert (read.size, read.root[:16]) == (given.size, given.root[:16])
    assert held.is_whole == (read.checkpoint is not None) == (not short)


def test_a_number_that_no_log_could_reach_is_no_anchor(tmp_path: Path) -> None:
    text = f"9999999999999999:{'ab' * 8}"
    assert list(in_bytes("kept.txt", text.encode())) == []
    assert typed(text) is None
    with pytest.raises(alone.Unreadable):
        alone.read_anchor(text)


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1,"a":1}',
        b'{"a":NaN}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":9007199254740993}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":"\\ud83d\\ude00"}',
        '{"a":"e\u0301"}'.encode(),
        '{"é":1}'.encode(),
        b"\xef\xbb\xbf{}",
        b" {}",
        b"{}\r",
        b"{}\x00",
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xc0\xaf"}',
        b"[" * 100_000,
        b'{"a":' * 70 + b"1" + b"}" * 70,
        b'{"__proto__":1}',
        b'{"constructor":{},"hasOwnProperty":1}',
        b"null",
        b"[]",
        b'"a"',
        b"",
    ],
    ids=lambda line: repr(line[:24]),
)
@pytest.mark.parametrize("place", ["entries", "manifest.json", "checkpoints", "people", "listed"])
def test_odd_json_is_taken_alike_wherever_it_stands(page: Judge, line: bytes, place: str) -> None:
    bundle = made_bundle(3).bundle
    if place == "entries":
        odd = replace(bundle, entries=(*bundle.entries, line))
    elif place == "manifest.json":
        odd = replace(bundle, extra={place: line})
    else:
        name = {"checkpoints": "checkpoints", "people": "people", "listed": "evidence"}[place]
        whole = dict(bundle.members())[f"{name}.jsonl"]
        odd = replace(bundle, extra={f"{name}.jsonl": whole + line + b"\n"})
    assert len(verdicts(page, odd)) == 1


@pytest.mark.parametrize(
    "bend",
    [
        lambda note: note + note.rsplit("\n", 2)[1] + "\n",
        lambda note: note.replace("\n", "\r\n"),
        lambda note: note + "\n",
        lambda note: "\n" + note,
        lambda note: "\ufeff" + note,
        lambda note: note[:-1],
        lambda note: note.replace("— ", "- "),
        lambda note: note.replace("— ", "—\u00a0"),
        lambda note: note + (note.rsplit("\n", 2)[1] + "\n") * 99,
        lambda note: note + (note.rsplit("\n", 2)[1] + "\n") * 100,
        lambda note: note.replace("suite sha256", "suite SHA256"),
        lambda note: note.replace("\n", "\u2028", 1),
        lambda note: note.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}),
        lambda note: note.translate({ord(c): ord(c) - 48 + 0x0660 for c in "0123456789"}),
        lambda note: note.replace("at 20", "at 99"),
        lambda note: note.replace("at 2", "at 12"),
        lambda note: note.replace("Z\n\n", "Z\n\n\n"),
        lambda note: note.rsplit("\n", 2)[0] + "\n— é AAAAAAAA\n",
        lambda note: note + "— other AAAAAAA=\n",
        lambda note: note + "— other AAAA\n",
        lambda note: note + "— o+er AAAAAAAA\n",
        lambda note: note + "— other AAAAAAAB\x0b\n",
    ],
)
def test_an_odd_note_is_taken_alike(page: Judge, bend: Any) -> None:
    bundle = made_bundle(3).bundle
    odd = replace(bundle, notes=(*bundle.notes[:-1], bend(bundle.notes[-1])))
    assert len(verdicts(page, odd)) == 1


ODD_NAMES = (
    "/etc/passwd",
    "../keys.txt",
    "keys.txt/",
    "KEYS.TXT",
    "processes/",
    "évidence/x",
    "a\\b",
)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_member_with_an_odd_name_is_taken_alike(page: Judge, name: str) -> None:
    bundle = made_bundle(3).bundle
    assert verdicts(page, replace(bundle, extra={name: b""})) == {("sound", None)}


def bent(bundle: Bundle, change: Any, **how: Any) -> bytes:
    """Return a zip file written by hand."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **how) as archive:
        for name, content in bundle.members():
            info = zipfile.ZipInfo(name)
            change(info)
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
        archive.comment = b"PK\x05\x06" + bytes(18)
    return file.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda info: None,
        lambda info: setattr(info, "external_attr", 0o120777 << 16),
        lambda info: setattr(info, "date_time", (1980, 1, 1, 0, 0, 0)),
        lambda info: setattr(info, "extra", b"\x99\x99\x04\x00abcd"),
        lambda info: setattr(info, "comment", b"\xff"),
        lambda info: setattr(info, "create_system", 0),
    ],
)
@pytest.mark.parametrize("front", [b"", b"#!/bin/sh\n", b"PK\x03\x04"])
def test_both_take_an_odd_archive_alike(change: Any, front: bytes) -> None:
    case = Case("odd", front + bent(made_bundle(3).bundle, change), (), "")
    assert by_product(case) == by_the_single_file(case)


def _patched(file: bytes, signature: bytes, at: int, value: bytes) -> bytes:
    """Return a zip file of which every header of a kind says something else at a place."""
    found, start = bytearray(file), 0
    while (start := file.find(signature, start)) >= 0:
        found[start + at : start + at + len(value)] = value
        start += 4
    return bytes(found)


@pytest.mark.parametrize(
    ("signature", "at", "value"),
    [
        (b"PK\x01\x02", 8, b"\x01\x00"),  # encrypted
        (b"PK\x01\x02", 8, b"\x08\x00"),  # sizes follow
        (b"PK\x01\x02", 8, b"\x20\x00"),  # patched data
        (b"PK\x01\x02", 8, b"\x40\x00"),  # strongly encrypted
        (b"PK\x01\x02", 10, b"\x0c\x00"),  # bzip2
        (b"PK\x01\x02", 10, b"\x63\x00"),
        (b"PK\x01\x02", 16, b"\x00\x00\x00\x00"),  # checksum
        (b"PK\x01\x02", 20, b"\x01\x00\x00\x00"),  # packed size
        (b"PK\x01\x02", 24, b"\xff\xff\xff\xff"),  # size
        (b"PK\x01\x02", 42, b"\xff\xff\xff\xff"),  # where it lies
        (b"PK\x03\x04", 26, b"\x00\x00"),
        (b"PK\x05\x06", 10, b"\x01\x00"),
        (b"PK\x05\x06", 16, b"\x01\x00\x00\x00"),
    ],
)
def test_both_take_a_bent_header_alike(signature: bytes, at: int, value: bytes) -> None:
    file = _patched(made_bundle(3).bundle.zipped(), signature, at, value)
    case = Case("odd", file, (), "")
    assert by_product(case) == by_the_single_file(case)
