"""Markdown as the reference pages use it: tables and code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell that is empty shows a dash."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|") or "–"


def code(text: object) -> str:
    """Text as code within a line."""
    return f"`{text}`"


def codes(texts: Iterable[object]) -> str:
    """Several texts, each as code."""
    return ", ".join(map(code, texts))


def fenced(text: str, language: str = "text") -> str:
    """Text as a block of code."""
    body = text.strip("\n")
    return f"```{language}\n{body}\n```\n"
