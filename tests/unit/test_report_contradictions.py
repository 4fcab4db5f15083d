"""A report that calls an issue completed is asked about its words that say otherwise."""

from __future__ import annotations

import pytest

from workflow.exchange import parse_report

DONE = "县委巡察组反馈的1个问题已全部整改到位。"


def questions(claim: str, preface: str = DONE):
    text = f"{preface}\n1.关于“敬老院建设滞后”问题。\n整改情况：{claim}\n"
    draft = parse_report(text, source="report.txt", sha256="")
    assert len(draft.issues) == 1
    return [(p.line, p.facts["quote"]) for p in draft.problems if p.code == "completed_but"]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("主体已完工，预计年底前投用。", "预计年底前投用"),
        ("附属工程正在建设当中。", "附属工程正在建设当中"),
        ("手续正在办理。", "手续正在办理"),
        ("方案已定，施工招标推进中。", "施工招标推进中"),
        ("已建成两所，下一步将逐步推开。", "下一步将逐步推开"),
        ("平台已搭建，届时将实现联网。", "届时将实现联网"),
        ("因资料遗失，无法核销卡片。", "无法核销卡片"),
        ("征求意见后，关系暂时不转。", "关系暂时不转"),
        ("首批已轮岗，其余3名暂不调整。", "其余3名暂不调整"),
        ("两户尚未签约。", "两户尚未签约"),
        ("仍需上级批复。", "仍需上级批复"),
        ("欠款还没有收回。", "欠款还没有收回"),
        ("拟于明年启动二期。", "拟于明年启动二期"),
        ("力争年底完工。", "力争年底完工"),
        ("待资金到位后再启动。", "待资金到位后再启动"),
        ("计划于2025年6月完成。", "计划于2025年6月完成"),
        ("将于9月竣工。", "将于9月竣工"),
        ("工程已完成80%。", "工程已完成80%"),
        ("已基本完成整改。", "已基本完成整改"),
        ("剩余2万元未收回。", "剩余2万元未收回"),
        ("欠租难以追回。", "欠租难以追回"),
        ("至今未能办结。", "至今未能办结"),
        ("因产权不清未能过户。", "因产权不清未能过户"),
        ("机制有待完善。", "机制有待完善"),
    ],
)
def test_words_that_contradict_completion_are_quoted_with_their_line(claim, quote):
    assert questions(claim) == [(3, quote)]


@pytest.mark.parametrize(
    "claim",
    [
        "制定年度学习计划，今后及时传达，持续加强管理，长期坚持。",
        "争取资金300万元，争创模范支部。",
        "坚决纠正在公务接待中的超标准行为。",
        "严格执行拟稿、审核、签发程序。",
        "对拟提拔人员逐一核查。",
        "已将未收取的租金全部收取到位。",
        "取消无法律依据的收费。",
        "解决了群众办事无法异地办理的难题。",
        "坚决杜绝尚未审批就开工的现象。",
        "对尚未参保的12人逐户上门，已全部参保。",
        "对正在建设的项目每月检查一次。",
        "在推进项目建设中，主动公开信息。",
        "截至目前，再无类似现象，暂未发现新问题。",
        "已停止违规发放，暂停拨付并收回资金。",
        "已于2024年底前完成了验收。",
        "把全面从严治党贯穿全过程，将制度上墙。",
        "提高老干部待遇后，服务更加到位。",
        "针对“工程正在建设、预计延期”的反馈，已竣工验收。",
        "学习《正在推进的改革》读本。",
        "发扬力争上游的精神。",
        "100%完成整改。",
    ],
)
def test_words_that_are_usual_in_completed_work_are_not_asked_about(claim):
    assert questions(claim) == []


def test_each_contradicting_clause_is_quoted_once():
    claim = "一是方案已定；二是二期正在建设，预计年底前可投入使用。三是下一步将，逐步推开。"

    assert questions(claim) == [
        (3, "二是二期正在建设"),
        (3, "预计年底前可投入使用"),
        (3, "三是下一步将"),
    ]


@pytest.mark.parametrize(
    "preface",
    [
        "县委巡察组反馈了1个问题。",
        "反馈的问题确保年底前全部整改到位。",
        "反馈的3个问题，已完成整改2个，正在整改1个，均按期整改到位。",
        "反馈的问题未全部整改到位。",
    ],
)
def test_nothing_is_asked_where_the_report_does_not_call_the_issue_completed(preface):
    assert questions("预计年底前投用。", preface) == []


@pytest.mark.parametrize(
    "preface",
    [
        "反馈的问题均已整改完成。",
        "反馈的问题目前已全部完成整改并长期坚持。",
        "反馈问题整改完成率100%。",
        "反馈的25个问题我局已全部完成整改。",
    ],
)
def test_a_report_may_call_everything_completed_in_many_words(preface):
    assert questions("预计年底前投用。", preface) == [(3, "预计年底前投用")]


def test_an_issue_that_calls_itself_completed_is_asked_about_alone():
    text = (
        "1.关于“甲”问题。\n整改情况：已整改到位，预计年底投用。\n"
        "2.关于“乙”问题。\n整改情况：预计明年投用。\n"
    )
    draft = parse_report(text, source="report.txt", sha256="")

    assert [p.facts["issue"] for p in draft.problems if p.code == "completed_but"] == [1]
    assert [issue.completed for issue in draft.issues] == [True, False]


def test_a_plan_may_speak_of_the_future():
    text = f"{DONE}\n1.关于“甲”问题。\n整改措施：下一步将新建两所。\n整改情况：已建成两所。\n"
    draft = parse_report(text, source="report.txt", sha256="")

    assert [p for p in draft.problems if p.code == "completed_but"] == []
