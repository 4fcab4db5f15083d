"""``verify`` decides every entry again: whoever makes all hashes anew is found all the same.

What is forged here is whole: hashes, chain, columns, rows. Only what was allowed tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from states.administration import evolve_office
from states.audit import replay
from states.errors import Problem
from states.log import OFFICE, Entry, read_entry, write_entry
from tests.cast import UNIT, row_of
from tests.lives import LIVES, lived
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from workflow.engine.proving import How, prove
from workflow.memory import MemorySession, MemoryStore, Tables

FIRST = f"{ROUND}-1"
Content = dict[str, Any]
Forgery = Callable[[Content], Mapping[str, Any]]


def staged(end: Callable[[Stage], object] = lambda stage: None) -> Tables:
    store = MemoryStore()
    stage = a_stage(store, issues=2, letters=Scribe())
    stage.planned()
    stage.clock.forward(days=1)
    end(stage)
    with store.writing() as session:
        return session.tables.copied()


def accepted(stage: Stage) -> None:
    stage.proven()
    stage.clock.forward(days=1)
    stage.does("wang", "submit_completion")
    stage.clock.forward(days=1)
    stage.does("chen", "accept", {"duties": [{"text": "巡查", "when": "每月"}]})
    stage.clock.forward(days=1)
    stage.does("li", "note", {"note": "已公示"})


def entries(tables: Tables, stream: str) -> list[Entry]:
    places = sorted(place for place in tables.log if place[0] == stream)
    return [read_entry(tables.log[place].body) for place in places]


def number(tables: Tables, event: str, stream: str = FIRST) -> int:
    return next(entry.n for entry in entries(tables, stream) if entry.event == event)


def forge(tables: Tables, n: int, forgery: Forgery, stream: str = FIRST) -> None:
    """Let the n-th entry say something else, and make everything anew that follows from it."""
    previous: Entry | None = None
    for entry in entries(tables, stream):
        content = dict(entry.content) | {"prev": previous.hash if previous else ""}
        if entry.n == n:
            content |= forgery(content)
        previous = write_entry(content)
        tables.log[stream, entry.n] = row_of(previous)
    if stream == OFFICE:
        office = None
        for entry in entries(tables, OFFICE):
            office = evolve_office(office, entry)
        tables.office = office
    else:
        issue = replay(entries(tables, stream))
        assert issue is not None
        tables.issues[stream] = issue


def problems(tables: Tables) -> list[Problem]:
    return list(prove(MemorySession(tables)).problems)


def named(tables: Tables, stream: str = FIRST) -> list[tuple[str, int | None]]:
    return [(p.code, p.line) for p in problems(tables) if p.source == stream]


def actor(person: str, **more: str) -> Content:
    return {"person": person, "account": "os:1000", "auth": "trial", **more}


def test_an_honest_log_is_decided_again_to_its_last_entry() -> None:
    tables = staged(accepted)
    verdict = prove(MemorySession(tables))
    assert verdict.problems == ()
    assert verdict.decided == verdict.entries == len(tables.log)


def test_without_deciding_again_a_whole_forgery_passes() -> None:
    tables = staged(accepted)
    forge(tables, number(tables, "accept"), lambda content: {"actor": actor("wang")})
    assert "not_allowed" not in {
        p.code for p in prove(MemorySession(tables), How(again=False)).problems
    }
    assert "not_allowed" in {p.code for p in problems(tables)}


@pytest.mark.parametrize(
    ("event", "forgery", "unmet"),
    [
        ("accept", {"actor": actor("wang")}, {"role_missing", "own_completion"}),
        ("accept", {"actor": actor("li", on_behalf_of="chen")}, {"no_delegation"}),
        ("approve_plan", {"actor": actor("zhao")}, {"role_missing"}),
        ("assign", {"actor": actor("nobody")}, {"role_none"}),
        ("accept", {"facts": {}}, {"no_duties"}),
        ("add_measure", {"facts": {"text": "x", "due": "2031-01-01"}}, {"due_after_issue"}),
    ],
)
def test_what_was_not_allowed_is_found_and_said(
    event: str, forgery: Mapping[str, Any], unmet: set[str]
) -> None:
    tables = staged(accepted)
    n = number(tables, event)
    forge(tables, n, lambda content: forgery)
    (problem,) = [p for p in problems(tables) if p.source == FIRST and p.line == n]
    assert problem.code == "not_allowed"
    conditions: Any = problem.facts["unmet"]
    assert {condition.code for condition in conditions} & unmet
    assert str(conditions[0]) in str(problem)


def test_own_work_accepted_by_one_who_may_accept_is_found() -> None:
    def promoted(stage: Stage) -> None:
        facts = {"person": "wang", "role": "supervisor", "unit": UNIT}
        stage.engine.act("grant_role", facts, acting("li"))
        accepted(stage)

    tables = staged(promoted)
    n = number(tables, "accept")
    forge(tables, n, lambda content: {"actor": actor("wang")})
    (problem,) = [p for p in problems(tables) if p.source == FIRST and p.line == n]
    conditions: Any = problem.facts["unmet"]
    assert [condition.code for condition in conditions] == ["own_completion"]


@pytest.mark.parametrize(
    ("forgery", "code"),
    [
        (lambda c: {"opens": [{**o, "due": "2023-09-30"} for o in c["opens"]]}, "due_differs"),
        (lambda c: {"opens": [{**o, "person": "sun"} for o in c["opens"]]}, "content_differs"),
        (lambda c: {"opens": []}, "content_differs"),
        (lambda c: {"closes": []}, "content_differs"),
        (lambda c: {"unasked": 1}, "content_differs"),
        (lambda c: {"facts": {"note": " spaces "}}, "content_differs"),
        (lambda c: {"actor": {**c["actor"], "auth": "os-claimed"}}, "auth_wrong"),
        (lambda c: {"actor": {**c["actor"], "auth": "clock"}}, "auth_wrong"),
        (lambda c: {"office": c["office"] + 1}, "office_wrong"),
        (lambda c: {"office": 0}, "office_wrong"),
        (lambda c: {"office": "1"}, "office_wrong"),
        (lambda c: {"calendar": "0" * 64}, "calendar_unknown"),
    ],
)
def test_what_the_rules_of_then_do_not_yield_is_found(forgery: Forgery, code: str) -> None:
    tables = staged(accepted)
    n = number(tables, "draft_plan")
    forge(tables, n, forgery)
    assert (code, n) in named(tables)


@pytest.mark.parametrize("days", [-400, -2, 2, 400])
def test_a_day_that_is_not_the_instant_s_is_found(days: int) -> None:
    tables = staged(accepted)
    n = number(tables, "accept")
    at = entries(tables, FIRST)[n - 1].at
    forge(tables, n, lambda c: {"day": (at.date() + timedelta(days=days)).isoformat()})
    assert ("day_differs", n) in named(tables)


def test_an_account_that_belonged_to_somebody_else_is_found() -> None:
    tables = staged()
    forge(tables, 1, lambda c: {"facts": {**c["facts"], "trial": False}}, OFFICE)
    codes = {code for code, _ in named(tables, OFFICE)}
    assert codes & {"auth_wrong", "account_wrong"}


def test_rights_that_were_taken_back_long_before_are_found() -> None:
    def revoked(stage: Stage) -> None:
        stage.engine.act(
            "revoke_role",
            {"person": "chen", "role": "supervisor", "unit": UNIT},
            acting("li"),
        )
        stage.clock.forward(days=9)
        stage.does("li", "approve_plan")

    tables = staged(revoked)
    n = number(tables, "approve_plan")
    forge(tables, n, lambda c: {"actor": actor("chen")})
    assert named(tables) == [("not_allowed", n)]
    forge(tables, n, lambda c: {"office": c["office"] - 1})
    assert named(tables) == [("office_outdated", n)]


def test_an_office_that_changed_without_bearing_is_no_forgery() -> None:
    def ahead(stage: Stage) -> None:
        stage.clock.forward(days=60)
        stage.does("chen", "approve_plan")
        stage.clock.forward(days=-59)
        stage.engine.act(
            "grant_role",
            {"person": "sun", "role": "leader", "unit": UNIT},
            acting("li"),
        )
        stage.does("li", "note", {"note": "时钟已校正"})

    assert problems(staged(ahead)) == []


def test_an_act_of_the_office_that_was_not_allowed_is_found() -> None:
    tables = staged()
    n = number(tables, "grant_role", OFFICE)
    forge(tables, n, lambda c: {"actor": {**c["actor"], "person": "wang"}}, OFFICE)
    assert ("not_allowed", n) in named(tables, OFFICE)


def test_issues_are_still_proven_where_the_office_is_not() -> None:
    tables = staged(accepted)
    last = len(entries(tables, OFFICE))
    forge(tables, last, lambda c: {"unasked": 1}, OFFICE)
    assert {p.source for p in problems(tables)} == {OFFICE}


def test_entries_of_former_versions_are_not_decided_again() -> None:
    tables = staged(accepted)
    for stream in (FIRST, f"{ROUND}-2"):
        without(tables, stream)
    verdict = prove(MemorySession(tables))
    assert verdict.problems == ()
    assert verdict.decided == len(entries(tables, OFFICE))


def without(tables: Tables, stream: str) -> None:
    """Write a stream as a former version did."""
    previous: Entry | None = None
    for entry in entries(tables, stream):
        content = dict(entry.content) | {"prev": previous.hash if previous else ""}
        del content["office"]
        previous = write_entry(content)
        tables.log[stream, entry.n] = row_of(previous)
    issue = replay(entries(tables, stream))
    assert issue is not None
    tables.issues[stream] = issue


@settings(max_examples=25)
@given(LIVES)
def test_whatever_happened_is_decided_again_alike(life: Any) -> None:
    stage = lived(*life).stage
    verdict = stage.engine.verify()
    assert verdict.problems == ()
    assert verdict.decided == verdict.entries


@settings(max_examples=40)
@given(st.data())
def test_any_fact_of_any_entry_changed_and_hashed_anew_is_found(data: st.DataObject) -> None:
    tables = TABLES.copied()
    stream = data.draw(st.sampled_from([FIRST, OFFICE]))
    entry = data.draw(st.sampled_from(entries(tables, stream)))
    field = data.draw(st.sampled_from(sorted(entry.content.keys() - {"prev", "hash"})))
    value: Any = data.draw(st.sampled_from([None, 7, "x", [], {}, "2023-03-05", True]))
    assume(field not in ("at", "stream", "n", "request") and entry.content[field] != value)
    forge_rows(tables, stream, write_entry({**entry.content, field: value}))
    assert any(p.source == stream for p in problems(tables))


def forge_rows(tables: Tables, stream: str, changed: Entry) -> None:
    """Put an entry in the place of another, and make the chain after it anew."""
    previous = changed
    tables.log[stream, changed.n] = row_of(changed)
    for entry in entries(tables, stream)[changed.n :]:
        previous = write_entry({**entry.content, "prev": previous.hash})
        tables.log[stream, entry.n] = row_of(previous)


TABLES = staged(accepted)


def test_moments_are_held_in_order_of_what_was_decided() -> None:
    """No entry is older than the office by which it was decided, however clocks go."""
    store = MemoryStore()
    stage = a_stage(store, issues=1)
    latest = stage.clock()
    stage.clock.at = datetime(2023, 3, 1, 0, 0, tzinfo=UTC) - timedelta(days=3)
    done = stage.does("li", "note", {"note": "x"})
    assert done.entry.at == latest
    assert done.entry.content["day"] == date(2023, 2, 26).isoformat()
    assert stage.engine.verify().problems == ()
