"""The command as it is really started: processes, terminals, pipes and signals."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.terminal import SAMPLE, UNIT, WHOLE_PROGRAM, Terminal
from workflow.cli.running import run


@pytest.fixture
def started(terminal: Terminal) -> Terminal:
    """A trial office that was set up by real processes, with the sample report."""
    made = terminal.process("init", "--trial", "--person", "li", "--name", "李清源")
    assert made.code == 0, made.err
    assert terminal.process("import", SAMPLE).code == 0
    return terminal


def test_the_installed_command_does_the_first_steps(started: Terminal):
    added = started.process("people", "add", "wang", "--unit", UNIT, "--role", "responsible")
    listed = started.process("list", RECTIFY_LANG="zh")
    refused = started.process("advance", "7", "draft_plan")
    proven = started.process("verify")

    assert added.out == "wang is added.\n"
    assert "公务用车管理不规范" in listed.out
    assert "红 12" in listed.err
    assert (refused.code, refused.out) == (3, "")
    assert proven.code == 0
    assert proven.out.startswith("Sound: entries: 17, issues: 12\nnot sealed yet: 17, ")


def test_the_installed_script_is_the_command(terminal: Terminal):
    script = Path(sys.executable).with_name("rectify")
    if not script.exists():
        pytest.skip("the project is not installed beside this Python")

    done = subprocess.run(
        [script, "--version"],
        cwd=terminal.folder,
        env=terminal.environment(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout.startswith("rectify 0.")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"LC_ALL": "zh_CN.UTF-8"}, "用法:"),
        ({"LC_ALL": "en_US.UTF-8"}, "Usage:"),
        ({"LC_ALL": "zh_CN.UTF-8", "RECTIFY_LANG": "en"}, "Usage:"),
        ({"LC_ALL": "", "LANG": "zh_TW.UTF-8"}, "用法:"),
    ],
)
def test_the_language_is_the_terminals_unless_another_is_chosen(terminal, environment, said):
    assert terminal.process("--help", PYTHONUTF8="1", **environment).out.startswith(said)


def test_an_argument_that_is_no_text_is_a_usage_error(started: Terminal):
    for line in ((b"note", b"7", b"a\xff"), (b"show", b"\xff"), (b"--db", b"\xff.db", b"list")):
        done = subprocess.run(
            [*map(os.fsencode, WHOLE_PROGRAM), *line],
            cwd=started.folder,
            env=started.environment(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 2, line
        assert b"this is no text" in done.stderr
        assert b"Traceback" not in done.stderr


def test_a_language_that_nobody_speaks_here_is_a_usage_error(terminal: Terminal):
    answer = terminal.process("list", RECTIFY_LANG="fr")

    assert answer.code == 2
    assert "fr is none of: zh, en" in answer.err


def test_an_encoding_without_chinese_breaks_nothing(started: Terminal):
    listed = started.process("list", PYTHONIOENCODING="latin-1")
    record = started.process("list", "--json", PYTHONIOENCODING="latin-1")

    assert listed.code == 0
    assert "R2025-7" in listed.out
    assert record.json[6]["title"] == "公务用车管理不规范"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_hears_nothing(started: Terminal, unbuffered):
    program = subprocess.Popen(
        [*WHOLE_PROGRAM, "log", "@office", "--json"],
        cwd=started.folder,
        env=started.environment(PYTHONUNBUFFERED=unbuffered),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()

    assert program.stderr.read() == b""
    assert program.wait() == 141
    program.stderr.close()


def test_a_full_disk_behind_the_output_is_said(started: Terminal):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*WHOLE_PROGRAM, "list"],
            cwd=started.folder,
            env=started.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )

    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_daemon_sweeps_and_ends_quietly_when_it_is_told_to(started: Terminal):
    (started.folder / "config.toml").write_text("[run]\ntick_seconds = 1\n", encoding="utf-8")
    daemon = subprocess.Popen(
        [*WHOLE_PROGRAM, "run"],
        cwd=started.folder,
        env=started.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        deadline = time.monotonic() + 30
        while not started.process("outbox", "list", "--json").json:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        daemon.send_signal(signal.SIGINT)
        out, err = daemon.communicate(timeout=30)

    assert daemon.returncode == 0
    assert out == ""
    assert "  Sweeping every 1 seconds" in err.splitlines()[0]
    assert "Traceback" not in err


def test_an_interrupted_command_ends_quietly(office: Terminal, capsys):
    def interrupted() -> datetime:
        raise KeyboardInterrupt

    assert run(["--db", office.database, "list"], clock=interrupted) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("debug", "traced"), [("", False), ("1", True)])
def test_what_nobody_foresaw_is_a_line_and_its_trace_only_on_request(
    office: Terminal, capsys, monkeypatch, debug, traced
):
    def broken() -> datetime:
        raise RuntimeError("no such hour\nmore")

    monkeypatch.setenv("RECTIFY_DEBUG", debug)

    assert run(["--db", office.database, "--lang", "en", "list"], clock=broken) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[-1] == (
        "Unexpected error: RuntimeError: no such hour (RECTIFY_DEBUG=1 shows where)"
    )
    assert ("Traceback" in shown.err) is traced
    assert traced or shown.err.count("\n") == 1


def on_a_terminal(folder: Terminal, *arguments: str, **environment: str) -> str:
    """What a command prints on a terminal."""
    leader, follower = pty.openpty()
    program = subprocess.Popen(
        [*WHOLE_PROGRAM, *arguments],
        cwd=folder.folder,
        env=folder.environment(TERM="xterm", COLUMNS="80", **environment),
        stdout=follower,
        stderr=subprocess.DEVNULL,
    )
    os.close(follower)
    printed = b""
    try:
        while chunk := os.read(leader, 65536):
            printed += chunk
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        os.close(leader)
    assert program.wait() == 0
    return printed.decode()


def test_colour_is_for_terminals_and_not_for_those_who_refuse_it(started: Terminal):
    assert "\x1b[31mRED overdue\x1b[0m" in on_a_terminal(started, "list")
    assert "\x1b[" not in on_a_terminal(started, "list", NO_COLOR="1")
    assert "\x1b[" not in started.process("list").out
