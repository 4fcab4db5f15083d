"""What a report says is to be done again and again, and what only sounds like it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.phrasing import parse_recurrence
from workflow.exchange import read_report
from workflow.exchange.recurring import Suggestion, recurring, suggest

SAMPLE = Path(__file__).parents[2] / "examples" / "qingxi-county-2025.txt"


def found(text: str) -> list[tuple[str, str]]:
    """The phrases of a text, each with when it recurs."""
    return [(one.quote, one.when) for one in recurring([(text, 7)])]


@pytest.mark.parametrize(
    ("text", "quote", "when"),
    [
        ("每月召开一次例会", "每月", "每月"),
        ("每个月利用半天集中学习", "每个月", "每月"),
        ("票据按月核对", "按月", "每月"),
        ("每月5日前报送报表", "每月5日前", "每月5日"),
        ("每月底盘点库存", "每月底", "每月底"),
        ("每月月初公示", "每月月初", "每月初"),
        ("每月第一个工作日升国旗", "每月第一个工作日", "每月第1个工作日"),
        ("每月最后一个工作日更新公示栏", "每月最后一个工作日", "每月最后一个工作日"),
        ("每季度与财政部门对账", "每季度", "每季度"),
        ("按季研判信访件", "按季", "每季度"),
        ("每季度末通报进度", "每季度末", "每季度末"),
        ("每半年开展一次谈心谈话", "每半年", "每半年"),
        ("廉政教育半年一次", "半年一次", "每半年"),
        ("每年组织一次全员培训", "每年", "每年"),
        ("年初编制采购预算", "年初", "每年初"),
        ("每年年底前述职", "每年年底前", "每年底"),
        ("年底评议，结果公开", "年底", "每年底"),
        ("法定节假日前开展廉政提醒", "法定节假日前", "法定节假日前夕"),
        ("重大节假日值班值守", "重大节假日", "法定节假日前夕"),
        ("节前发送廉洁短信", "节前", "法定节假日前夕"),
        ("元旦、春节等重要节日前夕走访", "元旦、春节等重要节日前夕", "法定节假日前夕"),
        ("每逢春节慰问老党员", "每逢春节", "春节前"),
        ("每逢中秋、国庆检查公车", "每逢中秋、国庆", "中秋节前或国庆节前"),
        ("每次召开民主生活会，都请上级列席", "每次召开民主生活会", "每次民主生活会"),
        ("每次项目验收前由纪检组审核", "每次项目验收", "每次项目验收"),
        ("每次采购或招标都留痕", "每次采购或招标", "每次采购／招标"),
        ("坚持差旅报销尽量当天办结", "差旅报销尽量当天", "每次差旅报销"),
        (
            "每季度或法定节假日前夕召开专题会",
            "每季度或法定节假日前夕",
            "每季度或法定节假日前夕",
        ),
        ("每月和每季度各核对一次", "每月和每季度", "每月或每季度"),
        ("每個月檢查一次", "每個月", "每月"),
        ("规章已于每月例会上重申", "每月", "每月"),
    ],
)
def test_a_recurring_phrase_is_found_with_its_recurrence(text, quote, when):
    assert found(text) == [(quote, when)]


@pytest.mark.parametrize(
    "text",
    [
        "每位干部签订承诺书",
        "每个村建立台账",
        "每个支部一名联络员",
        "今年底完成移交",
        "2025年底前投入使用",
        "二〇二五年初启动",
        "去年年初已经整改",
        "预计年底前建成",
        "力争年底投入使用",
        "有效纠正了年底突击结算的现象",
        "解决了每月学习走过场的问题",
        "每次不少于两小时",
        "在审批环节前公示",
        "今年国庆节前整改到位",
        "每月饼券均已收回",
        "按年龄分组",
        "每季节更换展板",
        "学年初调整课程",
        "定期召开会议",
        "整改完成，长期坚持",
    ],
)
def test_what_only_sounds_like_it_is_left_alone(text):
    assert found(text) == []


def test_the_longest_phrase_wins_and_several_stay_several():
    text = "每季度或法定节假日前夕都召开会议，每半年谈话一次；每月自查。"

    assert [when for _quote, when in found(text)] == [
        "每季度或法定节假日前夕",
        "每半年",
        "每月",
    ]


def test_a_suggestion_holds_the_clause_without_its_label_and_its_line():
    text = "一是修订办法。二是同时每月对专项资金的结余情况进行自查，确保到位"

    assert recurring([(text, 25)]) == (
        Suggestion(quote="每月", line=25, when="每月", text="每月对专项资金的结余情况进行自查"),
    )


def test_a_clause_that_says_nothing_alone_takes_the_next_one_along():
    text = (
        "如遇春节等重大节假日大额采购慰问物资时，单独向财政部门申请报备。每月通报，由办公室负责。"
    )

    assert [one.text for one in recurring([(text, 1)])] == [
        "如遇春节等重大节假日大额采购慰问物资时，单独向财政部门申请报备",
        "每月通报，由办公室负责",
    ]


def test_what_the_claim_repeats_of_a_measure_counts_once_with_the_measures_line():
    claim = "整改情况：一是建账。二是每季度与财政部门对账，对符合条件的项目当月拨付。"

    both = recurring([("每季度与财政部门对账，对符合条件的项目当月拨付", 22), (claim, 20)])

    assert [(one.line, one.when) for one in both] == [(22, "每季度")]


def test_a_sentence_that_a_line_break_cuts_is_read_as_one():
    assert found("明确每月最后\n一个工作日为更新时间") == [
        ("每月最后一个工作日", "每月最后一个工作日")
    ]


def test_the_sample_reports_recurring_duties_are_found():
    draft = read_report(SAMPLE)

    every = {issue.number: [one.when for one in suggest(issue)] for issue in draft.issues}

    assert {number: whens for number, whens in every.items() if whens} == {
        1: ["每年初", "每月"],
        2: ["每季度"],
        6: ["每季度"],
        7: ["每月"],
        10: ["每次组织生活会", "每季度或法定节假日前夕"],
    }


WORDS = (
    "每", "月", "个", "季度", "半年", "年初", "年底", "或", "和", "、", "法定", "节假日", "前",
    "夕", "每逢", "春节", "国庆", "5日", "第三个工作日", "每次", "民主生活会", "每周", "，", "。",
    "坚持", "当天", "办结", "\n", "一次",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
def test_every_suggestion_can_be_declared_and_quotes_what_is_there(text):
    for one in recurring([(text, 1)]):
        assert parse_recurrence(one.when)
        assert one.quote in text.replace("\n", "")
        assert one.quote in one.text
