"""Plain text in columns: no line too long, no character lost, values in line."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rendering.folding import COLUMNS, fields, folded, width

SENTENCE = "完成整改措施将于2023年4月15日24时到期，剩余 7 天（5 个工作日），请抓紧完成。" * 3


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("问题", 4),
        ("“题”", 6),
        ("é", 1),
        ("e\u0301", 1),
        ("𠀀", 2),
        ("（a）", 5),
        ("", 0),
    ],
)
def test_a_chinese_character_is_two_columns_wide(text, columns):
    assert width(text) == columns


def test_lines_break_where_official_texts_may():
    lines = folded(SENTENCE).splitlines()

    assert all(width(line) <= COLUMNS for line in lines)
    assert "".join(lines) == SENTENCE
    for line in lines:
        assert not re.match("[，。；：！？、）」』】〕》”]", line)
        assert not re.search("[（「『【〔《“]$", line)
    for line, following in pairwise(lines):
        assert not (line[-1].isdigit() and following[0] in "年月日时0123456789")


def test_a_value_goes_on_below_itself():
    text = "  办结时限：" + SENTENCE + "\n1. " + SENTENCE + "\n  Due by:  " + "some words " * 12

    lines = folded(text).splitlines()
    assert lines[1].startswith(" " * 12 + lines[1].strip()[0])
    number = next(n for n, line in enumerate(lines) if line.startswith("1. "))
    assert re.match(r" {3}\S", lines[number + 1])
    assert re.match(r" {11}\S", lines[-1])


def test_a_word_that_is_longer_than_a_line_stays_whole():
    word = "https://office.example/" + "a" * 100

    assert folded(f"see {word} there") == f"see\n{word}\nthere"


def test_names_and_values_stand_in_line():
    pairs = [
        ("问题编号", "YX2023-7"),
        ("被巡察单位", "水务局\n党组"),
        ("具体内容", None),
        ("空", ""),
    ]

    assert fields(pairs, "zh").split("\n") == [
        "  问题编号：  YX2023-7",
        "  被巡察单位：水务局",
        "              党组",
    ]
    assert fields([("Due", "x"), ("Issue", 7)], "en") == "  Due:   x\n  Issue: 7"


@given(st.text(st.sampled_from("整改a1 ，。（「年月:：-\n“”"), max_size=400))
def test_nothing_is_lost_and_no_line_with_a_break_in_it_is_too_long(text):
    result = folded(text)

    assert re.sub(r"\s", "", result) == re.sub(r"\s", "", text)
    assert len(result.split("\n")) >= len(text.split("\n"))
    assert folded(result) == result or "  " in result


def test_what_is_short_stays_as_it_is():
    text = "  a: b\n\n  c\n   整改 \n"
    assert folded(text) == text
