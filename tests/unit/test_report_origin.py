"""Who inspected whom and when: taken as the text gives it, asked about where it does not."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.exchange import parse_report

WHOLE = (
    "2024年3月4日至2024年4月19日，县委第六巡察组对县粮食局党组开展了常规巡察，"
    "并于2024年5月21日反馈了意见。"
)


def read(text: str):
    return parse_report(f"{text}\n", source="report.txt", sha256="")


def asked(draft, *codes: str):
    return [(p.code, p.line, p.facts.get("quote")) for p in draft.problems if p.code in codes]


DATE_CODES = (
    "date_without_year",
    "date_impossible",
    "date_incomplete",
    "dates_reversed",
    "inspection_missing",
    "feedback_missing",
    "feedback_before_end",
)


@pytest.mark.parametrize(
    "dates",
    [
        "2024年3月4日至2024年4月19日",
        "2024年3月4日至4月19日",
        "2024年3月4日—4月19日",
        "2024年3月4日——2024年4月19日",
        "2024年3月4日－4月19日",
        "2024年3月4日到4月19号",
        "2024 年 3 月 4 日至 2024 年 4 月 19 日",
        "２０２４年３月４日至２０２４年４月１９日",
        "2 0 2 4年3月4日至4月1 9日",
        "2024-03-04至2024-04-19",
        "2024.3.4—2024.4.19",
        "2024/03/04～2024/04/19",
        "自2024年3月4日起至2024年4月19日止",
    ],
)
def test_the_inspection_is_read_from_every_way_of_writing_its_dates(dates):
    draft = read(f"{dates}，县委第六巡察组对县粮食局党组开展了常规巡察。")

    assert (draft.inspection_from, draft.inspection_to) == (date(2024, 3, 4), date(2024, 4, 19))


def test_days_of_one_month_are_read():
    draft = read("2024年3月4日至18日，县委巡察组对县粮食局党组进行了专项巡察。")

    assert (draft.inspection_from, draft.inspection_to) == (date(2024, 3, 4), date(2024, 3, 18))


@pytest.mark.parametrize(
    ("dates", "question"),
    [
        ("3月4日至4月19日", ("date_without_year", 1, "3月4日")),
        ("2024年12月2日至1月17日", ("date_without_year", 1, "1月17日")),
        ("2024年2月30日至4月19日", ("date_impossible", 1, "2024年2月30日")),
        ("2024年3月4日至4月31日", ("date_impossible", 1, "4月31日")),
        ("2024年4月19日至2024年3月4日", ("dates_reversed", 1, "2024年4月19日至2024年3月4日")),
        ("2024年3月上旬至4月中旬", ("date_incomplete", 1, "2024年3月上旬")),
        ("2024年3月 日至4月 日", ("date_incomplete", 1, "2024年3月 日")),
        ("近期", ("inspection_missing", 1, None)),
    ],
)
def test_a_date_that_is_not_given_whole_is_asked_about_and_not_guessed(dates, question):
    draft = read(f"{dates}，县委第六巡察组对县粮食局党组开展了常规巡察。")

    assert question in asked(draft, *DATE_CODES)
    assert draft.inspection_from is None or draft.inspection_to is None


@pytest.mark.parametrize(
    "sentence",
    [
        "并于2024年5月21日向局党组反馈了巡察意见。",
        "2024年5月21日，县委第六巡察组向县粮食局党组反馈了巡察情况。",
        "2024年5月21日反馈意见。",
        "2024年5月21日召开巡察情况反馈会。",
        "5月8日召开会议，2024年5月21日反馈了意见。",
    ],
)
def test_the_day_of_the_feedback_is_read(sentence):
    assert read(sentence).feedback == date(2024, 5, 21)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("并于5月21日反馈了巡察意见。", ("date_without_year", 1, "5月21日")),
        ("并于2024年5月反馈了巡察意见。", ("date_incomplete", 1, "2024年5月")),
        ("并于2024年5月32日反馈了巡察意见。", ("date_impossible", 1, "2024年5月32日")),
        ("收到反馈意见后，于2024年5月23日召开党组会。", ("feedback_missing", None, None)),
        ("2024年5月24日召开党组会，对照反馈的问题逐条研究。", ("feedback_missing", None, None)),
        ("2024年5月24日召开大会，通报县委巡察组反馈问题。", ("feedback_missing", None, None)),
        ("请予审阅。", ("feedback_missing", None, None)),
    ],
)
def test_another_date_is_not_taken_for_the_feedback(sentence, question):
    draft = read(sentence)

    assert draft.feedback is None
    assert question in asked(draft, *DATE_CODES)


def test_a_feedback_before_the_end_of_the_inspection_is_asked_about():
    draft = read(WHOLE.replace("5月21日", "4月1日"))

    assert asked(draft, "feedback_before_end") == [("feedback_before_end", 1, None)]


def test_a_whole_text_raises_no_question_about_dates_or_unit():
    assert asked(read(WHOLE), *DATE_CODES, "unit_missing") == []


@pytest.mark.parametrize(
    ("sentence", "group", "unit", "kind"),
    [
        (WHOLE, "县委第六巡察组", "县粮食局党组", "常规巡察"),
        ("区委第二巡察组对区总工会党组进行了巡察。", "区委第二巡察组", "区总工会党组", "巡察"),
        (
            "市委机动巡察一组于近日对市图书馆党支部开展了为期一个月的机动巡察。",
            "市委机动巡察一组",
            "市图书馆党支部",
            "机动巡察",
        ),
        (
            "县委巡察组对县粮食局党组开展巡察“回头看”。",
            "县委巡察组",
            "县粮食局党组",
            "巡察“回头看”",
        ),
        (
            "省委第三巡视组对省图书馆党委开展了常规巡视。",
            "省委第三巡视组",
            "省图书馆党委",
            "常规巡视",
        ),
    ],
)
def test_group_unit_and_kind_are_the_words_of_the_sentence(sentence, group, unit, kind):
    draft = read(sentence)

    assert (draft.group, draft.unit, draft.kind) == (group, unit, kind)


def test_the_round_is_named_where_the_text_names_it():
    assert read(f"按照十五届县委第三轮巡察部署，{WHOLE}").round_name == "十五届县委第三轮巡察"


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("中共青禾县粮食局党组关于巡察整改情况的报告", "青禾县粮食局党组"),
        ("关于县粮食局党组落实巡察整改情况的报告", "县粮食局党组"),
        ("XX局党组关于巡察整改情况的报告", ""),
        ("某局关于巡察整改情况的报告", ""),
        ("关于巡察整改情况的报告", ""),
    ],
)
def test_a_unit_called_ours_is_named_by_the_title_or_not_at_all(title, unit):
    draft = read(f"{title}\n县委第六巡察组对我局党组开展了常规巡察。")

    assert draft.unit == unit
    assert bool(asked(draft, "unit_missing")) is (unit == "")


def test_a_new_principal_is_a_question_about_the_handover():
    draft = read(f"{WHOLE}\n6月3日，新任党组书记、局长到任。")

    assert asked(draft, "new_principal") == [("new_principal", 2, "新任党组书记、局长到任")]


def test_dates_without_a_year_are_asked_about_once():
    draft = read(f"{WHOLE}\n5月22日召开党组会，5月30日印发方案。")

    assert asked(draft, "years_absent") == [("years_absent", 2, "5月22日")]
