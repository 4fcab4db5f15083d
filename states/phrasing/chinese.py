"""Recurrences in Chinese: 每月25日, 每季度最后一个工作日, 法定节假日前3个工作日, 每次民主生活会."""

from __future__ import annotations

import re
from collections.abc import Callable

from states.phrasing.names import NAME, before_holidays, interval, periodic, quoted
from states.recurrence import (
    DAY,
    EVENT,
    HALF_YEAR,
    HOLIDAY,
    INTERVAL,
    MONTH,
    QUARTER,
    WORKDAY,
    YEAR,
    Recurrence,
)

_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_N = r"(?:[0-9]{1,4}|[一二三四五六七八九十两]{1,3})"
_PERIODS = {"月": MONTH, "季": QUARTER, "季度": QUARTER, "半年": HALF_YEAR, "年": YEAR}
_UNITS = {"天": 1, "日": 1, "周": 7, "星期": 7}

_PERIODIC = re.compile(
    rf"(?:每一?个?|按|逐)(?P<every>月|季度?|半年|年)度?"
    rf"(?:的?(?:第?(?P<month>{_N})个?月份?|(?P<last>最后一?个?月)))?的?(?P<day>.*)"
)
_HOLIDAYS = re.compile(
    rf"(?:每逢|每个|每|逢|在)?(?:(?P<names>{NAME}(?:[、,和及]{NAME})*)"
    rf"|(?:国家)?(?:法定|重大|重要|主要|传统)?的?(?:节假日|节日|假日|假期))"
    rf"(?:到?来?之?前夕?)(?:(?P<nth>{_N})个?工作日)?",
    re.IGNORECASE,
)
_INTERVAL = re.compile(
    rf"(?:自(?P<since>[^起]{{6,12}})起,?)?每隔?(?P<nth>{_N})?个?(?P<unit>天|日|周|星期)"
)
_EVENT = re.compile(r"每[次逢](?P<name>[^、,;每]{0,40})")

_BARE = re.compile(r"(?:月|季度?|半年|年)[初底末终]前?")
_AGAIN = re.compile(r"(?:月|季度?|半年|年)(?=[初底末终]$)")
_BEFORE = re.compile(r"之?前$")
_WHOLE = ("", "底", "末", "终", "一次", "至少一次", "一天")
_LAST = {"最后一日": DAY, "最后一天": DAY, "最后一个工作日": WORKDAY, "最后一工作日": WORKDAY}
_DAY = re.compile(rf"(?P<end>倒数)?第?(?P<nth>{_N})(?:(?P<workday>个?工作日)|[日号天])")


def read(text: str) -> Recurrence | None:
    """Return the one recurrence that a tight phrase states; None if it does not."""
    if _BARE.fullmatch(text):
        text = f"每{text}"
    for form, take in _FORMS:
        if (hit := form.fullmatch(text)) and (found := take(hit)):
            return found
    return None


def _number(text: str) -> int:
    """Return a number in digits, or one below a hundred in Chinese; 0 for anything else."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _periodic(hit: re.Match[str]) -> Recurrence | None:
    every = _PERIODS[hit["every"]]
    month = _number(hit["month"]) if hit["month"] else 0
    named = hit["month"] or hit["last"]
    if (every == MONTH and named) or (hit["month"] and not month):
        return None
    said = _AGAIN.sub("", _BEFORE.sub("", hit["day"]))
    if said in _WHOLE:
        return periodic(every, month, -1, DAY)
    if said == "初":
        return _beginning(every, month)
    nth, of = _day(said)
    return periodic(every, month if named or nth < 0 else 1, nth, of)


def _beginning(every: str, month: int) -> Recurrence | None:
    if every == MONTH or month:
        return periodic(every, month, 5, WORKDAY)
    return periodic(every, 1, -1, WORKDAY)


def _day(said: str) -> tuple[int, str]:
    """Return which day of which kind; 0 where none is said."""
    if said in _LAST:
        return -1, _LAST[said]
    hit = _DAY.fullmatch(said)
    if hit is None:
        return 0, DAY
    number = _number(hit["nth"])
    return -number if hit["end"] else number, WORKDAY if hit["workday"] else DAY


def _before(hit: re.Match[str]) -> Recurrence | None:
    return before_holidays(_number(hit["nth"]) if hit["nth"] else 1, hit["names"])


def _every(hit: re.Match[str]) -> Recurrence | None:
    return interval((_number(hit["nth"]) if hit["nth"] else 1) * _UNITS[hit["unit"]], hit["since"])


def _each_time(hit: re.Match[str]) -> Recurrence:
    return Recurrence(every=EVENT, names=(hit["name"],) if hit["name"] else ())


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Recurrence | None]], ...] = (
    (_PERIODIC, _periodic),
    (_HOLIDAYS, _before),
    (_INTERVAL, _every),
    (_EVENT, _each_time),
)


def write(recurrence: Recurrence) -> str:
    """Return a recurrence in words, as ``read`` reads it."""
    if recurrence.every == HOLIDAY:
        names = "、".join(quoted(name, "“”") for name in recurrence.names) or "法定节假日"
        return f"{names}前夕" if recurrence.nth == 1 else f"{names}前{recurrence.nth}个工作日"
    if recurrence.every == EVENT:
        return f"每次{'、'.join(recurrence.names)}"
    if recurrence.every == INTERVAL:
        day = recurrence.since
        since = f"自{day.year}年{day.month}月{day.day}日起" if day else ""
        return f"{since}每{recurrence.nth}天"
    return _written_period(recurrence)


def _written_period(recurrence: Recurrence) -> str:
    word = {period: word for word, period in _PERIODS.items()}[recurrence.every]
    month = recurrence.month
    ends = recurrence.nth == -1 and recurrence.of == DAY
    if recurrence.every == MONTH or (not month and recurrence.nth < 0):
        which = ""
    elif not month:
        which = "最后一个月"
    else:
        which = f"{month}月" if recurrence.every == YEAR else f"第{month}个月"
    return (
        f"每{word}{which}" if ends and not which else f"每{word}{which}{_written_day(recurrence)}"
    )


def _written_day(recurrence: Recurrence) -> str:
    number, workday = abs(recurrence.nth), recurrence.of == WORKDAY
    if recurrence.nth == -1:
        return "最后一个工作日" if workday else "最后一日"
    start = "倒数" if recurrence.nth < 0 else ""
    if workday:
        return f"{start}第{number}个工作日"
    return f"{start}第{number}日" if start else f"{number}日"
