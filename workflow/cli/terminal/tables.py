"""Tables whose columns stay aligned, whatever the characters, and fit the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from states.frozen import Struct
from workflow.cli.terminal.screen import Ink, Part
from workflow.cli.terminal.wording import cut, padded, visible, width, wrapped

GAP = "  "


class Column(Struct, frozen=True, kw_only=True):
    """A column: its heading, and how it gives way where the terminal is narrow.

    ``least`` is the width to which it may be cut (0: never cut); the widest gives way first.
    ``wrap`` continues on the next line instead of being cut; that suits the last column alone.
    ``spare`` columns are left out, the highest first, where cutting is not enough, and where no
    row has anything in them.
    """

    title: str
    right: bool = False
    least: int = 0
    spare: int = 0
    wrap: bool = False


Row = Sequence[Part]


def table(
    columns: Sequence[Column], rows: Sequence[Row], room: int | None, *, headed: bool = True
) -> list[list[Part]]:
    """Return the lines of a table that takes at most ``room`` columns (None: as it needs).

    The first line holds the headings. A line is a list of parts to be printed one after the other.
    """
    cells = [[_plain(part) for part in row] for row in rows]
    natural = [
        max([width(column.title) if headed else 0, *(width(row[at]) for row in cells)])
        for at, column in enumerate(columns)
    ]
    kept = [at for at, c in enumerate(columns) if not c.spare or any(row[at] for row in cells)]
    layout = _Layout(columns, *_fitted(columns, natural, kept, room))
    lines = [line for row in rows for line in layout.lines(row)]
    if headed:
        lines.insert(0, [Ink(layout.heading(), "bold")])
    return lines


def _plain(part: Part) -> str:
    return visible(part.text if isinstance(part, Ink) else part)


def _fitted(
    columns: Sequence[Column], natural: Sequence[int], kept: list[int], room: int | None
) -> tuple[list[int], list[int]]:
    """Return the positions of the columns that are kept, and the width of every column."""
    if room is None:
        return kept, list(natural)
    while True:
        widths = _narrowed(columns, natural, kept, room)
        spare = max(kept, key=lambda at: (columns[at].spare, at))
        if _total(widths, kept) <= room or not columns[spare].spare or len(kept) == 1:
            return kept, widths
        kept.remove(spare)


def _narrowed(
    columns: Sequence[Column], natural: Sequence[int], kept: Sequence[int], room: int
) -> list[int]:
    """Return the widths after the widest columns have given way, a step at a time."""
    widths = [min(w, room) if c.least else w for w, c in zip(natural, columns, strict=True)]
    while _total(widths, kept) > room:
        yielding = [at for at in kept if columns[at].least and widths[at] > columns[at].least]
        if not yielding:
            break
        widths[max(yielding, key=lambda at: widths[at])] -= 1
    return widths


def _total(widths: Sequence[int], kept: Sequence[int]) -> int:
    return sum(widths[at] for at in kept) + len(GAP) * (len(kept) - 1)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns that are kept, by their positions, and the width of every column."""

    columns: Sequence[Column]
    kept: Sequence[int]
    widths: Sequence[int]

    def heading(self) -> str:
        """Return the line of headings."""
        titles = [
            self._filled(at, cut(self.columns[at].title, self.widths[at])) for at in self.kept
        ]
        return GAP.join(titles).rstrip()

    def _filled(self, at: int, text: str) -> str:
        return padded(text, self.widths[at], right=self.columns[at].right)

    def lines(self, row: Row) -> list[list[Part]]:
        """Return a row as its line, and those on which its last column continues."""
        *first, last = self.kept
        line: list[Part] = []
        for at in first:
            line += [*self._cell(at, row[at], cut(_plain(row[at]), self.widths[at])), GAP]
        text, room = _plain(row[last]), self.widths[last]
        pieces = wrapped(text, room) if self.columns[last].wrap else [cut(text, room)]
        found = [[*line, *self._cell(last, row[last], pieces[0])[:-1]]]
        indent = " " * (_total(self.widths, self.kept) - room)
        return found + [[indent, *self._cell(last, row[last], p)[:-1]] for p in pieces[1:]]

    def _cell(self, at: int, part: Part, text: str) -> list[Part]:
        """Return the space before a cell, its text in its colour, the space behind it."""
        gap = " " * max(0, self.widths[at] - width(text))
        inked = Ink(text, part.colour) if isinstance(part, Ink) else text
        return [gap, inked, ""] if self.columns[at].right else ["", inked, gap]
