"""Entries of a former version: they replay to the same, and the issue goes on from there."""

from __future__ import annotations

import json
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from states.audit import replay, verify
from states.calendar import WEEKDAYS
from states.decision import decide
from states.issue import Issue
from states.log import OFFICE, Entry, Row, read_entry
from states.obligations import recounted
from states.process import read_process
from states.process_file import default_process
from states.recurrence import Recurrence
from states.rules import Rules
from tests.cast import PROOF, an_office, attempt, the_clock

LINES = (Path(__file__).parents[1] / "data" / "former_database.jsonl").read_text("utf-8")
RECORDS: list[dict[str, Any]] = [json.loads(line) for line in LINES.splitlines()]


def table(name: str) -> list[dict[str, Any]]:
    return [record for record in RECORDS if record["table"] == name]


ENTRIES = sorted(table("entries"), key=lambda r: (r["stream"], r["n"]))
STREAMS: dict[str, list[Entry]] = {
    stream: [read_entry(r["body"].encode()) for r in records]
    for stream, records in groupby(ENTRIES, key=lambda r: str(r["stream"]))
}
ISSUES = [stream for stream in STREAMS if stream != OFFICE]
PROCESSES = {r["hash"]: read_process(r["body"].encode()) for r in table("processes")}


def issue(key: str) -> Issue:
    found = replay(STREAMS[key])
    assert found is not None
    return found


def rules(of: Issue) -> Rules:
    return Rules(PROCESSES[of.process], WEEKDAYS)


@pytest.mark.parametrize("key", ISSUES)
def test_what_was_open_then_is_open_now_with_its_date(key: str):
    stored = [r for r in table("obligations") if r["issue"] == key and "closed_by" not in r]
    assert {(o.id, o.kind, o.due.isoformat(), o.person) for o in issue(key).obligations} == {
        (r["id"], r["kind"], r["due"], r.get("person")) for r in stored
    }
    for obligation in issue(key).obligations:
        assert obligation.owed_since == obligation.opened_on


@pytest.mark.parametrize("key", ISSUES)
def test_the_issue_is_what_was_stored_of_it(key: str):
    (stored,) = (r for r in table("issues") if r["key"] == key)
    now = issue(key)
    assert (now.state, now.cycle, now.n) == (stored["state"], stored["cycle"], stored["n"])
    assert (now.type, now.long_term, now.calendar, now.due_by_rule) == ("dated", False, "", False)


def test_a_duty_of_then_is_an_interval_now_and_awaits_the_same_day():
    (duty,) = issue("YX2023-4").duties
    every = Recurrence(every="interval", nth=30, since=date(2023, 7, 1))
    assert (duty.when, duty.due, duty.occurrence) == ((every,), date(2023, 7, 31), 2)
    assert duty.since == date(2023, 7, 2)


def test_the_former_log_is_proven_without_any_calendar():
    rows = [
        Row(r["stream"], r["n"], r["request_id"], r["at"], r["hash"], r["body"].encode())
        for r in ENTRIES
    ]
    proven = verify(rows, PROCESSES)
    assert proven.problems == []
    assert set(proven.issues) == set(ISSUES)


def test_an_issue_goes_on_by_its_former_process():
    before = issue("YX2023-4")
    office = an_office()
    facts = {"sha256": PROOF, "size": 1, "name": "照片", "duty": 1}
    proof = attempt("wang", "add_evidence", facts, day=date(2023, 7, 10))
    after = decide(rules(before), before, proof, office).issue
    done = attempt("wang", "perform_duty", {"duty": 1}, day=date(2023, 7, 12))
    decision = decide(rules(before), after, done, office)
    assert decision.entry.facts["next"] == {"due": "2023-08-30", "provisional": False}
    (owed,) = decision.issue.obligations
    assert (owed.due, owed.lapses_on) == (date(2023, 8, 30), None)  # no step could record it


def test_what_is_kept_up_can_be_missed_once_the_issue_has_moved_to_the_process_of_today():
    before = issue("YX2023-4")
    now = Rules(default_process(), WEEKDAYS)
    (told,) = recounted(now, before, date(2023, 7, 10))
    assert (told.was, told.now) == (date(2023, 7, 31), date(2023, 7, 31))
    assert (told.was_lapsing, told.lapsing) == (None, date(2023, 8, 30))


def test_an_issue_moves_to_the_process_of_today():
    before = issue("YX2023-3")
    now = Rules(default_process(), WEEKDAYS)
    told = recounted(now, before, date(2023, 7, 10))
    verify_completion = next(r for r in told if r.kind == "verify_completion")
    assert (verify_completion.was, verify_completion.now) == (date(2023, 4, 3), date(2023, 4, 3))
    moved = decide(now, before, the_clock("recalculate", day=date(2023, 7, 10)), an_office())
    assert moved.issue.process == now.process.hash
    assert {o.ladder for o in moved.issue.obligations} == {"office", "standard"}
    since = {(o.kind, o.owed_since) for o in before.obligations}
    assert {(o.kind, o.owed_since) for o in moved.issue.obligations} == since
