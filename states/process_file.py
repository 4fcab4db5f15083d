"""Reading a process from TOML: the whole table is checked, every fault reported with its line."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from importlib.resources import files

from states.errors import Invalid, Problem
from states.frozen import replace
from states.process import Process
from states.process_check import check_process, check_rows
from states.process_rows import check_terms, check_words, process_of
from states.process_shape import Fault, check_shape, sound
from states.toml_text import read_toml


@cache
def default_process() -> Process:
    """Return the packaged process of a county inspection."""
    text = files("states").joinpath("default.toml").read_text(encoding="utf-8")
    return parse_process(text, "default.toml")


def parse_process(text: str, source: str) -> Process:
    """Return the process that a TOML text describes.

    Raises ``Invalid`` with every fault, each with its line in ``source``.
    """
    # One name has one spelling, in the table as in the log.
    table = read_toml(unicodedata.normalize("NFC", text), source)
    faults = check_shape(table)
    rows, places = sound(table)
    process = process_of(rows)
    # Where rows are misshapen the others are looked at all the same: one reading tells everything.
    if faults:
        meant = check_rows(process, _incomplete(faults))
    else:
        meant = [*check_process(process), *check_words(rows)]
    for fault in (*check_terms(rows), *meant):
        position = places[fault.table][fault.position] if fault.table in places else 0
        faults.append(replace(fault, position=position))
    if faults:
        raise Invalid(*_problems(faults, text, source))
    return process


def _incomplete(faults: list[Fault]) -> frozenset[str]:
    """Return the tables, and the keys at the top, that something is wrong with."""
    return frozenset(fault.table or fault.key for fault in faults)


def _problems(faults: list[Fault], text: str, source: str) -> list[Problem]:
    """Return the faults with their lines, in the order of the text."""
    lines = Lines(text)
    placed = ((lines.of(fault.table, fault.position, fault.key), fault) for fault in faults)
    return [
        Problem(fault.code, fault.text, fault.facts, source=source, line=line)
        for line, fault in sorted(placed, key=lambda place: place[0])
    ]


class Lines:
    """Where the n-th ``[[table]]`` of a TOML text, a key or the n-th ``{row}`` within it, stands.

    ``tomllib`` gives values without places; this looks only for headers, keys and rows at the
    beginning of a line, which is how processes are written. A miss falls back from the row to its
    key, from the key to its table, then to the place of that table in the text, then to 1.
    """

    _header = re.compile(r"\s*\[{1,2}\s*([\w-]+)(?:\s*\.\s*([\w-]+))?\s*\]")
    _entry = re.compile(r"\s*([\w-]+)(?:\s*\.\s*[\w-]+)*\s*=\s*(?:\[\s*\{)?")
    _row = re.compile(r"\s*\{")

    def __init__(self, text: str) -> None:
        self._places: dict[tuple[str, int, str], int] = {}
        self._rows: Counter[tuple[str, int, str]] = Counter()
        counts: Counter[str] = Counter()
        table, position, key = "", 0, ""
        for number, line in enumerate(text.split("\n"), start=1):
            if header := self._header.match(line):
                table, key = header.group(1), header.group(2) or ""
                counts[table] += not key
                position = max(counts[table] - 1, 0)
                self._note(table, position, key, number)
                self._note_row(table, position, key, number)
            elif entry := self._entry.match(line):
                key = entry.group(1)
                self._note(table, position, key, number)
                if entry.group(0).endswith("{"):
                    self._note_row(table, position, key, number)
            elif self._row.match(line):
                self._note_row(table, position, key, number)

    def _note(self, table: str, position: int, key: str, line: int) -> None:
        self._places.setdefault((table, position, key), line)

    def _note_row(self, table: str, position: int, key: str, line: int) -> None:
        place = (table, position, key)
        self._note(table, position, f"{key}[{self._rows[place]}]", line)
        self._rows[place] += 1

    def of(self, table: str, position: int, key: str) -> int:
        """Return the line (from 1) of a row or key, else of its key or table, else 1."""
        written_inline = ("", 0, f"{table}[{position}]"), ("", 0, table)
        within = ((table, position, name) for name in (key, key.partition("[")[0], ""))
        return next((self._places[p] for p in (*within, *written_inline) if p in self._places), 1)
