"""The first screen is true: its library lines run, without what they say is not needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.docs.pages import READMES, ROOT, blocks, name_of, text_of

NOT_NEEDED = {"sqlalchemy", "sqlite3", "psycopg", "alembic", "apscheduler", "click", "jinja2"}
LOADED = "\nimport sys; sys.exit(', '.join(sorted({needless} & sys.modules.keys())))"


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_the_library_lines_print_what_stands_below_them(readme):
    (lines,) = blocks(text_of(readme), "python")
    (printed,) = blocks(text_of(readme), "text")

    done = subprocess.run(
        [sys.executable, "-c", lines.text], cwd=ROOT, capture_output=True, encoding="utf-8"
    )

    assert done.stderr == ""
    assert done.stdout == printed.text


def test_the_library_lines_load_no_database_scheduler_or_command_line():
    (lines,) = blocks(text_of(READMES[0]), "python")
    program = lines.text + LOADED.format(needless=NOT_NEEDED)

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8"
    )

    assert done.stderr.strip() == ""


def test_both_readmes_show_the_same_lines_and_commands():
    english, chinese = (text_of(readme) for readme in READMES)

    def typed(page: str) -> list[str]:
        shown = blocks(page, "console")
        return [line for b in shown for line in b.text.splitlines() if line.startswith("$ ")]

    assert blocks(english, "python")[0].text == blocks(chinese, "python")[0].text
    assert typed(english) == typed(chinese) != []


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_the_first_screen_names_the_two_commands(readme):
    first = "\n".join(text_of(readme).splitlines()[:50])

    assert "make demo" in first
    assert "make test" in first


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_the_library_lines_are_few(readme):
    (lines,) = blocks(text_of(readme), "python")
    written = [line for line in lines.text.splitlines() if line and "import" not in line]

    assert len(written) <= 12
