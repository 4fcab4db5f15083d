"""Text for terminals: made harmless, measured, cut and wrapped in columns."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from workflow.cli.terminal.wording import cut, padded, visible, width, wrapped

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn"]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("关于“巡查”问题", "关于“巡查”问题"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("bell\x07", "bell\\x07"),
        ("C1\x9b", "C1\\x9b"),
        ("evil\u202etxt.exe", "evil\\u202etxt.exe"),
        ("\u2066isolated\u2069", "\\u2066isolated\\u2069"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("lone\ud800", "lone\\ud800"),
        ("two\nlines\tand\rmore", "two lines and more"),
        ("line\u2028separator", "line\\u2028separator"),
        ("full\u3000width", "full\u3000width"),
    ],
)
def test_what_is_no_visible_character_is_shown_as_an_escape(text, shown):
    assert visible(text) == shown


@given(st.text())
def test_nothing_that_moves_a_cursor_or_turns_a_line_is_left(text):
    categories = {unicodedata.category(char) for char in visible(text)}

    assert categories.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert visible(visible(text)) == visible(text)


@given(TEXTS)
def test_the_width_is_that_which_a_terminal_gives(text):
    assert width(text) == sum(max(0, wcswidth(char)) for char in text)


@given(TEXTS, st.integers(min_value=0, max_value=40))
def test_a_text_that_is_cut_fits(text, columns):
    assert width(cut(text, columns)) <= columns


def test_a_text_is_cut_between_characters_and_says_so():
    assert cut("执行制度不严", 12) == "执行制度不严"
    assert cut("执行制度不严", 11) == "执行制度不…"
    assert cut("执行制度不严", 10) == "执行制度…"
    assert cut("anything", 0) == ""


@given(TEXTS, st.integers(min_value=2, max_value=40))
def test_wrapping_fits_and_loses_nothing_but_spaces(text, columns):
    lines = wrapped(text, columns)

    assert [line for line in lines if width(line) > columns and len(line) > 1] == []
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 10, [""]),
        ("two words", 5, ["two", "words"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("一二三四五", 4, ["一二", "三四", "五"]),
        ("一二三，四", 6, ["一二", "三，四"]),
        ("他说“一二”", 6, ["他说", "“一二”"]),
        ("见 file.txt 第3行", 10, ["见", "file.txt", "第3行"]),
    ],
)
def test_lines_break_at_spaces_and_between_chinese_characters_but_not_before_commas(
    text, columns, lines
):
    assert wrapped(text, columns) == lines


def test_a_text_is_filled_up_on_either_side():
    assert padded("方面", 6) == "方面  "
    assert padded("方面", 6, right=True) == "  方面"
    assert padded("too long", 3) == "too long"
