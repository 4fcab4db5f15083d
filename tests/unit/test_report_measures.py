"""Measures are cut at marks that begin a clause and ascend from one, and nowhere else."""

from __future__ import annotations

import pytest

from workflow.exchange import parse_report


def issue_of(body: str):
    draft = parse_report(f"1.关于“会风不实”问题。\n{body}\n", source="report.txt", sha256="")
    (issue,) = draft.issues
    return draft, issue


@pytest.mark.parametrize(
    ("body", "labels", "texts"),
    [
        ("整改情况：一是限时；二是并会。", ["一是", "二是"], ["限时", "并会"]),
        ("整改情况：一是限时。已执行。二是并会", ["一是", "二是"], ["限时。已执行", "并会"]),
        ("整改情况：一是限时，二是并会", ["一是", "二是"], ["限时", "并会"]),
        ("党组高度重视，一是限时，二是并会。", ["一是", "二是"], ["限时", "并会"]),
        ("采取三项措施：①限时；②并会。", ["①", "②"], ["限时", "并会"]),
        ("（1）限时；（2）并会。", ["（1）", "（2）"], ["限时", "并会"]),
        ("(1)限时;(2)并会.", ["(1)", "(2)"], ["限时", "并会"]),
        ("整改措施：1、限时;2、并会。", ["1、", "2、"], ["限时", "并会"]),
        ("1.限时。\n2.并会。", ["1.", "2."], ["限时", "并会"]),
        ("第一，限时；第二，并会。", ["第一", "第二"], ["限时", "并会"]),
        ("一要限时；二要并会。", ["一要", "二要"], ["限时", "并会"]),
        ("一是：限时；\n二是：并会。", ["一是", "二是"], ["：限时", "：并会"]),
        ("一是限时", ["一是"], ["限时"]),
        ("限时开会，压减陪会。", [""], ["限时开会，压减陪会"]),
        ("限时开会。\n压减陪会。", ["", ""], ["限时开会", "压减陪会"]),
    ],
)
def test_marks_cut_measures(body, labels, texts):
    _, issue = issue_of(body)

    assert [measure.label for measure in issue.measures] == labels
    assert [measure.text for measure in issue.measures] == texts
    assert [measure.number for measure in issue.measures] == list(range(1, len(texts) + 1))


@pytest.mark.parametrize(
    "body",
    [
        "整改情况：统一是非标准，明确二是二、一是一的会议纪律。",
        "会议经费压减1.5万元，2.3万元转作培训，12、13日开展检查。",
        "二是并会。三是限时。",
        "对会议台账：一是一、二是二，逐笔核实。",
        "压减后会议第一责任人为主要负责人，第二责任人为分管负责人。",
        "全年开会12次，1月和2月各1次。",
    ],
)
def test_what_only_looks_like_a_mark_cuts_nothing(body):
    _, issue = issue_of(body)

    assert [(measure.label, measure.text) for measure in issue.measures] == [
        ("", body.removeprefix("整改情况：").rstrip("。"))
    ]


def test_marks_inside_a_measure_stay_inside_it():
    _, issue = issue_of("一是限时：（1）半天；（2）一天。二是并会：①周会；②月会。")

    assert [measure.text for measure in issue.measures] == [
        "限时：（1）半天；（2）一天",
        "并会：①周会；②月会",
    ]


def test_each_sub_problem_has_measures_and_labels_of_its_own():
    _, issue = issue_of(
        "（1）关于“会多”问题。\n整改措施：①限时；②并会。\n整改成效：会议减少。\n"
        "（2）关于“文多”问题。\n整改措施：一是减文；二是并文。\n（3）关于“表多”问题。\n已合并报表。"
    )

    texts = [measure.text for measure in issue.measures]
    assert texts == ["限时", "并会", "减文", "并文", "已合并报表"]
    assert issue.claim == "会议减少。\n已合并报表。"


def test_a_mark_out_of_order_is_not_cut_but_asked_about():
    draft, issue = issue_of("一是限时；三是并会。")

    assert [measure.text for measure in issue.measures] == ["限时；三是并会"]
    assert [
        (problem.line, problem.facts["after"], problem.facts["quote"])
        for problem in draft.problems
        if problem.code == "measure_numbers_jump"
    ] == [(2, "一是", "三是")]


def test_measures_have_the_lines_of_their_marks():
    _, issue = issue_of(
        "整改情况：高度重视。\n一是限时；二是并会。\n三是\n压减陪会。\n目前已见成效。"
    )

    assert [(measure.line, measure.text) for measure in issue.measures] == [
        (3, "限时"),
        (3, "并会"),
        (4, "压减陪会"),
    ]


def test_where_measures_are_labelled_the_claim_adds_none():
    _, issue = issue_of("整改措施：1、限时；2、并会。\n整改情况：一是已限时；二是已并会。")

    assert [measure.text for measure in issue.measures] == ["限时", "并会"]
    assert issue.claim == "一是已限时；二是已并会。"
    assert issue.claim_line == 3


def test_an_issue_without_a_word_on_its_rectification_is_asked_about():
    draft = parse_report(
        "1.关于“甲”问题。\n2.关于“乙”问题。\n整改情况：已改。\n", source="report.txt", sha256=""
    )

    assert draft.issues[0].measures == ()
    assert [(p.line, p.facts["issue"]) for p in draft.problems if p.code == "claim_absent"] == [
        (1, 1)
    ]


def test_a_description_of_the_problem_is_neither_claim_nor_measure():
    _, issue = issue_of("具体表现：一是会议多；二是陪会多。\n整改情况：压减三成。")

    assert issue.claim == "压减三成。"
    assert [measure.text for measure in issue.measures] == ["压减三成"]
