"""Printed numbers are kept; where they fail, each issue still has its own, and a question."""

from __future__ import annotations

import pytest

from workflow.exchange import parse_report


def read(*numbers: str):
    text = "".join(
        f"{number}关于“第{at}项”问题。\n整改情况：已改。\n" for at, number in enumerate(numbers, 1)
    )
    return parse_report(text, source="report.txt", sha256="")


def numbers_of(draft):
    return [issue.number for issue in draft.issues]


def asked(draft):
    return [
        (problem.code, problem.line)
        for problem in draft.problems
        if problem.code.startswith("number")
    ]


@pytest.mark.parametrize(
    ("printed", "kept", "questions"),
    [
        (["1.", "2.", "3."], [1, 2, 3], []),
        (["（一）", "（二）", "（三）"], [1, 2, 3], []),
        (["（1）", "（2）"], [1, 2], []),
        (["１．", "２．"], [1, 2], []),
        (["9.", "10.", "11."], [9, 10, 11], [("number_missing", 1)]),
        (["1.", "3."], [1, 3], [("number_missing", 3)]),
        (["1.", "2.", "2."], [1, 2, 3], [("number_repeated", 5)]),
        (["1.", "3.", "3."], [1, 3, 4], [("number_missing", 3), ("number_repeated", 5)]),
        (["2.", "1."], [2, 1], [("number_out_of_order", 3)]),
        (["1.", "2.", "1.", "2."], [1, 2, 3, 4], [("numbers_restart", 5)]),
        (["1.", "1."], [1, 2], [("numbers_restart", 3)]),
        (["", ""], [1, 2], [("numbers_absent", 1)]),
    ],
)
def test_numbers_are_kept_or_asked_about(printed, kept, questions):
    draft = read(*printed)

    assert numbers_of(draft) == kept
    assert asked(draft) == questions


def test_an_issue_without_a_number_among_numbered_ones_gets_the_next_free_one():
    draft = parse_report(
        "二、逐项整改情况\n关于“甲”问题。\n整改情况：已改。\n"
        "1.关于“乙”问题。\n整改情况：已改。\n2.关于“丙”问题。\n整改情况：已改。\n",
        source="report.txt",
        sha256="",
    )

    assert [(issue.number, issue.title) for issue in draft.issues] == [
        (3, "甲"),
        (1, "乙"),
        (2, "丙"),
    ]
    assert ("number_absent", 2) in asked(draft)


def test_the_missing_numbers_are_named():
    (problem,) = [p for p in read("1.", "5.").problems if p.code == "number_missing"]

    assert problem.text.format(**problem.facts) == "the numbers jump from 1 to 5: 2–4 is missing"
