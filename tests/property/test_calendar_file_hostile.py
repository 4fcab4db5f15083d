"""Whatever stands in a calendar file: it is taken or refused with its faults, and never crashes."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.calendar import Calendar
from states.calendar_data import china
from states.errors import Invalid
from workflow.exchange.calendar_file import MAX_BYTES, Notice, merged

WORDS = """国务院办公厅关于2027年部分节假日安排的通知 一、 元旦 春节 ： : 1月1日 （周五） ( ) 至 —
    3日 、 放假 调休 ， 共3天 。 2月30日 上班 补休 调至 公休日 照常 99月99日 0000年 9999年 一百 〇
    2026年12月31日 国庆节、中秋节 2027-02-29 off work 休 班 " ' ; , date day 日期 类型 holiday
    ０１月０１日"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\r\n", "\t", "\0", "\ufeff", "二、"])
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200)


def tried(text: str, year: int | None = None) -> None:
    """Read a text; a refusal must name every fault in words."""
    try:
        imported = merged(china(), "plan", text, Notice(year=year))
    except Invalid as refused:
        assert all(str(problem) for problem in refused.problems)
    else:
        assert isinstance(imported.calendar, Calendar)
        assert imported.years


@given(TEXTS, st.none() | st.integers(1990, 2200))
def test_any_text_is_taken_or_refused(text, year):
    tried(text, year)


@given(TEXTS, st.sampled_from(["date,day\n", "日期;类型\n", "关于2027年\n一、元旦："]))
def test_any_text_behind_a_good_beginning_is_taken_or_refused(text, beginning):
    tried(beginning + text)


@pytest.mark.parametrize(
    "piece",
    [
        "1月1日、",
        "(",
        "(1月1日",
        "1月1日放假，",
        "一、元旦：1月1日放假。\n",
        "1月1日至",
        "公休日调至",
        "2027-01-01,off\n",
        '"',
        "一、",
        "一、元旦",
        "五一、",
        " ",
        "\n",
    ],
)
def test_a_large_file_takes_no_long_time(piece):
    begun = time.monotonic()
    for beginning in ("", "关于2027年\n一、元旦：", "date,day\n"):
        text = beginning + piece * (MAX_BYTES // len(piece.encode()))
        with contextlib.suppress(Invalid):
            merged(china(), "plan", text, Notice())

    assert time.monotonic() - begun < 10
