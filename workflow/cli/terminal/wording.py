"""Text as a terminal takes it: nothing that moves the cursor, measured and cut in columns.

A Chinese character takes two columns. ``wcwidth`` knows every character's width; the few ranges
of which nearly all our text consists are decided here, because its tables take long to load.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"
# Characters that stay with the word before them: no line begins with one.
_CLINGING = frozenset("，。、；：？！）》」』】〕”’,.;:?!)]}%…")
_OPENING = frozenset("（《「『【〔“‘([{")


def visible(text: object) -> str:
    """Return text on one line, with everything that is no visible character written as an escape.

    Control characters, ESC, bidirectional marks and other format characters would let a title
    rewrite the screen or turn the reading order around. Line ends and tabs become spaces.
    """
    line = str(text)
    if line.isprintable():
        return line
    return "".join(map(_shown, " ".join(line.split("\n")) if "\n" in line else line))


def _shown(char: str) -> str:
    if char.isprintable() or unicodedata.category(char) == "Zs":
        return char
    if char in "\t\r":
        return " "
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def width(text: str) -> int:
    """Return how many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    code = ord(char)
    if code < 0x300 or 0x2010 <= code <= 0x2027:
        return 1
    if 0x4E00 <= code <= 0x9FFF or 0x3001 <= code <= 0x3029 or 0xFF01 <= code <= 0xFF60:
        return 2
    from wcwidth import wcwidth

    return max(0, wcwidth(char))


def cut(text: str, columns: int) -> str:
    """Return a text that takes no more than so many columns, with … where it was cut."""
    if width(text) <= columns:
        return text
    taken, left = [], columns - 1
    for char in text:
        left -= _columns(char)
        if left < 0:
            break
        taken.append(char)
    return "".join(taken).rstrip() + ELLIPSIS if columns > 0 else ""


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text filled up with spaces to so many columns; ``right`` aligns it there."""
    gap = " " * max(0, columns - width(text))
    return gap + text if right else text + gap


def wrapped(text: str, columns: int) -> list[str]:
    """Return a paragraph as lines of at most so many columns.

    Lines break at spaces and between Chinese characters, never before closing punctuation. A word
    that is longer than a line is cut.
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if width(line) + width(piece.rstrip()) <= columns:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while width(line) > max(columns, 2):
            head = _head(line, max(columns, 2))
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _head(text: str, columns: int) -> str:
    """Return the longest beginning that takes no more than so many columns."""
    taken = 0
    for position, char in enumerate(text):
        taken += _columns(char)
        if taken > columns:
            return text[:position]
    return text


def _pieces(text: str) -> Iterator[str]:
    """Yield what must stay together: a word with its punctuation and the space behind it."""
    piece = ""
    for char in text:
        if piece and _may_break(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_break(before: str, char: str) -> bool:
    if char == " " or char in _CLINGING or before in _OPENING:
        return False
    if before == " ":
        return True
    return _columns(char) == 2 or (_columns(before) == 2 and _columns(char) > 0)
