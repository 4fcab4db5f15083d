"""Later dates, terms of its own and types, as whole decisions take them."""

from __future__ import annotations

from datetime import date

import pytest

from states.errors import Refused
from states.parts import Extension, Override
from tests.cast import (
    DUE,
    DUTY,
    Facts,
    a_story,
    administered,
    delegated,
    issue_in,
    proven,
)
from tests.dates_owed import dues, owed
from tests.refusals import unmet

ASKED: Facts = {"due": "2023-06-30", "reason": "汛期", "progress": "已完成一半"}


# --------------------------------------------------------------------------------- extension


def test_a_request_is_kept_and_waits_for_the_supervisor():
    story = issue_in("in_rectification")
    story.acts("wang", "request_extension", ASKED)
    assert story.issue.extension == Extension(
        number=1,
        asked=date(2023, 6, 30),
        was=DUE,
        reason="汛期",
        progress="已完成一半",
        by=("wang",),
        on=story.day,
    )
    waiting = owed(story, "decide_extension", "1")
    assert waiting is not None
    assert (waiting.role, waiting.anchor) == ("supervisor", story.day)
    assert story.issue.due == DUE


def test_a_grant_moves_the_date_and_keeps_the_first_one_for_ever():
    story = issue_in("in_rectification")
    before = owed(story, "finish_issue")
    story.acts("wang", "request_extension", ASKED)
    story.acts("chen", "approve_extension")
    assert story.entries[-1].facts == {"due": "2023-06-30"}
    assert (story.issue.due, story.issue.due_original) == (date(2023, 6, 30), DUE)
    assert (story.issue.due_by_rule, story.issue.due_source) == (False, "汛期")
    (decided,) = story.issue.extensions
    assert (decided.outcome, decided.granted, decided.asked) == (
        "granted",
        date(2023, 6, 30),
        date(2023, 6, 30),
    )
    after = owed(story, "finish_issue")
    assert before is not None
    assert after is not None
    assert (after.due, after.owed_since) == (date(2023, 6, 30), before.owed_since)
    assert owed(story, "decide_extension", "1") is None
    story.acts("wang", "request_extension", {**ASKED, "due": "2023-07-31"})
    story.acts("chen", "approve_extension", {"due": "2023-07-10", "note": "到汛期结束"})
    assert (story.issue.due, story.issue.due_original) == (date(2023, 7, 10), DUE)
    assert [e.was for e in story.issue.extensions] == [DUE, date(2023, 6, 30)]
    assert unmet(story, "wang", "request_extension", {**ASKED, "due": "2023-08-01"}) == [
        "extended_often"
    ]


def test_a_refusal_leaves_the_date_and_a_new_request_may_follow():
    story = issue_in("in_rectification")
    story.acts("wang", "request_extension", ASKED)
    story.acts("chen", "refuse_extension", {"reason": "理由不充分"})
    assert (story.issue.due, story.issue.due_by_rule) == (DUE, True)
    assert [e.outcome for e in story.issue.extensions] == ["refused"]
    story.acts("wang", "request_extension", ASKED)
    assert story.issue.extension is not None
    assert story.issue.extension.number == 2


def test_a_measure_is_extended_by_itself():
    story = issue_in("in_rectification")
    story.acts("wang", "request_extension", {**ASKED, "due": "2023-05-25", "measure": 2})
    story.acts("chen", "approve_extension")
    assert story.issue.due == DUE
    measure = story.issue.measures[1]
    assert (measure.due, measure.due_original) == (date(2023, 5, 25), date(2023, 5, 15))
    assert dues(story)["finish_measure 2"] == date(2023, 5, 25)


def test_a_request_ends_with_the_measure_it_is_about():
    for person, event, facts in (
        ("wang", "finish_measure", {"measure": 2}),
        ("chen", "drop_measure", {"measure": 2, "reason": "重复"}),
    ):
        story = issue_in("in_rectification")
        story.acts("wang", "request_extension", {**ASKED, "due": "2023-05-25", "measure": 2})
        story.acts(person, event, facts)
        assert [e.outcome for e in story.issue.extensions] == ["lapsed"]
        assert owed(story, "decide_extension", "1") is None
    story = issue_in("in_rectification")
    story.acts("wang", "request_extension", ASKED)
    story.acts("wang", "finish_measure", {"measure": 2})
    assert story.issue.extension is not None


def test_a_request_undecided_at_acceptance_lapses():
    story = proven(issue_in("in_rectification"), 2)
    story.acts("wang", "request_extension", ASKED)
    story.acts("wang", "submit_completion")
    assert owed(story, "decide_extension", "1") is None
    story.acts("chen", "return_completion", {"reason": "佐证不足"})
    assert owed(story, "decide_extension", "1") is not None
    story.acts("wang", "submit_completion")
    story.acts("chen", "accept", {"no_duties": "一次性事项"})
    assert [e.outcome for e in story.issue.extensions] == ["lapsed"]


def test_a_request_that_the_date_itself_has_reached_waits_no_longer():
    """Nobody could grant it: a grant is never earlier than the date that stands."""
    for due, outcome in (("2023-06-29", None), ("2023-06-30", "lapsed")):
        story = issue_in("in_rectification")
        story.acts("wang", "request_extension", ASKED)
        story.acts("chen", "change_due", {"due": due, "reason": "汛期"})
        assert [e.outcome for e in story.issue.extensions] == [outcome]
        assert (owed(story, "decide_extension", "1") is None) == (outcome is not None)
    story = issue_in("in_rectification")
    story.acts("wang", "request_extension", ASKED)
    story.acts("chen", "suspend", {"reason": "诉讼"})
    story.until(date(2023, 5, 1)).acts("chen", "resume")
    assert story.issue.due is not None
    assert story.issue.due > date(2023, 6, 30)
    assert story.issue.extension is None
    assert owed(story, "decide_extension", "1") is None
    story.acts("wang", "request_extension", {**ASKED, "due": "2023-07-20", "measure": 2})
    edit = {"measure": 2, "due": "2023-07-20", "reason": "一并调整"}
    story.acts("chen", "edit_measure", edit)
    assert story.issue.extension is None


