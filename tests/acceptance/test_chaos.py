"""Delivery under kills and pauses, in small; ``make chaos`` does the same with 20,000 reminders."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SMALL = (
    *("--reminders", "60", "--chance", "0.05", "--every", "12"),
    *("--lost", "0.01", "--limit", "100"),
)


def run(database: str, *options: str) -> tuple[int, dict[str, Any], str]:
    """Do a run; return its code, its figures and everything that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashing.chaos", "--database", database, *SMALL, *options],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.stdout.count("{") == 1, said
    return done.returncode, json.loads(done.stdout.splitlines()[-1]), said


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_workers_killed_at_every_step_lose_nothing_and_repeat_nothing_unsaid(database):
    code, figures, said = run(database, "--speed", "2000", "--crash", "40")

    assert code == 0, said
    assert (figures["duplicates_outside_window"], figures["missing"]) == (0, 0)
    assert figures["reminders"] >= 60
    assert figures["kills"] >= 5
    assert figures["ambiguous"] >= 1


def test_workers_that_stand_still_for_longer_than_their_claims_hold_repeat_nothing_unsaid():
    code, figures, said = run("sqlite", "--speed", "2500", "--pause", "--chance", "0.025")

    assert code == 0, said
    assert figures["kills"] >= 1


@pytest.mark.parametrize(
    ("part", "broken"),
    [("unmarked", "duplicates_outside_window"), ("early", "missing")],
)
def test_without_a_part_of_the_protocol_the_promise_is_seen_to_be_broken(part, broken):
    often = ("--chance", "0.15", "--every", "1000", "--lost", "0.05", "--reminders", "40")
    code, figures, said = run("sqlite", "--speed", "2500", *often, "--break", part)

    assert code == 1, said
    assert figures[broken] > 0, said
