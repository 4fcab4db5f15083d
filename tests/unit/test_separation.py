"""Who judged whose work: every way around the separation of duties is found, and named."""

from __future__ import annotations

import pytest

from states.process_file import default_process
from tests.cast import DUTY, PROOF, UNIT
from tests.paper import a_paper, honest
from tests.separated import ISSUE, found, grants, judged
from tests.stage import ROUND, Stage, a_stage, acting
from workflow.engine.judging import JUDGING
from workflow.memory import MemoryStore


@pytest.fixture
def stage() -> Stage:
    """An issue whose plan waits for its approval; Sun also supervises."""
    stage = a_stage(MemoryStore())
    grants(stage, "sun")
    stage.planned()
    return stage


def submitted(stage: Stage) -> None:
    stage.proven()
    stage.does("wang", "submit_completion")


def test_an_honest_round_is_judged_by_other_hands():
    paper = honest(a_paper())
    verdicts = judged(paper.stage)
    assert {one.finding for one in verdicts} == {"other_hands"}
    assert [one.records for one in verdicts if one.issue == ISSUE] == [
        "approval",
        "acceptance",
        "look_back",
    ]
    acceptance = verdicts[1]
    assert [(work.records, work.hands) for work in acceptance.works] == [
        ("measure_done", ("wang",)),
        ("completion", ("wang",)),
    ]
    assert acceptance.hands == ("chen",)


def test_only_the_issues_in_question_are_walked():
    stage = honest(a_paper()).stage
    wanted = judged(stage, wanted=lambda facts: facts["number"] == 2)
    assert {one.issue for one in wanted} == {f"{ROUND}-2"}


# ---------------------------------------------------------------- ways around


def test_a_substitute_of_the_one_who_did_it(stage: Stage):
    away = {"principal": "wang", "recorder": "chen", "since": "2023-03-01", "until": "2023-03-20"}
    stage.engine.act("substitute", away, acting("li"))
    submitted(stage)
    stage.does("chen", "accept", {"duties": [DUTY]})
    assert found(stage, "acceptance") == ("substitute", "wang", "substitute")
    assert found(stage, "approval") == ("substitute", "wang", "substitute")


def test_a_substitute_at_any_time_of_the_work_is_tied_to_it(stage: Stage):
    away = {"principal": "wang", "recorder": "chen", "since": "2023-03-01", "until": "2023-03-20"}
    stage.engine.act("substitute", away, acting("li"))
    stage.clock.forward(days=1)
    stage.engine.act("end_delegation", {"number": 1}, acting("li"))
    stage.does("chen", "return_plan", {"reason": "不具体"})
    stage.clock.forward(days=5)
    stage.does("wang", "draft_plan")
    stage.does("chen", "approve_plan")
    assert found(stage, "return") == ("against_own", "wang", "")
    assert found(stage, "approval") == ("substitute", "wang", "substitute")


def test_a_substitute_before_the_work_began_is_no_tie():
    stage = a_stage(MemoryStore())
    away = {"principal": "wang", "recorder": "chen", "since": "2023-03-01", "until": "2023-03-03"}
    stage.engine.act("substitute", away, acting("li"))
    stage.clock.forward(days=7)
    stage.planned()
    stage.does("chen", "approve_plan")
    assert found(stage, "approval") == ("other_hands", None, "")


def test_a_substitute_only_afterwards_or_no_longer_is_no_tie(stage: Stage):
    ended = {"principal": "wang", "recorder": "chen", "since": "2023-03-01", "until": "2024-03-01"}
    stage.engine.act("substitute", ended, acting("li"))
    stage.engine.act("end_delegation", {"number": 1}, acting("li"))
    after = {"principal": "wang", "recorder": "chen", "since": "2023-05-01", "until": "2023-06-01"}
    stage.engine.act("substitute", after, acting("li"))
    stage.clock.forward(days=1)
    stage.does("chen", "return_plan", {"reason": "不具体"})
    stage.does("wang", "drop_measure", {"measure": 2, "reason": "合并"})
    assert found(stage, "return")[0] == "against_own"  # drafted on the very day it ended
    later = a_stage(MemoryStore())
    later.engine.act("substitute", ended, acting("li"))
    later.engine.act("end_delegation", {"number": 1}, acting("li"))
    later.engine.act("substitute", after, acting("li"))
    later.clock.forward(days=1)
    later.planned()
    later.does("chen", "approve_plan")
    assert found(later, "approval") == ("other_hands", None, "")


def test_what_was_done_in_an_earlier_cycle_is_not_judged_in_this_one(stage: Stage):
    grants(stage, "wang")
    submitted(stage)
    stage.does("chen", "accept", {"no_duties": "一次性事项"})
    stage.does("chen", "reopen", {"reason": "反弹", "basis": "回头看", "due": "2023-12-01"})
    stage.does("li", "assign", {"person": "sun"})
    stage.does("sun", "add_measure", {"text": "重新清理", "due": "2023-11-01"})
    stage.does("sun", "draft_plan")
    stage.does("wang", "approve_plan")
    assert found(stage, "approval") == ("other_hands", None, "")


def test_taking_over_from_one_who_did_nothing_is_no_tie(stage: Stage):
    leads = {"person": "sun", "role": "leader", "unit": UNIT}
    stage.engine.act("grant_role", leads, acting("li"))
    submitted(stage)
    passed = {"from_person": "zhou", "to_person": "sun", "reason": "调动"}
    stage.does("li", "hand_over", passed)
    stage.does("sun", "accept", {"duties": [DUTY]})
    assert found(stage, "acceptance") == ("other_hands", None, "")


