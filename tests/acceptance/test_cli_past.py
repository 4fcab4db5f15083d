"""``--as-of`` on every command that reads: what it printed then, it prints of then for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from tests.terminal import Terminal
from workflow.cli.language import speak
from workflow.cli.program import rectify
from workflow.cli.speaking import Group
from workflow.cli.terminal.progress import Progress

# Commands that print JSON, and of which no past is asked, each with the reason.
WITHOUT_PAST = {
    "import": "writes",
    "tick": "writes",
    "audit seal": "writes",
    "audit anchor": "writes",
    "audit redact": "writes",
    "db backup": "copies the database as it lies there",
    "db restore": "writes",
    "demo": "plays its own office",
    "doctor": "looks into what is so now, on this machine",
    "verify": "proves the log as it lies there, whole",
    "audit key": "tells of the key file of this machine",
    "audit compare-anchors": "compares papers with the log as it lies there",
    "audit bundle": "packs the log as it lies there",
    "audit check": "reads a file, not the log",
    "audit prove": "proves against the latest seal",
    "audit diff": "names two moments itself",
    "process rules": "are those of the program",
}
READING = (
    *("list", "list --all --light red", "show 7", "show 12 --full", "next 7", "due"),
    *("due --within 7d", "due --explain 7", "extend list", "figures", "alarms", "held wang"),
    *("preview --days 60", "duty list", "duty suggest 7", "duty dates 每月", "look-back list"),
    *("letter list", "people list", "people show wang", "outbox list", "outbox show 1"),
    *("log 7", "log @office", "process show", "calendar show", "calendar check"),
    *("whoami", "audit reconcile --on 2025-06-07", "evidence list 12", "audit duties"),
)


def leaves(group: Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command by its whole name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, Group):
            yield from leaves(found, *path, name)
        elif found is not None:
            yield " ".join((*path, name)), found


def flags(command: click.Command) -> set[str]:
    """Return the options of a command."""
    return {flag for param in command.params for flag in param.opts}


def test_every_command_that_reads_can_be_asked_of_the_past():
    reading = {name: flags(command) for name, command in leaves(rectify)}
    json = {name: found for name, found in reading.items() if "--json" in found}

    lacking = {name for name, found in json.items() if "--as-of" not in found}

    assert lacking <= WITHOUT_PAST.keys(), "give it @as_of_option (workflow/cli/options.py)"
    assert {name for name in WITHOUT_PAST if "--as-of" in reading.get(name, ())} == set()


def test_no_command_that_writes_can_be_asked_of_the_past():
    writing = {name for name, command in leaves(rectify) if "--request-id" in flags(command)}

    assert writing
    assert {n for n, command in leaves(rectify) if "--as-of" in flags(command)} & writing == set()


def lived_on(office: Terminal) -> None:
    """Let much happen to everything that was asked about."""
    office.later(days=1)
    office.does("extend", "approve", 7, "--due", "2025-10-31")
    office.does("assign", 3, "--leader", "luo", "--person", "wang")
    office.does("people", "grant", "he", "leader", "--unit", "县交通运输局党组")
    office.does("handover", "wang", "he", "--reason", "调动", "--yes")
    office.does("note", 7, "后来的事")
    office.does("void", 5, "--reason", "重复")
    office.later(days=30)
    office.does("tick")


def test_what_is_answered_of_a_moment_is_what_was_answered_then(busy: Terminal):
    # That sweeps ran today is forgotten: of a day that is not over nothing is missing yet.
    then = {line: busy.does(*line.split(), "--json").json for line in READING}
    pages = {line: busy.does(*line.split()).out for line in READING}
    moment = busy.at.isoformat()
    lived_on(busy)

    for line in READING:
        again = busy(*line.split(), "--as-of", moment, "--json")
        assert again.json == then[line], line
        assert busy(*line.split(), "--as-of", moment).out == pages[line], line
        assert "As of 2025-06-07 09:00 (rebuilt from the log)" in again.err, line
    changed = [x for x in READING if busy(*x.split(), "--json").json != then[x]]
    assert {"list", "show 7", "due", "figures", "log 7", "held wang", "preview --days 60"} <= {
        *changed
    }


def test_a_day_is_its_end_at_the_office_and_today_is_now(busy: Terminal):
    lived_on(busy)

    said = [busy.does("list", "--as-of", when).err for when in ("2025-06-07", "2025年6月7日")]
    end = busy.does("list", "--as-of", "2025-06-07T23:59:59+08:00").out

    assert all(text.startswith("As of 2025-06-07 (rebuilt from the log)\n") for text in said)
    assert end == busy.does("list", "--as-of", "2025-06-07").out
    assert busy.does("list", "--as-of", "2025-07-08").out == busy.does("list").out


@pytest.mark.parametrize(
    ("when", "code", "said"),
    [
        ("2025-07-09", 2, "2025-07-09 lies ahead: only what was can be looked at"),
        ("2025-06-07T09:00:01", 2, "lies ahead"),
        ("yesterday", 2, "yesterday is no date and no instant"),
        ("2025-02-30", 2, "is no date and no instant"),
        ("2025-05-25", 4, "at 2025-05-25 23:59 there was no office here yet"),
        ("1850-01-01", 4, "its first entry is of 2025-05-26 09:00"),
    ],
)
def test_a_moment_that_cannot_be_looked_at_is_refused(busy: Terminal, when, code, said):
    answer = busy("list", "--as-of", when)

    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


def test_an_issue_that_came_later_did_not_exist(terminal: Terminal):
    from tests.terminal import SAMPLE, founded

    founded(terminal)
    before = terminal.at.isoformat()
    terminal.later(days=1)
    terminal.does("import", SAMPLE)

    answer = terminal("show", "R2025-7", "--as-of", before)

    assert answer.code == 4
    assert "R2025-7 did not exist at 2025-05-26 09:00" in answer.err
    assert terminal("list", "--as-of", before).out == ""


@pytest.mark.parametrize("line", ["process show", "process diagram", "calendar check"])
def test_of_a_file_there_is_no_past(busy: Terminal, line):
    (busy.folder / "a.toml").write_text("", encoding="utf-8")

    answer = busy(*line.split(), busy.folder / "a.toml", "--as-of", "2025-06-01")

    assert answer.code == 2
    assert "of a file there is no past" in answer.err


def test_the_past_speaks_chinese_too(busy: Terminal):
    busy.language = "zh"

    assert re.search("[\u4e00-\u9fff]", busy.does("list", "--as-of", "2025-06-01").err)


def test_progress_is_told_on_a_terminal_alone_and_leaves_nothing(monkeypatch, capsys):
    speak("en")
    monkeypatch.setattr("workflow.cli.terminal.progress.PATIENCE", 0.0)
    monkeypatch.setattr("workflow.cli.terminal.progress.PAUSE", 0.0)
    with Progress("reading the log") as tell:
        tell(1024)
    assert capsys.readouterr().err == ""

    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with Progress("reading the log") as tell:
        tell(1024)
        tell(2048, 4096)
    lines = capsys.readouterr().err.split("\r")
    assert [line.strip() for line in lines] == [
        *("", "reading the log: 1,024", "reading the log: 2,048 of 4,096 (50%)", "", "")
    ]


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31T23:59:59Z", "yesterday", ""])
def test_what_is_no_moment_is_wrong_usage(busy: Terminal, moment: str):
    answer = busy("list", "--as-of", moment)

    assert answer.code == 2
    assert "--as-of" in answer.err
