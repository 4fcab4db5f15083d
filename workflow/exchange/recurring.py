"""Finds in a report what is to be done again and again: 每月, 每季度或法定节假日前夕, 每次….

What is found is offered as a duty, with its words and its line; nothing is made of it by itself.
A phrase counts where it speaks of a habit: 今年底, 预计年底前 and 纠正了年底集中结算现象 do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from states.frozen import replace
from states.phrasing import parse_recurrence
from workflow.exchange.draft import IssueDraft
from workflow.exchange.lines import fold
from workflow.exchange.marks import number_of

Passage = tuple[str, int | None]
"""Words of a report and the number of the line they begin in, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A recurring phrase: ``quote`` as it stands in ``line``, ``text`` the clause around it.

    ``when`` says the same as ``states.phrasing`` reads it.
    """

    quote: str
    line: int | None
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    when: str


_Said = Callable[[re.Match[str]], str]
# 学年初, 今年底, 2025年底, 二〇二五年初 are one day, not every year's.
_NO_YEAR = r"(?<![0-9〇零一二三四五六七八九十今去明前本当来次学年])"
_FEAST = r"(?:元旦|春节|清明节?|[“\"]?五一[”\"]?|劳动节|端午节?|中秋节?|国庆节?|[“\"]?十一[”\"]?)"
_FEASTS = rf"{_FEAST}(?:[、和及]{_FEAST})*"
_CALLED = r"(?:每逢|每个|每次|如?遇|逢)"
_BEFORE = r"(?:(?:来临|到来)?(?:之前|前夕?|之际)|期间|时)"
_HAN = r"[\u3400-\u9fff]"
_NO_EVENT = rf"[不至约均都只仅平超必为的节]|召开|举行|举办|{_FEAST}|国家|法定|重大节|重要节|传统节"
_NAMED = {
    "五一": "劳动节",
    "十一": "国庆节",
    "国庆": "国庆节",
    "清明": "清明节",
    "端午": "端午节",
    "中秋": "中秋节",
}


def _always(when: str) -> _Said:
    return lambda hit: when


def _on_the_day(hit: re.Match[str]) -> str:
    return f"每月{int(hit['day'])}日" if 1 <= int(hit["day"]) <= 31 else "每月"


def _before_feasts(hit: re.Match[str]) -> str:
    names = (name.strip('“”"') for name in re.split("[、和及]", hit["feasts"]))
    return "或".join(f"{_NAMED.get(name, name)}前" for name in names)


def _on_the_workday(hit: re.Match[str]) -> str:
    number = number_of(hit["nth"])
    return f"每月第{number}个工作日" if 1 <= number <= 15 else "每月"


def _each_time(hit: re.Match[str]) -> str:
    return f"每次{re.sub('或者?|以及', '／', hit['what'])}"  # 或 would begin another recurrence


_PATTERNS: tuple[tuple[re.Pattern[str], _Said], ...] = tuple(
    (re.compile(pattern, re.ASCII), said)
    for pattern, said in (
        (r"每一?个?月的?(?P<day>[0-9]{1,2})[日号](?:之?前)?", _on_the_day),
        (
            r"每一?个?月的?第(?P<nth>[0-9]{1,2}|[一二三四五六七八九十]{1,3})个工作日",
            _on_the_workday,
        ),
        (r"每一?个?月的?最后一?个工作日", _always("每月最后一个工作日")),
        (r"每一?个?月的?最后一[天日]", _always("每月底")),
        (r"每一?个?月月?初", _always("每月初")),
        (r"每一?个?月月?[底末](?:之?前)?", _always("每月底")),
        (r"每一?个?月度?(?!饼)|按月度?|逐月|(?:每|一个?)月[一1]次", _always("每月")),
        (r"每一?个?季度?[底末](?:之?前)?", _always("每季度末")),
        (r"每一?个?季度?(?!节)|按季度?(?!节)|逐季度?|一个?季度?[一1]次", _always("每季度")),
        (r"每个?半年度?|半年[一1]次|[每一]年[两二2]次|上、?下半年各", _always("每半年")),
        (r"每年度?的?年?初", _always("每年初")),
        (r"每年度?的?年?(?:[底末终]|12月底?)(?:之?前)?", _always("每年底")),
        (r"每一?年度?(?![龄级])|按年度?(?![龄级])|一年[一1]次", _always("每年")),
        (rf"{_NO_YEAR}年初", _always("每年初")),
        (
            rf"{_NO_YEAR}年[底末终](?!前?(?:可|将|能|全部|完成|投入|基本|实现|建成))",
            _always("每年底"),
        ),
        (r"每一?个?(?:周|星期)(?![末边围岁年期转])", _always("每周")),
        (r"每(?:两|二|2)个?(?:周|星期)", _always("每两周")),
        (
            rf"{_CALLED}?(?:{_FEASTS}等?)?(?:国家)?(?:法定|重大|重要|传统|主要)的?"
            rf"(?:节假日|节日|假日|假期|节庆){_BEFORE}?",
            _always("法定节假日前夕"),
        ),
        (rf"{_CALLED}?{_FEASTS}等(?:节假日|节日|假日|假期){_BEFORE}?", _always("法定节假日前夕")),
        (rf"(?:每逢|逢)节(?:假?日)?{_BEFORE}?|逢年过节", _always("法定节假日前夕")),
        (r"节假?日(?:来临|到来)?(?:之前|前夕?)", _always("法定节假日前夕")),
        (r"(?<![环细情季调章关春秋明午庆])节前夕?", _always("法定节假日前夕")),
        (rf"(?:每年|每逢|每个)(?P<feasts>{_FEASTS})(?:之前|前夕?)?", _before_feasts),
        (
            rf"每一?[次逢](?:召开|举行|举办)?(?P<what>(?!{_NO_EVENT})"
            rf"{_HAN}{{2,12}}?)(?=之?前|之?后|时|都|均|由|必|须|应|[,。;、:!?]|$)",
            _each_time,
        ),
        (
            rf"(?<=坚持|做到|确保|凡是|所有)(?P<what>{_HAN}{{2,8}}?)"
            r"(?:尽量|原则上|一律|必须|都|均|应|须|要|做到)*当[天日]",
            _each_time,
        ),
    )
)
_JOINED = re.compile(r"或者?|和|及|以及|与|、|或在|及在")
_STOP = "。;!?,:"  # as folding leaves them
_HARD_STOP = "。;!?"
_HABITUAL = "每按逐"
_LABEL = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[是要则]|第?[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[.、)]"
    r"|\([0-9一二三四五六七八九十]{1,3}\)|[①-⑳])?[\s、]*(?:同时|并且?|而且)?"
)
_ONE_DAY = re.compile(
    r"(?:今年|去年|明年|[0-9]{4}年|截至|截止|预计|力争|争取|计划|拟|将)(?:于|在|到|至|的)?$"
)
_FAULT = re.compile(r"(?:纠正|杜绝|解决|克服|改变|扭转)[^,。;]*(?:现象|问题|情况|做法|行为)")
_SHORT = 12
_UNFINISHED = "等时后前"


def suggest(issue: IssueDraft) -> tuple[Suggestion, ...]:
    """Return what recurs in the measures and the claim of an issue as it was read."""
    measures: list[Passage] = [(measure.text, measure.line) for measure in issue.measures]
    return recurring([*measures, (issue.claim, issue.claim_line)])


def recurring(passages: Iterable[Passage]) -> tuple[Suggestion, ...]:
    """Return the recurring phrases of passages in their order; what is said twice counts once."""
    found: list[Suggestion] = []
    for text, line in passages:
        for one in _of(text, line):
            _join(found, one)
    return tuple(found)


def _join(found: list[Suggestion], one: Suggestion) -> None:
    """Add a suggestion; where one of the same words is there, the longer wording stays."""
    for at, other in enumerate(found):
        if other.quote == one.quote and other.text.startswith(one.text):
            return
        if one.quote.startswith(other.quote) and one.text.startswith(other.text):
            found[at] = replace(one, line=other.line)  # a measure's line is the nearer one
            return
    found.append(one)


def _of(text: str, line: int | None) -> Iterator[Suggestion]:
    text = "".join(part.strip() for part in text.splitlines())  # sentences may be broken anywhere
    folded = fold(text)
    for phrase in _merged(folded, _longest(folded)):
        start, end = _clause(folded, phrase)
        yield Suggestion(
            quote=text[phrase.start : phrase.end],
            line=line,
            when=phrase.when,
            text=text[start:end].strip(" .、\u3000"),
        )


def _longest(folded: str) -> list[_Found]:
    """Return phrases that do not overlap: of several in one place the longest, then the first."""
    every = [
        _Found(hit.start(), hit.end(), said(hit))
        for pattern, said in _PATTERNS
        for hit in pattern.finditer(folded)
        if _is_habit(folded, hit) and _is_sayable(said(hit))
    ]
    chosen: list[_Found] = []
    for one in sorted(every, key=lambda f: f.start - f.end):
        if all(one.end <= other.start or other.end <= one.start for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda f: f.start)


def _is_sayable(when: str) -> bool:
    try:
        return bool(parse_recurrence(when))
    except ValueError:
        return False


def _is_habit(folded: str, hit: re.Match[str]) -> bool:
    """Return whether a phrase speaks of what recurs, not of one year or of the fault itself."""
    start, end = _bounds(folded, hit.start(), hit.end())
    if hit[0][0] not in _HABITUAL and _ONE_DAY.search(folded[start : hit.start()]):
        return False
    faults = _FAULT.finditer(folded, start, end)
    return not any(fault.start() <= hit.start() < fault.end() for fault in faults)


def _merged(folded: str, phrases: list[_Found]) -> Iterator[_Found]:
    """Yield phrases; those that a word like 或 joins become one."""
    open_one: _Found | None = None
    for phrase in phrases:
        if open_one and _JOINED.fullmatch(folded[open_one.end : phrase.start]):
            whens = dict.fromkeys((*open_one.when.split("或"), phrase.when))
            open_one = _Found(open_one.start, phrase.end, "或".join(whens))
            continue
        if open_one:
            yield open_one
        open_one = phrase
    if open_one:
        yield open_one


def _bounds(folded: str, start: int, end: int) -> tuple[int, int]:
    """Return where the clause around a span begins and ends."""
    first = max((folded.rfind(stop, 0, start) for stop in _STOP), default=-1) + 1
    return first, _next_stop(folded, end, _STOP)


def _next_stop(folded: str, start: int, stops: str) -> int:
    places = [at for stop in stops if (at := folded.find(stop, start)) >= 0]
    return min(places, default=len(folded))


def _clause(folded: str, phrase: _Found) -> tuple[int, int]:
    """Return the span of a phrase's clause, with the next one where it says nothing alone."""
    start, end = _bounds(folded, phrase.start, phrase.end)
    if (label := _LABEL.match(folded, start, phrase.start)) is not None:
        start = label.end()
    unfinished = folded[:end].rstrip()[-1:] in _UNFINISHED
    if (unfinished or end - start < _SHORT) and folded[end : end + 1] not in ("", *_HARD_STOP):
        end = _next_stop(folded, end + 1, _STOP)
    return start, end
