"""What a daemon says: lines that people or programs read, not more of them than needed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.delivery.protocol import AddressError, Delivered
from states.errors import Invalid, Problem
from workflow.daemon.lines import EVENTS, Event, Lines, described
from workflow.daemon.report import Report
from workflow.engine.chasing import Ticked
from workflow.standing import Standing

NOW = datetime(2025, 5, 26, 1, 2, 3, 456789, tzinfo=UTC)
TODAY = date(2025, 5, 26)


class Journal:
    """A report that writes into a list, as JSON; its clock for repetitions can be turned."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, metrics: Path | None = None) -> None:
        self.lines: list[str] = []
        self.elapsed = 10_000.0
        monkeypatch.setattr("workflow.daemon.report.time.monotonic", lambda: self.elapsed)
        lines = Lines(self.lines.append, "web1", lambda: NOW, lambda event: [event.name])
        lines.as_json = True
        self.report = Report(lines, lambda: NOW, metrics)

    def read(self) -> list[dict[str, Any]]:
        """Return the lines since the last call, each read as JSON."""
        found = [json.loads(line) for line in self.lines]
        self.lines.clear()
        return found

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.read()]


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> Journal:
    return Journal(monkeypatch)


def test_a_line_of_json_says_when_where_and_what(journal: Journal) -> None:
    ticked = Ticked(day=TODAY, owed=3, messages=2, waiting=7)
    journal.report.did("owe", ticked, 0.0424)
    assert journal.read() == [
        {
            "ts": "2025-05-26T01:02:03.456+00:00",
            "level": "info",
            "event": "swept",
            "node": "web1",
            "sweep": "owe",
            "owed": 3,
            "messages": 2,
            "waiting": 7,
            "duration_ms": 42,
        }
    ]


def test_a_sweep_that_did_nothing_says_nothing(journal: Journal) -> None:
    journal.report.did("owe", Ticked(day=TODAY, waiting=7, held=3, failed=1), 0.1)
    journal.report.did("deliver", Delivered(), 0.1)
    assert journal.read() == []


def test_of_a_trouble_the_log_says_the_code_and_nobodys_address(journal: Journal) -> None:
    refused = "recipient_refused: 550 5.1.1 <wang@qingxi.example> unknown"
    journal.report.did("deliver", Delivered(dead=1, trouble=refused), 0.1)
    (line,) = journal.read()
    assert (line["dead"], line["trouble"]) == (1, "recipient_refused")
    assert "wang" not in str(line)


def test_what_lasts_is_said_when_it_begins_and_once_an_hour(journal: Journal) -> None:
    stopped = Delivered(stopped="storm")
    for _ in range(3):
        journal.report.did("deliver", stopped, 0.1)
    assert [line["level"] for line in journal.read()] == ["warning"]
    journal.elapsed += 3601
    journal.report.did("deliver", stopped, 0.1)
    assert journal.events == ["swept"]
    journal.report.did("deliver", Delivered(), 0.1)
    journal.report.did("deliver", stopped, 0.1)
    assert journal.events == ["swept"]


def test_the_same_failure_is_said_once_an_hour_and_then_that_it_is_over(journal: Journal) -> None:
    down = Invalid(Problem("database_unreachable", "{database} is away", {"database": "x"}))
    for _ in range(5):
        journal.report.failed("owe", down)
    assert journal.events == ["failed"]
    journal.elapsed += 3601
    journal.report.failed("owe", down)
    assert [(line["error"], line["times"]) for line in journal.read()] == [
        ("database_unreachable", 6)
    ]
    journal.report.failed("owe", ValueError("another one"))
    assert journal.events == ["failed"]
    journal.report.did("owe", Ticked(day=TODAY), 0.1)
    journal.report.did("owe", Ticked(day=TODAY), 0.1)
    assert journal.events == ["recovered"]