def test_a_late_request_is_refused_with_all_that_is_wrong_with_it():
    story = issue_in("in_rectification").until(date(2023, 6, 2))
    facts = {"due": "2023-05-20", "measure": 9, "progress": "无"}
    assert unmet(story, "wang", "request_extension", facts) == ["fact_missing", "measure_unknown"]
    facts = {**ASKED, "due": "2023-05-20"}
    assert unmet(story, "wang", "request_extension", facts) == ["asked_late", "not_later"]


def test_nobody_grants_their_own_request_not_even_by_a_delegate():
    story = issue_in("in_rectification")
    grant = {"person": "wang", "role": "supervisor", "unit": story.issue.unit}
    story.office = administered(story.office, "grant_role", grant)
    for recorder in ("he", "chen"):
        story.office = delegated(story.office, "wang", recorder)
    story.acts("he", "request_extension", ASKED, behalf="wang")
    assert unmet(story, "wang", "approve_extension") == ["own_request"]
    with pytest.raises(Refused, match="wang had a hand in this request"):
        story.acts("chen", "approve_extension", behalf="wang")
    story.acts("chen", "approve_extension")


# --------------------------------------------------------------------- terms, types and dates


def test_a_term_of_its_own_is_counted_from_the_same_day_for_what_is_owed_now_too():
    story = issue_in("plan_drafted")
    before = owed(story, "decide_plan")
    story.acts("chen", "set_term", {"kind": "decide_plan", "after": "1个月", "reason": "专家论证"})
    (override,) = story.issue.overrides
    assert override == Override(kind="decide_plan", term=override.term, reason="专家论证")
    assert str(override.term) == "1 month"
    after = owed(story, "decide_plan")
    assert before is not None
    assert after is not None
    assert (before.due, after.due) == (date(2023, 3, 17), date(2023, 4, 5))
    assert (after.anchor, after.owed_since) == (before.anchor, before.owed_since)
    facts = {"kind": "decide_plan", "after": "40 days", "reason": "x"}
    story.acts("chen", "set_term", facts)
    assert [str(o.term) for o in story.issue.overrides] == ["40 days"]


def test_a_plan_with_a_term_of_its_own_is_still_given_a_week_when_returned():
    story = issue_in("plan_drafted")
    story.acts("chen", "set_term", {"kind": "draft_plan", "after": "5 workdays", "reason": "急"})
    story.until(date(2023, 4, 3)).acts("chen", "return_plan", {"reason": "不具体"})
    assert dues(story)["draft_plan"] == date(2023, 4, 10)


def test_another_type_brings_the_date_of_its_rule_unless_a_date_was_given():
    story = a_story()
    story.acts("li", "classify", {"type": "immediate", "long_term": True})
    assert (story.issue.type, story.issue.long_term) == ("immediate", True)
    assert (story.issue.due, story.issue.due_original) == (date(2023, 3, 22), DUE)
    assert dues(story)["finish_issue"] == date(2023, 3, 22)
    story.acts("li", "classify", {"type": "staged"})
    assert story.issue.due == DUE
    assert story.issue.long_term is True
    given = a_story(facts={"due": "2023-04-30"})
    given.acts("li", "classify", {"type": "immediate"})
    assert given.issue.due == date(2023, 4, 30)
    assert given.issue.due_by_rule is False


def test_a_new_date_before_today_is_refused():
    story = issue_in("in_rectification")
    past = {"due": "2023-03-01", "reason": "x"}
    assert "date_past" in unmet(story, "chen", "change_due", past)
    assert unmet(story, "wang", "add_measure", {"text": "x", "due": "2023-03-01"}) == ["date_past"]
    edit = {"measure": 2, "due": "2023-03-01", "reason": "x"}
    assert unmet(story, "chen", "edit_measure", edit) == ["date_past"]


def test_what_was_put_right_during_the_inspection_is_planned_before_the_feedback():
    story = a_story(facts={"type": "immediate"})
    story.acts("li", "assign", {"leader": "zhou", "department": "办", "person": "wang"})
    story.acts("wang", "add_measure", {"text": "当场整改", "due": "2023-02-10"})
    story.acts("wang", "draft_plan")
    assert story.issue.plan[0].due == date(2023, 2, 10)


def test_an_issue_of_the_long_term_needs_a_duty():
    story = issue_in("in_rectification")
    story.acts("chen", "classify", {"long_term": True})
    proven(story, 2).acts("wang", "submit_completion")
    assert unmet(story, "chen", "accept", {"no_duties": "x"}) == ["long_term_without_duty"]
    story.acts("chen", "accept", {"duties": [DUTY]})


def test_a_new_cycle_forgets_terms_of_its_own():
    story = issue_in("long_term_maintenance")
    facts = {"kind": "draft_plan", "after": "30 workdays", "reason": "x"}
    story.acts("chen", "set_term", facts)
    assert len(story.issue.overrides) == 1
    story.acts("chen", "reopen", {"reason": "反弹", "basis": "回头看"})
    assert story.issue.overrides == ()
