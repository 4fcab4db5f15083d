"""Noise is cut out of the sentence it interrupts, and said to have been cut; words stay."""

from __future__ import annotations

import json

import pytest

from workflow.exchange import draft_json, parse_report


def read(claim: str):
    text = f"1.关于“会风不实”问题。\n整改情况：{claim}\n"
    return parse_report(text, source="report.txt", sha256="")


@pytest.mark.parametrize(
    ("noise", "kind"),
    [
        ("##paidbegin##", "marker"),
        ("##page_2##", "marker"),
        ("%【更多*材*料~&请搜索*某某文库】", "advertisement"),
        ("【关注公众号某某下载全文】", "advertisement"),
        ("更多范文请搜索某某文库", "advertisement"),
        ("（本文来自：某某网）", "advertisement"),
        ("www.wenku.example", "address"),
        ("https://wenku.example/a?b=1", "address"),
        ("\u200b\u200b", "invisible"),
        ("\ufeff", "invisible"),
        ("&nbsp;", "markup"),
        ("<br/>", "markup"),
    ],
)
def test_noise_inside_a_sentence_is_cut_out_and_described(noise, kind):
    draft = read(f"一是压减{noise}会议；二是限时。")
    record = draft_json(draft)

    assert [measure.text for measure in draft.issues[0].measures] == ["压减会议", "限时"]
    assert draft.issues[0].claim == "一是压减会议；二是限时。"
    assert [(found.line, found.kind, found.text) for found in draft.removed] == [(2, kind, noise)]
    assert [(found["line"], found["kind"], found["length"]) for found in record["removed"]] == [
        (2, kind, len(noise))
    ]
    assert noise not in json.dumps(record, ensure_ascii=False)


@pytest.mark.parametrize("noise", ["##paidend##", "— 3 —", "- 12 -", "第 3 页 共 9 页", "7", "3/9"])
def test_a_line_of_noise_is_no_measure(noise):
    draft = read(f"压减三成。\n{noise}")

    assert [measure.text for measure in draft.issues[0].measures] == ["压减三成"]
    assert [(found.line, found.text) for found in draft.removed] == [(3, noise)]


@pytest.mark.parametrize(
    "words",
    [
        "在门户网站http://qinghe.example公示",
        "已在www.qinghe.example公示",
        "【已完成】压减三成",
        "向群众收集更多素材，充实档案",
        "制定《会议管理办法》（试行）#1号",
        "压减比例为25%",
        "资金来源：财政拨款",
    ],
)
def test_words_of_the_report_stay(words):
    draft = read(f"{words}。")

    assert draft.issues[0].claim == f"{words}。"
    assert draft.removed == ()


def test_headings_in_markdown_are_read():
    draft = parse_report(
        "## （一）会风方面\n**1.关于“会风不实”问题**\n整改情况：压减三成。\n", source="r", sha256=""
    )

    assert [issue.title for issue in draft.issues] == ["会风不实"]
    assert [aspect.title for aspect in draft.aspects] == ["会风方面"]
