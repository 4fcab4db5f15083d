"""Recurrences as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from states.phrasing import parse_recurrence, written
from states.recurrence import Recurrence


def monthly(**said) -> Recurrence:
    return Recurrence(every="month", **said)


def quarterly(**said) -> Recurrence:
    return Recurrence(every="quarter", **said)


def yearly(**said) -> Recurrence:
    return Recurrence(every="year", **said)


def before(nth: int, *names: str) -> Recurrence:
    return Recurrence(every="holiday", nth=nth, names=names)


FROM_JANUARY = Recurrence(every="interval", nth=30, since=date(2026, 1, 5))
EARLY = yearly(nth=-1, of="workday", month=1)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("每月 每个月 每一个月 按月 逐月 每月一次 每个月一天 monthly", monthly()),
        ("每月底 每月末 每月月底 月底 每月最后一日 每月最后一天", monthly()),
        ("每月25日 每月25号 每月二十五日 每个月的25日 每月第25日", monthly(nth=25)),
        ("每月25日前 每月２５日", monthly(nth=25)),
        ("每月第5个工作日 每月第五个工作日 每月初 每月月初 月初", monthly(nth=5, of="workday")),
        ("每月最后一个工作日", monthly(of="workday")),
        ("每月倒数第3个工作日", monthly(nth=-3, of="workday")),
        ("每月倒数第三日", monthly(nth=-3)),
        ("每季度 每季 每个季度 按季度 每季度末 每季末 每季度季末 季度末 quarterly", quarterly()),
        ("每季度最后一个工作日", quarterly(of="workday")),
        ("每季度初 季度初", quarterly(nth=-1, of="workday", month=1)),
        ("每季度第10个工作日 每季度第1个月第10个工作日", quarterly(nth=10, of="workday", month=1)),
        ("每季度第2个月15日", quarterly(nth=15, month=2)),
        ("每季度最后一个月15日", quarterly(nth=15)),
        ("每半年 每半年末 half-yearly", Recurrence(every="half_year")),
        ("每年 每年度 每年底 每年末 每年年底 年底 年末 yearly annually", yearly()),
        ("年初 每年初 每年年初 每年1月最后一个工作日", EARLY),
        ("每年1月第10个工作日", yearly(nth=10, of="workday", month=1)),
        ("每年3月 每年3月底 每年三月最后一日", yearly(month=3)),
        ("每年12月31日 每年12月31日前", yearly(nth=31, month=12)),
        ("法定节假日前夕 法定节假日前 法定节假日之前 国家法定节假日前1个工作日", before(1)),
        ("每逢节假日前 重大节假日前夕 重大节假日前 节日前夕", before(1)),
        ("法定节假日前3个工作日 法定节假日前三个工作日 节假日前3个工作日", before(3)),
        ("春节、国庆节前2个工作日 春节和国庆前两个工作日", before(2, "春节", "国庆节")),
        ("春节,十一前2个工作日", before(2, "春节", "国庆节")),
        ("元旦前夕", before(1, "元旦")),
        ("五一前夕 劳动节前", before(1, "劳动节")),
        ("每30天 每三十天 每隔30天", Recurrence(every="interval", nth=30)),
        ("每周 每个星期 每7天 weekly", Recurrence(every="interval", nth=7)),
        ("每两周 每2周", Recurrence(every="interval", nth=14)),
        ("自2026年1月5日起每30天 自2026-01-05起，每30天", FROM_JANUARY),
        ("每次", Recurrence(every="event")),
        ("每次民主生活会 每逢民主生活会", Recurrence(every="event", names=("民主生活会",))),
    ],
)  # fmt: skip
def test_chinese(texts, expected):
    for text in texts.split():
        assert parse_recurrence(text) == (expected,), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every month", monthly()),
        ("Every month on day 25", monthly(nth=25)),
        ("every month on workday 5", monthly(nth=5, of="workday")),
        ("every month on workday 3 from the end", monthly(nth=-3, of="workday")),
        ("every quarter on last workday", quarterly(of="workday")),
        ("every quarter on the last workday", quarterly(of="workday")),
        ("every quarter in month 2 on day 15", quarterly(nth=15, month=2)),
        ("every quarter in its last month on day 15", quarterly(nth=15)),
        ("every half year", Recurrence(every="half_year")),
        ("every year in month 1 on workday 10", yearly(nth=10, of="workday", month=1)),
        ("every year in month 1 on last workday", EARLY),
        ("3 workdays before holidays", before(3)),
        ("1 workday before each statutory holiday", before(1)),
        ("2 workdays before 春节, 国庆节", before(2, "春节", "国庆节")),
        ("2 workdays before Spring Festival, National Day", before(2, "春节", "国庆节")),
        ('1 workday before "Christmas Day"', before(1, "Christmas Day")),
        ("every 30 days", Recurrence(every="interval", nth=30)),
        ("every 30 days from 2026-01-05", FROM_JANUARY),
        ("every two weeks", Recurrence(every="interval", nth=14)),
        ("each time", Recurrence(every="event")),
        ("each time: Board meeting", Recurrence(every="event", names=("Board meeting",))),
    ],
)
def test_english(text, expected):
    assert parse_recurrence(text) == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每季度或法定节假日前夕", (quarterly(), before(1))),
        ("每季度或者法定节假日前夕、每月", (quarterly(), before(1), monthly())),
        ("每月25日、每季度末", (monthly(nth=25), quarterly())),
        ("每月和每年底", (monthly(), yearly())),
        ("春节前或国庆节前", (before(1, "春节"), before(1, "国庆节"))),
        ("春节、国庆节前夕或每月", (before(1, "春节", "国庆节"), monthly())),
        ("every quarter or 1 workday before holidays", (quarterly(), before(1))),
        ("every month and every year", (monthly(), yearly())),
        ("每月或每个月", (monthly(),)),
    ],
)  # fmt: skip
def test_several_are_joined(text, expected):
    assert parse_recurrence(text) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("sometimes", "sometimes"),
        ("", "–"),
        ("   ", "–"),
        ("每月32日", "每月32日"),
        ("每月0日", "每月0日"),
        ("每月第24个工作日", "每月第24个工作日"),
        ("每季度第4个月", "每季度第4个月"),
        ("每年13月5日", "每年13月5日"),
        ("每年0月5日", "每年0月5日"),
        ("每月2月5日", "每月2月5日"),
        ("法定节假日前3天", "法定节假日前3天"),  # calendar days before: not the law's way
        ("法定节假日", "法定节假日"),
        ("法定节假日前0个工作日", "法定节假日前0个工作日"),
        ("每0天", "每0天"),
        ("每9999天", "每9999天"),
        ("自2026年2月30日起每30天", "自2026年2月30日起每30天"),
        ("每月或有时", "有时"),
        ("每月或", "–"),
        ("every month on day 32", "every month on day 32"),
        ("every month in month 2", "every month in month 2"),
        ("every year in month 0 on day 1", "every year in month 0 on day 1"),
        ("every 0 days", "every 0 days"),
        ("0 workdays before holidays", "0 workdays before holidays"),
    ],
)
def test_what_is_not_understood_is_named(text, part):
    with pytest.raises(ValueError, match=r".") as refused:
        parse_recurrence(text)
    assert str(refused.value) == part


def test_an_endless_text_is_refused_at_once():
    with pytest.raises(ValueError, match="…"):
        parse_recurrence("每月或" * 100_000)


@pytest.mark.parametrize(
    ("recurrence", "zh", "en"),
    [
        (monthly(), "每月", "every month"),
        (monthly(nth=25), "每月25日", "every month on day 25"),
        (monthly(of="workday"), "每月最后一个工作日", "every month on last workday"),
        (quarterly(nth=15), "每季度最后一个月15日", "every quarter in its last month on day 15"),
        (quarterly(nth=-2), "每季度倒数第2日", "every quarter on day 2 from the end"),
        (EARLY, "每年1月最后一个工作日", "every year in month 1 on last workday"),
        (before(1), "法定节假日前夕", "1 workday before holidays"),
        (before(2, "春节"), "春节前2个工作日", "2 workdays before Spring Festival"),
        (before(1, "Diwali"), "“Diwali”前夕", '1 workday before "Diwali"'),
        (Recurrence(every="interval", nth=7), "每7天", "every 7 days"),
        (Recurrence(every="event", names=("审计",)), "每次审计", "each time: 审计"),
    ],
)
def test_they_are_written_in_both_languages(recurrence, zh, en):
    assert (written((recurrence,), "zh"), written((recurrence,), "en")) == (zh, en)


def test_several_are_written_together():
    both = (quarterly(), before(1))

    assert written(both, "zh") == "每季度或法定节假日前夕"
    assert written(both, "en") == "every quarter or 1 workday before holidays"
