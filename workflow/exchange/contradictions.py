"""Finds the words with which a report that calls an issue completed says that it is not.

The table is deliberately short: each sign is a phrase that cannot stand beside "completed"
without an explanation. Words that are usual in completed work (制定计划, 今后, 持续, 争取资金)
are not signs. Quoted titles and descriptions of what was put right are passed over.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_WORK = (
    "建设|施工|修建|改建|扩建|兴建|筹建|办理|推进|进行|整改|开展|协调|对接|申报|申请|审批|报批|报建|制定|制订|修订"
    "|起草|完善|筹备|筹措|研究|清理|清退|追缴|追讨|收缴|催收|催缴|核实|调查|落实|实施|招标|采购|协商|沟通|征求|编制"
    "|改造|修缮|装修|拆除|诉讼|处理|处置|组织|走程序|走流程|履行|积极|抓紧|加紧|加快|有序|稳步|逐步|按"
)


class Sign(NamedTuple):
    """A phrase (over the folded text), its name, and why it contradicts "completed"."""

    name: str
    pattern: re.Pattern[str]
    why: str


SIGNS = (
    Sign("forecast", re.compile(r"预计"), "a forecast is about what has not happened yet"),
    Sign(
        "deadline_ahead",
        re.compile(
            r"(?<!已于)(?<!已在)(?:年底|月底|年内|季度末|月末|下半年|明年)(?:之?前)?(?:可|将|能|可以|能够|完成|建成|竣工|投入|实现|启动|开工)(?!了)"
            r"|将于\s*[0-9明后今]"
        ),
        "a date by which something will be done lies ahead",
    ),
    Sign(
        "in_progress",
        # 坚决纠正在…中: the characters meet across two words
        re.compile(rf"(?<![纠改修公端真反更校指订补匡])正在(?:{_WORK})"),
        "work is under way",
    ),
    Sign(
        "in_progress",
        # 在推进…中 and 在整改中， only say when something else was done
        re.compile(
            r"(?:^|(?<=[。;,!\n]))(?![^。;,!\n]{0,40}在)[^。;,!\n]{0,40}?"
            r"(?:推进|建设|办理|整改|进行|施工|审批|审核|协调|清收|追缴|招标|诉讼)(?:之|当)?中(?=$|[。;,!)])"
        ),
        "work is under way",
    ),
    Sign(
        "planned",
        re.compile(
            r"计划(?:于|在)[^。;,]{0,12}?[年月底度][^。;,]{0,10}?(?:完成|建成|启动|实施|开工|投入|开展|召开)"
        ),
        "it is planned for later",
    ),
    Sign(
        "remainder",
        re.compile(
            r"(?:剩余|余下|其余|尚余|仍有|还有)[^。;,]{0,30}?(?:未|正在|拟|尚需|仍需|待)(?!发现)"
        ),
        "a part is left over",
    ),
    Sign(
        "next_step",
        re.compile(
            r"(?:下一步|下步|接下来|下一阶段)[^。;]{0,6}?(?:将|拟|计划|继续|要|争取|力争|还|准备|打算|加快|加强|推进)"
        ),
        "a next step is announced",
    ),
    Sign(
        "future", re.compile(r"届时(?:将|可|能|会|即可)"), "a result is promised for a later time"
    ),
    Sign(
        "intention",
        re.compile(
            r"(?<![模虚草])拟(?:于|在|将|对|从|通过|申请|投入|建|采取|安排|开展|采购|召开|向|按|用)"
        ),
        "something is intended",
    ),
    Sign(
        "effort",
        re.compile(
            r"力争(?!上游)|争取(?:在|于|到)?[^。;,]{0,12}?(?:年底|月底|年内|[0-9]月)[^。;,]{0,4}?(?:前|完成|建成|到位)"
        ),
        "an aim is not a result",
    ),
    Sign(
        "waiting",
        re.compile(
            r"(?<![接等对期招看善优款虐亟有])待(?!遇)[^。;,]{1,20}后[,]?(?:再|即可|方可|予以|将|可|启动|开展|实施|统一)"
        ),
        "something waits for something else",
    ),
    Sign("impossible", re.compile(r"无法(?![律治定规纪]|无天|可依)"), "something cannot be done"),
    Sign(
        "difficult",
        re.compile(
            r"难以(?:完成|整改|落实|核销|收回|追回|追缴|收缴|恢复|办理|解决|到位|实施|推进)"
        ),
        "something can hardly be done",
    ),
    Sign(
        "for_now_not",
        re.compile(
            r"暂(?:时)?(?:不(?!存在|再)|未(?!发现|出现|发生|收到|接到)|没有?(?!发现|出现|发生|收到|接到))"
        ),
        "something is put off",
    ),
    Sign(
        "not_yet",
        re.compile(
            r"尚(?:未(?!发现|出现|发生|收到)|需|待)|仍(?:未(?!发现|出现|发生|收到)|在(?=[^。;,]{0,6}(?:办|推|建|整|协|进|申|审|追|清))|需|有待)"
            r"|还(?:未|没有?)(?!发现|出现|发生|收到)|(?<!没)有待(?!遇)|亟待"
        ),
        "something is still outstanding",
    ),
    Sign(
        "failed",
        re.compile(
            r"(?:目前|至今)[^。;]{0,40}?未(?:能|完成|到位|办结|解决|落实|整改|收回|追回)|(?<!对)因[^。;]{0,40}?未能"
        ),
        "something was not done",
    ),
    Sign(
        "partial",
        re.compile(
            r"基本(?:完成|整改完成|整改到位|完成整改)|部分(?:完成|整改到位|已整改)|已?完成(?:工程量|总量|进度|率)?的?\s*[0-9]{1,2}(?:\.[0-9]+)?%"
        ),
        "only a part is done",
    ),
)
# 纠正了…尚未审核就印发的问题: the words describe what was put right.
_DESCRIBES = re.compile(r"[^。;,]{0,30}?的?(?:问题|现象|情形|行为|状况|难题|困境|难点|堵点|短板)")
_CURES = re.compile(
    r"(?:解决|破解|纠正|避免|杜绝|防止|针对|消除|不再|扭转|克服|防范|严禁|不得)[^。;,]{0,25}$"
)
# 对尚未参保的12人全部…: the words single out what the work was about.
_OBJECT = re.compile(r"(?:针对|对|将|把|凡)[^。;,]{0,12}$")
_OBJECT_END = re.compile(r"[^。;,]{0,25}?的")
_QUOTED = re.compile(r"[“「『《][^”」』》]{0,80}[”」』》]")
_CLAUSE = re.compile(r"[^。;,!?]+")
_LONGEST = 60


class Hit(NamedTuple):
    """A clause that contradicts, verbatim, and the name of the first sign in it."""

    quote: str
    sign: str


def find_contradictions(text: str, folded: str) -> list[Hit]:
    """The contradicting clauses of one paragraph of a claim, in order."""
    quoted = [hit.span() for hit in _QUOTED.finditer(folded)]
    spots = sorted(
        (hit.start(), sign.name)
        for sign in SIGNS
        for hit in sign.pattern.finditer(folded)
        if not _passed_over(folded, hit, quoted)
    )
    found: list[Hit] = []
    end = -1
    for start, name in spots:
        if start < end:
            continue
        quote, end = _clause(text, folded, start)
        found.append(Hit(quote, name))
    return found


def _passed_over(folded: str, hit: re.Match[str], quoted: list[tuple[int, int]]) -> bool:
    if any(start < hit.start() and hit.end() <= end for start, end in quoted):
        return True
    before = folded[max(0, hit.start() - 40) : hit.start()]
    if _CURES.search(before) and _DESCRIBES.match(folded, hit.end()):
        return True
    return bool(_OBJECT.search(before) and _OBJECT_END.match(folded, hit.end()))


def _clause(text: str, folded: str, at: int) -> tuple[str, int]:
    start = max(folded.rfind(stop, 0, at) for stop in "。;,!?\n") + 1
    clause = _CLAUSE.match(folded, max(start, at - _LONGEST))
    end = clause.end() if clause else len(folded)
    begin = max(start, at - _LONGEST)
    return text[begin : min(end, begin + 2 * _LONGEST)].strip(), end
