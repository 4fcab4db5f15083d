"""What people read: which words for which situation, and what a broken template says."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.delivery.protocol import RenderError
from notifications.rendering.renderer import TEMPLATES
from tests.letters import REMINDER, SAID, STEP
from tests.texts import RENDERER, flat, written

TODAY = {"days_left": 0, "due": "2023-04-08", "rung": "on"}


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        ({}, "【整改即将到期】YX2023-7 剩余 7 天：关于“河道巡查流于形式”问题"),
        (TODAY, "【整改今日到期】YX2023-7：关于“河道巡查流于形式”问题"),
        (
            {"days_left": -1},
            "【整改超期告警】YX2023-7 已超期 1 天：关于“河道巡查流于形式”问题",
        ),
        (
            {"days_left": -8, "nth": 2},
            "【整改超期告警】YX2023-7 已超期 8 天（第 2 次催办）：关于“河道巡查流于形式”问题",
        ),
        (
            {"kind": "decide_plan", "days_left": -1},
            "【方案审核超期告警】YX2023-7 已超期 1 天：关于“河道巡查流于形式”问题",
        ),
        (
            {"kind": "perform_duty"},
            "【长效事项即将到期】YX2023-7 剩余 7 天：关于“河道巡查流于形式”问题",
        ),
        (
            {"kind": "somebody's own kind"},
            "【待办事项即将到期】YX2023-7 剩余 7 天：关于“河道巡查流于形式”问题",
        ),
    ],
)
def test_the_subject_of_a_reminder_says_how_it_stands(facts, subject):
    assert written("reminder", **facts).subject == subject


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        ({}, "[Measure due soon] YX2023-7 7 days left: Patrols on paper"),
        (TODAY, "[Measure due today] YX2023-7: Patrols on paper"),
        (
            {"days_left": -1, "nth": 3},
            "[Measure OVERDUE] YX2023-7 1 day overdue (reminder 3): Patrols on paper",
        ),
    ],
)
def test_the_subject_of_an_english_reminder_says_how_it_stands(facts, subject):
    assert written("reminder", "en", title="Patrols on paper", **facts).subject == subject


def test_a_reminder_says_what_is_owed_until_when_and_what_comes_next():
    text = written("reminder").plain

    assert text.startswith("王强同志：\n\n【整改即将到期】整改「关于“河道巡查流于形式”问题」：")
    for said in (
        "  问题编号：  YX2023-7\n",
        "  被巡察单位：云溪县水务局党组\n",
        "  具体内容：  修订巡查制度\n",
        "  责任人员：  王强\n",
        "  起始日期：  2023年3月6日\n",
        "  办结时限：  2023年4月15日24时，剩余 7 天（5 个工作日）\n",
        "  问题时限：  2023年5月30日\n",
        "  预警状态：  黄 临期\n",
        "下一步\n1. 在办结之前，下次提醒日期为2023年4月15日。\n",
        "2. 逾期未办结的，自2023年4月16日起同时通知周明。\n",
        "如有疑问，请联系督办人陈静、李敏。\n",
    ):
        assert said in text
    for said in (
        "完成整改措施将于2023年4月15日24时到期，剩余 7 天（5 个工作日），请抓紧完成。",
        "请于2023年4月15日24时前办结，并向督办人报送办理情况及佐证材料。",
    ):
        assert said in flat(text)
    for said in ("停运", "暂定", "原定", "尚缺", "代其办理", "重复", "日历文件"):
        assert said not in text


def test_a_reminder_says_which_letter_follows_and_when():
    ahead = {"next_letter": "督办函", "next_letter_on": "2023-04-23"}
    assert "自2023年4月23日起仍未办结的，发出督办函。" in flat(written("reminder", **ahead).plain)
    english = flat(written("reminder", "en", **ahead).plain, "en")
    assert "a 督办函 is issued from 23 April 2023 on." in english


@pytest.mark.parametrize("template", ["reminder", "letter", "step"])
def test_a_possible_copy_says_so_in_the_subject_and_before_all_else(template):
    text = written(template, "en", repeated=True)

    assert text.subject.startswith("[Possibly a copy] [")
    assert text.plain.startswith("This may be a copy: it could not be found out whether")
    assert text.html.index("This may be a copy") < text.html.index("王强")


def test_a_mail_that_was_too_large_says_what_was_left_out():
    text = written("reminder", "en", slim=True)

    assert text.plain.rstrip().endswith("because the mail server takes no message of that size.")
    assert "The calendar file was left out" in text.html


@pytest.mark.parametrize(
    ("facts", "zh", "en"),
    [
        (
            {"provisional": True},
            "剩余 7 天（5 个工作日）；暂定：放假安排尚未公布",
            "7 days left (5 working days); provisional: the days off are not published yet",
        ),
        (
            {"due_original": "2023-03-15", "extended": True},
            "原定2023年3月15日，经批准延期至2023年4月15日",
            "first 15 March 2023, extended to 15 April 2023",
        ),
        (
            {"due_original": "2023-03-15"},
            "原定2023年3月15日，已调整为2023年4月15日",
            "first 15 March 2023, changed to 15 April 2023",
        ),
        (
            {"issue_due_original": "2023-05-01"},
            "问题时限：2023年5月30日（原定2023年5月1日）",
            "Issue due: 30 May 2023 (first 1 May 2023)",
        ),
        ({"stands_for": "孙丽"}, "您在孙丽同志离岗期间代其办理", "you stand in for 孙丽"),
        (
            {"days_left": 1, "workdays_left": 0},
            "剩余 1 天（其间无工作日）",
            "1 day left (no working",
        ),
        ({"days_left": -1, "workdays_left": -1}, "已超期 1 天，", "1 day overdue:"),
        (
            {"missing": {**REMINDER["missing"], "undone": [1, 3], "unproven": [2]}},
            "尚缺：措施 1、3 未完成；措施 2 缺佐证材料",
            "measures 1, 3 not finished; measure 2 without evidence",
        ),
        (
            {
                "missing": {
                    **REMINDER["missing"],
                    "unclear": ["leader", "person"],
                    "unplanned": True,
                }
            },
            "尚缺：未明确责任领导、责任人员；尚无整改措施",
            "no leader or responsible person named; no measure planned yet",
        ),
        (
            {"missing": {**REMINDER["missing"], "undated": [1], "duty_unproven": True}},
            "尚缺：措施 1 未定时限；本次履行的佐证材料",
            "measure 1 without a date; no evidence for this time yet",
        ),
    ],
)
def test_a_reminder_says_how_the_date_came_about_and_what_is_missing(facts, zh, en):
    assert zh in flat(written("reminder", **facts).plain).replace("：  ", "：").replace(
        "：    ", "："
    )
    english = " ".join(written("reminder", "en", **facts).plain.split()).replace("1 Day", "1 day")
    assert en.lower() in english.lower()


def test_a_colour_that_has_no_word_is_not_said():
    facts = {"colour": "violet", "colour_word": "violet"}

    assert "预警状态" not in written("reminder", **facts).plain
    assert "Light:" not in written("reminder", "en", **facts).plain


def test_others_are_told_at_a_date_or_when_it_is_overdue():
    facts = {"escalates_on": "2023-04-12"}
    assert "届时未办结的，自2023年4月12日起同时通知周明。" in flat(
        written("reminder", **facts).plain
    )
    late = {"escalates_on": "2023-05-04", "escalates_to": ["李明"]}
    assert "仍未办结的，自2023年5月4日起同时通知李明。" in flat(written("overdue", **late).plain)


def test_a_reminder_that_catches_up_says_how_many_were_missed():
    assert "本事项应发的 3 次提醒未能按时发出" in flat(written("overdue", missed=3).plain)
    english = flat(written("overdue", "en", missed=3).plain, "en")
    assert "While the system was down, 3 earlier reminders of this could not be sent" in english
    assert "1 earlier reminder of this" in written("overdue", "en", missed=1).plain


def test_a_leader_reads_who_is_overdue_and_is_not_asked_to_do_it():
    text = flat(written("overdue", recipient="周明", is_holder=False).plain)

    assert "您分管或督办的「关于“河道巡查流于形式”问题」，责任人员王强逾期：" in text
    assert "已超期 8 天（5 个工作日），请督促立即办理。" in text
    assert "请督促王强立即办理。" in text
    assert "报送办理情况" not in text


def test_a_supervisor_is_asked_to_decide_not_to_rectify():
    text = flat(written("reminder", kind="decide_plan", work="审核整改方案", **TODAY).plain)

    assert "请于今日24时前作出决定：批准方案，或者写明原因退回。" in text
    assert "督办人员：  王强" in text
    assert "责任人员" not in text


def test_nothing_is_said_of_what_does_not_happen():
    facts: dict[str, Any] = {"next_on": None, "escalates_to": [], "contacts": [], "subject": None}
    for language in ("zh", "en"):
        text = written("reminder", language, **facts)
        for said in ("None", "下次提醒", "同时通知", "请联系", "next reminder", "Questions"):
            assert said not in text.plain + text.html


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("template", ["reminder", "overdue", "step", "letter"])
def test_the_html_says_what_the_plain_text_says(template, language):
    text = written(template, language)
    html = re.sub(r"<[^>]+>", " ", re.sub(r"</?b>", "", unescape(text.html)))
    words = set(re.findall(r"[A-Za-z]{3,}|[\u4e00-\u9fff]+|\d+", text.plain))

    assert {word for word in words if word not in html} == set()


def test_the_html_is_whole_and_names_its_language():
    for language, code in (("zh", "zh-CN"), ("en", "en")):
        html = written("reminder", language).html
        assert html.startswith(f'<!DOCTYPE html>\n<html lang="{code}" ')
        assert html.endswith("</html>\n")


texts = st.text(st.characters(), max_size=60)


@given(
    texts,
    st.sampled_from(["reminder", "overdue", "step", "letter"]),
    st.sampled_from(["zh", "en"]),
)
def test_a_text_from_outside_is_neither_markup_nor_template_nor_a_second_subject(
    outside, template, language
):
    hostile = f"<b onclick=x>{{{{ 7*7 }}}}\r\nBcc: x@y.example\u202e{outside}"
    fields = ("recipient", "title", "unit", "aspect", "state", "work", "subject", "reason")
    facts: dict[str, Any] = dict.fromkeys((*fields, "actor", "event_label", "from_state"), hostile)
    facts |= {"holders": [hostile], "contacts": [hostile], "escalates_to": [hostile]}
    facts |= {"escalates_on": "2023-04-16", "stands_for": hostile, "colour_word": hostile}
    facts |= {"letter_text": hostile, "letter_label": hostile, "letter_reference": hostile}
    facts["said"] = SAID | {"progress": hostile, "basis": hostile}

    text = written(template, language, **facts)

    assert "<b onclick" not in text.html
    assert "&lt;b onclick=x&gt;{{ 7*7 }}" in text.html
    assert len(text.subject.splitlines()) == 1
    for part in (text.subject, text.plain, text.html):
        assert "\u202e" not in part
        assert "\r" not in part
        part.encode()


def test_a_long_title_leaves_a_subject_of_one_line():
    subject = written("step", title="长" * 5000, reason="因" * 5000).subject

    assert len(subject) <= 120
    assert subject.startswith("【方案被退回】YX2023-7 长长")


def test_an_unknown_language_is_answered_in_english():
    assert written("reminder", "fr").subject.startswith("[Measure due soon]")


@pytest.mark.parametrize("language", ["../zh", "zh/..", "", "zh\n"])
def test_a_language_is_no_path(language):
    with pytest.raises(RenderError, match="no such template"):
        RENDERER.render("reminder", language, REMINDER)


def test_the_words_of_both_languages_are_complete():
    names = {p.relative_to(TEMPLATES / "zh") for p in (TEMPLATES / "zh").rglob("*.j2")}

    assert names == {p.relative_to(TEMPLATES / "en") for p in (TEMPLATES / "en").rglob("*.j2")}


def test_rendering_leaves_the_facts_as_they_were():
    facts = {**STEP, "title": "a\u202eb"}
    RENDERER.render("step", "zh", facts)

    assert facts == {**STEP, "title": "a\u202eb"}
