"""Below the shell nothing reads a clock or draws lots: ``now`` and identifiers are arguments.

The import contracts forbid the modules ``time`` and ``random``; a call of ``datetime.now()`` is
none of their business, so it is looked for here.
"""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import ROOT, name_of, parsed, python_files

PURE_FOLDERS = ("states", "notifications/planning", "notifications/delivery", "workflow/engine")
PURE_MODULES = (
    "notifications/notice.py",
    "workflow/identity.py",
    "workflow/ports.py",
    "workflow/summary.py",
)
CLOCKS = {"now", "utcnow", "today"}
CLOCK_OWNERS = {"datetime", "date"}
FORBIDDEN_IMPORTS = {"time", "random", "uuid", "secrets"}


def impure(tree: ast.AST) -> list[str]:
    """The places where a module reads a clock or takes randomness."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name in FORBIDDEN_IMPORTS]
            found += [f"{node.lineno}: import {name}" for name in names]
        elif isinstance(node, ast.ImportFrom) and node.module in FORBIDDEN_IMPORTS:
            found.append(f"{node.lineno}: from {node.module} import")
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = getattr(node.value, "attr", getattr(node.value, "id", ""))
            if owner in CLOCK_OWNERS:
                found.append(f"{node.lineno}: {owner}.{node.attr}")
    return found


def test_the_core_reads_no_clock_and_draws_no_lots():
    paths = python_files(*PURE_FOLDERS) + [ROOT / name for name in PURE_MODULES]

    assert {name_of(p): places for p in paths if (places := impure(parsed(p)))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "clock = datetime.now",
        "import random",
        "from time import monotonic",
        "import uuid",
    ],
)
def test_a_clock_in_the_core_is_found(line):
    assert impure(ast.parse(line)) != []


@pytest.mark.parametrize("line", ["clock.now()", "from datetime import datetime", "now = entry.at"])
def test_a_clock_that_was_handed_in_is_fine(line):
    assert impure(ast.parse(line)) == []
