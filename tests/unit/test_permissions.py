"""Who may do what in which state of the default process: the table by hand, every cell tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from states.decision import decide
from states.errors import Refused
from states.issue import Responsibility
from states.office import Office
from states.process_file import default_process
from tests.cast import (
    DUTY,
    EVERYBODY,
    PROOF,
    REMAINDER,
    STATES,
    UNIT,
    Facts,
    Story,
    administered,
    an_office,
    attempt,
    delegated,
    issue_in,
)

# W the responsible person of the issue (Wang), L the leader (Zhou), S the supervisors (Chen of the
# unit, Li of every unit). A dot: nobody, because the event does not start there.
TABLE = """
                   reported  plan_drafted  in_rectification  completed  long_term_maintenance
register           .         .             .                 .          .
draft_plan         W         .             .                 .          .
return_plan        .         S             .                 .          .
approve_plan       .         S             .                 .          .
submit_completion  .         .             W                 .          .
return_completion  .         .             .                 S          .
accept             .         .             .                 S          .
reopen             .         .             .                 .          S
assign             LS        LS            LS                LS         LS
add_measure        W         .             W                 .          .
edit_measure       W         .             S                 .          .
drop_measure       W         .             S                 .          .
finish_measure     .         .             W                 .          .
add_evidence       WS        .             WS                WS         WS
note               WLS       WLS           WLS               WLS        WLS
change_due         S         S             S                 .          .
finish_remainder   .         .             .                 W          W
perform_duty       .         .             .                 .          W
void               S         S             S                 S          S
"""
PLAYERS = {"W": {"wang"}, "L": {"zhou"}, "S": {"li", "chen"}}

# What makes each event acceptable to everything but the question who attempts it.
FACTS: dict[str, Facts] = {
    "return_plan": {"reason": "措施不具体"},
    "return_completion": {"reason": "佐证不足"},
    "submit_completion": REMAINDER,
    "accept": {"duties": [DUTY]},
    "reopen": {"reason": "反弹", "basis": "回头看"},
    "assign": {"department": "办公室"},
    "add_measure": {"text": "约谈责任人", "due": "2023-05-01"},
    "edit_measure": {"measure": 2, "text": "开展两次专项检查", "reason": "范围扩大"},
    "drop_measure": {"measure": 2, "reason": "重复"},
    "finish_measure": {"measure": 2},
    "add_evidence": {"sha256": PROOF, "size": 1, "name": "照片.jpg"},
    "note": {"note": "已电话询问"},
    "change_due": {"due": "2023-06-30", "reason": "汛期"},
    "perform_duty": {"duty": 1},
    "void": {"reason": "重复登记"},
}

DAY = date(2023, 5, 20)
CLERKS_WORK = {"wang": "wang", "zhou": "zhou", "chen": "chen", "zhao": "zhao", "sun": "sun"}
WHO = {"role_none", "role_missing", "not_answering", "no_delegation"}
OWN = {"own_plan", "own_completion"}


def cells() -> list[tuple[str, str, frozenset[str]]]:
    header, *rows = TABLE.strip("\n").splitlines()
    assert tuple(header.split()) == STATES
    return [
        (state, event, frozenset().union(*(PLAYERS[c] for c in cell if c != ".")))
        for event, *row in (line.split() for line in rows)
        for state, cell in zip(STATES, row, strict=True)
    ]


CELLS = [pytest.param(*cell, id=f"{cell[1]}-from-{cell[0]}") for cell in cells()]


def delegating(office: Office) -> Office:
    """He may record for Wang, Zhou, Chen, Zhao and Sun; until yesterday also for Li."""
    for principal in ("wang", "zhou", "chen", "zhao", "sun"):
        office = delegated(office, principal)
    return delegated(office, "li", until=date(2023, 5, 19))


OFFICE = delegating(an_office())
STORIES = {state: issue_in(state, OFFICE) for state in STATES}


def refusal(story: Story, event: str, person: str, behalf: str | None = None) -> set[str] | None:
    """Return the codes of what is unmet, or None if the attempt passes."""
    tried = attempt(person, event, FACTS.get(event), day=DAY, behalf=behalf)
    before = replace(story.issue)
    try:
        decision = decide(story.process, story.issue, tried, story.office)
    except Refused as refused:
        assert story.issue == before
        return {condition.code for condition in refused.unmet}
    assert decision.entry.n == before.n + 1
    return None


def test_the_table_names_every_state_and_event_of_the_default_process():
    process = default_process()
    assert process.states == STATES
    assert tuple(dict.fromkeys(event for _, event, _ in cells())) == process.events


@pytest.mark.parametrize(("state", "event", "allowed"), CELLS)
def test_exactly_the_declared_persons_pass(state: str, event: str, allowed: frozenset[str]):
    outcomes = {who: refusal(STORIES[state], event, who) for who in EVERYBODY}
    assert {who for who, unmet in outcomes.items() if unmet is None} == allowed
    for unmet in outcomes.values():
        assert unmet is None or not allowed or (unmet & WHO and unmet <= WHO | OWN)
        assert unmet is None or allowed or unmet == {"event_not_here"}


@pytest.mark.parametrize(("state", "event", "allowed"), CELLS)
def test_a_delegated_clerk_may_what_the_person_behind_may(
    state: str, event: str, allowed: frozenset[str]
):
    passed = {who for who in CLERKS_WORK if refusal(STORIES[state], event, "he", who) is None}
    assert passed == allowed & set(CLERKS_WORK)


@pytest.mark.parametrize(("state", "event", "allowed"), CELLS)
def test_nobody_passes_in_another_name_without_a_valid_delegation(
    state: str, event: str, allowed: frozenset[str]
):
    story = STORIES[state]
    unmet = {"no_delegation"} if allowed else {"event_not_here"}
    for recorder, principal in (("he", "li"), ("sun", "wang"), ("ma", "chen"), ("wang", "he")):
        assert (refusal(story, event, recorder, principal) or set()) - OWN == unmet


def test_a_delegation_works_through_its_last_day_and_not_until_it_is_ended():
    story = STORIES["reported"]
    last, after = date(2023, 5, 19), date(2023, 5, 20)
    for day, passes in ((last, True), (after, False)):
        tried = attempt("he", "note", {"note": "x"}, day=day, behalf="li")
        if passes:
            decide(story.process, story.issue, tried, story.office)
        else:
            with pytest.raises(Refused, match="no delegation lets he record for li on 2023-05-20"):
                decide(story.process, story.issue, tried, story.office)


def test_an_ended_delegation_is_no_delegation():
    number = next(d.number for d in OFFICE.delegations if d.principal == "wang")
    ended = administered(OFFICE, "end_delegation", {"number": number})
    story = replace(STORIES["reported"], office=ended)
    assert refusal(story, "draft_plan", "he", "wang") == {"no_delegation"}
    assert refusal(story, "note", "he", "zhou") is None


def test_a_delegation_lends_hands_and_not_the_recorders_own_roles():
    office = delegated(OFFICE, "zhao", recorder="chen")
    story = replace(STORIES["plan_drafted"], office=office)
    assert refusal(story, "approve_plan", "chen") is None
    assert refusal(story, "approve_plan", "chen", "zhao") == {"role_missing"}


def test_a_revoked_role_is_gone():
    facts = {"person": "chen", "role": "supervisor", "unit": UNIT}
    story = replace(STORIES["plan_drafted"], office=administered(OFFICE, "revoke_role", facts))
    assert refusal(story, "approve_plan", "chen") == {"role_none"}


def test_the_person_named_for_a_measure_may_work_on_that_measure_alone():
    story = issue_in("in_rectification", OFFICE)
    edit = {"measure": 2, "person": "sun", "reason": "分工调整"}
    story.acts("chen", "edit_measure", edit)
    assert refusal(story, "finish_measure", "sun") is None
    tried = attempt("sun", "finish_measure", {"measure": 1}, day=DAY)
    with pytest.raises(Refused, match="only the responsible person of this issue"):
        decide(story.process, story.issue, tried, story.office)
    assert refusal(story, "submit_completion", "sun") == {"not_answering"}
    assert refusal(story, "note", "sun") == {"not_answering"}


def test_the_person_named_for_a_duty_may_perform_it():
    story = issue_in("completed", OFFICE)
    story.acts("chen", "accept", {"duties": [{**DUTY, "person": "sun"}]})
    assert refusal(story, "perform_duty", "sun") is None
    assert refusal(story, "note", "sun") == {"not_answering"}


def test_the_person_named_for_what_remains_may_finish_it():
    story = issue_in("in_rectification", OFFICE)
    story.acts("wang", "submit_completion", {**REMAINDER, "by": "sun"})
    assert refusal(story, "finish_remainder", "sun") is None
    assert refusal(story, "note", "sun") == {"not_answering"}


def test_nobody_is_responsible_for_an_issue_that_names_nobody():
    story = STORIES["reported"]
    bare = replace(story, issue=replace(story.issue, responsibility=Responsibility()))
    assert refusal(bare, "add_measure", "wang") == {"not_answering"}
