"""Who may do what because they are named, delegated or addressed; and who no longer may."""

from __future__ import annotations

from datetime import date

import pytest

from states.attempt import CLOCK_PERSON
from states.decision import decide, options
from states.errors import Refused
from states.frozen import replace
from states.office import Grant, Office
from states.parts import Responsibility
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

DAY = date(2023, 5, 20)
PROVEN: Facts = {"sha256": PROOF, "size": 1, "name": "照片.jpg"}
FACTS: dict[str, Facts] = {
    "add_measure": {"text": "约谈责任人", "due": "2023-05-25"},
    "finish_measure": {"measure": 2},
    "note": {"note": "已电话询问"},
    "perform_duty": {"duty": 1},
    "submit_completion": REMAINDER,
    "acknowledge": {"letter": 1},
}


def delegating(office: Office) -> Office:
    """He may record for Wang, Zhou and Chen; until yesterday also for Li."""
    for principal in ("wang", "zhou", "chen"):
        office = delegated(office, principal)
    return delegated(office, "li", until=date(2023, 5, 19))


OFFICE = delegating(an_office())
STORIES = {state: issue_in(state, OFFICE) for state in STATES}


def refusal(story: Story, event: str, person: str, behalf: str | None = None) -> set[str] | None:
    """Return the codes of what is unmet, or None if the attempt passes."""
    tried = attempt(person, event, FACTS.get(event), day=DAY, behalf=behalf)
    try:
        decide(story.rules, story.issue, tried, story.office)
    except Refused as refused:
        return {condition.code for condition in refused.unmet}
    return None


def test_a_delegation_works_through_its_last_day_and_not_until_it_is_ended():
    story = STORIES["reported"]
    last, after = date(2023, 5, 19), date(2023, 5, 20)
    for day, passes in ((last, True), (after, False)):
        tried = attempt("he", "note", {"note": "x"}, day=day, behalf="li")
        if passes:
            decide(story.rules, story.issue, tried, story.office)
        else:
            with pytest.raises(Refused, match="no delegation lets he record for li on 2023-05-20"):
                decide(story.rules, story.issue, tried, story.office)


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
        decide(story.rules, story.issue, tried, story.office)
    assert refusal(story, "submit_completion", "sun") == {"not_answering"}
    assert refusal(story, "note", "sun") == {"not_answering"}


def test_the_person_named_for_a_duty_may_perform_it():
    story = issue_in("completed", OFFICE)
    story.acts("chen", "accept", {"duties": [{**DUTY, "person": "sun"}]})
    story.acts("sun", "add_evidence", {**PROVEN, "duty": 1})
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


def test_whoever_a_letter_is_addressed_to_may_sign_for_it_and_nobody_else():
    story = issue_in("in_rectification", OFFICE)
    owed = story.issue.obligations[-1].id
    story.comes(
        "issue_letter",
        {"kind": "督办函", "sha256": PROOF, "obligation": owed, "to": [{"person": "sun"}]},
    )
    assert refusal(story, "acknowledge", "sun") is None
    assert refusal(story, "acknowledge", "wang") == {"not_addressed"}
    assert refusal(story, "acknowledge", "chen") == {"role_missing", "not_addressed"}


@pytest.mark.parametrize("event", ["recalculate", "issue_letter", "miss_duty"])
def test_what_time_brings_about_is_offered_to_nobody(event: str):
    story = STORIES["long_term_maintenance"]
    for person in EVERYBODY:
        offered = options(story.rules, story.issue, attempt(person, "", day=DAY), OFFICE)
        assert event not in {option.event for option in offered}
    tried = attempt(CLOCK_PERSON, "", day=DAY)
    assert event in {o.event for o in options(story.rules, story.issue, tried, OFFICE)}


def test_nobody_acts_as_the_clock_even_where_the_office_says_so():
    granted = (*OFFICE.grants, Grant(person="li", role="clock", unit=UNIT))
    story = replace(STORIES["reported"], office=replace(OFFICE, grants=granted))
    assert refusal(story, "recalculate", "li") == {"role_missing"}
    assert refusal(story, "recalculate", CLOCK_PERSON) is None
    assert refusal(story, "note", CLOCK_PERSON) == {"role_missing"}
