"""Nothing is invented: organising parts, next steps and other people's totals hold no issues."""

from __future__ import annotations

import pytest

from workflow.exchange import parse_report

ISSUE = "1.关于“巡河记录造假”问题。\n整改情况：一是补录记录；二是约谈两人。\n"


def read(text: str):
    return parse_report(text, source="report.txt", sha256="")


@pytest.mark.parametrize(
    "text",
    [
        "一、提高站位\n1.针对“四风”问题，召开专题会议。\n2.针对“三公”问题，制定方案。",
        "针对巡察反馈问题，我局高度重视，一是开会；二是部署。",
        "1.关于巡察反馈问题的认领。\n2.针对上述问题，逐条研究。",
        "（一）强化领导。一是成立专班，二是明确责任。\n（二）建章立制。①修订制度；②堵塞漏洞。",
        "一、强化组织领导\n（一）聚焦责任落实方面\n1.关于责任分工的问题，明确由办公室牵头。",
        "1.加强领导。针对“学习不够”问题，成立专班。",
        "三、下一步打算\n1.关于“学习不够”问题。\n整改情况：继续加强学习。",
        "（三）下一步工作安排\n1.关于“学习不够”问题，继续加强学习。",
        "下一步整改工作打算\n1.关于“学习不够”问题。",
        "1.提高认识\n2.压实责任\n3.强化督导",
        "整改情况：已全部完成。",
        "问题描述：见附件。",
    ],
)
def test_a_text_that_only_speaks_about_problems_holds_no_issue(text):
    draft = read(text)

    assert draft.issues == ()
    assert draft.aspects == ()
    assert "issues_absent" in [problem.code for problem in draft.problems]


def test_headings_in_the_organising_part_and_in_the_next_steps_are_no_aspects():
    draft = read(
        "一、提高站位\n（一）聚焦责任方面。开会。\n（二）聚焦落实方面。部署。\n"
        f"二、逐项整改情况\n（一）聚焦履职尽责方面\n{ISSUE}"
        "三、下一步打算\n（一）聚焦长效方面。坚持。\n"
    )

    assert [(aspect.title, aspect.line) for aspect in draft.aspects] == [("聚焦履职尽责方面", 5)]


def test_the_last_issue_ends_before_signature_date_and_attachments():
    signed = "特此报告。\n附件：整改台账\n中共青禾县水务局党组\n2024年9月1日\n（联系人：办公室）\n"
    (issue,) = read(ISSUE + signed).issues

    assert issue.claim == "一是补录记录；二是约谈两人。"
    assert len(issue.measures) == 2


def test_a_signature_ends_the_last_issue_even_without_a_closing_phrase():
    (issue,) = read(ISSUE + "中共青禾县水务局党组\n2024年9月1日\n").issues

    assert issue.claim == "一是补录记录；二是约谈两人。"


def test_numbered_paragraphs_of_an_issue_open_neither_issue_nor_aspect():
    draft = read(
        "（一）履职尽责方面\n1.关于“巡河造假”问题。\n1.补录记录。\n2.约谈两人。\n"
        "2.关于“采砂失管”问题。\n（一）联合执法。\n（二）公开电话。\n"
        "（二）作风建设方面\n3.关于“推诿扯皮”问题。\n一、明确首问。\n二、限时办结。\n"
    )

    assert [len(issue.measures) for issue in draft.issues] == [2, 2, 2]
    assert [aspect.title for aspect in draft.aspects] == ["履职尽责方面", "作风建设方面"]


def test_a_numbered_measure_with_a_label_below_it_is_no_issue_beside_real_headings():
    draft = read("1.关于“巡河造假”问题。\n1.补录记录。\n2.约谈两人。\n整改情况：均已做到。\n")

    assert [issue.title for issue in draft.issues] == ["巡河造假"]


def test_no_person_is_taken_from_the_text_but_the_reader_is_told_of_the_labels():
    draft = read(f"{ISSUE}责任领导：张三\n责任人：李四\n整改时限：2024年6月\n")

    assert [p.facts["quote"] for p in draft.problems if p.code == "labels_not_taken"] == [
        "责任领导、责任人、整改时限"
    ]
    assert "张三" not in draft.issues[0].claim
    assert all("李四" not in measure.text for measure in draft.issues[0].measures)


def test_another_issue_named_inside_an_issue_is_asked_about():
    draft = read(f"{ISSUE}针对“采砂失管”问题，已联合执法三次。\n")

    assert [(p.line, p.facts["quote"]) for p in draft.problems if p.code == "heading_doubtful"] == [
        (3, "针对“采砂失管”问题，")
    ]
