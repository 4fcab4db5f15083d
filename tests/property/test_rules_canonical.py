"""Canonical bytes against a second, independent implementation of RFC 8785."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from states.canonical import LARGEST, canonical, entry_digest, normalised
from states.log import read_entry, write_entry
from tests.walks import Walk, walks

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
keys = st.text(st.characters(max_codepoint=0x7F), max_size=5)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-LARGEST, LARGEST), texts)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
records = st.dictionaries(keys, values, max_size=4)

SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 0x22: '\\"', 0x5C: "\\\\"}


def rfc8785(value: Any) -> str:
    """Serialise by the letter of RFC 8785, sections 3.2.2 and 3.2.3, without a JSON library."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(map(_character, value)) + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(rfc8785, value)) + "]"
    # Names are sorted by their UTF-16 code units.
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{rfc8785(name)}:{rfc8785(value[name])}" for name in names) + "}"


def _character(character: str) -> str:
    code = ord(character)
    return SHORT.get(code) or (f"\\u{code:04x}" if code < 0x20 else character)


@given(records)
def test_the_bytes_are_those_of_the_standard(record: dict[str, Any]):
    assert canonical(record) == rfc8785(record).encode("utf-8")


@given(records)
def test_reading_the_bytes_gives_the_record_and_the_bytes_again(record: dict[str, Any]):
    body = canonical(record)
    assert json.loads(body) == record
    assert canonical(json.loads(body)) == body


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_keys_never_matters(record: dict[str, Any], random: Any):
    shuffled = list(record.items())
    random.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(record)


@given(records)
def test_normalising_twice_is_normalising_once(record: dict[str, Any]):
    once = normalised(record)
    assert normalised(once) == once
    assert canonical(once) == rfc8785(once).encode("utf-8")


@given(texts)
def test_texts_that_look_alike_have_the_same_bytes(text: str):
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")} | {text}
    assert len({canonical({"t": normalised(form)}) for form in forms}) == 1


@given(records, records)
def test_different_records_have_different_hashes(one: dict[str, Any], two: dict[str, Any]):
    same = rfc8785(one) == rfc8785(two)
    assert (entry_digest(canonical(one)) == entry_digest(canonical(two))) == same


@settings(max_examples=20)
@given(walks())
def test_every_entry_that_is_written_is_canonical_and_complete(walk: Walk):
    for entry in walk.entries:
        assert entry.body == rfc8785(entry.content).encode("utf-8")
        assert normalised(entry.content) == entry.content
        assert read_entry(entry.body).content == entry.content
        assert write_entry(entry.content) == entry
