"""Somebody who can write into the database writes nonsense into an entry: commands name the place.

Whoever reads the log must neither fall over it nor stay silent, whichever field it is.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from states.canonical import entry_digest
from states.frozen import replace
from tests.terminal import Terminal, with_issues
from tests.unguarded import unguarded

KEY = "R2025-1"
OFFICE = "@office"
READING = (
    ("list",),
    ("list", "--as-of", "2025-05-27"),
    ("show", KEY),
    ("log", KEY),
    ("log", OFFICE),
    ("replay", KEY),
    ("replay", KEY, "--story"),
    ("outbox", "list"),
    ("evidence", "list"),
    ("audit", "signs"),
    ("audit", "duties"),
    ("audit", "reconcile"),
    ("audit", "diff", "2025-05-26", "2025-05-28"),
    ("audit", "compare-anchors", "1:0000000000000000"),
)


def at(*path: str | int, value: Any) -> Callable[[Any], None]:
    """Return what puts a value at a place of an entry."""

    def put(content: Any) -> None:
        for step in path[:-1]:
            content = content[step]
        content[path[-1]] = value

    return put


FORGERIES: dict[str, tuple[str, str, Callable[[Any], None]]] = {
    "an actor without a person": (OFFICE, "add_person", at("actor", value={"a": 1})),
    "an actor that is a list": (KEY, "assign", at("actor", value=[[]])),
    "an event that is a list": (OFFICE, "found_office", at("event", value=[[]])),
    "a round without a date": (OFFICE, "register_round", at("facts", "inspection_to", value="")),
    "facts that are a text": (KEY, "assign", at("facts", value="0000-00-00")),
    "a unit that is gone": (KEY, "register", lambda content: content["facts"].pop("unit")),
    "a claim that is true": (KEY, "register", at("facts", "claim", value=[True])),
    "a process that is none": (KEY, "assign", at("process", value=None)),
    "a stream that is none": (KEY, "register", at("stream", value={})),
    "an effect that is a list": (KEY, "note", at("records", value=[[]])),
    "a note that is a number": (KEY, "note", at("facts", "note", value=10**30)),
    "a day that is none": (KEY, "note", at("day", value="2025-02-30")),
    "a day at the end of time": (KEY, "register", at("day", value="9999-12-31")),
    "what closes is a number": (KEY, "note", at("closes", value=0)),
    "what opens is owed since never": (KEY, "register", at("opens", 0, "owed_since", value=0)),
    "a key that is a number": (OFFICE, "adopt_key", at("facts", "key", value=10**30)),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    terminal = with_issues(Terminal(tmp_path_factory.mktemp("sound")))
    people = ("--leader", "luo", "--department", "规划科", "--person", "wang")
    terminal.does("assign", KEY, *people)
    terminal.does("note", KEY, "已约谈")
    terminal.does("audit", "seal")
    terminal.does("tick")
    terminal.later(1)
    return terminal


def forged(sound: Terminal, folder: Path, where: str) -> tuple[Terminal, str]:
    """Return a copy in which one entry says something else under a hash that fits, and its place.

    It is the first of its event.
    """
    stream, event, change = FORGERIES[where]
    content = next(entry for entry in sound.log(stream) if entry["event"] == event)
    del content["hash"]
    n = content["n"]
    change(content)
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    shutil.copytree(sound.folder, folder, dirs_exist_ok=True)
    with closing(sqlite3.connect(folder / "rectify.db")) as connection, unguarded(connection):
        connection.execute(
            "UPDATE entries SET body = ?, hash = ? WHERE stream = ? AND n = ?",
            (body, entry_digest(body), stream, n),
        )
    return replace(sound, folder=folder, database=""), f"{stream}, entry {n}"


@pytest.mark.parametrize("where", FORGERIES)
def test_no_reading_command_falls_over_it_and_verify_names_the_place(
    sound: Terminal, tmp_path: Path, where: str
):
    terminal, place = forged(sound, tmp_path, where)
    fallen = [
        (*command, answer.err)
        for command in READING
        if "Unexpected" in (answer := terminal(*command)).err
    ]
    assert fallen == []
    assert place in terminal("verify").out


DAMAGES = {
    "a process that is a text": "UPDATE processes SET body = 'x'",
    "a process without deadlines": "UPDATE processes SET body = replace(body, '[', '\"')",
    "a process under other bytes": "UPDATE processes SET hash = x'ff'",
    "a calendar under other bytes": "UPDATE calendars SET hash = x'ff'",
    "a calendar that is a number": "UPDATE calendars SET body = 1.5",
    "an office that is a number": "UPDATE office SET body = -1",
    "addresses that are a list": "UPDATE people SET addresses = '[1]'",
}


@pytest.mark.parametrize("statement", DAMAGES.values(), ids=DAMAGES)
def test_verify_names_what_is_damaged_beside_the_log_and_other_commands_say_that_it_does(
    sound: Terminal, tmp_path: Path, statement: str
):
    shutil.copytree(sound.folder, tmp_path, dirs_exist_ok=True)
    with closing(sqlite3.connect(tmp_path / "rectify.db")) as connection, unguarded(connection):
        connection.execute(statement)
    terminal = replace(sound, folder=tmp_path, database="")
    for form in ((), ("--json",)):
        answer = terminal("verify", *form)
        assert (answer.code, "Unexpected" in answer.err) == (6, False), answer.err
    for command in (("list",), ("show", KEY), ("people", "list"), ("tick",)):
        said = terminal(*command).err
        assert "Unexpected" not in said or "rectify verify names it" in said
