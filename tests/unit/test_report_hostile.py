"""Texts made to be slow are read in a time that grows with their length, not with its square."""

from __future__ import annotations

from time import monotonic

import pytest

from workflow.exchange import parse_report

ISSUE = "1.关于“甲”问题。\n整改情况：已全部完成整改。"
LENGTH = 100_000
SECONDS = 20  # a tenth of it is usual on an idle machine; a square would take minutes


@pytest.mark.parametrize(
    "pattern",
    [
        "一是",
        "“",
        "”问题",
        "1.关于“",
        "1.关于“甲”问题。",
        "1.关于“甲”问题。\n整改情况：一是乙；二是预计。\n",
        "（一）",
        "甲\n",
        "甲" + " " * 500,
        "【更多",
        "甲http://a.example",
        "整改情况：",
        "对巡察",
        "反馈",
        "反馈4个方面",
        "2021年1月1日反馈",
        "县委第一巡察组对甲开展了",
        "预计无法暂不",
        "解决",
        "1 ",
    ],
)
@pytest.mark.parametrize("begin", ["", ISSUE], ids=["preface", "issue"])
def test_a_repetitive_text_is_read_in_time(begin, pattern):
    text = begin + pattern * (LENGTH // len(pattern)) + "甲"

    started = monotonic()
    parse_report(text, source="report.txt", sha256="")

    assert monotonic() - started < SECONDS
