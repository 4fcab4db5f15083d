"""The law of replay: light, overdue and next rung follow from log, calendar version and moment.

A life is lived with ticks at odd intervals. Afterwards another calendar is adopted; still the
bytes of the log alone tell of every past moment which rungs the ticks had owed by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from states.audit import replay, replay_office, rungs_due
from states.calendar import WEEKDAYS, read_calendar
from states.frozen import replace
from states.issue import Issue
from states.lights import GREEN, SUSPENDED, light_on
from states.log import OFFICE, Entry, read_entry
from states.process import read_process
from states.rules import Rules
from tests.lives import ADOPT, ISSUE, LIVES, Moment, adopts, lived
from tests.stage import Stage
from workflow.engine.waking import next_wake
from workflow.summary import lights_of


def of_the_log(stage: Stage, at: datetime) -> Moment:
    """Return the same of a past moment: from entries up to it and the bytes that they name."""
    with stage.engine.desk.store.reading() as session:
        office = replay_office(_until(session.rows(OFFICE), at))
        issue = replay(_until(session.rows(ISSUE), at))
        assert office is not None
        assert issue is not None
        process = session.process(issue.process)
        calendar = session.calendar(office.calendar)
    assert process is not None
    rules = Rules(
        process=read_process(process), calendar=read_calendar(calendar) if calendar else WEEKDAYS
    )
    day = stage.engine.desk.day(at)
    return Moment(
        at=at,
        owed={o.id: f"{found.rung.name}.{found.nth}" for o, found in rungs_due(rules, issue, day)},
        light=_light(rules, issue, day),
        overdue=any(o.due < day for o in issue.obligations),
        next_on={o.id: next_wake(rules, o, day) for o in issue.obligations},
    )


def _until(rows: Iterable[Any], at: datetime) -> list[Entry]:
    return [entry for entry in (read_entry(row.body) for row in rows) if entry.at <= at]


def _light(rules: Rules, issue: Issue, day: date) -> str:
    if issue.voided is not None:
        return GREEN
    return SUSPENDED if issue.suspended is not None else light_on(lights_of(rules, issue), day)


@settings(max_examples=50)
@given(LIVES)
def test_the_log_tells_of_every_past_moment_what_the_ticks_had_owed(life: Any) -> None:
    then = lived(*life)
    then.stage.clock.forward(minutes=1)
    adopts(then.stage)  # what is decided later changes nothing of what was
    then.stage.clock.forward(days=9)
    then.stage.engine.tick("node")

    assert [of_the_log(then.stage, moment.at) for moment in then.past] == then.past


@settings(max_examples=30)
@given(LIVES, st.sets(st.integers(0, 11), min_size=1, max_size=3))
def test_each_moment_is_counted_with_the_calendar_of_its_time(life: Any, places: set[int]) -> None:
    began, moments = life
    adopting = [(n, ADOPT if i in places else act) for i, (n, act) in enumerate(moments)]
    then = lived(began, adopting)

    for moment in then.past:
        # a rung that a calendar moves into the past is let go: only what stands ahead follows
        assert replace(of_the_log(then.stage, moment.at), owed=moment.owed) == moment
