"""The guide for contributors names files and names that exist."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, text_of

GUIDE = text_of(ROOT / "CONTRIBUTING.md")
CODE = re.findall(r"`([^`\n]+)`", GUIDE)
TOPS = ("states", "notifications", "workflow", "tests", "docs", "tools", "config.toml", ".")


def test_every_file_it_names_is_there():
    named = [c for c in CODE if c.startswith(TOPS) and " " not in c and c not in (".venv",)]

    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_table_it_names_is_in_one_of_the_files_beside_it():
    rows = [line for line in GUIDE.splitlines() if line.startswith("| ") and "`" in line]
    missing = []
    for row in rows:
        names = re.findall(r"`([A-Z_]{4,}|_subject)`", row)
        files = [ROOT / f for f in re.findall(r"`([a-z_/]+\.py)`", row)]
        text = "".join(text_of(path) for path in files)
        missing += [name for name in names if not re.search(rf"\b{name}\b", text)]

    assert missing == []


def test_every_ring_of_tests_is_listed():
    rings = {
        path.name
        for path in (ROOT / "tests").iterdir()
        if path.is_dir() and any(path.glob("test_*.py"))
    }

    assert [ring for ring in sorted(rings) if f"`tests/{ring}`" not in GUIDE] == []
