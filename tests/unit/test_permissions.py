"""Who may do what in which state of the default process: the table by hand, every cell tried."""

from __future__ import annotations

from datetime import date

import pytest

from states.attempt import CLOCK_PERSON
from states.decision import decide
from states.errors import Refused
from states.frozen import replace
from states.office import Office
from states.process_file import default_process
from tests.cast import (
    DUTY,
    EVERY_30_DAYS,
    EVERYBODY,
    PROOF,
    REMAINDER,
    STATES,
    Facts,
    Story,
    an_office,
    attempt,
    delegated,
    issue_in,
)

# W the responsible person of the issue (Wang), L the leader (Zhou), P the principal of the unit
# (Qian), S the supervisors (Chen of the unit, Li of every unit), C the clock. A dot: nobody,
# because the event does not start there.
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
classify           S         S             S                 .          .
set_term           S         S             S                 S          S
request_extension  W         W             W                 .          .
approve_extension  S         S             S                 .          .
refuse_extension   S         S             S                 .          .
suspend            S         S             S                 .          .
resume             S         S             S                 .          .
hand_over          LS        LS            LS                LS         LS
acknowledge        WLP       WLP           WLP               WLP        WLP
add_duty           .         .             .                 .          WS
end_duty           .         .             .                 .          S
look_back          .         .             .                 .          S
decline_reopening  .         .             .                 .          S
recalculate        C         C             C                 C          C
issue_letter       C         C             C                 C          C
miss_duty          .         .             .                 .          C
"""
PLAYERS = {"W": {"wang"}, "L": {"zhou"}, "P": {"qian"}, "S": {"li", "chen"}, "C": {CLOCK_PERSON}}

# What makes each event acceptable to everything but the question who attempts it.
FACTS: dict[str, Facts] = {
    "return_plan": {"reason": "措施不具体"},
    "return_completion": {"reason": "佐证不足"},
    "submit_completion": REMAINDER,
    "accept": {"duties": [DUTY]},
    "reopen": {"reason": "反弹", "basis": "回头看"},
    "assign": {"department": "办公室"},
    "add_measure": {"text": "约谈责任人", "due": "2023-05-25"},
    "edit_measure": {"measure": 2, "text": "开展两次专项检查", "reason": "范围扩大"},
    "drop_measure": {"measure": 2, "reason": "重复"},
    "finish_measure": {"measure": 2},
    "add_evidence": {"sha256": PROOF, "size": 1, "name": "照片.jpg"},
    "note": {"note": "已电话询问"},
    "change_due": {"due": "2023-06-30", "reason": "汛期"},
    "perform_duty": {"duty": 1},
    "void": {"reason": "重复登记"},
    "classify": {"long_term": True},
    "set_term": {"kind": "decide_plan", "after": "100个工作日", "reason": "材料较多"},
    "request_extension": {"due": "2023-07-01", "reason": "汛期", "progress": "已完成一半"},
    "refuse_extension": {"reason": "理由不充分"},
    "suspend": {"reason": "等待上级批复"},
    "hand_over": {"from_person": "wang", "to_person": "sun", "reason": "调动"},
    "acknowledge": {"letter": 1},
    "add_duty": {"text": "每月巡查", "when": EVERY_30_DAYS},
    "end_duty": {"duty": 1, "reason": "职能划转"},
    "look_back": {"visit": 1, "verdict": "holds"},
    "decline_reopening": {"reason": "已当场纠正"},
    "issue_letter": {"kind": "督办函", "sha256": PROOF, "to": []},
    "miss_duty": {"duty": 1},
}

DAY = date(2023, 5, 20)
CLERKS_WORK = {"wang", "zhou", "qian", "chen", "zhao", "sun"}
WHO = {"role_none", "role_missing", "not_answering", "no_delegation"}
OWN = {"own_plan", "own_completion", "own_request", "own_work", "not_addressed"}


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
    """He may record for Wang, Zhou, Qian, Chen, Zhao and Sun; until yesterday also for Li."""
    for principal in ("wang", "zhou", "qian", "chen", "zhao", "sun"):
        office = delegated(office, principal)
    return delegated(office, "li", until=date(2023, 5, 19))


OFFICE = delegating(an_office())
STORIES = {state: issue_in(state, OFFICE) for state in STATES}


LETTER = {
    "kind": "督办函",
    "sha256": PROOF,
    "to": [{"person": p} for p in ("wang", "zhou", "qian")],
}


def ready(state: str, event: str) -> Story:
    """Return an issue in a state, as it must be for everything but the question who attempts."""
    story = replace(STORIES[state], entries=[], decisions=[], day=date(2023, 5, 18))
    if event in ("approve_extension", "refuse_extension"):
        story.acts("wang", "request_extension", FACTS["request_extension"])
    elif event == "resume":
        story.acts("chen", "suspend", FACTS["suspend"])
    elif event == "acknowledge":
        story.comes("issue_letter", {**LETTER, "obligation": story.issue.obligations[-1].id})
    elif event == "perform_duty":
        story.acts("wang", "add_evidence", {**FACTS["add_evidence"], "duty": 1})
    elif event == "decline_reopening":
        story.acts("chen", "look_back", {"visit": 1, "verdict": "slipping", "reason": "未坚持"})
    elif event == "miss_duty":
        often = {"every": "interval", "nth": 5, "since": "2023-05-10"}
        story.acts("chen", "add_duty", {"text": "每五日巡查", "when": [often]})
        (duty,) = (d for d in story.issue.duties if d.number == 2)
        story.issue = replace(story.issue, duties=(replace(duty, number=1, due=date(2023, 5, 10)),))
    return story


READY: dict[tuple[str, str], Story] = {}


def story_for(state: str, event: str) -> Story:
    """Return what ``ready`` makes; it is made once, since decisions change nothing."""
    starts = default_process().step(state, event) is not None
    key = (state, event if starts else "")
    if key not in READY:
        READY[key] = ready(state, event) if starts else STORIES[state]
    return READY[key]


def facts_of(story: Story, event: str) -> Facts:
    """Return what makes an event acceptable; a letter is about something owed."""
    facts = FACTS.get(event, {})
    if event == "issue_letter" and story.issue.obligations:
        return {**facts, "obligation": story.issue.obligations[-1].id}
    return facts


def refusal(story: Story, event: str, person: str, behalf: str | None = None) -> set[str] | None:
    """Return the codes of what is unmet, or None if the attempt passes."""
    tried = attempt(person, event, facts_of(story, event), day=DAY, behalf=behalf)
    before = replace(story.issue)
    try:
        decision = decide(story.rules, story.issue, tried, story.office)
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
    story = story_for(state, event)
    outcomes = {who: refusal(story, event, who) for who in (*EVERYBODY, CLOCK_PERSON)}
    assert {who for who, unmet in outcomes.items() if unmet is None} == allowed
    for unmet in outcomes.values():
        assert unmet is None or not allowed or (unmet & WHO and unmet <= WHO | OWN)
        assert unmet is None or allowed or unmet == {"event_not_here"}


@pytest.mark.parametrize(("state", "event", "allowed"), CELLS)
def test_a_delegated_clerk_may_what_the_person_behind_may(
    state: str, event: str, allowed: frozenset[str]
):
    story = story_for(state, event)
    passed = {who for who in CLERKS_WORK if refusal(story, event, "he", who) is None}
    assert passed == allowed & CLERKS_WORK


@pytest.mark.parametrize(("state", "event", "allowed"), CELLS)
def test_nobody_passes_in_another_name_without_a_valid_delegation(
    state: str, event: str, allowed: frozenset[str]
):
    story = story_for(state, event)
    unmet = {"no_delegation"} if allowed else {"event_not_here"}
    for recorder, principal in (
        ("he", "li"),
        ("sun", "wang"),
        ("ma", "chen"),
        ("wang", "he"),
        ("he", CLOCK_PERSON),
        (CLOCK_PERSON, "chen"),
    ):
        assert (refusal(story, event, recorder, principal) or set()) - OWN == unmet
