"""``verify`` on what is kept beside the log: silenced reminders, letters, lost issues."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from states.calendar_data import china
from states.canonical import digest
from states.frozen import replace
from states.office import Office
from tests.stage import ROUND, Scribe, Stage, a_stage, acting
from workflow.engine.proving import prove
from workflow.memory import MemorySession, MemoryStore, Tables
from workflow.ports import Rearmed, Relit, Store

FIRST = f"{ROUND}-1"


@pytest.fixture
def stage(store: Store) -> Stage:
    return a_stage(store, issues=2, letters=Scribe())


def found(stage: Stage) -> set[tuple[str, str]]:
    return {(p.code, p.source) for p in stage.engine.verify().problems}


def wakes(stage: Stage) -> dict[str, date | None]:
    with stage.engine.desk.store.reading() as session:
        return {id: day for p in session.projected() for id, day in p.wakes.items()}


def rearm(stage: Stage, obligation: str, wake_on: date | None) -> None:
    """Move a day of waking, as somebody would who can write the rows."""
    was = wakes(stage)[obligation]
    with stage.engine.desk.store.writing() as session:
        session.rearm([Rearmed(obligation=obligation, was=was, wake_on=wake_on)])


PLAN = f"{FIRST}/1/draft_plan"
SOON = date(2023, 3, 10)


@pytest.mark.parametrize("wake_on", [SOON + timedelta(days=1), date(2099, 1, 1), None])
def test_a_reminder_silenced_by_moving_its_day_is_found(stage: Stage, wake_on: date | None) -> None:
    assert wakes(stage)[PLAN] == SOON
    rearm(stage, PLAN, wake_on)
    assert found(stage) == {("wakes_differ", FIRST)}


def test_a_missed_occurrence_that_would_never_be_recorded_is_found(stage: Stage) -> None:
    stage.planned()
    stage.proven()
    stage.does("wang", "submit_completion")
    stage.does("chen", "accept", {"duties": [{"text": "巡查", "when": "每月"}]})
    stage.ticks(date(2023, 3, 3), date(2023, 4, 26))
    (duty,) = (o for o in stage.engine.view(FIRST).issue.obligations if o.kind == "perform_duty")
    assert duty.lapses_on == wakes(stage)[duty.id] == date(2023, 4, 30)
    rearm(stage, duty.id, date(2023, 5, 10))  # before its next reminder, but after it has lapsed
    assert found(stage) == {("wakes_differ", FIRST)}


def test_a_day_moved_forward_is_no_loss(stage: Stage) -> None:
    rearm(stage, PLAN, SOON - timedelta(days=3))
    assert found(stage) == set()


def test_what_is_on_record_need_not_be_looked_at_again(stage: Stage) -> None:
    for day in stage.ticks(SOON, date(2023, 8, 1)):
        assert day.failed == 0
    assert found(stage) == set()
    rearm(stage, PLAN, date(2024, 8, 1))
    assert found(stage) == {("wakes_differ", FIRST)}


def test_a_downtime_is_no_tampering(stage: Stage) -> None:
    stage.clock.to(date(2023, 8, 1))
    assert found(stage) == set()
    stage.engine.tick("node")
    assert found(stage) == set()


def test_a_new_calendar_is_no_tampering(stage: Stage) -> None:
    stage.ticks(date(2023, 3, 3), date(2023, 3, 12))
    stage.engine.adopt_calendar(china(), {"source": "国务院", "years": "2023"}, acting("li"))
    assert found(stage) == set()
    stage.ticks(date(2023, 3, 13), date(2023, 5, 12))
    assert found(stage) == set()
    rearm(stage, f"{FIRST}/1/finish_issue", date(2023, 5, 30))
    assert found(stage) == {("wakes_differ", FIRST)}


def test_an_edited_light_is_found(stage: Stage) -> None:
    with stage.engine.desk.store.writing() as session:
        session.relight([Relit(issue=FIRST, lights=((date(2023, 3, 2), "green"),))])
    assert found(stage) == {("projection_differs", FIRST)}


# What follows is done to the tables of a memory store; for a database there are triggers as well.


def tampered(tables: Tables) -> set[tuple[str, str | None]]:
    return {(p.code, p.source) for p in prove(MemorySession(tables)).problems}


@pytest.fixture
def tables() -> Tables:
    store = MemoryStore()
    stage = a_stage(store, issues=2, letters=Scribe(), calendar=china())
    stage.planned()
    stage.ticks(date(2023, 3, 3), date(2023, 3, 20))
    with store.writing() as session:
        return session.tables.copied()


def test_the_tables_are_sound_at_first(tables: Tables) -> None:
    assert tampered(tables) == set()


def test_a_changed_letter_and_a_lost_one_are_found(tables: Tables) -> None:
    ((name, text),) = tables.letters.items()
    tables.letters[name] = text + b"."
    assert tampered(tables) == {("letter_changed", f"{ROUND}-2")}
    del tables.letters[name]
    assert tampered(tables) == {("letter_missing", f"{ROUND}-2")}


def test_a_changed_calendar_and_a_lost_one_are_found(tables: Tables) -> None:
    ((name, body),) = tables.calendars.items()
    tables.calendars[name] = body.replace(b"china", b"chino")
    codes = {code for code, _ in tampered(tables)}
    assert {"calendar_changed", "calendar_unknown"} <= codes
    del tables.calendars[name]
    assert {code for code, _ in tampered(tables)} == {"calendar_unknown"}


@pytest.mark.parametrize("body", [b"{}", b"\x00\xff", b"[1]", b"[" * 100_000])
def test_bytes_under_their_own_hash_that_are_nothing_of_the_kind_are_found(
    tables: Tables, body: bytes
) -> None:
    tables.calendars[digest(body)] = body
    tables.processes[digest(body)] = body
    here = digest(body)[:12]
    assert tampered(tables) == {("calendar_changed", here), ("process_changed", here)}


def test_a_closed_obligation_that_was_edited_or_deleted_is_found(tables: Tables) -> None:
    closed = tables.closed[PLAN]
    tables.closed[PLAN] = replace(closed, by=closed.by - 1)
    assert tampered(tables) == {("closed_differ", FIRST)}
    del tables.closed[PLAN]
    assert tampered(tables) == {("closed_differ", FIRST)}


def test_an_issue_deleted_with_its_whole_log_is_found(tables: Tables) -> None:
    gone = f"{ROUND}-2"
    tables.log = {place: row for place, row in tables.log.items() if place[0] != gone}
    del tables.issues[gone]
    assert tampered(tables) == {
        ("issues_missing", "@office"),
        ("notice_unfounded", gone),
        ("listed_astray", gone),
    }


def test_an_office_with_another_calendar_than_its_log_is_found(tables: Tables) -> None:
    assert isinstance(tables.office, Office)
    tables.office = replace(tables.office, calendar="")
    assert ("office_differs", "@office") in tampered(tables)
