"""Adopting a calendar moves exactly the dates it affects, on record; it floods nobody."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from states.calendar_data import china
from states.errors import Invalid, Refused
from states.frozen import replace
from states.process import read_process
from states.process_file import default_process
from tests.recounting import before_the_notice
from tests.stage import ROUND, Scribe, Stage, a_stage, acting, registration
from workflow.ports import Store

SPRING = "YX2023B"
"""A round fed back on 20 April 2023: ten working days cross the first of May."""

FACTS = {"source": "国办发明电〔2022〕16号", "years": "2023"}
FORMER = Path(__file__).parent.parent / "data" / "former_process.json"


@pytest.fixture
def stage(store: Store) -> Stage:
    """Two issues fed back in March and one in April, all counted without the notice."""
    stage = a_stage(store, issues=2, calendar=before_the_notice())
    stage.clock.to(date(2023, 4, 21))
    stage.engine.tick("node")
    spring = registration(1, SPRING, "34" * 32, feedback=date(2023, 4, 20))
    stage.engine.register_round(spring, acting("li"))
    return stage


def moved(stage: Stage) -> list[tuple[str, str, date | None, date | None, bool, bool]]:
    return [
        (m.issue, m.kind, m.was, m.now, m.was_provisional, m.provisional)
        for m in stage.engine.foresee(calendar=china()).moved
    ]


PLAN = date(2023, 3, 15)
EXPECTED = [
    (f"{ROUND}-1", "draft_plan", PLAN, PLAN, True, False),
    (f"{ROUND}-2", "draft_plan", PLAN, PLAN, True, False),
    (f"{SPRING}-1", "draft_plan", date(2023, 5, 4), date(2023, 5, 6), True, False),
]


def test_what_would_move_is_foreseen_and_nothing_is_written(stage: Stage) -> None:
    before = stage.log()
    assert moved(stage) == EXPECTED
    assert stage.log() == before


def test_exactly_the_dates_foreseen_move_each_by_an_entry(stage: Stage) -> None:
    foreseen = stage.engine.foresee(calendar=china())
    before = stage.log()
    adopted = stage.engine.adopt_calendar(china(), FACTS, acting("li"))
    assert adopted.moved == foreseen.moved
    assert adopted.entry.event == "adopt_calendar"
    new = [row for row in stage.log() if row not in before]
    assert sorted(row.stream for row in new) == [
        "@office",
        f"{ROUND}-1",
        f"{ROUND}-2",
        f"{SPRING}-1",
    ]
    last = stage.engine.log(f"{SPRING}-1")[-1]
    assert (last.event, last.content["actor"]["person"]) == ("recalculate", "@clock")
    assert moved(stage) == []
    assert stage.engine.calendar() == china()
    assert stage.engine.verify().problems == ()


def test_an_issue_whose_dates_stay_gets_no_entry(stage: Stage) -> None:
    stage.does("li", "void", {"reason": "重复登记"})
    keys = {m.issue for m in stage.engine.adopt_calendar(china(), FACTS, acting("li")).moved}
    assert keys == {f"{ROUND}-2", f"{SPRING}-1"}
    assert stage.engine.log(f"{ROUND}-1")[-1].event == "void"


def test_a_moment_before_still_replays_to_the_older_dates(stage: Stage) -> None:
    then, issue = stage.clock.at, stage.engine.view(f"{SPRING}-1").issue
    stage.clock.forward(days=3)
    stage.engine.adopt_calendar(china(), FACTS, acting("li"))
    replayed = stage.engine.replay(f"{SPRING}-1", then)
    assert replayed.issue == issue
    assert replayed.calendar == before_the_notice()
    (plan,) = (o for o in issue.obligations if o.kind == "draft_plan")
    assert (plan.due, plan.provisional) == (date(2023, 5, 4), True)


def test_the_day_of_the_import_floods_nobody(stage: Stage) -> None:
    stage.engine.tick("node")
    before = stage.engine.notices()
    stage.engine.adopt_calendar(china(), FACTS, acting("li"))
    ticked = stage.engine.tick("node")
    assert (ticked.owed, ticked.unreachable, ticked.superseded) == (0, 0, 0)
    assert stage.engine.notices() == before
    # and nothing falls silent: three working days before 6 May, which is one itself
    for day, owed in ((27, 0), (28, 1)):
        stage.clock.to(date(2023, 4, day))
        stage.engine.tick("node")
        reminders = [
            s for s in stage.engine.notices(f"{SPRING}-1") if s.notice.facts["kind"] == "draft_plan"
        ]
        assert len(reminders) == owed, day


def in_rectification(stage: Stage, due: str) -> str:
    """Bring the second issue to a measure with a date that was given; return the issue's key."""
    key = f"{ROUND}-2"
    named = {"leader": "zhou", "department": "河长办", "person": "wang"}
    stage.does("li", "assign", named, issue=key)
    stage.does("wang", "add_measure", {"text": "修订制度", "due": due}, issue=key)
    stage.does("wang", "draft_plan", issue=key)
    stage.does("chen", "approve_plan", issue=key)
    return key


def rungs(stage: Stage, key: str, name: str) -> list[tuple[str, date]]:
    """Return who was reminded of the measure at a rung, and when."""
    return [
        (s.notice.recipient, stage.engine.desk.day(s.notice.created_at))
        for s in stage.engine.notices(key)
        if s.notice.rung == name and s.notice.facts.get("kind") == "finish_measure"
    ]


