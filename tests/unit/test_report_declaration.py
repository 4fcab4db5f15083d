"""What a report declares is held against what was found, at every place that declares it."""

from __future__ import annotations

import pytest

from workflow.exchange import parse_report

ISSUES = (
    "二、逐项整改情况\n（一）履职尽责方面\n1.关于“台账不实”问题。\n整改情况：已补台账。\n"
    "2.关于“巡河不勤”问题。\n整改情况：已补巡河。\n"
)


def read(preface: str):
    return parse_report(f"{preface}\n{ISSUES}", source="report.txt", sha256="")


def differing(draft):
    return [
        (p.code.partition("_")[0], p.line, p.facts["declared"])
        for p in draft.problems
        if p.code in ("aspects_differ", "issues_differ")
    ]


@pytest.mark.parametrize(
    ("preface", "aspects", "issues"),
    [
        ("巡察组反馈了4个方面25个问题。", 4, 25),
        ("巡察组反馈了4个方面25项问题。", 4, 25),
        ("巡察组指出存在的四个方面二十五个具体问题。", 4, 25),
        ("巡察组反馈4个方面，共25个问题。", 4, 25),
        ("巡察组反馈4大类25条问题。", 4, 25),
        ("巡察组共反馈25个问题。", None, 25),
        ("巡察组反馈问题25个。", None, 25),
        ("巡察组指出4个方面的问题。", 4, None),
        ("巡察组反馈了４个方面２５个问题。", 4, 25),
        ("县委巡察组对全县供销系统开展了专项巡察，反馈了4个方面25个问题。", 4, 25),
    ],
)
def test_the_declared_numbers_are_read(preface, aspects, issues):
    declared = read(preface).declared

    assert (declared.aspects, declared.issues) == (aspects, issues)


@pytest.mark.parametrize(
    "preface",
    [
        "民主生活会查摆问题5个方面11个。",
        "对照反馈意见召开民主生活会，查摆出5个方面11个问题。",
        "反馈后，全镇自查出5个方面11个问题。",
        "反馈的问题中，其中11个问题长期坚持。",
        "反馈会后召开11次会议，涉及5个方面。",
        "第11个问题。",
        "今年审计指出5个方面11个问题。",
    ],
)
def test_other_totals_declare_nothing(preface):
    declared = read(preface).declared

    assert (declared.aspects, declared.issues) == (None, None)


def test_a_total_inside_an_issue_declares_nothing():
    draft = parse_report(
        f"{ISSUES}3.关于“整改不实”问题。\n整改情况：巡察组反馈的5个方面11个问题已复核。\n",
        source="report.txt",
        sha256="",
    )

    assert draft.declared.issues is None


def test_every_place_that_declares_another_number_is_asked_about():
    draft = read("巡察组反馈了3个方面4个问题，这4个问题正在整改。\n以下3个方面4项问题均需整改。")

    assert differing(draft) == [
        ("aspects", 1, 3),
        ("issues", 1, 4),
        ("aspects", 2, 3),
        ("issues", 2, 4),
    ]


def test_numbers_that_agree_are_not_asked_about():
    assert differing(read("巡察组反馈了1个方面2个问题。")) == []


def test_the_question_quotes_the_words_and_says_both_numbers():
    (problem,) = [p for p in read("巡察组反馈了4个问题。").problems if p.code == "issues_differ"]

    assert str(problem) == (
        "report.txt:1: the text declares 4 issues (反馈了4个问题), 2 were found"
    )


def test_an_aspect_without_an_issue_is_counted_and_asked_about():
    draft = parse_report(
        f"巡察组反馈了2个方面2个问题。\n{ISSUES}（二）作风建设方面\n",
        source="report.txt",
        sha256="",
    )

    assert draft.found.aspects == 2
    assert [(p.line, p.facts["quote"]) for p in draft.problems if p.code == "aspect_empty"] == [
        (8, "作风建设方面")
    ]
