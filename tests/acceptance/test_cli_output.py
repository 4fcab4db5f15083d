"""What is printed: stable JSON, both languages, harmless text, lines that fit the terminal."""

from __future__ import annotations

import re

import pytest

from tests.terminal import SAMPLE, UNIT, Terminal, founded, planned, with_issues
from workflow.cli.terminal.wording import width


def test_the_json_of_an_import_has_its_documented_shape(terminal: Terminal):
    record = terminal.does("import", SAMPLE, "--dry-run", "--json").json

    assert record["source"] == SAMPLE.name
    assert record["declared"] == {"aspects": 4, "issues": 14}
    assert record["found"] == {"aspects": 3, "issues": 12, "measures": 23}
    assert "registered" not in record
    issue = record["issues"][6]
    assert {"number", "title", "aspect", "measures", "line"} <= set(issue)
    assert (issue["number"], issue["title"]) == (7, "公务用车管理不规范")
    problem = record["problems"][0]
    assert {"code", "line", "text"} <= set(problem)
    assert problem["text"] == "the text declares 4 aspects (4个方面14个问题), 3 were found"


def test_the_json_of_a_list_has_its_documented_shape(round_: Terminal):
    planned(round_)

    first, *_others = lines = round_.does("list", "--json").json

    assert len(lines) == 12
    assert first == {
        "key": "R2025-1",
        "round": "R2025",
        "number": 1,
        "title": "理论学习中心组学习计划性不强",
        "aspect": first["aspect"],
        "unit": UNIT,
        "state": "reported",
        "type": "dated",
        "long_term": False,
        "cycle": 1,
        "due": "2025-08-20",
        "due_original": "2025-08-20",
        "next_due": "2025-06-04",
        "provisional": False,
        "days_left": 9,
        "light": "green",
        "overdue": False,
        "suspended": False,
        "remains": False,
        "completed_on": None,
        "voided": False,
        "responsible": {"leader": None, "department": None, "person": None},
    }


def test_a_list_is_narrowed_by_state_light_date_unit_and_round(round_: Terminal):
    planned(round_)
    round_.later(days=30)

    def keys(*options: str) -> list[str]:
        return [line["key"] for line in round_.does("list", "--json", *options).json]

    assert keys("--state", "in_rectification") == keys("--state", "整改中") == ["R2025-7"]
    assert keys("--light", "yellow") == ["R2025-7"]
    assert len(keys("--light", "red")) == 11
    assert "R2025-7" not in keys("--due-within", "3d")
    assert "R2025-7" in keys("--due-within", "1w")
    assert len(keys("--unit", "交通", "--round", "R2025")) == 12


def test_what_is_owed_is_listed_with_those_who_owe_it(round_: Terminal):
    planned(round_)

    owed = round_.does("due", "--person", "王海涛", "--json").json

    assert [(o["kind"], o["subject"], o["due"], o["by"]) for o in owed] == [
        ("finish_measure", "1", "2025-07-01", [{"id": "wang", "name": "王海涛"}]),
        ("finish_issue", None, "2025-08-20", [{"id": "wang", "name": "王海涛"}]),
    ]
    assert round_.does("due", "--within", "3d", "--json").json == []
    assert "finish the measure 1" in round_.does("due").out


def test_the_json_of_next_says_what_each_event_needs(round_: Terminal):
    planned(round_)

    record = round_.does("--as", "wang", "next", 7, "--json").json

    first = record["events"][0]
    assert (record["key"], record["state"], record["person"]) == (
        "R2025-7",
        "in_rectification",
        "wang",
    )
    assert (first["event"], first["to"], first["allowed"]) == (
        "submit_completion",
        "completed",
        False,
    )
    assert {b["code"] for b in first["blocked_by"]} == {"measure_not_done", "measure_unproven"}


READING = (
    "list", "show 7", "next 7", "due", "due --explain 7", "extend list", "figures",
    "preview --days 60", "duty list", "duty suggest 7", "duty dates 每月", "look-back list",
    "letter list", "people list", "outbox list", "outbox show 1", "log 7", "log @office",
    "replay", "replay 7", "verify", "process show", "process diagram", "whoami",
)  # fmt: skip


@pytest.mark.parametrize("line", READING)
def test_every_reading_command_speaks_both_languages(busy: Terminal, line):
    english = busy.does(*line.split())
    busy.language = "zh"

    chinese = busy.does(*line.split())

    assert chinese.out != english.out
    assert re.search("[\u4e00-\u9fff]", chinese.out + chinese.err)


@pytest.mark.parametrize("line", [line for line in READING if "diagram" not in line])
def test_json_is_the_same_in_every_language_but_for_its_texts(busy: Terminal, line):

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(item) for key, item in value.items()}
        return [shape(item) for item in value] if isinstance(value, list) else type(value)

    english = shape(busy.does(*line.split(), "--json").json)
    busy.language = "zh"

    assert shape(busy.does(*line.split(), "--json").json) == english


