"""The labels that head a paragraph of an issue: 整改情况：, 整改措施：, 问题描述：, 责任人：…

A label says what the words after it are; only claims and measures are taken from a report.
"""

from __future__ import annotations

import re
from enum import StrEnum

from workflow.exchange.lines import Line


class Role(StrEnum):
    """What a paragraph of an issue is."""

    PROBLEM = "problem"
    MEASURES = "measures"
    CLAIM = "claim"
    EFFECT = "effect"
    ASPECT = "aspect"
    NUMBER = "number"
    OTHER = "other"


LABELS = {
    Role.PROBLEM: (
        "问题描述|问题表述|具体问题|反馈问题|存在问题|存在的问题|发现的问题|主要问题|问题表现|具体表现|主要表现|问题内容"
        "|反馈的问题|整改问题|问题"
    ),
    Role.MEASURES: (
        "整改措施|整改举措|具体措施|主要措施|具体举措|主要举措|整改任务和措施|整改具体措施|措施|整改措施具体内容"
    ),
    Role.CLAIM: (
        "整改情况|整改落实情况|整改进展情况|整改进展|整改完成情况|落实情况|完成情况|进展情况|整改现状|整改说明"
        "|整改措施及完成情况|整改措施及成效|整改措施和成效|整改情况及成效|整改具体情况"
    ),
    Role.EFFECT: "整改成效|整改结果|取得成效|整改效果|取得的成效|长效机制|长期坚持",
    Role.OTHER: (
        "责任领导|责任部门|责任单位|责任人|责任人员|整改责任人|整改责任单位|整改责任领导|牵头领导|牵头单位|牵头部门"
        "|牵头股室|责任股室|责任科室|配合单位|整改时限|完成时限|整改期限|完成时间|整改时间|整改目标|整改类型|原因分析"
        "|问题原因|下一步打算|下一步工作|下一步措施|备注|佐证材料"
        "|完成状态|整改状态|状态|销号情况|举一反三情况|协办部门|会签|是否重点关注|是否长期坚持|预计完成时间|工作进度"
    ),
    Role.ASPECT: "反馈方面|问题方面|所属方面|方面",
    Role.NUMBER: "序号|编号|问题编号|问题序号",
}
_ROLE_OF = {word: role for role, words in LABELS.items() for word in words.split("|")}
_WORDS = "|".join(sorted(_ROLE_OF, key=len, reverse=True))
_NUMBERED = r"(?:[0-9]{1,2}[.、]|\([0-9一二三四五六]{1,2}\))?"
_LABEL = re.compile(
    rf"(?:^|(?<=[。;!】)]))\s*{_NUMBERED}[【\[(]?(?P<label>{_WORDS})(?:如下)?[】\])]?\s*:\s*"
    rf"|^\s*[【\[](?P<boxed>{_WORDS})[】\]]\s*"
    rf"|^\s*(?P<alone>{_WORDS})(?:如下)?$"
)


def read_label(folded: str) -> Role | None:
    """The role of the label that a line begins with, if it begins with one."""
    hit = _LABEL.match(folded)
    return _ROLE_OF[_word(hit)] if hit else None


def label_role(words: str) -> Role | None:
    """The role of a label's bare words, as a table's header gives them."""
    return _ROLE_OF.get(words)


def label_starts(folded: str) -> set[int]:
    """Where labels begin in a line."""
    return {hit.start() for hit in _LABEL.finditer(folded)}


def strip_label(line: Line) -> tuple[Role | None, str, Line]:
    """The role and the wording of the label that a line begins with, and the words after it."""
    hit = _LABEL.match(line.folded)
    if hit is None:
        return None, "", line
    return _ROLE_OF[_word(hit)], _word(hit), line.part(hit.end())


def _word(hit: re.Match[str]) -> str:
    return hit.group("label") or hit.group("boxed") or hit.group("alone")
