"""Laws of reading a report that hold for any text: nothing invented, every line true, no crash."""

from __future__ import annotations

import json
import re

from hypothesis import assume, given, reject
from hypothesis import strategies as st

from states.errors import Invalid
from workflow.exchange import ReportDraft, draft_json, parse_report
from workflow.exchange.lines import fold
from workflow.exchange.marks import number_of

SIGNS = [
    *'“”‘’"《》。；， 　#甲乙',
    *("1.", "2.", "（一）", "（二）", "一、", "二、", "（1）", "①", "②", "问题1：", "问题描述："),
    *("关于", "针对", "问题", "的问题", "问题的整改", "整改情况：", "整改措施：", "责任人："),
    *("一是", "二是", "三是", "预计", "无法", "正在建设", "下一步将", "聚焦", "方面"),
    *("下一步打算", "4个方面25个问题", "反馈", "指出", "巡察组", "对县水务局党组开展了常规巡察"),
    *("2024年3月4日", "至", "4月19日", "2月30日", "全部完成整改", "1.5万元", "统一是非", "制度"),
]
LINES = [
    *("\n1.关于“甲", "\n2.关于“乙”", "”问题。\n", "”的问题，", "\n3.关于丙的问题。\n", "\n问题4："),
    *(
        "\n整改情况：一是甲",
        "；二是乙",
        "。三是丙",
        "\n（1）甲",
        "\n（2）乙",
        "①甲；②乙",
        "\n整改措施：1、甲",
    ),
    *(
        "\n问题描述：甲。\n整改情况：",
        "\n反馈的4个方面25个问题全部完成整改。\n",
        "，预计年底前完成",
    ),
    *("\n（一）聚焦甲方面\n", "\n（二）乙方面\n", "\n三、下一步打算\n", "\n1.", "\n", "\n"),
]
NOISE = ["##paidbegin##", "【更多文库】", "www.a.example", "<p>", "\u200b", "\t", "\n— 3 —\n"]


def scraps(*kinds: list[str]) -> st.SearchStrategy[str]:
    """Texts put together from pieces of these kinds, each kind as often as the others."""
    pieces = st.one_of(*(st.sampled_from(kind) for kind in kinds))
    return st.lists(pieces, min_size=1, max_size=60).map("".join)


SCRAPS = scraps(SIGNS, LINES, LINES, NOISE)
CLEAN_SCRAPS = scraps(SIGNS, LINES, LINES)
TEXTS = st.one_of(SCRAPS, st.text(max_size=200))

WORDS = st.text("水库台账巡河清淤资金档案培训公示采砂项目", min_size=2, max_size=8)
TITLES = st.one_of(
    WORDS,
    WORDS.map(lambda word: f"落实‘{word}’不到位"),
    WORDS.map(lambda word: f"执行《{word}办法》不严"),
    st.tuples(WORDS, WORDS).map(lambda pair: f"{pair[0]}不到位，“{pair[1]}”走过场"),
)
MEASURES = st.lists(WORDS, min_size=1, max_size=5)
ISSUES = st.lists(st.tuples(TITLES, MEASURES), min_size=1, max_size=12)
ORGANISING = st.lists(
    st.sampled_from(
        [
            "一、提高站位，强化组织领导",
            "（一）迅速部署。针对巡察反馈问题，一是开会；二是成立专班。",
            "（二）压实责任。5月16日，新任局长到任后召开会议。",
            "民主生活会查摆5个方面11个问题，均已制定措施。",
            "1.加强领导。成立领导小组。",
            "2.针对反馈的问题，制定方案。",
            "针对“四风”问题，开展专项整治。",
            "①强化学习；②强化督查。",
            "整改工作取得阶段性成效。",
        ]
    ),
    max_size=8,
).map("\n".join)
STYLES = (
    r"问题\1：\2。",
    r"\1.\2。",
    r"\1.关于\2的问题。",
    r"\1、针对“\2”的问题",
    r"（\1）关于“\2”问题",
    r"\1. 关于「\2」问題的整改情況",
)
HAN = "一二三四五六七八九"


def read(text: str) -> ReportDraft:
    """The draft of a text; an example whose text holds no words is passed over."""
    try:
        return parse_report(text, source="report.txt", sha256="")
    except Invalid as refused:
        assert [problem.code for problem in refused.problems] == ["report_empty"]
        reject()


def written(issues: list[tuple[str, list[str]]], quote: str = "“{}”") -> str:
    """A report of these issues, in the most usual style."""
    lines = ["二、逐项整改情况", "（一）聚焦履职尽责方面"]
    for number, (title, measures) in enumerate(issues, 1):
        marks = "；".join(f"{HAN[at]}是{words}" for at, words in enumerate(measures))
        lines += [f"{number}.关于{quote.format(title)}问题。", f"整改情况：{marks}。"]
    return "\n".join([*lines, "三、下一步打算", "（一）持续整改。"]) + "\n"


