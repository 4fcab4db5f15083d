"""What the page about the daemon shows is what is shipped: unit, sweeps, events, metrics."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks, text_of
from workflow.daemon.lines import EVENTS
from workflow.daemon.metrics import Done, families
from workflow.daemon.sweeps import HABITS
from workflow.standing import Standing

PAGE = text_of(ROOT / "docs" / "how-to" / "daemon.md")
UNIT = (ROOT / "examples" / "rectify.service").read_text(encoding="utf-8")


def parsed(text: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text)
    return unit


def test_the_unit_shown_is_the_one_shipped() -> None:
    (shown,) = blocks(PAGE, "ini")
    assert shown.text.strip() == UNIT.strip()


def test_the_unit_says_what_the_program_does() -> None:
    service = parsed(UNIT)["Service"]
    assert service["Type"] == "notify"
    assert service["ExecStart"].endswith("/rectify run")
    assert service["Restart"] == "on-failure"
    assert int(service["WatchdogSec"]) > 60
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == "yes"


ANALYZE = shutil.which("systemd-analyze")


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd here")
@pytest.mark.parametrize("kind", ["service", "timer"])
def test_systemd_finds_no_fault_with_it(kind: str, tmp_path: Path) -> None:
    unit = tmp_path / f"rectify.{kind}"
    service = UNIT.replace("/opt/rectify/bin/rectify", sys.executable)
    (tmp_path / "rectify.service").write_text(service, encoding="utf-8")
    if kind == "timer":
        (block,) = blocks(PAGE, "ini timer")
        unit.write_text(block.text, encoding="utf-8")
    done = subprocess.run(
        [ANALYZE or "", "verify", str(unit)], capture_output=True, encoding="utf-8", check=False
    )
    faults = [line for line in done.stderr.splitlines() if f"rectify.{kind}" in line]
    assert faults == []


@pytest.mark.skipif(ANALYZE is None, reason="there is no systemd here")
def test_systemd_would_find_a_fault(tmp_path: Path) -> None:
    unit = tmp_path / "rectify.service"
    unit.write_text(UNIT.replace("WatchdogSec", "WatchSec"), encoding="utf-8")
    done = subprocess.run(
        [ANALYZE or "", "verify", str(unit)], capture_output=True, encoding="utf-8", check=False
    )
    assert "WatchSec" in done.stderr


def test_every_sweep_stands_on_the_page_with_its_period() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", PAGE, re.MULTILINE))
    for habit in HABITS:
        said = rows[habit.sweep]
        times = f"{habit.times} × " if habit.times > 1 else ""
        assert f"{times}`{habit.every}`" in said
        assert (f"{habit.at_least} s" in said) == (habit.at_least > 1)
    assert [habit.sweep for habit in HABITS] == list(rows)[: len(HABITS)]


def test_every_event_of_the_log_stands_on_the_page() -> None:
    assert [event for event in EVENTS if f"`{event}`" not in PAGE] == []


def test_every_metric_stands_on_the_page() -> None:
    now = datetime(2025, 5, 26, tzinfo=UTC)
    found = Standing(
        at=now,
        counts={},
        pending_since=None,
        dead=0,
        in_doubt=0,
        circuits=(),
        halt=None,
        held=(),
        beats=(),
        overdue=0,
    )
    names = set()
    for family in families({"owe": Done(succeeded=now)}, 0, found):
        labels = "".join(f"{{{key}}}" for key in family.samples[0][0])
        names.add(family.name.removeprefix("rectify_") + labels)
    shown = set(re.findall(r"^\| `([a-z_]+(?:\{\w+\})?)` \|", PAGE, re.MULTILINE))
    assert names == shown - {habit.sweep for habit in HABITS}
