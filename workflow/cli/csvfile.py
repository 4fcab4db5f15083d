"""CSV files that people write: any usual encoding, headings in Chinese or English, every fault.

A faulty cell is named by file and line, and all of them at once; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from states.errors import Invalid, Problem
from workflow.cli.language import N_
from workflow.exchange.encoding import decode
from workflow.named_file import read_named

MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Cells:
    """A row by column name, without what was empty; ``line`` is where it begins."""

    line: int
    texts: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """Return the text of a column, or None where the cell is empty or not there."""
        return self.texts.get(name)


def read_csv(path: Path, headings: Mapping[str, Sequence[str]], needed: str) -> list[Cells]:
    """Return the rows of a file. ``headings`` maps each column to the headings it may have.

    Raises ``Invalid``: the file cannot be read, a heading is unknown or twice, the column
    ``needed`` is missing, a row has more cells than there are headings, there is no row.
    """
    source = path.name
    rows = list(_rows(_text(path, headings), source))
    if not rows:
        raise Invalid(Problem("csv_empty", "the file is empty", {}, source))
    (line, first), *body = rows
    columns = _columns(first, headings, Problem("", "", {}, source, line))
    if needed not in columns:
        facts = {"column": " / ".join(headings[needed])}
        raise Invalid(Problem("csv_column", "there is no column {column}", facts, source, line))
    faults = [
        Problem("csv_cells", "the row has more cells than the heading", {}, source, at)
        for at, cells in body
        if any(cell.strip() for cell in cells[len(columns) :])
    ]
    if not body:
        faults.append(Problem("csv_rows", "there is no row below the heading", {}, source, line))
    if faults:
        raise Invalid(*faults)
    return [
        Cells(at, {c: t.strip() for c, t in zip(columns, cells, strict=False) if t.strip()})
        for at, cells in body
    ]


def _text(path: Path, headings: Mapping[str, Sequence[str]]) -> str:
    """Return the text of a file. A short table in GB18030 is known by a heading of ours.

    Running text is told by its frequent characters, of which a list of names has none.
    """
    data = read_named(path, MAX_BYTES)
    try:
        return decode(data, path.name)
    except Invalid as error:
        text = data.decode("gb18030", "replace")
        first = text.partition("\n")[0]
        known = [t for titles in headings.values() for t in titles if not t.isascii()]
        if "\0" not in text and any(title in first for title in known):
            return text
        raise error


def _rows(text: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not empty, each with the line on which it begins."""
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        facts = {"error": str(error)}
        raise Invalid(
            Problem("csv_broken", "not a readable table: {error}", facts, source, line)
        ) from None


def _delimiter(text: str) -> str:
    """Return the sign that stands most often in the heading: comma, semicolon or tab."""
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _columns(cells: Sequence[str], headings: Mapping[str, Sequence[str]], at: Problem) -> list[str]:
    known = {title.lower(): column for column, titles in headings.items() for title in titles}
    titles = [cell.strip() for cell in cells]
    while titles and not titles[-1]:
        titles.pop()
    faults = []
    for position, title in enumerate(titles):
        facts = {"column": title, "known": tuple(h[0] for h in headings.values())}
        if title.lower() not in known:
            text = N_("there is no column {column} here (known: {known})")
            faults.append(Problem("csv_heading", text, facts, at.source, at.line))
        elif known[title.lower()] in [known.get(t.lower()) for t in titles[:position]]:
            text = N_("the column {column} stands there twice")
            faults.append(Problem("csv_twice", text, facts, at.source, at.line))
    if faults:
        raise Invalid(*faults)
    return [known[title.lower()] for title in titles]
