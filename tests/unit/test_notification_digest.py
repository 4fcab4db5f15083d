"""The message of the day: every item once, the most urgent first, days left as of that day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.notice import HOLD, PENDING, RESEND, Notice
from notifications.planning.digest import bundled, colour_of, digest_key, is_digest
from notifications.rendering.renderer import Renderer, Text
from states.calendar import WEEKDAYS
from states.frozen import replace
from tests.letters import LETTER, OVERDUE, REMINDER, STEP
from tests.texts import flat

RENDERER = Renderer()
NOW = datetime(2023, 4, 10, 1, tzinfo=UTC)
TODAY = date(2023, 4, 10)  # a Monday
FACTS = {"reminder": REMINDER, "letter": LETTER, "step": STEP}


def an_item(number: int, template: str = "reminder", /, **facts: Any) -> Notice:
    known = {**FACTS[template], "issue": f"YX2023-{number}", **facts}
    return Notice(
        key=f"item/{number:03}",
        issue=f"YX2023-{number}",
        template=template,
        recipient="wang",
        channel="mail",
        address="wang@office.example",
        language="zh",
        created_at=NOW,
        facts=known,
    )


RED = {k: OVERDUE[k] for k in ("colour", "colour_word", "turns", "days_left", "workdays_left")}
RED |= {"due": "2023-04-03", "turns": [["0001-01-01", "red", "逾期"]]}
GREEN = {"due": "2023-05-30", "turns": [["0001-01-01", "green", "正常"]]}


def written(*items: Notice, language: str = "zh") -> Text:
    digest = bundled(items, NOW, TODAY, WEEKDAYS)
    return RENDERER.render(digest.template, language, digest.facts)


def test_a_single_item_keeps_its_template_and_says_the_days_left_today():
    digest = bundled([an_item(1)], NOW, TODAY, WEEKDAYS)

    assert (digest.template, digest.issue) == ("reminder", "YX2023-1")
    assert (digest.status, digest.created_at) == (PENDING, NOW)
    assert digest.key == digest_key("wang", "mail", TODAY) == "digest/wang/mail/2023-04-10"
    assert is_digest(digest.key)
    assert digest.facts["today"] == "2023-04-10"
    assert (digest.facts["days_left"], digest.facts["workdays_left"]) == (5, 4)


def test_what_has_waited_says_the_light_of_the_day_on_which_it_is_sent():
    (item,) = [an_item(1, today="2023-04-14", days_left=1, workdays_left=1)]
    digest = bundled([item], NOW, date(2023, 4, 17), WEEKDAYS)

    assert (digest.facts["colour"], digest.facts["colour_word"]) == ("red", "逾期")
    assert (digest.facts["days_left"], digest.facts["workdays_left"]) == (-2, -1)


def test_the_most_urgent_comes_first_and_news_come_last():
    items = [an_item(1, "step"), an_item(2, **GREEN), an_item(3), an_item(4, **RED)]
    items.append(an_item(5, "letter", **RED, today="2023-04-10"))
    digest = bundled(items, NOW, TODAY, WEEKDAYS)

    order = [item["issue"] for item in digest.facts["items"]]
    assert order == ["YX2023-5", "YX2023-4", "YX2023-3", "YX2023-2", "YX2023-1"]
    assert (digest.template, digest.issue) == ("digest", "")
    assert digest.facts["lights"] == [
        {"colour": "red", "word": "逾期", "count": 2},
        {"colour": "yellow", "word": "临期", "count": 1},
        {"colour": "green", "word": "正常", "count": 1},
    ]


def test_the_subject_counts_by_light():
    red, green = an_item(4, **RED), an_item(2, **GREEN)
    letter = an_item(5, "letter", **RED)

    assert written(red, an_item(3), green).subject == "【整改提醒】逾期 1 项、临期 1 项、正常 1 项"
    assert written(letter, red, an_item(1, "step")).subject == (
        "【整改提醒】逾期 2 项（含督办函 1 件），动态 1 条"
    )
    assert written(an_item(1, "step"), an_item(2, "step")).subject == "【整改动态】2 条"


def test_each_light_has_its_word_and_no_section_is_empty():
    text = written(an_item(1), an_item(2, **RED)).plain
    assert re.findall(r"■ (.+)", text) == ["红 逾期（1 项）", "黄 临期（1 项）"]

    news = written(an_item(1, "step"), an_item(2, "step")).plain
    assert re.findall(r"■ (.+)", news) == ["动态（2 条）"]
    assert "有 2 条整改动态，请知悉。" in news


def test_an_item_says_what_until_when_what_is_missing_and_what_comes_next():
    missing = {**REMINDER["missing"], "unproven": [2]}
    text = flat(written(an_item(1, missing=missing), an_item(2, is_holder=False)).plain)

    for said in (
        "1. YX2023-1 关于“河道巡查流于形式”问题",
        "事项：完成整改措施：修订巡查制度",
        "时限：2023年4月15日24时，剩余 5 天（4 个工作日）；自2023年3月6日起",
        "尚缺：措施 2 缺佐证材料",
        "下一步：请于2023年4月15日24时前办结，并向督办人报送办理情况及佐证材料。"
        "逾期未办结的，自2023年4月16日起同时通知周明。下次提醒：2023年4月15日。",
        "责任人员：王强",
        "请督促王强按期办理。",
        "如有疑问，请联系督办人陈静、李敏。",
    ):
        assert said in text


def test_a_letter_is_attached_whole():
    text = written(an_item(1, "letter", **RED), an_item(2)).plain

    assert "督办函（督办〔2023〕YX2023-7-1号）全文附后，请按要求办理并签收。" in flat(text)
    assert text.rstrip().endswith(LETTER["letter_text"].rstrip())


def test_news_do_not_repeat_what_the_message_reminds_of_anyway():
    owed = [
        {**STEP["owed"][0], "kind": k, "due": d, "work": k}
        for k, d in (("finish_measure", "2023-04-15"), ("draft_plan", "2023-04-22"))
    ]
    owed[0]["subject"] = REMINDER["subject"]
    news = an_item(1, "step", owed=owed)

    digest = bundled([news, an_item(1)], NOW, TODAY, WEEKDAYS)
    assert [w["kind"] for w in digest.facts["items"][1]["owed"]] == ["draft_plan"]
    assert digest.facts["items"][1]["owed"][0]["days_left"] == 12
    other = bundled([news, an_item(2)], NOW, TODAY, WEEKDAYS)
    assert len(other.facts["items"][1]["owed"]) == 2


def test_the_latest_address_counts():
    items = [an_item(1), replace(an_item(2), address="new@office.example", language="en")]
    digest = bundled(items, NOW, TODAY, WEEKDAYS)

    assert (digest.address, digest.language) == ("new@office.example", "en")


kinds = st.sampled_from(["reminder", "red", "green", "letter", "step"])


@given(st.lists(kinds, min_size=2, max_size=12), st.sampled_from(["zh", "en"]), st.randoms())
def test_every_item_is_in_the_message_once_in_one_order(drawn, language, chance):
    facts = {"reminder": {}, "red": RED, "green": GREEN, "letter": RED, "step": {}}
    items = [an_item(n, k if k in FACTS else "reminder", **facts[k]) for n, k in enumerate(drawn)]
    digest = bundled(items, NOW, TODAY, WEEKDAYS)

    assert sorted(i["issue"] for i in digest.facts["items"]) == sorted(i.issue for i in items)
    assert digest.facts["count"] == len(items)
    assert digest.facts["count"] == digest.facts["news"] + sum(
        light["count"] for light in digest.facts["lights"]
    )
    shuffled = list(items)
    chance.shuffle(shuffled)
    again = bundled(shuffled, NOW, TODAY, WEEKDAYS)
    assert again.facts == digest.facts

    text = RENDERER.render("digest", language, digest.facts)
    for part in (text.plain, text.html):
        assert len(re.findall(r"(?m)(?:^|>)\d+\. ", part)) == len(items)
        assert "None" not in part


def test_news_have_no_light():
    assert colour_of(an_item(1, "step")) == ""
    assert colour_of(an_item(1)) == "yellow"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_html_says_what_the_plain_text_says(language):
    items = (an_item(1, "step"), an_item(2), an_item(3, "letter", **RED))
    text = written(*items, language=language)
    html = re.sub(r"<[^>]+>", " ", re.sub(r"</?(b|span)[^>]*>", "", text.html))
    plain = text.plain.replace("含督办函", "督办函")  # a count of its own in HTML
    words = set(re.findall(r"[A-Za-z]{3,}|[\u4e00-\u9fff]+|\d+", plain))

    assert {word for word in words if word not in html} == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_from_outside_is_no_markup_in_the_message(language):
    hostile = "<b onclick=x>{{ 7*7 }}\u202e"
    names = ("recipient", "title", "state", "work", "subject", "reason", "stands_for", "actor")
    facts: dict[str, Any] = dict.fromkeys((*names, "event_label", "letter_text"), hostile)
    facts |= {"holders": [hostile], "contacts": [hostile], "escalates_to": [hostile]}
    facts |= {"is_holder": False, "event": "request_extension", "colour_word": hostile}
    facts["escalates_on"] = "2023-04-16"
    facts["said"] = {
        **{**STEP["said"], "part": hostile, "progress": hostile},
        **{"was": "2023-04-01", "asked": "2023-05-01"},
    }
    facts["owed"] = [{**STEP["owed"][0], "work": hostile, "subject": hostile}]
    kinds = ("reminder", "letter", "step")
    items = [an_item(n, kind, **facts) for n, kind in enumerate(kinds)]

    html = written(*items, language=language).html
    assert "<b onclick" not in html
    assert "&lt;b onclick=x&gt;{{ 7*7 }}" in html
    assert "&amp;lt;" not in html
    assert "\u202e" not in html


# ------------------------------------------------------------------------ of the office itself


def of_the_office(template: str, number: int = 90) -> Notice:
    facts = {"recipient": "陈", "recipient_title": "", "today": "2023-04-10", "issue": ""}
    return replace(an_item(number), issue="", template=template, facts=facts)


def test_failures_come_after_what_is_red_and_a_missing_year_after_all_work_but_before_news():
    items = [
        an_item(1, "step"),
        of_the_office("calendar_missing"),
        an_item(2, **GREEN),
        of_the_office("undelivered"),
        an_item(3, **RED),
    ]
    facts = bundled(items, NOW, TODAY, WEEKDAYS).facts
    assert [(i["template"], i["colour"]) for i in facts["items"]] == [
        ("reminder", "red"),
        ("undelivered", ""),
        ("reminder", "green"),
        ("calendar_missing", ""),
        ("step", ""),
    ]
    assert (facts["count"], facts["news"], facts["alarms"]) == (5, 1, 2)
    assert [(light["colour"], light["count"]) for light in facts["lights"]] == [
        ("red", 1),
        ("green", 1),
    ]


def test_one_item_that_a_person_must_decide_about_holds_the_whole_message():
    held = replace(an_item(2), if_unknown=HOLD)
    assert bundled([an_item(1), held], NOW, TODAY, WEEKDAYS).if_unknown == HOLD
    assert bundled([held], NOW, TODAY, WEEKDAYS).if_unknown == HOLD
    assert bundled([an_item(1), an_item(3)], NOW, TODAY, WEEKDAYS).if_unknown == RESEND


def test_a_message_says_the_minute_at_which_it_was_made():
    local = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    for items in ([an_item(1)], [an_item(1), an_item(2)]):
        assert bundled(items, local, TODAY, WEEKDAYS).facts["at"] == "2023-04-10T09:00"
