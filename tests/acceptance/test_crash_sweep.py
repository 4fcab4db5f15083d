"""A command that is killed anywhere is done or not done; an acknowledged one is always done."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def swept(how: str, folder: Path) -> list[dict[str, Any]]:
    """The points of a sweep; skips, saying why, where the system forbids to trace a process."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashing.sweep", how, str(folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if "ptrace: Operation not permitted" in done.stderr:
        pytest.skip("this system forbids tracing; the sweep over limits of file size has run")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(points: list[dict[str, Any]]) -> None:
    """Nothing torn, nothing acknowledged but lost; and the kills did hit the way to the disk."""
    *killed, last = points
    assert {point["state"] for point in points} <= {"before", "after"}
    assert [point for point in points if point["acknowledged"] and point["state"] != "after"] == []
    assert all(point["killed"] for point in killed)
    assert (last["killed"], last["acknowledged"], last["state"]) == (False, True, "after")
    assert sum(point["midway"] for point in killed) >= 10


def test_a_command_cut_off_at_any_byte_it_writes_is_all_or_nothing(tmp_path):
    points = swept("writes", tmp_path)

    check(points)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stops a process at system calls")
def test_a_command_killed_at_any_system_call_is_all_or_nothing(tmp_path):
    points = swept("calls", tmp_path)

    check(points)
    states = [point["state"] for point in points]
    assert states == sorted(states, reverse=True)  # once it is there it stays
    assert any(p["killed"] and p["state"] == "after" and not p["acknowledged"] for p in points)