def seen(draft: ReportDraft) -> list[tuple[int, str, list[str]]]:
    return [(i.number, i.title, [measure.text for measure in i.measures]) for i in draft.issues]


@given(TEXTS)
def test_any_text_is_read_or_is_empty(text):
    record = draft_json(read(text))

    assert json.loads(json.dumps(record)) == record


@given(SCRAPS)
def test_numbers_of_issues_and_measures_are_unique_and_ascending(text):
    draft = read(text)

    numbers = [issue.number for issue in draft.issues]
    assert len(numbers) == len(set(numbers))
    for issue in draft.issues:
        assert [m.number for m in issue.measures] == list(range(1, len(issue.measures) + 1))


@given(CLEAN_SCRAPS)
def test_every_word_that_was_taken_stands_in_the_line_that_is_named(text):
    draft = read(text)
    assume(not draft.removed)

    lines = re.split(r"\r\n|\n|\r", text)
    for issue in draft.issues:
        assert issue.title in lines[issue.line - 1]
        for measure in issue.measures:
            first = measure.text.split("\n")[0]
            assert measure.label in lines[measure.line - 1]
            assert any(first in line for line in lines[measure.line - 1 :])
        if issue.claim_line:
            assert issue.claim.split("\n")[0] in lines[issue.claim_line - 1]


@given(CLEAN_SCRAPS)
def test_every_quotation_of_a_question_stands_in_its_line(text):
    draft = read(text)
    assume(not draft.removed)

    lines = re.split(r"\r\n|\n|\r", text)
    for problem in draft.problems:
        if problem.line is not None and problem.code != "labels_not_taken":
            assert str(problem.facts.get("quote", "")) in lines[problem.line - 1]


@given(SCRAPS)
def test_nothing_that_was_cut_out_is_left_in_the_record(text):
    draft = read(text)

    record = json.dumps(draft_json(draft), ensure_ascii=False)
    for noise in ("##paidbegin##", "【更多文库】", "\u200b"):
        assert noise not in record


@given(ISSUES)
def test_issues_and_measures_are_read_as_they_were_written(issues):
    draft = read(written(issues))

    assert seen(draft) == [(at, title, measures) for at, (title, measures) in enumerate(issues, 1)]
    assert len(draft.aspects) == 1


@given(ORGANISING, ISSUES)
def test_a_preface_adds_no_issue_and_no_aspect(preface, issues):
    alone, behind = read(written(issues)), read(f"{preface}\n{written(issues)}")

    assert seen(behind) == seen(alone)
    assert [aspect.title for aspect in behind.aspects] == [a.title for a in alone.aspects]


@given(ORGANISING)
def test_a_preface_alone_holds_no_issue(preface):
    assert read(f"整改报告\n{preface}").issues == ()


@given(ISSUES, st.integers(min_value=0, max_value=40))
def test_noise_anywhere_changes_no_word(issues, position):
    whole = written(issues)
    at = min(position, len(whole))
    marked = whole[:at] + "##paidbegin##" + whole[at:]

    assert seen(read(marked)) == seen(read(whole))


@given(ISSUES, st.sampled_from(["\n\n", "\r\n", "\r", "\n　　", " \n"]))
def test_blank_lines_indents_and_line_ends_change_no_word(issues, line_end):
    whole = written(issues)

    assert seen(read(whole.replace("\n", line_end))) == seen(read(whole))


@given(ISSUES)
def test_a_report_glued_into_one_line_reads_the_same(issues):
    whole = written(issues)

    assert seen(read(whole.replace("\n", ""))) == seen(read(whole))


@given(
    st.lists(WORDS, min_size=1, max_size=9).map(lambda words: [(word, ["甲项"]) for word in words])
)
def test_every_style_of_heading_gives_the_same_titles(issues):
    expected = [title for title, _ in issues]
    whole = written(issues)

    for style in STYLES:
        restyled = re.sub(r"(?m)^(\d+)\.关于“(.*)”问题。$", style, whole)
        assert [issue.title for issue in read(restyled).issues] == expected


@given(st.text())
def test_folding_keeps_every_position(text):
    assert len(fold(text)) == len(text)


@given(st.integers(min_value=1, max_value=999))
def test_chinese_numerals_are_read_back(number):
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    numeral = f"{HAN[hundreds - 1]}百" if hundreds else ""
    if tens:
        numeral += "十" if tens == 1 and not hundreds else f"{HAN[tens - 1]}十"
    numeral += HAN[ones - 1] if ones else ""

    assert number_of(numeral) == number