HOSTILE = "\x1b[2J\x1b]0;owned\x07 right\u202eto left\u2066 zero\u200b \x9b31m bell\x07"


def test_no_text_from_outside_reaches_the_terminal_as_a_command(busy: Terminal):
    busy.does("note", 7, HOSTILE)
    busy.does("people", "edit", "wang", "--name", f"王{HOSTILE}")
    busy.does("--as", "wang", "measure", "add", 7, HOSTILE, "--due", "2025-07-02")

    for line in (*READING, "--as wang next 7", "--as wang advance 7 accept"):
        for form in ((), ("--json",)) if "advance" not in line and "diagram" not in line else ((),):
            answer = busy(*line.split(), *form)
            shown = answer.out + answer.err
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066]", shown)
    assert busy.log("R2025-7")[-2]["facts"]["note"] == HOSTILE.strip()


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_fit_the_terminal(busy: Terminal, monkeypatch, columns, language):
    busy.language = language
    monkeypatch.setenv("COLUMNS", str(columns))

    for line in (
        "list",
        "due",
        "due --explain 7",
        "extend list",
        "preview --days 60",
        "figures",
        "duty list",
        "duty dates 每月",
        "look-back list",
        "letter list",
        "show 7",
        "log 7",
        "replay",
        "people list",
        "outbox list",
    ):
        answer = busy.does(*line.split())
        assert [text for text in answer.out.splitlines() if width(text) > columns] == [], line


def test_a_light_is_never_shown_without_its_word(round_: Terminal):
    round_.later(days=30)
    assert "RED" in round_.does("list").out
    round_.language = "zh"
    assert re.search(r"^红 ", round_.does("list").out, re.MULTILINE)


def test_an_issue_is_shown_with_its_claim_and_the_line_it_stands_in(round_: Terminal):
    shown = round_.does("show", 7)
    full = round_.does("show", 7, "--full").out

    assert f"The report claims ({SAMPLE.name}:24; a claim, no evidence)" in shown.out
    assert "县级做法" in shown.out
    assert len(full) >= len(shown.out)


GROUPS = (
    *("people", "measure", "evidence", "extend", "duty", "look-back", "letter", "outbox"),
    *("process", "calendar", "db"),
)


def test_every_command_has_a_help_in_both_languages(terminal: Terminal):
    groups = GROUPS
    listed = terminal.does("--help").out
    commands = re.findall(r"^  ([a-z][a-z-]+)  ", listed, re.MULTILINE)
    lines = [[name] for name in commands if name not in groups]
    for group in groups:
        found = re.findall(r"^  ([a-z][a-z-]+)  ", terminal.does(group, "--help").out, re.M)
        lines += [[group, name] for name in found]

    assert len(lines) > 35
    for line in lines:
        terminal.language = "en"
        english = terminal.does(*line, "--help").out
        terminal.language = "zh"
        chinese = terminal.does(*line, "--help").out
        assert english.startswith("Usage: rectify ")
        assert chinese.startswith("用法: rectify ")
        sentence = english.split("\n\n")[1].split()[0]
        assert sentence not in chinese.split("\n\n")[1], line


def test_a_person_of_another_language_reads_the_configured_one(terminal: Terminal):
    founded(terminal)
    config = terminal.folder / "config.toml"
    config.write_text('[office]\nlanguage = "zh"\n', encoding="utf-8")
    terminal.language = "en"

    assert "supervisor" in terminal.does("--config", config, "whoami").out
    plain = terminal.process("--db", terminal.database, "--config", config, "whoami")
    assert "督办人" in plain.out


@pytest.mark.parametrize(
    "line", [*(line for line in READING if "diagram" not in line), "tick", f"import {SAMPLE}"]
)
def test_every_field_of_the_json_stands_in_the_help(busy: Terminal, line):
    command = line.split()
    record = busy.does(*command, "--json").json

    text = busy.does(*command[: 2 if command[0] in GROUPS else 1], "--help").out

    fields = text.partition("Fields of --json:")[2]
    keys = record if isinstance(record, dict) else record[0]
    assert len(keys) >= 2
    assert [key for key in keys if not re.search(rf"\b{key}\b", fields)] == []


def test_the_same_commands_work_on_postgresql(terminal: Terminal, postgres_url: str):
    terminal.database = postgres_url
    with_issues(terminal)
    planned(terminal)

    assert terminal.does("whoami", "--json").json["account"].startswith("role:")
    assert len(terminal.does("list", "--json").json) == 12
    assert terminal("--as", "wang", "advance", 7, "approve_plan").code == 3
    assert terminal.does("verify").out.startswith("Sound: ")
