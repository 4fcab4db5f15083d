"""Canonical bytes: one record, one sequence of bytes, one hash."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from states.canonical import (
    LARGEST,
    canonical,
    commitment,
    digest,
    entry_digest,
    instant,
    normalised,
    stamp,
)

BEIJING = timezone(timedelta(hours=8))


def test_keys_are_sorted_and_nothing_is_spaced():
    record = {"b": [1, {"z": None, "a": True}], "B": "x", "a": ""}
    assert canonical(record) == b'{"B":"x","a":"","b":[1,{"a":true,"z":null}]}'


def test_the_strings_of_rfc_8785_are_escaped_as_it_says():
    # RFC 8785, section 3.2.2: the sample's "string" and "literals".
    record = {"string": "€$\u000f\u000aA'\u0042\u0022\u005c\\\"/", "literals": [None, True, False]}
    assert canonical(record).decode() == (
        '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_control_characters_take_their_short_form_or_lower_case_hex():
    text = "".join(map(chr, range(0x20))) + "\x7f\u2028"
    assert canonical({"t": text}).decode() == (
        '{"t":"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r'
        "\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019"
        '\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\x7f\u2028"}'
    )


def test_one_sentence_has_one_hash_however_it_was_typed():
    typed_apart = "re\N{COMBINING ACUTE ACCENT}union \N{HANGUL CHOSEONG KIYEOK}\u1161"
    assert normalised(typed_apart) == "réunion 가"
    assert normalised({"t": [typed_apart]}) == {"t": ["réunion 가"]}


def test_chinese_and_full_width_text_stays_as_it_is():
    text = "“三重一大”（２０２３）－𠮷"
    assert normalised(text) == text
    assert canonical({"t": text}) == f'{{"t":"{text}"}}'.encode()


def test_values_are_brought_into_the_closed_domain():
    value = {"at": datetime(2023, 3, 1, 9, tzinfo=BEIJING), "on": date(2023, 3, 1), "n": (1, 2)}
    assert normalised(value) == {
        "at": "2023-03-01T01:00:00.000000Z",
        "on": "2023-03-01",
        "n": [1, 2],
    }
    assert normalised([True, None, -LARGEST, LARGEST]) == [True, None, -LARGEST, LARGEST]


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        LARGEST + 1,
        -LARGEST - 1,
        b"bytes",
        {1, 2},
        object(),
        "\ud800",
        "ok\udfff",
        {"名": 1},
        {1: 1},
        {None: 1},
        [[1.5]],
        {"a": {"b": ({"c": 0.5},)}},
        datetime(2023, 3, 1),  # noqa: DTZ001 -- a time without zone is what is refused
    ],
)
def test_what_is_outside_the_domain_is_refused(value: Any):
    with pytest.raises(ValueError):
        normalised(value)


def test_a_number_that_is_none_is_never_written():
    with pytest.raises(ValueError):
        canonical({"n": float("nan")})


def test_a_surrogate_that_was_not_looked_for_still_stops_the_writing():
    with pytest.raises(UnicodeEncodeError):
        canonical({"t": "\ud83d"})


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2023, 3, 1, tzinfo=UTC), "2023-03-01T00:00:00.000000Z"),
        (datetime(2023, 3, 1, 0, 0, 0, 7, tzinfo=BEIJING), "2023-02-28T16:00:00.000007Z"),
        (datetime(1, 1, 2, tzinfo=UTC), "0001-01-02T00:00:00.000000Z"),
    ],
)
def test_an_instant_is_written_in_one_way_and_read_back(at: datetime, text: str):
    assert stamp(at) == text
    assert instant(text) == at
    assert instant(text).tzinfo == UTC


@pytest.mark.parametrize(
    "text",
    [
        "2023-03-01T00:00:00Z",
        "2023-03-01T00:00:00.000000",
        "2023-03-01T00:00:00.000000+00:00",
        "2023-03-01 00:00:00.000000Z",
        "2023-03-01T00:00:00,000000Z",
        "2023-W09-3T00:00:00.000000Z",
        "2023-02-30T00:00:00.000000Z",
        "2023-03-01T24:00:01.000000Z",
        "２０２３-03-01T00:00:00.000000Z",
        "2023-03-01T00:00:00.000000Z\n",
        "",
    ],
)
def test_any_other_way_of_writing_an_instant_is_refused(text: str):
    with pytest.raises(ValueError):
        instant(text)


def test_hashes_of_different_things_differ_even_over_the_same_bytes():
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert entry_digest(b"") != digest(b"")
    assert entry_digest(b"{}") == digest(b"\x00rectify/entry/1\n{}")


def test_a_commitment_needs_the_salt_and_the_same_details():
    details = {"name": "王某", "addresses": {"mail": "wang@example.org"}}
    committed = commitment(b"s" * 32, details)
    assert commitment(b"s" * 32, dict(reversed(details.items()))) == committed
    assert commitment(b"t" * 32, details) != committed
    assert commitment(b"s" * 32, {**details, "name": "王 某"}) != committed
