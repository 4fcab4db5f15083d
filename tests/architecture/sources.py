"""The project's own Python files, as the tests of this folder look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("states", "notifications", "workflow")
FOLDERS = (*PACKAGES, "benchmarks", "tests", "tools")


def python_files(*folders: str) -> list[Path]:
    """All modules in these folders of the checkout, those of a packaging hook at its top too."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return found + (sorted(ROOT.glob("*.py")) if folders == FOLDERS else [])


def name_of(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_bytes(), filename=name_of(path))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