def test_a_quiet_daemon_says_once_an_hour_that_it_lives(journal: Journal) -> None:
    for _ in range(4):
        journal.report.did("owe", Ticked(day=TODAY), 0.1)
        journal.report.look({})
        journal.elapsed += 1000
    journal.report.look({})
    journal.report.look({})
    assert journal.read() == [
        {
            "ts": "2025-05-26T01:02:03.456+00:00",
            "level": "info",
            "event": "alive",
            "node": "web1",
            "sweeps": 4,
        }
    ]


def test_a_sweep_that_hangs_is_said_once_an_hour(journal: Journal) -> None:
    assert not journal.report.look({"deliver": 800.0})
    assert journal.report.look({"deliver": 901.0})
    assert journal.report.look({"deliver": 902.0})
    assert [(line["event"], line["seconds"]) for line in journal.read()] == [("hangs", 901)]
    assert not journal.report.look({})


def raised(action: Callable[[], object]) -> BaseException:
    try:
        action()
    except BaseException as error:
        return error
    raise AssertionError


def test_of_an_unforeseen_error_only_its_kind_and_place_are_said(journal: Journal) -> None:
    secret = "password=hunter2 wang@qingxi.example"  # noqa: S105

    def fails() -> None:
        raise KeyError(secret)

    error = raised(fails)
    journal.report.failed("deliver", error)
    (line,) = journal.lines
    assert "hunter2" not in line
    assert "wang@" not in line
    said = json.loads(line)
    assert said["error"] == "KeyError"
    assert said["place"].startswith("unit/test_daemon_report.py:") or "test_daemon" in said["place"]


def test_of_a_foreseen_error_no_address_is_said() -> None:
    assert described(AddressError("wang@qingxi.example")) == {"error": "address_wrong"}


@given(st.text(), st.text())
def test_whatever_happens_is_one_line_that_no_terminal_obeys(trouble: str, node: str) -> None:
    lines: list[str] = []
    writer = Lines(lines.append, node, lambda: NOW, lambda event: [])
    writer.as_json = True
    writer.say(Event(name="scheduler", facts={"trouble": trouble}))
    (line,) = lines
    assert json.loads(line)["trouble"] == trouble
    assert json.loads(line)["node"] == node
    assert all(" " <= char <= "~" for char in line)


def test_a_full_disk_ends_no_sweep() -> None:
    def full(line: str) -> None:
        raise OSError(28, "No space left on device")

    lines = Lines(full, "web1", lambda: NOW, lambda event: [event.name])
    Report(lines, lambda: NOW, None).did("owe", Ticked(day=TODAY, owed=1), 0.1)


def test_lines_of_several_threads_never_mix() -> None:
    written: list[str] = []
    lines = Lines(
        lambda line: written.extend(line), "web1", lambda: NOW, lambda event: ["a" * 50, "b" * 50]
    )

    def says() -> None:
        for _ in range(20):
            lines.say(Event(name="alive"))

    threads = [threading.Thread(target=says) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "".join(written) == ("a" * 50 + "b" * 50) * 80


def nothing_found() -> Standing:
    raise Invalid(Problem("database_unreachable", "away"))


def test_metrics_are_written_even_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "rectify.prom"
    report = Journal(monkeypatch, path).report
    report.did("owe", Ticked(day=TODAY), 0.1)
    report.failed("deliver", ValueError())
    report.revived()
    report.write(nothing_found)
    text = path.read_text()
    assert "rectify_store_up 0\n" in text
    assert 'rectify_sweep_failures_total{sweep="deliver"} 1\n' in text
    assert "rectify_scheduler_restarts_total 1\n" in text


def test_metrics_that_cannot_be_written_are_said_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    journal = Journal(monkeypatch, tmp_path / "away" / "rectify.prom")
    for _ in range(3):
        journal.report.write(nothing_found)
    assert journal.events == ["metrics_failed"]


def test_every_event_has_words_for_people() -> None:
    from workflow.cli.operating.daemon import EVENT_TEXTS

    assert set(EVENT_TEXTS) == set(EVENTS) - {"swept"}
