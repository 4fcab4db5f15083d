"""Sealing while others write and whoever seals is killed: dense, gap-free, each entry once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.crashing.load import KILLS, NOTES, WRITERS

ROOT = Path(__file__).parents[2]


def ran(module: str, *arguments: object) -> str:
    """Run a module of tests/crashing in a process of its own; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.crashing.{module}", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if "ptrace: Operation not permitted" in done.stderr:
        pytest.skip("this system forbids tracing")
    assert done.returncode == 0, done.stderr
    return done.stdout


def under_load(address: str, folder: Path, nodes: int = 1) -> None:
    found: dict[str, Any] = json.loads(ran("load", address, folder, os.getpid(), nodes))
    assert found["sound"]
    assert found["sealed"] == found["entries"] > WRITERS * NOTES
    assert found["kills"] >= KILLS


def test_a_file_is_sealed_while_it_is_written(tmp_path: Path) -> None:
    under_load(str(tmp_path / "rectify.db"), tmp_path)


@pytest.mark.parametrize("nodes", [1, 2])
def test_a_database_on_a_server_is_sealed_while_it_is_written(
    tmp_path: Path, postgres_url: str, nodes: int
) -> None:
    under_load(postgres_url, tmp_path, nodes)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stops a process at system calls")
@pytest.mark.parametrize(("work", "step"), [("first", 47), ("next", 7), ("rotate", 9)])
def test_whoever_seals_may_be_killed_at_any_system_call(
    tmp_path: Path, work: str, step: int
) -> None:
    points = [json.loads(line) for line in ran("seals", work, tmp_path, step).splitlines()]

    *killed, last = points
    assert len(killed) >= 9
    assert all(point["killed"] for point in killed)
    assert not last["killed"]
    assert len({point["sealed"] for point in points}) <= (2 if work == "rotate" else 1)
    if work != "rotate":  # it was killed while a note was signed and not yet committed
        assert any(point["pending"] for point in killed)
    assert all(a["number"] < b["number"] for a, b in pairwise(points))
