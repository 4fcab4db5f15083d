"""A ledger-like table as labelled lines, so that a report and a table are read by one parser.

A row whose cells are known column names is the header; below it each cell becomes a line
``<column>：<words>``. A table without such a header gives the plain lines of its cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from states.frozen import replace
from workflow.exchange.labels import Role, label_role
from workflow.exchange.lines import Line, fold

_NEEDED = (Role.PROBLEM, Role.MEASURES, Role.CLAIM)
_REMARK = "备注"


def label_row(header: list[str], cells: Sequence[Sequence[Line]]) -> tuple[list[str], list[Line]]:
    """The header that holds from this row on, and the lines of the row."""
    names = ["".join(fold(line.text).split()) if (line := _only(cell)) else "" for cell in cells]
    if sum(label_role(name) in _NEEDED for name in names) >= 2:
        return names, []
    if not header:
        return [], [line for cell in cells for line in cell if line.text]
    found: list[Line] = []
    for column, cell in zip(header, cells, strict=False):
        words = [line for line in cell if line.text]
        for at, line in enumerate(words):
            # A column nobody knows must not be read as a part of the column before it.
            name = column if label_role(column) else _REMARK
            text = f"{name}：{line.text}" if at == 0 else line.text
            found.append(replace(line, text=text))
    return header, found


def _only(cell: Sequence[Line]) -> Line | None:
    words = [line for line in cell if line.text]
    return words[0] if len(words) == 1 else None