def test_rungs_before_a_given_date_follow_the_calendar_without_an_entry(stage: Stage) -> None:
    """Ten working days before 16 May: 2 May in plain weeks, 28 April with the days off."""
    key = in_rectification(stage, "2023-05-16")
    before = {s.summary.key: s.summary.lights for s in stage.engine.lines()}
    adopted = stage.engine.adopt_calendar(china(), FACTS, acting("li"))
    assert key not in {m.issue for m in adopted.moved}
    after = {s.summary.key: s.summary.lights for s in stage.engine.lines()}
    assert (before[key][0], after[key][0]) == (
        (date(2023, 5, 2), "yellow"),
        (date(2023, 4, 28), "yellow"),
    )
    assert stage.engine.verify().problems == ()
    stage.ticks(date(2023, 4, 21), date(2023, 5, 15))
    assert {day for _, day in rungs(stage, key, "soon")} == {date(2023, 4, 28)}
    assert stage.engine.verify().problems == ()


def test_a_rung_that_a_calendar_moves_into_the_past_is_let_go_and_the_next_one_comes(
    stage: Stage,
) -> None:
    """On 25 April, ten working days before 10 May are over already: they began on 24 April."""
    key = in_rectification(stage, "2023-05-10")
    stage.clock.to(date(2023, 4, 25))
    stage.engine.tick("node")
    stage.engine.adopt_calendar(china(), FACTS, acting("li"))
    assert stage.engine.verify().problems == ()
    stage.ticks(date(2023, 4, 25), date(2023, 5, 10))
    assert rungs(stage, key, "soon") == []
    assert [day for _, day in rungs(stage, key, "due")] == [date(2023, 5, 10)]
    assert stage.engine.verify().problems == ()


def test_a_rung_that_a_calendar_moves_on_is_neither_repeated_nor_its_letter(store: Store) -> None:
    """Six working days after 25 April: 3 May in plain weeks, 6 May with the days off."""
    stage = a_stage(store, issues=2, calendar=before_the_notice(), letters=Scribe())
    key = in_rectification(stage, "2023-04-25")
    stage.ticks(date(2023, 4, 24), date(2023, 5, 3))
    issued = [s.letter.kind for s in stage.engine.letters(key)]
    told = rungs(stage, key, "escalated")
    assert (issued, {day for _, day in told}) == (["督办函", "告诫函"], {date(2023, 5, 3)})
    stage.engine.adopt_calendar(china(), FACTS, acting("li"))
    for ticked in stage.ticks(date(2023, 5, 4), date(2023, 5, 8)):
        assert ticked.failed == 0
    assert [s.letter.kind for s in stage.engine.letters(key)] == issued
    assert rungs(stage, key, "escalated") == told
    assert stage.engine.verify().problems == ()


def test_only_a_supervisor_of_every_unit_adopts_a_calendar(stage: Stage) -> None:
    before = stage.log()
    for person in ("wang", "chen"):
        with pytest.raises(Refused):
            stage.engine.adopt_calendar(china(), FACTS, acting(person))
    assert stage.log() == before
    assert stage.engine.calendar() == before_the_notice()


def test_the_same_request_twice_adopts_once(stage: Stage) -> None:
    first = stage.engine.adopt_calendar(china(), FACTS, acting("li"), "r-1")
    before = stage.log()
    again = stage.engine.adopt_calendar(china(), FACTS, acting("li"), "r-1")
    assert (again.entry, again.moved) == (first.entry, ())
    assert stage.log() == before


# ------------------------------------------------------------------------------------ processes


def test_running_issues_are_moved_to_another_process_on_record(stage: Stage) -> None:
    longer = replace(
        default_process(),
        name="longer",
        obligations=tuple(
            replace(o, due=replace(o.due, term=replace(o.due.term, amount=15)))
            if o.kind == "draft_plan"
            else o
            for o in default_process().obligations
        ),
    )
    stage.engine.adopt(longer, acting("li"))
    foreseen = stage.engine.foresee(process=longer)
    assert {(m.issue, m.was, m.now) for m in foreseen.moved} == {
        (f"{ROUND}-1", PLAN, date(2023, 3, 22)),
        (f"{ROUND}-2", PLAN, date(2023, 3, 22)),
        (f"{SPRING}-1", date(2023, 5, 4), date(2023, 5, 11)),
    }
    before = stage.clock.at
    stage.clock.forward(days=1)
    adopted = stage.engine.migrate(acting("li"))
    assert adopted.moved == foreseen.moved
    assert stage.engine.view(f"{SPRING}-1").process == longer
    assert stage.engine.replay(f"{SPRING}-1", before).process == default_process()
    assert stage.engine.foresee(process=longer).issues == 0
    assert stage.engine.verify().problems == ()


def test_issues_that_a_process_cannot_take_are_all_named(stage: Stage) -> None:
    former = read_process(json.dumps(json.loads(FORMER.read_text(encoding="utf-8"))).encode())
    before = stage.log()
    with pytest.raises(Invalid) as invalid:
        stage.engine.foresee(process=former)
    assert [(p.source, p.code) for p in invalid.value.problems] == [
        (f"{ROUND}-1", "no_recalculation"),
        (f"{ROUND}-2", "no_recalculation"),
        (f"{SPRING}-1", "no_recalculation"),
    ]
    stage.engine.adopt(former, acting("li"))
    with pytest.raises(Invalid):
        stage.engine.migrate(acting("li"))
    assert len(stage.log()) == len(before) + 1
