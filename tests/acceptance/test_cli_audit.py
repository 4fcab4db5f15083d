"""``audit reconcile``: who should have been told on a day, and what became of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.terminal import Terminal


def of_the_days(busy: Terminal) -> list[dict]:
    """Return the dues of the days on which the round was brought about and first ticked."""
    days = ("2025-05-26", "2025-06-07")
    return [
        d for day in days for d in busy("audit", "reconcile", "--on", day, "--json").json["dues"]
    ]


def test_what_was_told_is_accounted_for_with_its_outcome(busy: Terminal):
    notices = {n["id"]: n for n in busy.does("outbox", "list", "--json").json}

    dues = of_the_days(busy)

    assert dues
    for due in dues:
        assert due["outcome"] in {"accepted", "failed", "suppressed", "open"}
        assert notices[due["notice"]]["issue"] == due["issue"]
        assert (due["rung"] is None) != (due["step"] is None)


def test_what_the_outbox_has_lost_is_missing(busy: Terminal):
    lost = next(due for due in of_the_days(busy) if due["step"] is not None)
    with closing(sqlite3.connect(busy.database)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DELETE FROM notices WHERE id = ?", (lost["notice"],))
        database.commit()

    answer = busy("audit", "reconcile", "--on", "2025-05-26", "--outcome", "missing")
    record = busy("audit", "reconcile", "--on", "2025-05-26", "--json")

    assert answer.code == record.code == 6
    assert "missing" in answer.out
    assert lost["issue"] in answer.out
    assert record.json["counts"]["missing"] == 1
    (found,) = [due for due in record.json["dues"] if due["outcome"] == "missing"]
    assert (found["issue"], found["step"], found["person"]) == (
        lost["issue"],
        lost["step"],
        lost["person"],
    )
    assert found["notice"] is None


def test_a_rung_whose_day_nobody_looked_at_is_named_when_its_work_was_done_since(
    moving: Terminal,
):
    drafted = moving.does("due", "--json").json
    due = next(d for d in drafted if d["issue"] == "R2025-7" and d["kind"] == "finish_measure")
    assert due["due"] == "2025-07-01"

    moving.later(40)  # past the rungs of the measure, and nobody ticked
    answer = moving("audit", "reconcile", "--on", "2025-07-01", "--json")

    assert answer.code == 6
    assert answer.json["counts"]["missing"] > 0
    named = {d["rung"]["kind"] for d in answer.json["dues"] if d["outcome"] == "missing"}
    assert "finish_measure" in named

    moving.does("tick")
    told = moving("audit", "reconcile", "--on", "2025-07-01", "--json").json

    assert told["counts"]["missing"] == 0
    assert {d["cause"] for d in told["dues"] if d["outcome"] == "suppressed"} == {"caught_up"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_day_ahead_is_no_question_for_an_audit(busy: Terminal, language):
    busy.language = language

    answer = busy("audit", "reconcile", "--on", "2031-01-01")

    assert answer.code == 7
    assert "2031-01-01" in answer.err
    assert "rectify preview" in answer.err


def test_a_day_without_anything_to_tell_says_so(busy: Terminal):
    answer = busy.does("audit", "reconcile", "--on", "2025-05-01")

    assert answer.out == ""
    assert answer.err == "On 2025-05-01 nobody had to be told anything.\n"
