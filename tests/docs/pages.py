"""The documentation as the tests of this folder read it: pages, blocks of code, links, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: what stands behind its fence, its text, the line of its fence."""

    info: str
    text: str
    line: int


def pages() -> list[Path]:
    """Every page of the documentation."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    """What stands in a page."""
    return path.read_text(encoding="utf-8")


def blocks(page: str, info: str | None = None) -> list[Block]:
    """The fenced blocks of a page, in order; those of one kind if it is named."""
    found = [
        Block(match[1], match[2], page.count("\n", 0, match.start()) + 1)
        for match in _FENCE.finditer(page)
    ]
    return [block for block in found if info in (None, block.info)]


def links(page: str) -> Iterator[tuple[str, str]]:
    """Every link of a page that stays within the project: path and anchor, either maybe empty."""
    for target in _LINK.findall(prose_with_code(page)):
        if "://" not in target and not target.startswith("mailto:"):
            path, _, anchor = target.partition("#")
            yield path, anchor


def prose_with_code(page: str) -> str:
    """A page without its blocks of code."""
    return _FENCE.sub("", page)


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#{1,6} (.*)$", _FENCE.sub("", page), re.MULTILINE)
    return {_anchor(heading) for heading in headings}


def _anchor(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return words.replace(" ", "-")
