"""What the guides tell people to type is so, where their commands are not run as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, name_of, pages, text_of
from tools.command_tables import walk
from workflow.cli.speaking import Group
from workflow.config import parse_config

HOW_TO = ROOT / "docs" / "how-to"
COMMANDS = {name.removeprefix("rectify ") for name, _ in walk()}
GROUPS = {name.removeprefix("rectify ") for name, found in walk() if isinstance(found, Group)}
SHELL = ("sh", "sh run", "console", "sh init", "sh people", "ini", "")


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_a_configuration_shown_is_one(page):
    for block in blocks(text_of(page), "toml config"):
        parse_config(block.text, name_of(page), Path())


def commands_in(page: str) -> Iterator[str]:
    """Every command of rectify that stands in the code of a page: its name, with its group's."""
    code = [block.text for block in blocks(page) if block.info in SHELL]
    code += re.findall(r"`([^`\n]+)`", page)
    for text in code:
        for typed in re.findall(r"(?:^|[\s/;(])rectify((?: +[^\s`|)]+)*)", text, re.MULTILINE):
            words = re.sub(r" --[a-z-]+ (?:'[^']*'|\S+)", "", typed).split()
            if words and re.fullmatch(r"[a-z][a-z-]*", words[0]):
                # `look-back 7` names no command of the group, but the issue of its default one.
                grouped = words[0] in GROUPS and not "".join(words[1:2]).isdecimal()
                yield " ".join(words[: 2 if grouped else 1])


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_command_that_a_page_names_exists(page):
    named = set(commands_in(text_of(page)))

    assert named - COMMANDS == set()


def test_a_command_that_does_not_exist_would_be_found():
    page = "`rectify --as li mend 3`, `rectify people list`\n```sh\nrectify db shrink\n```\n"

    assert set(commands_in(page)) - COMMANDS == {"mend", "db shrink"}


def test_every_code_of_verify_is_explained():
    page = text_of(HOW_TO / "recover.md")
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (
            *(ROOT / "states" / "audit").glob("*.py"),
            *(ROOT / "workflow" / "engine").glob("compar*.py"),
            ROOT / "workflow" / "engine" / "proving.py",
        )
    )
    codes = re.findall(r'(?:Message|Problem)\(\s*"([a-z_]+)"', sources)

    assert len(codes) > 10
    assert [code for code in codes if f"`{code}`" not in page] == []
