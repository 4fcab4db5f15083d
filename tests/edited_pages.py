"""Pages edited by hand, as somebody would who has a text editor and no idea of hashes."""

from __future__ import annotations

import json
from collections.abc import Callable

EDITS: dict[str, Callable[[str], str]] = {
    "entry": lambda page: _edited(page, "entries.jsonl", 30, '\\"n\\":', '\\"n\\":1'),
    "quote": lambda page: _edited(page, "entries.jsonl", 30, '\\"', '"'),
    "checkpoint": lambda page: _edited(page, "checkpoints.jsonl", 1, "suite sha256", "suite sha25"),
    "line": lambda page: _cut(page, "entries.jsonl", 30),
}
"""Ways to edit a page: a number, a quotation mark, a seal, a line left out."""


def _block(page: str, name: str) -> tuple[int, int]:
    start = page.index("\n", page.index(f'data-name="{name}"')) + 1
    return start, page.index("\n</script>", start)


def _edited(page: str, name: str, line: int, old: str, new: str) -> str:
    start, end = _block(page, name)
    lines = page[start:end].split("\n")
    assert old in lines[line], lines[line]
    lines[line] = lines[line].replace(old, new, 1)
    return page[:start] + "\n".join(lines) + page[end:]


def _cut(page: str, name: str, line: int) -> str:
    start, end = _block(page, name)
    lines = page[start:end].split("\n")
    del lines[line]
    return page[:start] + "\n".join(lines) + page[end:]


def sizes_in(page: str) -> list[int]:
    """Return the sizes of a page's checkpoints."""
    start, end = _block(page, "checkpoints.jsonl")
    notes = [json.loads(json.loads(line))["note"] for line in page[start:end].split("\n")]
    return [int(note.split("\n")[1]) for note in notes]
