"""The only place that prints. Whatever is printed is made visible first; colour is added last.

Results go to standard output, everything else (refusals, progress, hints) to standard error.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple, TextIO

from workflow.cli.terminal.wording import visible, width, wrapped

_COLOURS = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "bold": "1",
    "dim": "2",
}
UNKNOWN_WIDTH = 100
"""Columns for running text where no terminal says how many it has."""


class Ink(NamedTuple):
    """Text in a colour; the colour never says anything that the text does not."""

    text: str
    colour: str = ""


Part = str | Ink


def prepare() -> None:
    """Never fail for a character that the terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def terminal_width() -> int | None:
    """Return the columns of the terminal, or None where output is none; $COLUMNS goes first."""
    if (said := os.environ.get("COLUMNS", "")).isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):  # a pipe, a file, a test
        return None


def room(indent: int = 0) -> int | None:
    """Return the columns that a line has behind an indent, or None where there is no limit."""
    width = terminal_width()
    return None if width is None else max(width - indent, 20)


def text_width() -> int:
    """Return the width for running text: lines of more than 100 columns are hard to read."""
    return min(terminal_width() or UNKNOWN_WIDTH, UNKNOWN_WIDTH)


def out(*parts: Part) -> None:
    """Print a line of a result."""
    _write(sys.stdout, parts)


def err(*parts: Part) -> None:
    """Print a line that is no result, after all results so far."""
    sys.stdout.flush()
    _write(sys.stderr, parts)


def _write(stream: TextIO, parts: Sequence[Part]) -> None:
    coloured = _has_colour(stream)
    stream.write("".join(_drawn(part, coloured) for part in parts) + "\n")


def _drawn(part: Part, coloured: bool) -> str:
    if isinstance(part, str):
        return visible(part)
    text = visible(part.text)
    return f"\x1b[{_COLOURS[part.colour]}m{text}\x1b[0m" if coloured and part.colour else text


def _has_colour(stream: TextIO) -> bool:
    """Say whether to colour: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paragraph(text: str, indent: int = 0, *, to_stderr: bool = False, mark: str = "") -> None:
    """Print running text, wrapped; ``mark`` stands before its first line, inside the indent.

    A mark of spaces that is shorter than the indent lets the first line hang out to the left.
    """
    say = err if to_stderr else out
    for number, line in enumerate(text.splitlines() or [""]):
        for part, piece in enumerate(wrapped(visible(line), max(text_width() - indent, 20))):
            if number == part == 0 and mark:
                room_left = " " * max(indent - width(mark), 0)  # in columns: 字 takes two
                say((mark if mark.isspace() else room_left + mark) + piece)
            else:
                say(" " * indent + piece)


def out_json(value: Any) -> None:
    """Print a result as JSON; in UTF-8 as it reads, in any other encoding with ASCII alone."""
    import json

    utf8 = (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not utf8, indent=2)
    sys.stdout.write("".join(map(_harmless, text)) + "\n")


def _harmless(char: str) -> str:
    """Return a character of JSON; one that a terminal obeys as its escape, which means the same."""
    if char in "\n " or char.isprintable() or visible(char) == char:
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))
