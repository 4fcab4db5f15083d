"""The auditor's functions by example: replay at a moment, and what verify finds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from states.administration import administer
from states.audit import Proven, replay
from states.errors import Problem
from states.frozen import replace
from states.log import write_entry
from tests.cast import (
    KEY,
    STATES,
    Story,
    an_office,
    attempt,
    founding,
    issue_in,
    performed,
    row_of,
)
from tests.verified import PROCESS, forged, found, proven

OPENED = {
    "id": "x",
    "kind": "draft_plan",
    "subject": "",
    "role": "responsible",
    "person": None,
    "due": "2023-05-01",
    "ladder": "standard",
}


@pytest.fixture
def story() -> Story:
    return issue_in("long_term_maintenance")


# ------------------------------------------------------------------------------------- replay


def test_replay_tells_the_state_of_every_past_day(story: Story):
    moves = {e.at: e.content["to"] for e in story.entries}
    for at, state in moves.items():
        issue = replay(story.entries, at)
        assert issue is not None
        assert issue.state == state
    assert [*dict.fromkeys(moves.values())] == list(STATES)


def test_replay_before_the_first_entry_is_nothing(story: Story):
    assert replay(story.entries, datetime(2023, 2, 28, 23, 59, tzinfo=UTC)) is None
    assert replay([]) is None


def test_replay_tells_who_was_responsible_then(story: Story):
    story.acts("li", "assign", {"person": "sun"})
    then, now = replay(story.entries, story.entries[-2].at), replay(story.entries)
    assert then is not None
    assert now is not None
    assert (then.responsibility.person, now.responsibility.person) == ("wang", "sun")


# ------------------------------------------------------------------------------------- verify


def test_an_honest_log_is_proven_with_its_folds(story: Story):
    act, office = administer(None, founding(PROCESS))
    entries = [act, *story.entries]
    result = proven([row_of(entry) for entry in entries])
    assert result.problems == []
    assert result.entries == len(entries)
    assert result.issues == {KEY: story.issue}
    assert result.office == office


def test_an_empty_log_is_proven():
    assert proven([]) == Proven()


def test_a_changed_body_is_named_and_what_follows_is_not_believed(story: Story):
    rows = story.rows
    rows[3] = replace(rows[3], body=rows[3].body.replace("开展".encode(), "开会".encode()))
    result = proven(rows)
    assert [str(p) for p in result.problems] == [
        f"{KEY}:4: the entry's bytes do not have the hash recorded for them"
    ]
    assert result.issues == {}
    assert result.entries == 4


def test_a_changed_body_with_its_hash_made_anew_breaks_the_chain_at_the_next_entry(story: Story):
    content = {**story.entries[3].content, "facts": {"text": "开会", "due": "2023-05-15"}}
    rows = story.rows
    rows[3] = row_of(write_entry(content))
    assert found(rows) == [f"chain_broken {KEY}:5"]


def test_a_bad_stream_does_not_hide_the_sound_ones(story: Story):
    other = [
        row_of(write_entry({**entry.content, "stream": "YX2023-8", "prev": ""}))
        for entry in story.entries[:1]
    ]
    rows = story.rows
    rows[0] = replace(rows[0], hash="0" * 64)
    result = proven([*rows, *other])
    assert [p.source for p in result.problems] == [KEY]
    assert list(result.issues) == ["YX2023-8"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("request_id", "x"), ("at", "2023-03-05T01:00:00.000000z"), ("stream", "YX2023-9"), ("n", 4)],
)
def test_a_column_that_differs_from_the_body_is_found(story: Story, column: str, value: Any):
    rows = story.rows
    rows[4] = replace(rows[4], **{column: value})
    assert any(code.startswith("columns_differ") for code in found(rows))


def test_a_missing_entry_is_told_by_its_number(story: Story):
    rows = story.rows
    del rows[2]
    result = proven(rows)
    assert [str(p) for p in result.problems] == [
        f"{KEY}:4: entry 3 is missing, 4 follows",
        f"{KEY}:4: the entry does not follow from the one before it",
    ]


# ------------------------------------------------- whoever can write may also make hashes anew


@pytest.mark.parametrize(
    "change",
    [
        {"to": "completed"},
        {"from": "plan_drafted"},
        {"event": "accept"},
        {"event": "no_such_event"},
        {"records": "note"},
    ],
)
def test_a_step_that_the_process_does_not_know_is_found(story: Story, change: dict[str, str]):
    event = change.get("event", "assign")
    to = change.get("to", "reported")
    problems = proven(forged(story, 2, **change)).problems
    assert [str(p) for p in problems] == [
        f"{KEY}:2: the process in force knows no step {event} from reported to {to}"
    ]


def test_a_process_that_is_not_on_record_is_found(story: Story):
    assert found(forged(story, 2, process="0" * 64)) == [f"process_unknown {KEY}:2"]


def test_time_that_runs_backwards_is_found(story: Story):
    rows = forged(story, 3, at="2022-01-01T00:00:00.000000Z")
    assert found(rows) == [f"time_backwards {KEY}:3"]


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {}},
        {"facts": {"text": "x", "due": "never"}},
        {"facts": []},
        {"opens": [{"id": "x"}]},
        {"closes": [1]},
        {"opens": [OPENED], "day": 5},
        {"opens": [{**OPENED, "due": "soon"}]},
        {"process": []},
        {"process": {}},
    ],
)
def test_an_entry_that_rectify_never_wrote_is_a_problem_and_no_crash(
    story: Story, change: dict[str, Any]
):
    assert found(forged(story, 3, **change)) == [f"entry_unreadable {KEY}:3"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b"1" * 10_000,
        json.dumps({"stream": 1, "n": 1, "request": 1, "at": 1}).encode(),
    ],
)
def test_bytes_that_are_no_entry_are_a_problem_and_no_crash(story: Story, body: bytes):
    rows = story.rows
    rows[1] = replace(rows[1], body=body)
    assert found(rows) == [f"entry_unreadable {KEY}:2"]


def test_sums_that_leave_the_calendar_are_a_problem_and_no_crash(story: Story):
    accepted = next(e for e in story.entries if e.event == "accept")
    duty = {"text": "x", "every_days": 10**9, "first_due": "2023-07-01"}
    performed(story)
    done = dict(story.entries[-1].content)
    del done["facts"]["next"]
    for e in story.entries:  # as a former version wrote them: such a log names no calendar
        del e.content["calendar"]  # type: ignore[attr-defined]
    rows = forged(story, accepted.n, facts={"duties": [duty]})
    assert found(rows) == [f"entry_unreadable {KEY}:{story.issue.n}"]


def test_a_store_that_gives_back_other_types_is_a_problem_and_no_crash(story: Story):
    row = story.rows[1]
    for broken in (
        replace(row, body=row.body.decode()),
        replace(row, body=None),
        replace(row, n="2"),
        replace(row, hash=None),
    ):
        assert proven([story.rows[0], broken]).problems


def test_an_act_of_the_office_is_proven_alike():
    first, office = administer(None, founding(PROCESS))
    facts = {"person": "li", "account": "uid:1"}
    second, _ = administer(office, attempt("li", "bind_account", facts))
    rows = [row_of(first), row_of(second)]
    assert found(rows) == []
    forgery = write_entry({**second.content, "event": "dismiss_person"})
    assert found([rows[0], row_of(forgery)]) == ["not_allowed @office:2"]
    assert proven([rows[0], row_of(forgery)]).office is None


def test_problems_are_values_with_their_place(story: Story):
    rows = story.rows
    rows[0] = replace(rows[0], hash="")
    (problem,) = proven(rows).problems
    assert isinstance(problem, Problem)
    assert (problem.code, problem.source, problem.line) == ("hash_wrong", KEY, 1)
    assert an_office().hash not in str(problem)
