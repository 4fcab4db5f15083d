"""What people read of a step that was taken, and of a letter that is sent to them."""

from __future__ import annotations

import pytest

from states.process_file import default_process
from tests.letters import LETTER, REMINDER, STEP
from tests.texts import RENDERER, flat, told, written

EVENTS = sorted({step.event for step in default_process().steps if step.notify})


def test_a_returned_plan_says_why_and_what_is_owed_now():
    text = written("step")

    assert text.subject == (
        "【方案被退回】YX2023-7 关于“河道巡查流于形式”问题：措施二没有明确责任部门。"
    )
    assert "\n\n原因：措施二没有明确责任部门。\n\n" in text.plain
    assert "的整改方案已被退回，请修改完善后重新报送。" in flat(text.plain)
    assert "当前状态：  整改中（原为已拟方案）" in text.plain
    owed = "1. 拟定并报送整改方案：请于2023年4月22日24时前办结，剩余 14 天（10 个工作日）。"
    assert owed in flat(text.plain)


def test_who_owes_nothing_is_only_informed():
    text = written("step", owed=[]).plain

    assert "请修改完善" not in text
    assert "以上情况，请知悉。" in text


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_event_of_the_default_process_has_a_text_of_its_own(event, language):
    text = told(event, language)

    general = {"zh": ("整改动态", "有新的办理情况"), "en": ("[News]", "There is news of")}
    for said in general[language]:
        assert said not in text.subject + text.plain + text.html


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("set_term", "问题整改的期限为10个工作日"),
        ("request_extension", "陈静申请延期：「关于“河道巡查流于形式”问题」的整改措施「修订制度」"),
        ("request_extension", "原定2023年5月30日，申请延至2023年7月31日，请答复。"),
        ("request_extension", "目前进展：过半"),
        ("approve_extension", "经批准延期至2023年6月30日（申请至2023年7月31日）。"),
        ("refuse_extension", "延期至2023年7月31日的申请未获批准，仍应于2023年5月30日办结。"),
        ("hand_over", "整改责任已由王强交接给孙丽，原有时限不变。"),
        ("look_back", "问题出现反弹，现提请决定是否重开。"),
        ("miss_duty", "长效事项「每月巡查」未按时履行：2023年4月1日。"),
        ("classify", "整改类型已确定为立行立改，并长期坚持，整改时限为2023年5月30日。"),
        ("resume", "中止 42 天，未到期的时限相应顺延，整改时限为2023年5月30日。"),
    ],
)
def test_news_of_time_say_which_dates_moved_and_why(event, said):
    text = told(event)

    assert said in flat(text.plain)
    assert said in text.html


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "2023年5月30日（原定2023年5月1日）"), ("en", "30 May 2023 (first 1 May 2023)")],
)
def test_news_of_a_moved_date_name_the_first_one_beside_it(language, said):
    moved = {"event": "change_due", "issue_due_original": "2023-05-01"}
    text = written("step", language, **moved)

    assert flat(text.plain, language).count(said) == 2  # in the sentence and in the table
    assert said in text.html


def test_news_of_a_suspension_say_that_nothing_is_chased():
    text = flat(told("suspend", suspended_since="2023-04-08").plain)

    assert "自2023年4月8日起不计期限，恢复之前不再催办。" in text
    assert "当前状态：  整改中（原为已拟方案）（中止）" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_clock_brought_about_was_done_by_nobody(language):
    text = told("miss_duty", language, actor=None).plain

    assert "办理人员" not in text
    assert "By: " not in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("event", ["my_event", "approve_extension", "hand_over", "look_back"])
def test_an_event_of_an_own_process_is_told_by_its_label(event, language):
    """Also one that is named as ours are, and records something else."""
    text = written("step", language, event=event, event_label="约谈提醒", reason=None)

    assert "约谈提醒" in text.plain
    assert "约谈提醒" in text.html
    if event == "my_event":
        assert text.subject.endswith("约谈提醒")


@pytest.mark.parametrize("template", ["reminder", "step"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_notices_that_a_former_version_owed_can_still_be_sent(template, language):
    added = {
        *("role", "due_original", "extended", "provisional", "workdays_left", "turns", "colour"),
        *("colour_word", "missing", "rung_label", "issue_due_original", "suspended_since"),
        *("stands_for", "stands_for_person", "succeeds", "records", "said", "note"),
        *("at", "part", "next_letter", "next_letter_on"),
    }
    facts = {"reminder": REMINDER, "step": STEP}[template]
    former = {name: value for name, value in facts.items() if name not in added}
    if "owed" in former:
        former["owed"] = [{k: v for k, v in w.items() if k not in added} for w in former["owed"]]

    text = RENDERER.render(template, language, former)

    assert "YX2023-7" in text.subject
    assert "None" not in text.plain


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_is_sent_as_it_is_on_record(language):
    text = written("letter", language)

    assert LETTER["letter_text"].strip() in text.plain
    assert "督办〔2023〕YX2023-7-1号" in text.subject
    for line in LETTER["letter_text"].split():
        assert line in text.html
    leader = flat(written("letter", is_holder=False, recipient="周明").plain)
    assert leader.startswith("周明同志：")
    assert "请督促办理，并及时签收。" in leader


@pytest.mark.parametrize("template", ["reminder", "letter"])
@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "孙丽同志已离任，您是其接任人"), ("en", "孙丽 has left and you are the successor")],
)
def test_a_successor_reads_that_the_work_is_not_handed_over(template, language, said):
    text = written(template, language, succeeds="孙丽")
    assert said in flat(text.plain, language)
    assert "rectify handover" in text.html
