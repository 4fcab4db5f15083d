"""Obligations: what is owed in each state, by whom, until when, and why it ends."""

from __future__ import annotations

from datetime import date

import pytest

from states.issue import Obligation
from tests.cast import (
    DUE,
    DUTY,
    KEY,
    REMAINDER,
    STATES,
    Story,
    a_story,
    issue_in,
    performed,
    proven,
)


def owed(story: Story) -> list[str]:
    """Return what is open, a line each: kind and subject, who, until when."""
    return [
        f"{o.kind} {o.subject}".strip() + f": {o.person or o.role}, {o.due}"
        for o in story.issue.obligations
    ]


def ended(story: Story) -> dict[str, str]:
    """Return what the last entry closed, by kind, with the reason."""
    closes = story.entries[-1].content["closes"]
    return {c["id"].split("/")[2]: c["because"] for c in closes}


def opened(story: Story) -> list[str]:
    return [record["kind"] for record in story.entries[-1].content["opens"]]


DRAFT = "draft_plan: responsible, 2023-03-15"
FINISH = "finish_issue: responsible, 2023-06-01"
VISITS = ["look_back 1: supervisor, 2023-06-10", "look_back 2: supervisor, 2023-09-10"]


@pytest.mark.parametrize(
    ("state", "lines"),
    [
        ("reported", [DRAFT, FINISH]),
        ("plan_drafted", [FINISH, "decide_plan: supervisor, 2023-03-17"]),
        ("in_rectification", [FINISH, "finish_measure 2: responsible, 2023-05-15"]),
        (
            "completed",
            ["verify_completion: supervisor, 2023-03-23", "finish_remainder: wang, 2023-12-31"],
        ),
        (
            "long_term_maintenance",
            [
                "finish_remainder: wang, 2023-12-31",
                "perform_duty 1.1: wang, 2023-07-01",
                *VISITS,
            ],
        ),
    ],
)
def test_each_state_has_its_obligations(state: str, lines: list[str]):
    assert owed(issue_in(state)) == lines


def test_an_obligation_says_where_it_comes_from():
    story = issue_in("plan_drafted")
    n = story.issue.n
    assert story.issue.obligations[-1] == Obligation(
        id=f"{KEY}/{n}/decide_plan",
        kind="decide_plan",
        subject="",
        role="supervisor",
        person=None,
        due=date(2023, 3, 17),  # ten working days after Sunday 2023-03-05
        ladder="office",
        opened_by=n,
        opened_on=story.day,
        anchor=story.day,
        owed_since=story.day,
    )


def test_what_a_state_owes_ends_with_the_event_that_leaves_it():
    story = issue_in("plan_drafted")
    story.acts("chen", "return_plan", {"reason": "时限不合理"})
    assert ended(story) == {"decide_plan": "return_plan"}
    assert opened(story) == ["draft_plan"]
    story.acts("wang", "draft_plan")
    assert ended(story) == {"draft_plan": "draft_plan"}


def test_an_obligation_across_states_keeps_its_identity_and_date():
    story = a_story()
    first = next(o for o in story.issue.obligations if o.kind == "finish_issue")
    for state in STATES[1:3]:
        assert first in issue_in(state).issue.obligations


def test_a_note_touches_no_obligation():
    for state in STATES:
        story = issue_in(state)
        before = story.issue.obligations
        story.acts("chen", "note", {"note": "x"})
        assert story.issue.obligations == before
        assert (opened(story), ended(story)) == ([], {})


def test_a_new_due_date_replaces_exactly_the_obligation_that_depends_on_it():
    story = issue_in("in_rectification")
    before = story.issue.obligations
    story.acts("chen", "change_due", {"due": "2023-06-30", "reason": "汛期"})
    assert ended(story) == {"finish_issue": "change_due"}
    assert opened(story) == ["finish_issue"]
    kept = [o for o in before if o.kind != "finish_issue"]
    assert [o for o in story.issue.obligations if o.kind != "finish_issue"] == kept
    assert "finish_issue: responsible, 2023-06-30" in owed(story)
    assert (story.issue.due, story.issue.due_original) == (date(2023, 6, 30), DUE)


def test_the_same_due_date_again_replaces_nothing():
    story = issue_in("in_rectification")
    before = story.issue.obligations
    story.acts("chen", "change_due", {"due": DUE, "reason": "核对"})
    assert story.issue.obligations == before


def test_a_measure_that_gets_another_date_or_person_is_owed_anew():
    story = issue_in("in_rectification")
    story.acts("chen", "edit_measure", {"measure": 2, "due": "2023-05-20", "reason": "x"})
    assert owed(story) == [FINISH, "finish_measure 2: responsible, 2023-05-20"]
    story.acts("chen", "edit_measure", {"measure": 2, "person": "sun", "reason": "x"})
    assert owed(story) == [FINISH, "finish_measure 2: sun, 2023-05-20"]
    story.acts("chen", "edit_measure", {"measure": 2, "text": "改", "reason": "x"})
    assert (opened(story), ended(story)) == ([], {})