def test_only_the_last_request_is_what_is_granted(stage: Stage):
    grants(stage, "wang")
    wish = {"due": "2023-07-01", "reason": "汛期", "progress": "过半"}
    stage.does("wang", "request_extension", wish)
    stage.does("chen", "refuse_extension", {"reason": "理由不足"})
    stage.does("li", "assign", {"person": "sun"})
    stage.does("sun", "request_extension", wish)
    stage.does("wang", "approve_extension")
    assert found(stage, "extension_grant") == ("other_hands", None, "")


def test_a_completion_that_is_returned_is_not_the_plan():
    stage = a_stage(MemoryStore())
    grants(stage, "wang")
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "sun"})
    stage.does("sun", "add_measure", {"text": "修订巡查制度", "due": "2023-04-15"})
    stage.does("sun", "draft_plan")
    stage.does("chen", "approve_plan")
    stage.does("li", "assign", {"person": "wang"})
    proof = {"sha256": PROOF, "size": 9, "name": "1.pdf", "measure": 1}
    stage.does("wang", "add_evidence", proof)
    stage.does("wang", "finish_measure", {"measure": 1})
    stage.does("wang", "submit_completion")
    stage.does("wang", "return_completion", {"reason": "自查"})
    assert found(stage, "return") == ("against_own", "wang", "")
    last = judged(stage)[-1]
    assert {work.records for work in last.works} == {"measure_done", "completion"}


def test_one_who_took_it_over(stage: Stage):
    submitted(stage)
    passed = {"from_person": "wang", "to_person": "sun", "reason": "调动"}
    stage.does("li", "hand_over", passed)
    stage.does("sun", "accept", {"duties": [DUTY]})
    assert found(stage, "acceptance") == ("successor", "wang", "successor")


def test_one_who_answers_for_it(stage: Stage):
    submitted(stage)
    stage.does("li", "assign", {"person": "sun"})
    stage.does("sun", "accept", {"duties": [DUTY]})
    assert found(stage, "acceptance") == ("answers", "sun", "answers")


def test_recording_for_another_counts_as_a_hand():
    stage = a_stage(MemoryStore())
    grants(stage, "sun")
    stage.engine.act("delegate", {"principal": "chen", "recorder": "sun"}, acting("li"))
    stage.does("li", "assign", {"leader": "zhou", "department": "河长办", "person": "sun"})
    stage.does("sun", "add_measure", {"text": "修订巡查制度", "due": "2023-04-15"})
    stage.does("sun", "draft_plan")
    stage.does("chen", "approve_plan")
    proof = {"sha256": PROOF, "size": 9, "name": "1.pdf", "measure": 1}
    stage.does("sun", "add_evidence", proof)
    stage.does("sun", "finish_measure", {"measure": 1})
    stage.does("sun", "submit_completion")
    stage.does("chen", "accept", {"no_duties": "一次性事项"})
    stage.engine.advance(ISSUE, "void", {"reason": "重复登记"}, by=acting("sun", "chen"))
    assert found(stage, "void") == ("own", "sun", "no_rule")


def test_a_request_is_granted_by_whoever_answers_for_it(stage: Stage):
    wish = {"due": "2023-07-01", "reason": "汛期", "progress": "过半"}
    stage.does("wang", "request_extension", wish)
    stage.does("li", "assign", {"person": "sun"})
    stage.does("sun", "approve_extension")
    assert found(stage, "extension_grant") == ("answers", "sun", "answers")


def test_a_later_date_for_oneself_is_found_and_an_earlier_one_is_none(stage: Stage):
    stage.does("li", "assign", {"person": "sun"})
    stage.does("sun", "change_due", {"due": "2023-05-20", "reason": "提前"})
    assert found(stage, "due_date")[0] == "against_own"
    stage.does("sun", "change_due", {"due": "2023-06-20", "reason": "推后"})
    assert found(stage, "due_date")[0] == "answers"


def test_returning_or_refusing_ones_own_is_against_oneself():
    stage = a_stage(MemoryStore())
    grants(stage, "wang")
    stage.planned()
    stage.does("wang", "return_plan", {"reason": "自查发现不足"})
    last = judged(stage)[-1]
    assert (last.finding, last.tied, last.violates) == ("against_own", "wang", False)


def test_declining_to_reopen_ones_own_is_found_though_no_rule_forbids_it(stage: Stage):
    grants(stage, "wang")
    submitted(stage)
    stage.does("chen", "accept", {"duties": [DUTY]})
    stage.clock.forward(days=100)
    slips = {"visit": 1, "verdict": "slipping", "reason": "松动"}
    stage.does("chen", "look_back", slips)
    stage.does("wang", "decline_reopening", {"reason": "已纠正"})
    assert found(stage, "look_back")[0] == "other_hands"
    assert found(stage, "proposal_declined") == ("own", "wang", "no_rule")


def test_every_rule_that_keeps_judging_apart_is_looked_at():
    guards = {
        guard
        for step in default_process().steps
        for guard in step.requires
        if guard.startswith("not_the_")
    }
    assert guards == {judging.guard for judging in JUDGING.values()} - {""}
