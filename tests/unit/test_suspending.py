"""The clock that stands still, as whole decisions stop it and set it going."""

from __future__ import annotations

from datetime import date

import pytest

from states.decision import decide, options
from states.errors import Refused
from states.frozen import replace
from tests.cast import (
    DUE,
    PROOF,
    Facts,
    Story,
    a_story,
    attempt,
    issue_in,
)
from tests.dates_owed import dues, owed
from tests.refusals import unmet

ASKED: Facts = {"due": "2023-06-30", "reason": "汛期", "progress": "已完成一半"}


def stopped(story: Story, day: date) -> Story:
    story.until(day).acts("chen", "suspend", {"reason": "等待上级批复", "basis": "县纪委函"})
    return story


def test_nothing_is_owed_while_the_clock_stands_still():
    story = stopped(issue_in("in_rectification"), date(2023, 4, 10))
    assert story.issue.obligations == ()
    assert {c["because"] for c in story.entries[-1].content["closes"]} == {"suspend"}
    pause = story.issue.suspended
    assert pause is not None
    assert (pause.since, pause.reason) == (date(2023, 4, 10), "等待上级批复")
    assert [(h.kind, h.subject) for h in pause.owed] == [
        ("finish_issue", ""),
        ("finish_measure", "2"),
    ]


def test_what_is_refused_while_the_clock_stands_still_is_refused_with_reason_and_day():
    story = stopped(issue_in("in_rectification"), date(2023, 4, 10))
    with pytest.raises(Refused) as caught:
        story.acts("wang", "finish_measure", {"measure": 2})
    assert [str(u) for u in caught.value.unmet] == [
        "the issue is suspended since 2023-04-10: 等待上级批复 (rectify resume)"
    ]
    assert {o.event for o in caught.value.allowed} == {
        "assign",
        "add_evidence",
        "note",
        "void",
        "resume",
        "hand_over",
        "acknowledge",
    }
    assert unmet(story, "chen", "suspend", {"reason": "x"}) == ["suspended_already"]


@pytest.mark.parametrize(
    ("person", "event", "facts"),
    [
        ("chen", "assign", {"person": "sun"}),
        ("wang", "add_evidence", {"sha256": PROOF, "size": 1, "name": "x"}),
        ("wang", "note", {"note": "x"}),
        ("chen", "hand_over", {"from_person": "wang", "to_person": "sun", "reason": "调动"}),
        ("chen", "void", {"reason": "重复登记"}),
    ],
)
def test_what_is_only_recorded_goes_on_and_owes_nothing(person: str, event: str, facts: Facts):
    story = stopped(issue_in("in_rectification"), date(2023, 4, 10))
    story.acts(person, event, facts)
    assert story.issue.obligations == ()


def test_on_resumption_every_date_still_to_come_moves_on_by_the_pause():
    story = issue_in("in_rectification")
    since = {(o.kind, o.subject): o.owed_since for o in story.issue.obligations}
    story = stopped(story, date(2023, 4, 10))
    story.until(date(2023, 4, 30)).acts("chen", "resume", {"note": "已批复"})
    assert story.issue.suspended is None
    assert story.issue.pauses == ((date(2023, 4, 10), date(2023, 4, 29)),)
    assert dues(story) == {
        "finish_issue": date(2023, 6, 21),  # three months of feedback and twenty days
        "finish_measure 2": date(2023, 6, 4),
    }
    assert {(o.kind, o.subject): o.owed_since for o in story.issue.obligations} == since
    assert (story.issue.due, story.issue.due_original) == (date(2023, 6, 21), DUE)
    assert (story.issue.due_by_rule, story.issue.measures[0].due) == (True, date(2023, 4, 15))


def test_a_date_given_moves_alike_and_stays_given():
    story = issue_in("in_rectification")
    story.acts("chen", "change_due", {"due": "2023-06-15", "reason": "会议决定"})
    story = stopped(story, date(2023, 4, 10))
    story.until(date(2023, 4, 20)).acts("chen", "resume")
    assert (story.issue.due, story.issue.due_by_rule) == (date(2023, 6, 25), False)
    assert story.issue.due_source == "会议决定"


