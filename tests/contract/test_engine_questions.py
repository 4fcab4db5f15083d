"""Dates explained day by day, and figures against both dates, on every store."""

from __future__ import annotations

from datetime import date

import pytest

from states.calendar import WEEKDAYS
from states.calendar_data import china
from states.term import Term
from tests.stage import ROUND, Stage, a_stage, acting, registration
from workflow.engine.explaining import Counted
from workflow.engine.figures import Figures
from workflow.ports import Store

FIRST = f"{ROUND}-1"


@pytest.fixture
def stage(store: Store) -> Stage:
    return a_stage(store, issues=4, calendar=china())


def explained(stage: Stage, key: str, kind: str) -> Counted:
    (found,) = (d for d in stage.engine.explain(key).dates if d.kind == kind)
    return found


def test_a_date_is_counted_day_by_day_with_its_rule_and_calendar(stage: Stage) -> None:
    spring = registration(1, "YX2023B", "34" * 32, feedback=date(2023, 4, 20))
    stage.clock.to(date(2023, 4, 20))
    stage.engine.register_round(spring, acting("li"))
    plan = explained(stage, "YX2023B-1", "draft_plan")
    assert (plan.anchor, plan.anchor_name) == (date(2023, 4, 20), "cycle")
    assert (plan.term, plan.rule) == (Term(10), "zhejiang-2017-plan")
    assert (plan.due, plan.provisional, plan.differs) == (date(2023, 5, 6), False, None)
    assert plan.calendar == china()
    assert (plan.days[0].day, plan.days[-1].day) == (date(2023, 4, 21), plan.due)
    assert [d.nth for d in plan.days if d.nth] == list(range(1, 11))
    special = {d.day.isoformat(): d.kind for d in plan.days if d.holiday}
    assert special == {
        "2023-04-23": "make_up",
        "2023-04-29": "holiday",
        "2023-04-30": "holiday",
        "2023-05-01": "holiday",
        "2023-05-02": "holiday",
        "2023-05-03": "holiday",
        "2023-05-06": "make_up",
    }


def test_the_issues_own_date_names_its_rule_or_who_gave_it(stage: Stage) -> None:
    own = explained(stage, FIRST, "")
    assert (own.due, str(own.term), own.anchor_name) == (date(2023, 6, 1), "3 months", "cycle")
    stage.does("chen", "change_due", {"due": "2023-07-01", "reason": "县委同意"})
    own = explained(stage, FIRST, "")
    assert (own.due, own.term, own.source) == (date(2023, 7, 1), None, "县委同意")


def test_a_minimum_that_decides_is_named(stage: Stage) -> None:
    stage.planned()
    stage.clock.to(date(2023, 3, 14))
    stage.does("chen", "return_plan", {"reason": "措施不具体"})
    plan = explained(stage, FIRST, "draft_plan")
    assert (plan.due, plan.at_least, plan.anchor_name) == (date(2023, 3, 21), True, "entered")


def test_a_term_of_the_issues_own_says_why(stage: Stage) -> None:
    facts = {"kind": "draft_plan", "after": "15 workdays", "reason": "跨年度"}
    stage.does("chen", "set_term", facts)
    plan = explained(stage, FIRST, "draft_plan")
    assert (plan.term, plan.override_reason) == (Term(15), "跨年度")


def test_it_is_counted_with_the_calendar_of_then(stage: Stage) -> None:
    stage.planned()
    shorter = china().__class__("plain")
    stage.clock.forward(days=1)
    stage.engine.adopt_calendar(shorter, {"source": "试点", "years": ""}, acting("li"))
    decide = explained(stage, FIRST, "decide_plan")
    assert decide.calendar == china()
    assert stage.engine.explain(FIRST).calendar == shorter


def test_an_office_without_a_calendar_counts_plain_weeks(store: Store) -> None:
    plan = explained(a_stage(store), FIRST, "draft_plan")
    assert (plan.calendar, plan.due) == (WEEKDAYS, date(2023, 3, 15))
    assert len([d for d in plan.days if d.nth is None]) == 4


def figures(stage: Stage) -> Figures:
    (found,) = stage.engine.figures(round=ROUND)
    return found


def test_figures_count_against_the_date_in_force_and_the_original(stage: Stage) -> None:
    stage.planned()
    stage.proven()
    stage.does("chen", "change_due", {"due": "2023-07-01", "reason": "县委同意"})
    stage.clock.to(date(2023, 6, 15))
    stage.does("wang", "submit_completion")
    stage.does("chen", "suspend", {"reason": "防汛"}, issue=f"{ROUND}-2")
    stage.does("chen", "change_due", {"due": "2023-12-01", "reason": "x"}, issue=f"{ROUND}-3")
    now = figures(stage)
    assert (now.issues, now.completed, now.open, now.suspended) == (4, 1, 3, 1)
    assert (now.completed_in_time, now.completed_in_time_original) == (1, 0)
    assert (now.overdue, now.overdue_original) == (1, 2)
    assert now.by_state == {"completed": 1, "reported": 3}
    assert now.completion_rate == 0.25
    assert now.rebound_rate is None
    # the outcome is frozen: what happens to the date or the clock later changes nothing of it
    stage.clock.to(date(2024, 6, 15))
    later = figures(stage)
    assert (later.completed_in_time, later.completed_in_time_original) == (1, 0)


def test_what_is_basically_completed_never_counts_as_completed(stage: Stage) -> None:
    stage.planned()
    stage.proven()
    left = {"verdict": "basically_completed", "remains": "x", "by": "wang", "until": "2023-05-31"}
    stage.does("wang", "submit_completion", left)
    now = figures(stage)
    assert (now.completed, now.basically, now.open) == (0, 1, 3)


def test_a_rebound_counts_once_accepted(stage: Stage) -> None:
    stage.planned()
    stage.proven()
    stage.does("wang", "submit_completion")
    stage.does("chen", "accept", {"no_duties": "一次性事项"})
    assert (figures(stage).accepted, figures(stage).rebound_rate) == (1, 0.0)
    stage.does("li", "reopen", {"reason": "反弹", "basis": "回头看"})
    assert (figures(stage).accepted, figures(stage).reopened) == (1, 1)
    assert figures(stage).rebound_rate == 1.0
    assert figures(stage).completed == 0


def test_figures_are_kept_apart_by_round_and_a_voided_issue_is_not_counted(stage: Stage) -> None:
    stage.engine.register_round(registration(2, "YX2024", "34" * 32), acting("li"))
    stage.does("li", "void", {"reason": "误登"}, issue=f"{ROUND}-4")
    assert [(f.round, f.issues) for f in stage.engine.figures()] == [(ROUND, 3), ("YX2024", 2)]
    assert stage.engine.figures(unit="没有") == []


def test_of_equal_dates_the_lower_number_comes_first(store: Store) -> None:
    stage = a_stage(store, issues=12)
    numbers = [o.issue.number for o in stage.engine.owed() if o.obligation.kind == "draft_plan"]
    assert numbers == list(range(1, 13))
