"""Lines of a report, and the folded form in which patterns look at them.

Folding replaces character by character (full-width by half-width, a few traditional characters
by simplified ones), so a span found in the folded form is the same span of the original words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from states.frozen import replace

_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x00A0: " ",
    0x2003: " ",
    0x2002: " ",
    0xFE52: ".",
    0xFE55: ":",
    0xFE54: ";",
}
# Only the characters that our own patterns contain: folding is for finding, never for keeping.
_TRADITIONAL = (
    "關於針對問題況個項條縣區黨組視饋開進現見將預計時無暫轉設還爭擬訂實貫徹發號這責領導員單門結"
)
_SIMPLIFIED = (
    "关于针对问题况个项条县区党组视馈开进现见将预计时无暂转设还争拟订实贯彻发号这责领导员单门结"
)
_TRADITIONAL += "並來為從嚴後難總體類說務續長際會報記書數標階處導辦協產綜達絡據統劃準備動術調"
_SIMPLIFIED += "并来为从严后难总体类说务续长际会报记书数标阶处导办协产综达络据统划准备动术调"

_FOLDING = _WIDE | {ord(old): new for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}
LONGEST_SENTENCE = 1_000
_BREAK = re.compile(r"\r\n|\n|\r")


def fold(text: str) -> str:
    """The text as patterns see it; character for character as long as the original."""
    return text.translate(_FOLDING)


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a part of one, with the number of its line in the source."""

    number: int
    text: str
    folded: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", fold(self.text))

    def part(self, start: int, end: int | None = None) -> Line:
        """The words between two positions, without blanks around them."""
        return replace(self, text=self.text[start:end].strip())


def split_lines(text: str) -> list[Line]:
    """Lines as an editor counts them: form feeds and Unicode separators do not start a new one."""
    return [Line(number, words) for number, words in enumerate(_BREAK.split(text), 1)]


def sentences(lines: Iterable[Line]) -> list[Line]:
    """The lines cut after each full stop, each sentence with its line.

    Of an absurdly long sentence only the beginning is given: what is looked for in sentences
    would otherwise take a time that grows with the square of their length.
    """
    return [
        line.part(hit.start(), min(hit.end(), hit.start() + LONGEST_SENTENCE))
        for line in lines
        for hit in re.finditer(r"[^。!?]+[。!?]*", line.folded)
        if hit.group().strip()
    ]
