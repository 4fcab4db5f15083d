"""The JSON of a draft has the documented shape, and every value points at its words."""

from __future__ import annotations

import json

from workflow.exchange import draft_json, parse_report

TEXT = """县粮食局党组关于巡察整改情况的报告
2024年3月4日至4月19日，县委第六巡察组对县粮食局党组开展了常规巡察，并于2024年5月21日反馈了2个方面3个问题，均已整改到位。
（一）履职尽责方面
1.关于“轮换计划执行不严，“一仓一策”未落实”问题。
整改情况：一是修订计划；二是逐仓建档##paidbegin##，预计6月底完成。
2.关于“执行《粮食流通管理条例》不严”问题。
整改情况：约谈企业两家。
"""


def record():
    return draft_json(parse_report(TEXT, source="report.txt", sha256="ab" * 32))


def test_the_record_has_the_documented_names():
    found = record()

    assert list(found) == [
        "source",
        "sha256",
        "title",
        "unit",
        "group",
        "round",
        "inspection",
        "feedback",
        "declared",
        "found",
        "aspects",
        "problems",
        "removed",
        "issues",
    ]
    assert found["sha256"] == "ab" * 32
    assert (found["unit"], found["group"], found["round"]) == (
        "县粮食局党组",
        "县委第六巡察组",
        "常规巡察",
    )
    assert found["inspection"] == {"from": "2024-03-04", "to": "2024-04-19"}
    assert found["feedback"] == "2024-05-21"
    assert found["declared"] == {"aspects": 2, "issues": 3}
    assert found["found"] == {"aspects": 1, "issues": 2, "measures": 3}


def test_an_issue_is_given_with_its_measures_and_its_claim():
    assert record()["issues"][0] == {
        "number": 1,
        "title": "轮换计划执行不严，“一仓一策”未落实",
        "heading": "1.关于“轮换计划执行不严，“一仓一策”未落实”问题。",
        "aspect": "履职尽责方面",
        "line": 4,
        "claim": {"text": "一是修订计划；二是逐仓建档，预计6月底完成。", "line": 5},
        "measures": [
            {"number": 1, "text": "修订计划", "line": 5, "label": "一是"},
            {"number": 2, "text": "逐仓建档，预计6月底完成", "line": 5, "label": "二是"},
        ],
    }


def test_a_question_says_what_it_is_about_and_where():
    problems = {problem["code"]: problem for problem in record()["problems"]}

    assert problems["completed_but"] == {
        "code": "completed_but",
        "line": 5,
        "text": "issue 1 is reported as completed, but the text says: 预计6月底完成",
        "issue": 1,
        "quote": "预计6月底完成",
        "sign": "forecast",
    }
    assert problems["issues_differ"]["line"] == 2
    assert (problems["issues_differ"]["declared"], problems["issues_differ"]["found"]) == (3, 2)


def test_the_text_of_a_question_may_be_said_in_another_language():
    draft = parse_report(TEXT, source="report.txt", sha256="")

    said = draft_json(draft, lambda problem: f"<{problem.code}>")["problems"]

    assert [problem["text"] for problem in said] == [
        f"<{problem.code}>" for problem in draft.problems
    ]


def test_no_fact_of_a_question_hides_its_code_line_or_text():
    draft = parse_report(TEXT, source="report.txt", sha256="")

    assert all({"code", "line", "text"}.isdisjoint(problem.facts) for problem in draft.problems)


def test_the_record_survives_a_trip_through_json():
    assert json.loads(json.dumps(record(), ensure_ascii=False)) == record()


def test_an_empty_draft_is_a_record_too():
    found = draft_json(parse_report("请予审阅。", source="report.txt", sha256=""))

    assert found["issues"] == []
    assert found["inspection"] == {"from": None, "to": None}
    assert found["declared"] == {"aspects": None, "issues": None}
