"""Effects: what each accepted event changes of the issue, and what it leaves alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from states.effects import EFFECTS
from states.frozen import asdict
from states.parts import Duty, Evidence, LookBack, Measure, Remainder, Responsibility
from states.process_file import default_process
from states.recurrence import Recurrence
from tests.cast import (
    DUE,
    DUTY,
    PROOF,
    REMAINDER,
    Facts,
    Story,
    assigned,
    issue_in,
    proven,
)

ALWAYS = {"n", "hash", "at"}


def changed_by(story: Story, person: str, event: str, facts: Facts | None = None) -> set[str]:
    """Return the fields that an event changes, besides those that every entry changes."""
    before = story.issue
    after = story.acts(person, event, facts)
    then, now = asdict(before), asdict(after)
    differing = {name for name in then if then[name] != now[name]}
    assert differing >= ALWAYS
    return differing - ALWAYS


def test_every_effect_is_used_by_the_default_process():
    assert {step.records for step in default_process().steps} == EFFECTS.keys()


def test_assigning_names_the_three_clarities_one_by_one():
    story = issue_in("reported")
    before = Responsibility(leader="zhou", department="河长办", person="wang")
    assert story.issue.responsibility == before
    changed = changed_by(story, "zhou", "assign", {"person": "sun"})
    assert changed == {"responsibility", "tenures"}
    assert changed_by(story, "zhou", "assign", {"person": "sun"}) == set()
    assert story.issue.responsibility == Responsibility(
        leader="zhou", department="河长办", person="sun"
    )


def test_measures_are_numbered_through_and_belong_to_their_cycle():
    story = issue_in("long_term_maintenance")
    story.acts("chen", "reopen", {"reason": "反弹", "basis": "回头看"})
    facts = {"text": "重新排查", "due": "2023-05-01", "person": "sun"}
    assert changed_by(story, "wang", "add_measure", facts) == {"measures"}
    assert story.issue.measures[-1] == Measure(
        number=3,
        text="重新排查",
        cycle=2,
        due=date(2023, 5, 1),
        due_original=date(2023, 5, 1),
        person="sun",
    )
    assert story.issue.plan == story.issue.measures[-1:]


def test_editing_a_measure_changes_what_is_said_and_nothing_else():
    story = issue_in("reported")
    one, two = story.issue.measures
    assert changed_by(story, "wang", "edit_measure", {"measure": 2, "text": "改"}) == {"measures"}
    assert story.issue.measures == (
        one,
        Measure(number=2, text="改", due=two.due, due_original=two.due),
    )
    story.acts("wang", "edit_measure", {"measure": 1, "due": "2023-04-01", "person": "sun"})
    assert story.issue.measures[0] == Measure(
        number=1,
        text=one.text,
        due=date(2023, 4, 1),
        due_original=one.due,
        person="sun",
    )
    story.acts("wang", "draft_plan")
    story.acts("chen", "approve_plan")
    story.acts("chen", "edit_measure", {"measure": 1, "due": "2023-04-20", "reason": "x"})
    approved = story.issue.measures[0]
    assert (approved.due, approved.due_original) == (date(2023, 4, 20), date(2023, 4, 1))


def test_a_measure_is_done_on_the_day_that_is_stated_or_today():
    story = issue_in("in_rectification")
    story.acts("wang", "add_measure", {"text": "立行立改", "due": "2023-04-30"})
    story.acts("wang", "finish_measure", {"measure": 2})
    # before the feedback: put right during the inspection
    story.acts("wang", "finish_measure", {"measure": 3, "on": "2023-01-10"})
    assert [m.done_on for m in story.issue.measures[1:]] == [
        story.entries[-2].at.date(),
        date(2023, 1, 10),
    ]
    assert not any(m.is_open for m in story.issue.measures)


def test_a_dropped_measure_stays_with_its_reason_and_leaves_the_plan():
    story = issue_in("in_rectification")
    facts = {"measure": 2, "reason": "与第一条重复"}
    assert changed_by(story, "chen", "drop_measure", facts) == {"measures", "obligations"}
    assert story.issue.measures[1].dropped == "与第一条重复"
    assert [m.number for m in story.issue.plan] == [1]


def test_evidence_is_numbered_and_belongs_to_a_measure_a_duty_or_the_issue():
    story = issue_in("long_term_maintenance")
    facts = {"sha256": PROOF, "size": 0, "name": "签到表.pdf", "duty": 1}
    assert changed_by(story, "wang", "add_evidence", facts) == {"evidence"}
    assert story.issue.evidence[-1] == Evidence(
        number=2, sha256=PROOF, size=0, name="签到表.pdf", duty=1, occurrence=1
    )
    story.acts("wang", "perform_duty", {"duty": 1})
    story.acts("wang", "add_evidence", facts)
    assert story.issue.evidence[-1].occurrence == 2
    story.acts("chen", "add_evidence", {**facts, "duty": None, "look_back": 2})
    assert story.issue.evidence[-1] == Evidence(
        number=4, sha256=PROOF, size=0, name="签到表.pdf", look_back=2
    )
    assert [e.number for e in story.issue.proofs_of(1)] == [1]


def test_a_due_date_keeps_its_first_value_and_its_reason():
    story = issue_in("in_rectification")
    facts = {"due": "2023-08-31", "reason": "汛期，经领导小组同意"}
    changed = changed_by(story, "chen", "change_due", facts)
    assert changed == {"due", "due_source", "due_by_rule", "obligations"}
    assert (story.issue.due, story.issue.due_original) == (date(2023, 8, 31), DUE)
    assert story.issue.due_source == "汛期，经领导小组同意"


def test_a_note_changes_nothing():
    assert changed_by(issue_in("reported"), "zhou", "note", {"note": "已督促"}) == set()


def test_drafting_remembers_who_drafted_and_approving_nothing():
    story = issue_in("reported")
    assert changed_by(story, "wang", "draft_plan") == {"state", "drafted_by", "obligations"}
    assert story.issue.drafted_by == ("wang",)
    assert changed_by(story, "chen", "approve_plan") == {"state", "obligations"}


def test_a_return_is_counted_and_takes_the_verdict_away():
    story = issue_in("completed")
    changed = changed_by(story, "chen", "return_completion", {"reason": "佐证不足"})
    assert changed == {"state", "returns", "verdict", "remainder", "completed_on", "obligations"}
    assert (story.issue.returns, story.issue.verdict, story.issue.remainder) == (1, None, None)
    assert changed_by(issue_in("plan_drafted"), "chen", "return_plan", {"reason": "x"}) == {
        "state",
        "returns",
        "obligations",
    }


def test_completed_is_the_verdict_if_nothing_else_is_said():
    story = proven(issue_in("in_rectification"), 2)
    changed = changed_by(story, "wang", "submit_completion")
    assert changed == {"state", "submitted_by", "verdict", "completed_on", "obligations"}
    assert story.issue.completed_on == story.day
    assert (story.issue.verdict, story.issue.remainder) == ("completed", None)


def test_basically_completed_keeps_what_remains():
    story = issue_in("in_rectification")
    changed_by(story, "wang", "submit_completion", REMAINDER)
    assert story.issue.verdict == "basically_completed"
    assert story.issue.remainder == Remainder(
        text="设备预计年底前投入使用", person="wang", due=date(2023, 12, 31)
    )
    assert story.issue.submitted_by == ("wang",)


def test_acceptance_leaves_the_verdict_as_it_was_submitted():
    story = issue_in("completed")
    changed = changed_by(story, "chen", "accept", {"duties": [DUTY, DUTY]})
    assert changed == {
        "state",
        "duties",
        "look_backs",
        "accepted_on",
        "acceptances",
        "obligations",
    }
    assert (story.issue.accepted_on, story.issue.acceptances) == (story.day, 1)
    assert story.issue.verdict == "basically_completed"
    assert [d.number for d in story.issue.duties] == [1, 2]
    assert story.issue.duties[0] == Duty(
        number=1,
        text="每月巡查",
        person="wang",
        when=(Recurrence(every="interval", nth=30, since=date(2023, 7, 1)),),
        due=date(2023, 7, 1),
        since=story.day + timedelta(days=1),
    )
    assert story.issue.look_backs == (
        LookBack(number=1, due=date(2023, 6, 10)),
        LookBack(number=2, due=date(2023, 9, 10)),
    )


def test_acceptance_without_duties_keeps_the_reason():
    story = issue_in("completed")
    changed = changed_by(story, "chen", "accept", {"no_duties": "一次性事项"})
    assert changed == {
        "state",
        "no_duties",
        "look_backs",
        "accepted_on",
        "acceptances",
        "obligations",
    }


def test_a_duty_performed_moves_by_its_interval_from_its_date_not_from_today():
    story = issue_in("long_term_maintenance").until(date(2023, 6, 20))
    story.acts("wang", "add_evidence", {"sha256": PROOF, "size": 0, "name": "x", "duty": 1})
    assert changed_by(story, "wang", "perform_duty", {"duty": 1}) == {"duties", "obligations"}
    duty = story.issue.duties[0]
    assert (duty.due, duty.occurrence, duty.since) == (date(2023, 7, 31), 2, date(2023, 7, 2))


def test_a_rebound_begins_a_cycle_and_leaves_history_untouched():
    story = proven(issue_in("in_rectification"), 2)
    story.acts("wang", "submit_completion")
    story.acts("chen", "accept", {"no_duties": "一次性事项"})
    before = story.issue
    facts = {
        "reason": "反弹",
        "basis": "县委巡察办回头看",
        "due": "2023-12-31",
        "due_source": "通知",
    }
    changed = changed_by(story, "chen", "reopen", facts)
    assert changed == {
        "state",
        "cycle",
        "cycle_began",
        "cycle_entered",
        "due",
        "due_original",
        "due_source",
        "due_by_rule",
        "drafted_by",
        "done_by",
        "submitted_by",
        "verdict",
        "no_duties",
        "completed_on",
        "accepted_on",
        "obligations",
    }
    after = story.issue
    assert (after.cycle, after.cycle_began, after.state) == (2, story.day, "reported")
    assert (after.due, after.due_original, after.due_source) == (
        date(2023, 12, 31),
        date(2023, 12, 31),
        "通知",
    )
    assert (after.measures, after.evidence) == (before.measures, before.evidence)
    assert (after.look_backs, after.acceptances) == (before.look_backs, 1)
    assert list(after.current_look_backs) == []
    assert after.plan == ()
    assert after.responsibility == before.responsibility


def test_a_second_cycle_counts_its_own_proofs_duties_and_measures():
    story = issue_in("long_term_maintenance")
    story.acts("chen", "reopen", {"reason": "反弹", "basis": "回头看"})
    assigned(story)
    story.acts("wang", "add_measure", {"text": "再查", "due": "2023-05-30"})
    story.acts("wang", "draft_plan")
    story.acts("chen", "approve_plan")
    proven(story, 3)
    story.acts("wang", "submit_completion")
    story.acts("chen", "accept", {"duties": [DUTY]})
    assert [(d.number, d.cycle) for d in story.issue.duties] == [(1, 1), (2, 2)]
    assert [d.number for d in story.issue.current_duties] == [2]
    assert story.issue.duty(1) is None
    assert story.issue.no_duties is None


@pytest.mark.parametrize("records", EFFECTS)
def test_facts_of_one_effect_have_names_of_their_own(records: str):
    names = [fact.name for fact in EFFECTS[records].takes]
    assert len(names) == len(set(names))
