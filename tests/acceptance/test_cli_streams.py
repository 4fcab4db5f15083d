"""Standard streams that are closed: the work is done once, and the exit code says so."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from tests.terminal import ROOT, WHOLE_PROGRAM, Terminal

VERIFIER = ROOT / "workflow" / "proof" / "rectify_verify.py"


def closed(terminal: Terminal, line: list[str], streams: str) -> subprocess.CompletedProcess[str]:
    """Run a command line by a shell that closes some of its streams."""
    return subprocess.run(
        ["sh", "-c", f"exec {shlex.join(line)} {streams}"],
        cwd=terminal.folder,
        env=terminal.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("streams", [">&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_command_is_done_without_them(office: Terminal, streams: str) -> None:
    done = closed(office, [*WHOLE_PROGRAM, "db", "backup", "copy.db"], streams)

    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert office("--db", "copy.db", "verify").code == 0
    assert closed(office, [*WHOLE_PROGRAM, "show", "99"], streams).returncode == 4


def test_the_verifier_answers_by_its_exit_code(office: Terminal) -> None:
    office.does("audit", "bundle", "office.zip")
    done = closed(office, [sys.executable, "-I", str(VERIFIER), "office.zip"], ">&-")

    assert (done.returncode, done.stderr) == (0, "")


def test_whoever_has_seen_enough_is_no_error(office: Terminal) -> None:
    done = closed(office, [*WHOLE_PROGRAM, "log", "@office"], "| head -1")

    assert "Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 1
