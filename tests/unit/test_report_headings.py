"""The wording of an issue is the wording between the outer quotes of its heading."""

from __future__ import annotations

import pytest

from workflow.exchange import parse_report

BODY = "\n整改情况：已修订制度。\n"


def read(text: str):
    return parse_report(text, source="report.txt", sha256="")


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("1.关于“会风不实”问题。", "会风不实"),
        ("1.关于“会风不实”的问题", "会风不实"),
        ("1、关于“会风不实”问题的整改情况：", "会风不实"),
        ("1．关于“会风不实”这一问题。", "会风不实"),
        ("1 关于“会风不实”方面的问题", "会风不实"),
        ("1.针对“会风不实”问题", "会风不实"),
        ("1.“会风不实”问题。", "会风不实"),
        ("1.关于巡察反馈的“会风不实”问题。", "会风不实"),
        ("1.关于“会风不实”的整改。", "会风不实"),
        ("（一）关于“会风不实”问题。", "会风不实"),
        ("（1）关于“会风不实”问题。", "会风不实"),
        ("一、关于“会风不实”问题。", "会风不实"),
        ("问题1：会风不实。", "会风不实"),
        ("问题一、会风不实", "会风不实"),
        ("【问题1】会风不实", "会风不实"),
        ("问题1：关于会风不实的问题。", "会风不实"),
        ("1.关于会风不实的问题。", "会风不实"),
        ("1.会风不实。", "会风不实"),
        ("1.关于“支部活动少，“三会一课”补记录”问题。", "支部活动少，“三会一课”补记录"),
        ("1.关于“落实‘一岗双责’不到位”问题。", "落实‘一岗双责’不到位"),
        ("1.关于“执行《水法》不严”问题。", "执行《水法》不严"),
        ("1.关于”会风不实“问题。", "会风不实"),
        ('1.关于"支部活动少,"三会一课"补记录"问题。', '支部活动少,"三会一课"补记录'),
        ("1.關於「會風不實」問題。", "會風不實"),
        ("1.关于“三会一课”制度执行不严的问题。", "“三会一课”制度执行不严"),
        ("1.关于“两会”和“三课”问题。", "“两会”和“三课”"),
        ("1.关于“问题整改不彻底”问题。", "问题整改不彻底"),
        ("1.关于问题整改不彻底的问题。", "问题整改不彻底"),
        ("1.关于“甲。乙。丙”问题。", "甲。乙。丙"),
    ],
)
def test_a_heading_gives_the_wording_of_the_report(heading, title):
    (issue,) = read(heading + BODY).issues

    assert (issue.title, issue.heading, issue.line) == (title, heading, 1)
    assert [measure.text for measure in issue.measures] == ["已修订制度"]


def test_quotes_that_do_not_pair_are_asked_about():
    draft = read("1.关于“支部活动少，“三会一课补记录”问题。" + BODY)

    assert [issue.title for issue in draft.issues] == ["支部活动少，“三会一课补记录"]
    asked = [problem for problem in draft.problems if problem.code == "quotes_unbalanced"]
    assert [(problem.line, problem.facts["issue"]) for problem in asked] == [(1, 1)]


def test_straight_quotes_end_with_the_heading_not_with_a_later_problem():
    (issue,) = read('1.关于"会风不实"问题。针对"陪会"问题，已清理。').issues

    assert (issue.title, issue.claim) == ("会风不实", '针对"陪会"问题，已清理。')


def test_a_positive_headline_leaves_the_title_to_the_problem_behind_it():
    draft = read("二、逐项整改情况\n1.改进会风。针对“会风不实”问题，一是限时；二是并会。\n")

    assert [(issue.title, issue.heading) for issue in draft.issues] == [
        ("会风不实", "1.改进会风。针对“会风不实”问题，")
    ]
    assert [measure.text for measure in draft.issues[0].measures] == ["限时", "并会"]


def test_an_aspect_worded_as_a_problem_is_no_issue():
    draft = read("（一）关于“履职尽责”方面的问题\n1.关于“会风不实”问题。" + BODY)

    assert [issue.title for issue in draft.issues] == ["会风不实"]
    assert [aspect.title for aspect in draft.aspects] == ["关于“履职尽责”方面的问题"]


def test_each_issue_carries_its_aspect():
    draft = read(
        f"（一）思想方面\n1.关于“甲”问题。{BODY}2.关于“乙”问题。{BODY}（二）作风方面\n3.关于“丙”问题。{BODY}"
    )

    assert [issue.aspect for issue in draft.issues] == ["思想方面", "思想方面", "作风方面"]


def test_a_chapter_that_merely_announces_the_issues_is_no_aspect():
    draft = read(f"二、逐项整改落实情况\n1.关于“甲”问题。{BODY}")

    assert draft.aspects == ()
    assert draft.issues[0].aspect == ""
