"""Every benchmark runs, and says what it found in the agreed shape; how fast it was is no test."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks import NAMES
from tests.architecture.sources import ROOT

FIGURES = {"ours", "floor", "ratio_to_floor"}
FIELDS = FIGURES | {
    "name",
    "unit",
    "peers",
    "beside",
    "ratio_to_best_peer",
    "rounds",
    "settings",
    "limits",
    "notes",
    "versions",
    "further",
}


def check(record):
    assert record.keys() == FIELDS
    assert all(record[name] > 0 for name in FIGURES)
    assert all(value > 0 for value in record["peers"].values())
    assert record["rounds"] >= 2
    for limit in record["limits"]:
        assert limit.keys() in (
            {"figure", "at_least", "value", "met"},
            {"figure", "at_most", "value", "met"},
        )
    for further in record["further"]:
        check(further)


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_ends_with_its_figures_as_json(name):
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--quick", "--json"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout.splitlines()[-1])
    check(record)
    assert record["limits"]
    assert record["name"].startswith(name)
