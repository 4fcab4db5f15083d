"""The product's judge of a bundle, where the campaign does not look."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest

from states.canonical import canonical
from states.frozen import replace
from tests.bundling import Bundle, Made, made_bundle
from workflow.proof.bundle.judging import Against, Judgement, judge
from workflow.proof.bundle.notes import key_of_log, read_given, read_note, signed_by
from workflow.proof.bundle.parsing import parsed


@pytest.fixture(scope="module")
def made() -> Made:
    return made_bundle(11)


def judged(bundle: Bundle | bytes, *anchors: str, fingerprint: str = "") -> Judgement:
    file = bundle if isinstance(bundle, bytes) else bundle.zipped()
    return judge(io.BytesIO(file), Against(tuple(map(read_given, anchors)), fingerprint))


def codes(judgement: Judgement) -> set[tuple[str, int]]:
    return {(finding.code, finding.index) for finding in judgement.findings}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_a_sound_bundle_is_sound_against_every_note_and_its_key(made: Made) -> None:
    fingerprint = made.log.signers[0].named(made.bundle.origin).fingerprint
    found = judged(made.bundle, *made.bundle.notes, fingerprint=fingerprint)

    assert (found.verdict, found.first_bad, found.findings) == ("sound", None, ())
    assert found.entries == len(made.bundle.entries)
    assert found.sealed == made.bundle.sizes[-1]
    assert found.checkpoints == found.anchors == len(made.bundle.notes)
    assert found.between is None
    assert sum(found.auths.values()) == found.entries


def test_another_fingerprint_than_the_one_told_shows(made: Made) -> None:
    found = judged(made.bundle, fingerprint="ab" * 32)
    assert codes(found) == {("key_unexpected", 0)}
    assert found.verdict == "tampered"


def test_the_closer_anchors_lie_the_closer_the_place_is_known() -> None:
    made = next(m for m in map(made_bundle, range(40)) if len(m.bundle.sizes) > 4)
    sizes = made.bundle.sizes
    content = made.bundle.content(sizes[2])
    entries = list(made.bundle.entries)
    entries[sizes[2]] = canonical(content | {"day": "2020-01-01"})
    bundle = replace(made.bundle, entries=tuple(entries))

    far = judged(bundle, made.bundle.notes[-1])
    near = judged(bundle, *made.bundle.notes)

    assert far.between is not None
    assert near.between is not None
    assert far.between[0] == 0
    assert near.between == (sizes[2], min(sizes[3] - 1, near.between[1]))
    assert near.first_bad in range(sizes[2], sizes[3])


def test_of_two_anchors_of_one_size_the_wrong_one_shows_at_the_smaller_right_one(
    made: Made,
) -> None:
    first, last = made.bundle.notes[0], made.bundle.notes[-1]
    wrong = f"{made.bundle.sizes[-1]}:{'0' * 16}"
    found = judged(made.bundle, first, last, wrong)
    assert codes(found) == {("anchor_differs", made.bundle.sizes[0])}


def test_an_anchor_of_more_entries_than_there_are_says_that_the_log_was_cut(made: Made) -> None:
    lines = len(made.bundle.entries)
    found = judged(made.bundle, f"{lines + 5}:{'0' * 16}")
    assert codes(found) == {("log_cut", lines)}
    assert found.between == (0, lines)


@pytest.mark.parametrize(
    "text", ["0:0123456789abcdef", "5:0123", "05:0123456789abcdef", "5:0123456789ABCDEF", "", "x"]
)
def test_what_is_no_anchor_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_given(text)


def test_no_signature_is_right_under_a_key_of_small_order(made: Made) -> None:
    origin = made.bundle.origin
    note = read_note(made.bundle.notes[0])
    for public in (b"\x01" + b"\0" * 31, b"\xff" * 32, b"\0" * 32):
        from states.signed_note import NoteKey

        key = NoteKey(origin, public)
        identity = b"\x01" + b"\0" * 63  # right under a point of small order, were it allowed
        line = replace(note.signatures[0], id=key.id, signature=identity)
        assert not signed_by(replace(note, signatures=(line,)), key)


def test_a_key_of_another_log_is_no_key_of_this_one(made: Made) -> None:
    key = made.bundle.keys[0]
    assert str(key_of_log(key, made.bundle.origin)) == key
    with pytest.raises(ValueError, match="another name"):
        key_of_log(key, "rectify/0123456789abcdef")
    with pytest.raises(ValueError, match="no key"):
        key_of_log(None, made.bundle.origin)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b'"a"',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a": 1}',
        b'{"a":1} ',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\/"}',
        b'{"a":"e\xcc\x81"}',
        b'{"\xc3\xa9":1}',
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"a":' + b"[" * 64 + b"]" * 64 + b"}",
        b'{"a":' * 100_000,
        '{"a":1}'.encode("utf-16"),
    ],
)
def test_json_that_could_be_read_in_two_ways_is_not_read(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parsed(line)


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b'{"a":-9007199254740991}',
        b'{"a":' + b"[" * 63 + b"1" + b"]" * 63 + b"}",
        b'{"a":"\\n\xcc\x81"}',  # a mark on a control character combines with nothing
        '{"a":"é\x7f\u2028"}'.encode(),
    ],
)
def test_json_in_its_one_form_is_read(line: bytes) -> None:
    assert canonical(parsed(line)) == line


# ---------------------------------------------------------------- hostile files


def test_what_is_no_zip_file_is_incomplete() -> None:
    for content in (b"", b"PK", b"{}", b"PK\x05\x06" + b"\0" * 18, random.Random(3).randbytes(999)):  # noqa: S311
        found = judged(content)
        assert found.verdict == "incomplete"
        assert found.first_bad == 0


def test_what_unpacks_to_far_more_than_it_is_packed_is_not_unpacked(made: Made) -> None:
    members = dict(made.bundle.members())
    for name in ("entries.jsonl", "people.jsonl", "letters/x.txt", "evidence/x"):
        found = judged(zipped({**members, name: b"\0" * 50_000_000}))
        assert codes(found) == {("bundle_unreadable", 0)}, name


def test_a_line_without_end_is_no_entry(made: Made) -> None:
    members = dict(made.bundle.members())
    noise = random.Random(5).randbytes(200_000).replace(b"\n", b"")  # noqa: S311
    members["entries.jsonl"] += noise * 90
    found = judged(zipped(members, zipfile.ZIP_STORED))
    assert ("entry_unreadable", len(made.bundle.entries)) in codes(found)


def test_members_that_lead_elsewhere_are_members_like_others(made: Made) -> None:
    link = zipfile.ZipInfo("processes/../../../etc/passwd")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO(made.bundle.zipped())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("/etc/cron.d/x", "x")
        archive.writestr("evidence/", "")
    assert judged(file.getvalue()).verdict == "sound"


def test_an_encrypted_member_or_one_packed_otherwise_is_not_read(made: Made) -> None:
    members = dict(made.bundle.members())
    assert codes(judged(zipped(members, zipfile.ZIP_BZIP2))) == {("bundle_unreadable", 0)}
    file = bytearray(made.bundle.zipped())
    central = file.rindex(b"PK\x01\x02")
    flags = struct.unpack_from("<H", file, central + 8)[0]
    struct.pack_into("<H", file, central + 8, flags | 1)
    assert codes(judged(bytes(file))) == {("bundle_unreadable", 0)}


def test_no_damage_of_the_file_is_a_traceback(made: Made) -> None:
    whole, lots = made.bundle.zipped(), random.Random(17)  # noqa: S311
    for _ in range(400):
        file = bytearray(whole)
        for _ in range(lots.randrange(1, 4)):
            file[lots.randrange(len(file))] = lots.randrange(256)
        if lots.random() < 0.2:
            del file[lots.randrange(len(file)) :]
        assert judged(bytes(file)).verdict in ("sound", "tampered", "incomplete")


def test_values_of_any_kind_in_an_entry_are_no_traceback(made: Made) -> None:
    lots = random.Random(23)  # noqa: S311
    odd = [None, True, 7, "x", [], {}, [1], {"sha256": 3}, [{"id": 4}], "@office"]
    for _ in range(300):
        index = lots.randrange(len(made.bundle.entries))
        content = made.bundle.content(index)
        content[lots.choice(sorted(content))] = lots.choice(odd)
        if lots.random() < 0.3:
            content["facts"] = {"key": lots.choice(odd), "note": lots.choice(odd)}
        entries = list(made.bundle.entries)
        entries[index] = canonical(content)
        if entries[index] != made.bundle.entries[index]:
            assert judged(replace(made.bundle, entries=tuple(entries))).verdict != "unknown"


def test_checkpoints_people_and_manifest_of_any_kind_are_no_traceback(made: Made) -> None:
    members = dict(made.bundle.members())
    odd = [b"", b"\n", b"{}\n", b"[]\n", b'{"note":3}\n', b'{"note":"x"}\n', b'{"person":"li"}\n']
    for name in (
        "checkpoints.jsonl",
        "people.jsonl",
        "evidence.jsonl",
        "manifest.json",
        "keys.txt",
    ):
        for content in (*odd, b"\xff\xfe", b"[" * 100_000):
            found = judged(zipped({**members, name: content}))
            assert found.verdict in ("sound", "tampered", "incomplete"), (name, content[:20])
