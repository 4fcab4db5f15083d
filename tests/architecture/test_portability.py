"""The project names no machine: neither somebody's folders nor the registry that serves one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

MADE_HERE = {
    ".git",
    ".venv",
    ".venv-bench",
    ".venv-lock",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
    "__pycache__",
    "build",
    "dist",
    "rectify-demo",
}
HOMES = r"/(?:home|Users)/\w+/|/roo[t]/|[A-Z]:\\Users\\"
REGISTRIES = r"pypi[.]org|pythonhosted[.]org|--(?:extra-)?index-url[ =]http"


def lines_matching(pattern: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in own_files(ROOT)
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if re.search(pattern, line)
    ]


def own_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in MADE_HERE:
            yield from own_files(path)
        elif path.is_file():
            yield path


def text_of(path: Path) -> str:
    """The file's text; nothing of a binary one, and what can be read of another encoding."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


@pytest.mark.parametrize("pattern", [HOMES, REGISTRIES])
def test_no_file_names_a_home_or_a_registry(pattern):
    assert lines_matching(pattern) == []


def test_no_file_names_this_checkout():
    assert lines_matching(re.escape(f"{ROOT}/")) == []
