"""Cuts lines that hold several things, so that a heading or a label always begins a line.

Labels are cut where a sentence ends. A report glued into one line is cut before marks, but only
if issue headings stand in the middle of it. Each part keeps the number of its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from workflow.exchange.labels import label_starts
from workflow.exchange.lines import Line

_HAN = r"[一二三四五六七八九十]{1,3}"
_HEADING = r"(?<![0-9.,(第])(?=[0-9]{1,3}[.、]\s*(?:关于|针对)[“\"‘「])"
_NAMED = rf"(?<=[。;!?\s])(?=问题(?:[0-9]{{1,3}}|{_HAN})[:、])"
_INNER = re.compile(rf"{_HEADING}|{_NAMED}", re.ASCII)
_ASPECT = rf"(?=\({_HAN}\)[^。;()]{{4,70}}方面(?:存在)?的?(?:问题)?\s*[0-9]{{1,3}}[.、]\s*关于)"
_BOUNDARY = re.compile(
    rf"{_HEADING}|{_NAMED}|{_ASPECT}|(?<=[。!?\s])(?={_HAN}、)|(?<=[。!?:\s])(?=\({_HAN}\))",
    re.ASCII,
)


def unglue(lines: Iterable[Line]) -> list[Line]:
    """The same words as lines that begin with at most one heading or label each."""
    return [part for line in lines for part in _parts(line)]


def _parts(line: Line) -> list[Line]:
    cuts = label_starts(line.folded)
    if any(hit.start() > 0 for hit in _INNER.finditer(line.folded)):
        cuts |= {hit.start() for hit in _BOUNDARY.finditer(line.folded)}
    cuts -= {0}
    if not cuts:
        return [line]
    bounds = [0, *sorted(cuts), len(line.text)]
    parts = [line.part(start, end) for start, end in pairwise(bounds)]
    return [part for part in parts if part.text]