def test_a_date_that_had_passed_before_the_pause_stays_missed():
    story = stopped(issue_in("in_rectification"), date(2023, 5, 20))
    story.until(date(2023, 6, 10)).acts("chen", "resume")
    assert dues(story) == {
        "finish_issue": date(2023, 6, 22),
        "finish_measure 2": date(2023, 5, 15),
    }


def test_a_date_given_that_had_passed_stays_missed_alike():
    story = issue_in("in_rectification")
    story.acts("chen", "change_due", {"due": "2023-05-20", "reason": "会议决定"})
    story = stopped(story, date(2023, 5, 21))
    story.until(date(2023, 6, 10)).acts("chen", "resume")
    assert story.issue.due == date(2023, 5, 20)


def test_a_term_in_working_days_is_counted_around_the_pause():
    story = stopped(issue_in("plan_drafted"), date(2023, 3, 10))  # a Friday, due on the 17th
    story.until(date(2023, 3, 13)).acts("chen", "resume")  # a Monday: one working day was lost
    decide_plan = owed(story, "decide_plan")
    assert decide_plan is not None
    assert (decide_plan.due, decide_plan.anchor) == (date(2023, 3, 20), date(2023, 3, 5))


def test_a_measure_never_moves_beyond_its_issue():
    at_once = a_story(facts={"type": "immediate"})
    at_once.acts("li", "assign", {"leader": "zhou", "department": "办", "person": "wang"})
    at_once.acts("wang", "add_measure", {"text": "当场整改", "due": "2023-03-22"})
    at_once.acts("wang", "draft_plan")
    stopped(at_once, date(2023, 3, 11))  # a Saturday
    at_once.until(date(2023, 3, 13)).acts("chen", "resume")
    assert at_once.issue.due == date(2023, 3, 22)  # 15 working days: none was lost
    assert at_once.issue.measures[0].due == date(2023, 3, 22)


def test_several_pauses_add_up():
    story = stopped(issue_in("in_rectification"), date(2023, 4, 10))
    story.until(date(2023, 4, 20)).acts("chen", "resume")
    stopped(story, date(2023, 5, 1))
    story.until(date(2023, 5, 6)).acts("chen", "resume")
    assert story.issue.due == date(2023, 6, 16)
    assert dues(story)["finish_measure 2"] == date(2023, 5, 30)


def test_a_pause_of_no_day_changes_nothing():
    story = issue_in("in_rectification")
    before = dues(story)
    story = stopped(story, date(2023, 4, 10))
    resumed = attempt("chen", "resume", day=date(2023, 4, 10))
    story.takes(resumed)
    assert dues(story) == before
    assert story.issue.pauses == ()


def test_a_request_that_waits_is_owed_its_decision_after_the_pause():
    story = issue_in("in_rectification")
    story.acts("wang", "request_extension", ASKED)
    first = owed(story, "decide_extension", "1")
    stopped(story, date(2023, 3, 14))
    assert unmet(story, "chen", "approve_extension") == ["suspended"]
    story.until(date(2023, 3, 20)).acts("chen", "resume")
    again = owed(story, "decide_extension", "1")
    assert first is not None
    assert again is not None
    assert (again.owed_since, again.anchor) == (first.owed_since, first.anchor)
    assert again.due > first.due


def test_what_stands_still_is_offered_nothing_that_would_be_refused():
    story = stopped(issue_in("reported"), date(2023, 3, 20))
    tried = attempt("wang", "", day=date(2023, 3, 21))
    blocked = {
        option.event: {u.code for u in option.blocked_by}
        for option in options(story.rules, story.issue, tried, story.office)
    }
    assert "suspended" in blocked["draft_plan"]
    assert blocked["note"] == set()
    plain = replace(story.issue, suspensions=())
    decided = decide(story.rules, plain, replace(tried, event="draft_plan"), story.office)
    assert decided.issue.state == "plan_drafted"
