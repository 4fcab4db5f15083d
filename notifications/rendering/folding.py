"""Plain text in columns: how wide it is, names before values in line, lines that are not too long.

Chinese characters take two columns (Unicode Standard Annex 11). A line breaks at spaces and between
Chinese characters, never before closing punctuation nor after an opening one (GB/T 15834-2011).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

COLUMNS = 78
"""The width of a plain text: RFC 5322 2.1.1 asks for lines of at most 78 characters."""

_WIDE = re.compile(
    "[\u1100-\u115f\u2014\u2018-\u201d\u2026\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff"
    "\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U0001f300-\U0001faff\U00020000-\U0003fffd]+"
)
_NONE = re.compile("[\u0300-\u036f\ufe00-\ufe0f]+")
_BYTES = "gb18030"  # as many bytes as columns, or more: quicker than counting, and never too wide
_OPENING = "（「『【〔《〈([“‘"
_CLOSING = "，。；：！？、）」』】〕》〉)]”’…—％"
_WORD = re.compile("[!-~\u00a1-\u04ff]")
_UNITS = "年月日时分"
_HANGING = re.compile(r" *(?:\d+\. |· |- |[^：:\n ]{1,10}：| *[A-Z][A-Za-z ]{1,18}: +)?")
_SEPARATOR = {"zh": "："}


@lru_cache(maxsize=1024)
def width(text: str) -> int:
    """Return how many columns a text of one line takes."""
    if text.isascii():
        return len(text)
    wide = sum(map(len, _WIDE.findall(text)))
    return len(text) + wide - sum(map(len, _NONE.findall(text)))


def folded(text: str, columns: int = COLUMNS) -> str:
    """Return a text whose lines take at most so many columns.

    What follows hangs below the value, where a line begins with a name and a value. A word that is
    longer than a line stays whole, so that an address or a command can be copied.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if 2 * len(line) <= columns or len(line.encode(_BYTES)) <= columns:
            lines.append(line)
        else:
            lines.extend(_fold(line, columns))
    return "\n".join(lines)


def _fold(line: str, columns: int) -> Iterable[str]:
    start = _HANGING.match(line)
    head = start.group() if start and len(start.group()) < columns // 2 else ""
    indent = " " * width(head)
    first = len(head)
    while len(columned := line.encode(_BYTES)) > columns:
        most = len(columned[:columns].decode(_BYTES, "ignore"))
        end = _end(line, first, most)
        if end >= len(line):
            break
        yield line[:end].rstrip()
        line, first = indent + line[end:].lstrip(" "), len(indent)
    yield line


def _end(line: str, first: int, most: int) -> int:
    """Return where to break a line: after at most so many characters, but beyond ``first``."""
    for end in range(most, first, -1):
        if _may_break(line, end):
            return end
    return next((e for e in range(most + 1, len(line)) if _may_break(line, e)), len(line))


def _may_break(line: str, at: int) -> bool:
    """Return whether a line may end before the character at a place."""
    before, after = line[at - 1], line[at]
    if before == " " or after == " ":
        return after not in _CLOSING
    if after in _CLOSING or before in _OPENING:
        return False
    if (after in _UNITS and before.isdigit()) or (before in _UNITS and after.isdigit()):
        return False
    return not (_WORD.match(before) and _WORD.match(after))


def fields(pairs: Iterable[tuple[str, object]], language: str) -> str:
    """Return names and values, a line each, the values in line; what is empty is left out."""
    said = [(str(name), str(value)) for name, value in pairs if value]
    separator = _SEPARATOR.get(language, ": ")
    widest = max((width(name) for name, _ in said), default=0)
    lines = []
    for name, value in said:
        head = f"  {name}{separator}{' ' * (widest - width(name))}"
        if "\n" in value:
            value = value.replace("\n", "\n" + " " * width(head))
        lines.append(head + value)
    return "\n".join(lines)


def listed(sentences: Iterable[object]) -> str:
    """Return sentences, a numbered line each; what is empty is left out."""
    said = [str(sentence) for sentence in sentences if sentence]
    return "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(said, 1))