def test_a_measure_is_owed_until_it_is_done_or_dropped():
    story = issue_in("in_rectification")
    story.acts("wang", "add_measure", {"text": "第三条", "due": "2023-05-01"})
    assert opened(story) == ["finish_measure"]
    story.acts("wang", "finish_measure", {"measure": 2})
    assert ended(story) == {"finish_measure": "finish_measure"}
    story.acts("chen", "drop_measure", {"measure": 3, "reason": "重复"})
    assert ended(story) == {"finish_measure": "drop_measure"}
    assert owed(story) == [FINISH]


def test_returned_work_is_owed_again_with_its_date_unchanged():
    story = issue_in("completed")
    story.acts("chen", "return_completion", {"reason": "佐证不足"})
    assert owed(story) == [FINISH, "finish_measure 2: responsible, 2023-05-15"]
    assert ended(story) == {
        "verify_completion": "return_completion",
        "finish_remainder": "return_completion",
    }


def test_what_remains_is_owed_beyond_acceptance_until_it_is_finished():
    story = issue_in("completed")
    story.acts("chen", "accept", {"no_duties": "一次性事项"})
    assert owed(story) == ["finish_remainder: wang, 2023-12-31", *VISITS]
    story.acts("wang", "finish_remainder")
    assert owed(story) == VISITS
    assert story.issue.remainder is not None
    assert story.issue.remainder.done_on == story.day


def test_a_duty_performed_is_owed_again_at_its_next_date():
    story = issue_in("long_term_maintenance")
    performed(story)
    assert "perform_duty 1.2: wang, 2023-07-31" in owed(story)
    assert ended(story) == {"perform_duty": "perform_duty"}
    performed(story.until(date(2023, 7, 2)))
    assert "perform_duty 1.3: wang, 2023-08-30" in owed(story)


def test_an_occurrence_of_a_duty_lapses_when_the_next_one_comes_due():
    story = issue_in("long_term_maintenance")
    duty = next(o for o in story.issue.obligations if o.kind == "perform_duty")
    assert (duty.due, duty.lapses_on) == (date(2023, 7, 1), date(2023, 7, 31))
    others = [o for o in story.issue.obligations if o.kind != "perform_duty"]
    assert {o.lapses_on for o in others} == {None}


def test_a_duty_that_only_an_event_calls_for_owes_nothing():
    story = proven(issue_in("in_rectification"), 2)
    story.acts("wang", "submit_completion")
    event = {"text": "民主生活会对照检查", "when": [{"every": "event", "names": ["民主生活会"]}]}
    story.acts("chen", "accept", {"duties": [event]})
    assert owed(story) == [
        "look_back 1: supervisor, 2023-06-12",
        "look_back 2: supervisor, 2023-09-12",
    ]
    performed(story)
    assert story.issue.duties[0].occurrence == 2
    assert len(owed(story)) == 2


def test_reopening_ends_everything_and_owes_a_new_plan():
    story = issue_in("long_term_maintenance")
    story.acts("chen", "reopen", {"reason": "反弹", "basis": "回头看"})
    assert ended(story) == dict.fromkeys(
        ("finish_remainder", "perform_duty", "look_back"), "reopen"
    )
    due = date(2023, 6, 11)  # three months after 2023-03-11
    assert owed(story) == [
        "draft_plan: responsible, 2023-03-24",
        f"finish_issue: responsible, {due}",
    ]
    assert (story.issue.due, story.issue.due_original) == (due, due)


@pytest.mark.parametrize("state", STATES)
def test_a_voided_issue_owes_nothing(state: str):
    story = issue_in(state)
    kinds = {o.kind for o in story.issue.obligations}
    story.acts("chen", "void", {"reason": "重复登记"})
    assert story.issue.obligations == ()
    assert ended(story) == dict.fromkeys(kinds, "void")
    assert (story.issue.state, story.issue.voided) == (state, "重复登记")


def test_the_first_date_of_a_plan_counts_from_the_feedback_not_from_the_registration():
    assert owed(a_story())[0] == "draft_plan: responsible, 2023-03-15"
    story = a_story(facts={"feedback": "2023-02-24"})
    assert owed(story)[0] == "draft_plan: responsible, 2023-03-10"


def test_a_report_registered_late_or_a_plan_returned_late_does_not_begin_overdue():
    late = a_story(facts={"feedback": "2022-12-01"})
    assert owed(late)[0] == "draft_plan: responsible, 2023-03-08"
    story = issue_in("plan_drafted")
    story.day = date(2023, 3, 19)
    story.acts("chen", "return_plan", {"reason": "不具体"})
    assert "draft_plan: responsible, 2023-03-27" in owed(story)  # a week, five working days
    story.acts("chen", "note", {"note": "x"})
    assert "draft_plan: responsible, 2023-03-27" in owed(story)


def test_nothing_is_owed_for_measures_left_open_by_a_basic_completion():
    story = issue_in("in_rectification")
    story.acts("wang", "submit_completion", REMAINDER)
    assert ended(story) == {
        "finish_issue": "submit_completion",
        "finish_measure": "submit_completion",
    }


def test_several_duties_are_owed_each_on_its_own():
    story = proven(issue_in("in_rectification"), 2)
    story.acts("wang", "submit_completion")
    quarterly = {"text": "每季度对账", "when": [{"every": "quarter"}]}
    story.acts("chen", "accept", {"duties": [DUTY, quarterly]})
    assert owed(story)[:2] == [
        "perform_duty 1.1: wang, 2023-07-01",
        "perform_duty 2.1: responsible, 2023-03-31",
    ]
