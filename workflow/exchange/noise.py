"""Cuts out what websites and viewers put between the report's words, and says what it cut.

Every kind of noise is a row of one table. A row matches narrowly: an address that a report
names as the place of a publication stays, one that interrupts a word goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from workflow.exchange.draft import Removed
from workflow.exchange.lines import Line

_ADDRESS = r"(?:https?://|www\.)[A-Za-z0-9\-._~/?#@!$&*+=%]{3,200}"
_SITE = r"文\W{0,3}库|公众号|范文|素\W{0,3}材|搜\W{0,3}索|下载|扫码|微信号|知识星球|加群|QQ群"
_HAN = r"[\u4e00-\u9fff]"


class Noise(NamedTuple):
    """One kind of noise; the pattern runs over the folded line."""

    kind: str
    pattern: re.Pattern[str]


NOISE = (
    Noise(
        "invisible",
        re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\xad]+"),
    ),
    Noise("marker", re.compile(r"#{2,}[A-Za-z][A-Za-z0-9_\-]{0,30}#{2,}")),
    Noise(
        "markup",
        re.compile(r"</?(?:p|br|div|span|strong|b|font|em|td|tr|table)\b[^<>]{0,200}>|&nbsp;"),
    ),
    Noise("markup", re.compile(r"^\s*(?:\*\*|#{1,6}(?=\s))|\*\*\s*$")),
    Noise(
        "advertisement", re.compile(rf"%?[【\[][^】\]]{{0,60}}?(?:{_SITE})[^】\]]{{0,60}}[】\]]")
    ),
    Noise(
        "advertisement",
        re.compile(
            r"(?:更多|海量|免费)[^。;,\s]{0,20}?(?:搜索|关注|访问|下载|加入)[^。;,\s]{0,20}?"
            r"(?:文库|公众号|范文网|素材网|资料网|知识星球)"
        ),
    ),
    Noise(
        "advertisement",
        re.compile(
            r"\(?(?:本文|文章|内容)(?:来自|来源于|来源|转自|摘自|转载自)\s*:?\s*[^。;,)\s]{1,40}\)?"
            r"|本文由[^。;,\s]{1,30}(?:整理|提供|发布|收集|上传|分享)(?:[^。;,\s]{0,10})"
        ),
    ),
    # An address between two characters of one sentence is a watermark: a report that names a
    # site has a word, a colon or a bracket before it.
    Noise(
        "address",
        re.compile(rf"(?<={_HAN})(?<![网站址台链接问录于在见为到和]){_ADDRESS}(?={_HAN})"),
    ),
    Noise("address", re.compile(rf"^\s*{_ADDRESS}\s*$")),
    Noise("page number", re.compile(r"^\s*(?:第\s*\d{1,4}\s*页(?:[\s,/]*共\s*\d{1,4}\s*页)?)\s*$")),
    Noise(
        "page number", re.compile(r"^\s*[-—–·]{0,3}\s*\d{1,3}(?:\s*/\s*\d{1,3})?\s*[-—–·]{0,3}\s*$")
    ),
)


def clean(lines: Iterable[Line]) -> tuple[list[Line], list[Removed]]:
    """The lines without noise and without blanks around them; emptied lines are left out."""
    kept: list[Line] = []
    removed: list[Removed] = []
    for line in lines:
        kept_line = line.part(0)
        for noise in NOISE:
            kept_line = _cut(kept_line, noise, removed)
        kept_line = kept_line.part(0)
        if kept_line.text:
            kept.append(kept_line)
    return kept, removed


def _cut(line: Line, noise: Noise, removed: list[Removed]) -> Line:
    hits = list(noise.pattern.finditer(line.folded))
    if not hits:
        return line
    removed.extend(
        Removed(line.number, noise.kind, line.text[hit.start() : hit.end()]) for hit in hits
    )
    ends = [0, *(hit.end() for hit in hits)]
    starts = [*(hit.start() for hit in hits), len(line.text)]
    kept = "".join(line.text[end:start] for end, start in zip(ends, starts, strict=True))
    return Line(line.number, kept)
