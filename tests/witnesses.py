"""What auditors keep of an office, and its database changed behind the program's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from tests.terminal import Terminal, founded
from tests.unguarded import unguarded

CONFIG = """
[notices]
hold_imports = false
hours = "00:00-24:00"
workdays_only = false
[anchor]
folder = "anchors"
mail = true
"""
MEMBERS = ("zhao", "qian", "sun", "zhou", "wu")


def with_anchors(terminal: Terminal, *more: str) -> Terminal:
    """Set up an office whose log is anchored in a folder and with an auditor, and by ``more``."""
    config = CONFIG + "".join(f"{line}\n" for line in more)
    (terminal.folder / "config.toml").write_text(config, encoding="utf-8")
    return with_auditor(founded(terminal))


def with_auditor(terminal: Terminal) -> Terminal:
    """Let somebody audit who reads mail."""
    about = ("--role", "auditor", "--unit", "*", "--mail", "shen@audit.example")
    terminal.does("people", "add", "shen", "--name", "沈计", *about)
    return terminal


def add(terminal: Terminal, *persons: str) -> None:
    """Write an entry for each person."""
    for person in persons:
        terminal.does("people", "add", person, "--name", person)


def anchored(terminal: Terminal) -> dict[str, Any]:
    """Anchor and return what was printed for programs."""
    record: dict[str, Any] = terminal.does("audit", "anchor", "--json").json
    return record


def compared(terminal: Terminal, *anchors: object) -> dict[str, Any]:
    """Compare anchors; return what was printed for programs, and the exit code with it."""
    answer = terminal("audit", "compare-anchors", *anchors, "--json")
    return {**answer.json, "code": answer.code}


def problems_of(found: dict[str, Any]) -> dict[int, list[str]]:
    """Return what is wrong with the anchors of each size."""
    return {one["size"]: one["problems"] for one in found["anchors"]}


def edit(terminal: Terminal, statement: str) -> None:
    """Change the database behind the program's back, as its owner can."""
    with closing(sqlite3.connect(terminal.database)) as database, unguarded(database):
        database.execute(statement)
