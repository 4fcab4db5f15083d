"""What verify holds against the rules, and what replay tells of past days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from states.audit import replay, rungs_due, verify
from states.calendar import WEEKDAYS, Calendar
from states.frozen import replace
from states.log import Row
from tests.cast import (
    KEY,
    Story,
    a_story,
    assigned,
    issue_in,
    performed,
    rules_of,
)
from tests.verified import PROCESS, PROCESSES, forged, found, proven


@pytest.fixture
def story() -> Story:
    return issue_in("long_term_maintenance")


# ------------------------------------------------------------------ rules that it was decided by


def with_record(story: Story, n: int, **changes: Any) -> list[Row]:
    """Return a log in which the first obligation that an entry opens says something else."""
    content = story.entries[n - 1].content
    first, *rest = content["opens"]
    return forged(story, n, opens=[{**first, **changes}, *rest])


def test_a_date_that_rule_and_calendar_do_not_yield_is_found(story: Story):
    rows = with_record(story, 1, due="2023-03-20")
    assert [str(p) for p in proven(rows).problems] == [
        f"{KEY}:1: the date 2023-03-20 of draft_plan is not what rule and calendar yield "
        "(2023-03-15)"
    ]
    n = next(e.n for e in story.entries if e.event == "draft_plan")
    assert found(with_record(story, n, due="2024-01-01")) == [f"due_differs {KEY}:{n}"]


def test_the_issues_own_date_by_rule_is_held_against_the_rule(story: Story):
    facts = {**story.entries[0].facts, "due": "2023-12-31"}
    (problem,) = proven(forged(story, 1, facts=facts)).problems
    assert (problem.code, problem.facts["kind"]) == ("due_differs", "issue")


@pytest.mark.parametrize("kind", ["duties", "look_backs"])
def test_a_date_that_was_not_derived_from_what_was_said_is_found(story: Story, kind: str):
    """A duty or a visit put off by whoever can write the whole log anew."""
    n = next(e.n for e in story.entries if e.event == "accept")
    facts = dict(story.entries[n - 1].facts)
    first, *rest = facts[kind]
    facts[kind] = [{**first, "due": "2033-01-01"}, *rest]
    (problem,) = proven(forged(story, n, facts=facts)).problems
    assert (problem.code, problem.line, problem.facts["kind"]) == ("due_differs", n, kind)
    assert "2033-01-01" in str(problem)


def test_the_next_occurrence_of_a_duty_is_held_against_its_recurrence(story: Story):
    performed(story)
    n = story.issue.n
    facts = {**story.entries[-1].facts, "next": {"due": "2033-01-01", "provisional": False}}
    assert found(forged(story, n, facts=facts)) == [f"due_differs {KEY}:{n}"]


def test_a_date_by_rule_is_counted_by_the_calendar_that_the_entry_names():
    calendar = Calendar("three days off", off=tuple((date(2023, 3, d), "x") for d in (8, 9, 10)))
    story = a_story(rules_of(None, calendar))
    known = {calendar.hash: calendar}
    assert verify(story.rows, PROCESSES, known).problems == []
    assert found(story.rows) == [f"calendar_unknown {KEY}:1"]
    rows = forged(story, 1, calendar=WEEKDAYS.hash)
    assert [p.code for p in verify(rows, PROCESSES, known).problems] == ["due_differs"]


def test_a_calendar_is_not_left_out_once_it_was_named(story: Story):
    assert found(forged(story, 2, calendar="")) == [f"calendar_unknown {KEY}:2"]
    assert found(forged(story, 2, calendar="0" * 64)) == [f"calendar_unknown {KEY}:2"]


def test_what_is_opened_again_with_its_date_keeps_what_an_earlier_calendar_gave():
    (rule,) = (r for r in PROCESS.obligations if r.kind == "draft_plan")
    by_measure = replace(
        rule, kind="check", each="measure", due=replace(rule.due, anchor="entered")
    )
    process = replace(PROCESS, obligations=(*PROCESS.obligations, by_measure))
    story = assigned(a_story(process))
    story.acts("wang", "add_measure", {"text": "x", "due": "2023-04-15"})
    story.calendar = Calendar("later", off=((date(2023, 3, 8), "x"),))
    story.acts("wang", "edit_measure", {"measure": 1, "person": "wang"})
    assert [r["kind"] for r in story.entries[-1].content["opens"]] == ["check"]
    known = {story.calendar.hash: story.calendar}
    assert verify(story.rows, {process.hash: process}, known).problems == []


def test_an_honest_log_of_everything_that_time_brings_is_proven():
    story = issue_in("plan_drafted")
    story.acts("chen", "set_term", {"kind": "decide_plan", "after": "1 month", "reason": "x"})
    story.acts("chen", "suspend", {"reason": "x"})
    story.until(date(2023, 3, 20)).acts("chen", "resume")
    story.acts("chen", "classify", {"type": "staged"})
    story.acts("chen", "return_plan", {"reason": "x"})
    story.calendar = Calendar("later", off=((date(2023, 3, 24), "x"),))
    story.comes("recalculate")
    story.acts("chen", "hand_over", {"from_person": "wang", "to_person": "sun", "reason": "x"})
    assert verify(story.rows, PROCESSES, {story.calendar.hash: story.calendar}).problems == []


def test_only_a_recalculation_moves_an_issue_to_another_process(story: Story):
    other = replace(PROCESS, name="other")
    known = {**PROCESSES, other.hash: other}
    rows = forged(story, 3, process=other.hash)
    assert [p.code for p in verify(rows, known).problems] == ["process_switched"]
    moved = issue_in("reported")
    moved.process = other
    moved.comes("recalculate")
    moved.acts("li", "note", {"note": "x"})
    assert verify(moved.rows, known).problems == []


# ------------------------------------------------------------------------------- past days


def test_replay_tells_the_state_at_the_end_of_a_day(story: Story):
    for entry in story.entries:
        day = date.fromisoformat(entry.content["day"])
        assert replay(story.entries, day) == replay(story.entries, entry.at)
    assert replay(story.entries, date(2023, 2, 28)) is None


def rungs(story: Story, day: date) -> list[str]:
    issue = replay(story.entries, day)
    assert issue is not None
    due = rungs_due(story.rules, issue, day)
    return [f"{o.kind} {o.subject}".strip() + f": {x.rung.name} {x.on}" for o, x in due]


def test_which_rungs_were_due_on_a_past_day_can_be_told():
    story = issue_in("in_rectification")
    assert rungs(story, date(2023, 3, 1)) == []
    assert rungs(story, date(2023, 4, 14)) == []
    assert rungs(story, date(2023, 4, 17)) == ["finish_measure 2: early 2023-04-17"]
    assert rungs(story, date(2023, 5, 15)) == [
        "finish_issue: early 2023-05-04",
        "finish_measure 2: due 2023-05-15",
    ]
    assert rungs(story, date(2023, 6, 2)) == [
        "finish_issue: overdue 2023-06-02",
        "finish_measure 2: escalated 2023-05-23",
    ]
    story.until(date(2023, 6, 2)).acts("wang", "finish_measure", {"measure": 2})
    assert rungs(story, date(2023, 6, 2)) == ["finish_issue: overdue 2023-06-02"]
    assert rungs(story, date(2023, 6, 1)) == [
        "finish_issue: due 2023-06-01",
        "finish_measure 2: escalated 2023-05-23",
    ]
