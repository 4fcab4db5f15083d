"""Text from outside is read, and does nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.cleaning import clean, cleaned, one_line


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("整改 “报告”，100%", "整改 “报告”，100%"),
        ("a\x1b[31mb\x00", "a[31mb"),
        ("a\u202eb\u2066c\u200bd\ufeff", "abcd"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\tb", "a b"),
        ("a\ud800b", "ab"),
        ("\ue123", "\ue123"),
    ],
)
def test_what_is_not_read_is_removed(text, left):
    assert clean(text) == left


def test_a_line_has_one_line_and_its_length():
    assert one_line(" a\n\n b\t c ") == "a b c"
    assert one_line("一二三四五", 5) == "一二三四五"
    assert one_line("一二三四五六", 5) == "一二三四…"


@given(st.text(), st.integers(2, 50))
def test_a_line_never_breaks_out(text, limit):
    line = one_line(text, limit)

    assert len(line) <= limit
    assert line.splitlines() in ([], [line])
    assert {unicodedata.category(c) for c in line}.isdisjoint({"Cc", "Cf", "Cs"})
    assert one_line(line, limit) == line


def test_every_text_within_a_value_is_cleaned_and_nothing_else_changes():
    value = {"a": "x\u202e", "b": ["y\x00", {"c": "z\x1b"}], "n": 3, "t": True, "none": None}

    assert cleaned(value) == {"a": "x", "b": ["y", {"c": "z"}], "n": 3, "t": True, "none": None}
    assert value["a"] == "x\u202e"
