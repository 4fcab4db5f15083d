"""What ``verify`` finds in a log, also in one that somebody forged."""

from __future__ import annotations

from typing import Any

from states.audit import Proven, verify
from states.log import Entry, Row, write_entry
from states.process_file import default_process
from tests.cast import Story, row_of

PROCESS = default_process()
PROCESSES = {PROCESS.hash: PROCESS}


def proven(rows: list[Row]) -> Proven:
    return verify(rows, PROCESSES)


def found(rows: list[Row]) -> list[str]:
    """Return the code and place of every problem."""
    return [f"{p.code} {p.source}:{p.line}" for p in proven(rows).problems]


def forged(story: Story, n: int, **changes: Any) -> list[Row]:
    """Return a log whose n-th entry says something else and whose hashes were all made anew."""
    entries: list[Entry] = []
    for entry in story.entries:
        content = dict(entry.content)
        content["prev"] = entries[-1].hash if entries else ""
        if entry.n == n:
            content |= changes
        entries.append(write_entry(content))
    return [row_of(entry) for entry in entries]
