"""A user's calendar file: the notice as published, with every fault at once."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from states.calendar import PUBLISHED, Calendar
from states.calendar_data import china
from states.errors import Invalid
from tests.architecture.sources import ROOT
from workflow.exchange.calendar_file import (
    Imported,
    Notice,
    calendar_of_file,
    document_number,
    merged,
)

CHINA = china()
NOTICES = ROOT / "tests" / "data" / "calendars"

# Invented: nobody knows the arrangement of 2027. The weekdays and the festivals are right.
PLAN_2027 = """\
国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕99号
经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
2026年11月4日
"""


def faults(text: str, base: Calendar = CHINA, year: int | None = None) -> list[str]:
    """Every fault of a text as it is said, with its line."""
    with pytest.raises(Invalid) as refused:
        merged(base, "plan", text, Notice(year=year))
    return [str(problem) for problem in refused.value.problems]


def read(text: str, base: Calendar = CHINA, year: int | None = None) -> Imported:
    return merged(base, "plan", text, Notice(source="notice", year=year))


def days_of(year: int) -> list[date]:
    first = date(year - 1, 12, 20)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", [2008, 2014, 2023, 2025, 2026])
def test_a_notice_says_what_the_calendar_holds_of_its_year(year):
    path = NOTICES / f"notice-{year}.txt"
    notice = Notice(published_on=date(year - 1, 11, 30))

    imported = calendar_of_file(path, CHINA, notice)

    assert imported.years == (year,)
    for day in days_of(year):
        assert imported.calendar.is_working(day) == CHINA.is_working(day), day
    assert [b.names for b in imported.calendar.breaks(year)] == [
        b.names for b in CHINA.breaks(year)
    ]


def test_the_notice_is_called_by_its_number():
    path = NOTICES / "notice-2025.txt"

    named = calendar_of_file(path, CHINA, Notice())
    said = calendar_of_file(path, CHINA, Notice(source="明电"))
    nameless = calendar_of_file(NOTICES / "notice-2008.txt", CHINA, Notice())

    assert (named.source, said.source) == ("国办发明电〔2024〕12号", "明电")
    assert nameless.source == "notice-2008.txt"
    assert document_number("国发明电〔2015〕1号") == "国发明电〔2015〕1号"


def test_a_year_that_was_a_guess_is_published_and_replaced():
    imported = read(PLAN_2027)
    year = next(y for y in imported.calendar.years if y.year == 2027)
    before = {d for d, _ in CHINA.off if d.year == 2027}
    after = {d for d, _ in imported.calendar.off if d.year == 2027}

    assert (year.status, year.source) == (PUBLISHED, "notice")
    assert before < after
    assert [f"{d:%m-%d}" for d, _ in imported.calendar.work if d.year == 2027] == [
        "01-31", "02-14", "04-25", "05-08", "09-26", "10-09",
    ]  # fmt: skip
    assert not imported.calendar.is_provisional(date(2026, 12, 31), date(2027, 12, 28))
    assert imported.calendar.is_provisional(date(2027, 12, 31), date(2027, 12, 31))


def test_other_years_stay_as_they_were():
    imported = read(PLAN_2027).calendar

    assert [y for y in imported.years if y.year != 2027] == [
        y for y in CHINA.years if y.year != 2027
    ]
    assert [o for o in imported.off if o[0].year != 2027] == [
        o for o in CHINA.off if o[0].year != 2027
    ]
    assert imported.name == "china"
    assert imported.hash != CHINA.hash
    assert read(PLAN_2027, imported).calendar == imported  # the same again changes nothing


def test_a_later_notice_replaces_also_the_december_before():
    first = PLAN_2027.replace(
        "元旦：1月1日（周五）至3日（周日）放假，共3天。",
        "元旦：2026年12月31日（周四）至2027年1月2日（周六）放假调休，共3天。"
        "2026年12月27日（周日）上班。",
    )
    once = read(first).calendar
    twice = read(PLAN_2027, once).calendar

    assert not once.is_working(date(2026, 12, 31))
    assert once.is_working(date(2026, 12, 27))
    assert twice.is_working(date(2026, 12, 31))
    assert not twice.is_working(date(2026, 12, 27))
    assert twice == read(PLAN_2027).calendar


def test_two_festivals_arranged_together_each_have_a_day():
    text = PLAN_2027.replace("2027", "2031").replace("2026年11月4日", "2030年11月4日")
    lines = [line for line in text.splitlines() if not line.startswith("六")]
    text = "\n".join(lines).replace("七、国庆节：10月1日", "七、国庆节、中秋节：10月1日")
    text = re.sub("（[^）]*）", "", text)  # other weekdays than in 2027
    for weekend in ("1月31日、2月14日", "4月25日、5月8日", "9月26日、10月9日"):
        text = text.replace(f"{weekend}上班。", "")

    imported = read(text).calendar

    assert imported.breaks(2031)[-1].names == ("国庆节", "中秋节")


def test_the_year_may_be_named_where_the_text_does_not():
    text = PLAN_2027.replace("关于2027年", "关于").replace("现将2027年", "现将")

    assert faults(text) == ["plan: the text does not say for which year it is; say so with --year"]
    assert read(text, year=2027).years == (2027,)
    assert faults(PLAN_2027, year=2028) == ["plan: the text is for 2027, not for 2028"]


def test_lines_may_be_broken_anywhere_and_have_no_numbers():
    text = PLAN_2027.replace("放假调休，", "放假\n调休，").replace("五、端午节：", "端午节：\n")

    assert read(text).calendar == read(PLAN_2027).calendar


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("1月1日（周五）", "1月1日（周四）", ["plan:4: 2027-01-01 is 周五, not 周四"]),
        (
            "放假调休，共8天。1月31日（周日）",
            "放假调休，共7天。1月31日（周日）",
            ["plan:5: 春节: 7 days are announced, but 8 are named"],
        ),
        (
            "6月9日（周三）放假1天",
            "6月9日（周三）放假2天",
            ["plan:8: 端午节: 2 days are announced, but 1 are named"],
        ),
        (
            "1月31日（周日）、2月14日",
            "2月6日（周六）、2月14日",
            ["plan:5: 2027-02-06 is off and worked at once (see line 5)"],
        ),
        (
            "4月25日（周日）",
            "4月26日（周一）",
            ["plan:7: 2027-04-26 is worked anyway: it is no day of the weekend"],
        ),
        (
            "六、中秋节：9月15日（周三）放假1天，不调休。\n",
            "",
            ["plan: 2027 has no day off for 中秋节"],
        ),
        (
            "6月9日（周三）放假1天",
            "6月31日放假1天",
            [
                "plan: 2027 has no day off for 端午节",
                "plan:8: 6月31日 is no date",
                "plan:8: 端午节: 1 days are announced, but 0 are named",
            ],
        ),
        (
            "至3日（周日）放假，共3天",
            "至2026年1月3日放假",
            [
                "plan: 2027 has no day off for 元旦",
                "plan:4: from 2027-01-01 to 2026-01-03 is no break",
            ],
        ),
        (
            "6月9日（周三）放假1天",
            "2028年6月9日放假1天",
            ["plan: 2027 has no day off for 端午节", "plan:8: 2028-06-09 lies outside 2027"],
        ),
        (
            "6月9日（周三）放假1天",
            "6月9日（周三）歇业，6月9日放假",
            ["plan:8: not understood: 6月9日(周三)歇业"],
        ),
    ],
)  # fmt: skip
def test_a_fault_of_a_notice_is_named_with_its_line(right, wrong, said):
    assert right in PLAN_2027
    assert faults(PLAN_2027.replace(right, wrong)) == said


def test_all_faults_are_named_at_once():
    text = PLAN_2027.replace("（周五）至3日", "（周四）至3日").replace("共5天", "共6天")
    text = text.replace("10月9日（周六）", "10月8日（周五）")

    assert faults(text) == [
        "plan:4: 2027-01-01 is 周五, not 周四",
        "plan:7: 劳动节: 6 days are announced, but 5 are named",
        "plan:10: 2027-10-08 is worked anyway: it is no day of the weekend",
    ]
