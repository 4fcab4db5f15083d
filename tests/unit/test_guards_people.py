"""Guards on people: reasons given, nobody judging their own work, roles really held."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from states.decision import decide
from states.errors import Refused
from states.frozen import replace
from states.guards import GUARDS, Case
from states.parts import Extension, Letter
from states.process_file import default_process
from tests.cast import (
    DUTY,
    OTHER_UNIT,
    UNIT,
    Facts,
    Story,
    a_story,
    administered,
    an_office,
    assigned,
    attempt,
    delegated,
    issue_in,
    planned,
    proven,
    rules_of,
)
from tests.guarding import an_issue, asked, said


def test_every_guard_is_used_by_the_default_process():
    used = {guard for step in default_process().steps for guard in step.requires}
    assert used == GUARDS.keys()


def test_every_guard_says_in_its_docstring_what_it_demands():
    for guard in GUARDS.values():
        assert guard.__doc__ is not None
        assert guard.__doc__.splitlines()[0].endswith(".")


def test_a_reason_and_a_basis_are_asked_for():
    assert said("reason", an_issue()) == ["a reason must be given"]
    assert said("reason", an_issue(), {"reason": "x"}) == []
    assert said("basis", an_issue()) == ["the basis (document, visit, complaint …) must be given"]
    assert said("basis", an_issue(), {"basis": "x"}) == []


HAND_IN_IT = "{} had a hand in this completion and may not accept it"


@pytest.mark.parametrize(
    ("guard", "field", "sentence"),
    [
        ("not_the_drafter", "drafted_by", "{} drafted this plan and may not judge it"),
        ("not_the_submitter", "submitted_by", HAND_IN_IT),
        ("not_the_submitter", "done_by", HAND_IN_IT),
    ],
)
def test_nobody_who_took_part_judges_not_even_through_other_hands(
    guard: str, field: str, sentence: str
):
    hands: dict[str, Any] = {field: ("he", "wang")}
    issue = replace(an_issue(), **hands)
    assert said(guard, issue, person="chen") == []
    assert said(guard, issue, person="wang") == [sentence.format("wang")]
    assert said(guard, issue, person="he") == [sentence.format("he")]
    assert said(guard, issue, person="chen", behalf="wang") == [sentence.format("wang")]
    assert said(guard, issue, person="he", behalf="chen") == [sentence.format("he")]
    assert said(guard, issue, person="sun", behalf="chen") == []


def test_assigning_names_somebody():
    assert said("somebody_named", an_issue()) == ["name a leader, a department or a person"]
    for fact in ("leader", "department", "person"):
        assert said("somebody_named", an_issue(), {fact: "x"}) == []


def test_whoever_is_named_holds_the_role_for_it():
    issue = an_issue()
    assert said("named_hold_roles", issue, {"leader": "zhou", "person": "sun"}) == []
    assert said("named_hold_roles", issue, {"leader": "wang", "person": "zhou"}) == [
        f"wang does not hold the role leader for {UNIT}",
        f"zhou does not hold the role responsible for {UNIT}",
    ]
    assert said("named_hold_roles", replace(issue, unit=OTHER_UNIT), {"person": "wang"}) == [
        f"wang does not hold the role responsible for {OTHER_UNIT}"
    ]
    assert said("named_hold_roles", issue, {"by": "he"}) == [
        f"he does not hold the role responsible for {UNIT}"
    ]
    duties = {"duties": [DUTY, {**DUTY, "person": "zhao"}, {"text": "x"}]}
    assert asked("named_hold_roles", issue, duties) == ["duties[2].person"]


def test_a_person_nobody_knows_is_reported_once_as_unknown():
    story = issue_in("reported")
    with pytest.raises(Refused) as caught:
        story.acts("li", "assign", {"leader": "nobody", "person": "wang"})
    assert [str(u) for u in caught.value.unmet] == [
        "leader: there is no person nobody (rectify people list)"
    ]


def test_whoever_has_left_is_named_for_nothing():
    office = an_office()
    left = replace(office.members["sun"], left_on=date(2023, 4, 1))
    gone = replace(office, members={**office.members, "sun": left})
    for day in (date(2023, 4, 1), date(2023, 5, 1)):
        tried = attempt("li", "assign", {"person": "sun"}, day=day)
        case = Case(rules_of(), an_issue(), tried, tried.facts, gone)
        found = [str(u) for u in GUARDS["named_hold_roles"](case)]
        assert found == ["sun left on 2023-04-01"]


def handing(one: str, other: str) -> Facts:
    return {"from_person": one, "to_person": other, "reason": "调动"}


def test_only_what_somebody_holds_is_handed_over_and_to_somebody_else():
    issue = issue_in("in_rectification").issue
    assert said("held_by_from_person", issue, handing("wang", "sun")) == []
    assert said("held_by_from_person", issue, handing("zhou", "sun")) == []
    assert said("held_by_from_person", issue, handing("sun", "wang")) == [
        "sun holds nothing of this issue that is still to be done"
    ]
    assert said("held_by_from_person", issue, handing("wang", "wang")) == [
        "wang would hand over to the same person"
    ]
    done = replace(issue.measures[0], person="sun")
    still = replace(issue.measures[1], person="sun")
    assert len(said("held_by_from_person", replace(issue, measures=(done,)), handing("sun", "x")))
    assert not said("held_by_from_person", replace(issue, measures=(still,)), handing("sun", "x"))


def test_whoever_takes_over_holds_the_roles_for_it():
    issue = issue_in("in_rectification").issue
    assert said("named_hold_roles", issue, handing("wang", "sun")) == []
    assert said("named_hold_roles", issue, handing("wang", "zhou")) == [
        f"zhou does not hold the role responsible for {UNIT}"
    ]
    assert said("named_hold_roles", issue, handing("zhou", "sun")) == [
        f"sun does not hold the role leader for {UNIT}"
    ]


def test_a_letter_is_signed_for_by_whom_it_is_addressed_to_and_once():
    letter = Letter(
        number=1,
        kind="督办函",
        on=date(2023, 3, 20),
        sha256="ab" * 32,
        obligation="x",
        to=("wang", "zhou"),
        received=(("zhou", date(2023, 3, 21)),),
    )
    issue = replace(an_issue(), letters=(letter,))
    one = {"letter": 1}
    assert said("letter_addressed", issue, one) == []
    assert said("letter_addressed", issue, one, person="he", behalf="wang") == []
    assert said("letter_addressed", issue, one, person="sun") == [
        "letter 1 is addressed to wang, zhou, not to sun"
    ]
    assert said("letter_addressed", issue, one, person="zhou") == [
        "zhou signed for letter 1 on 2023-03-21"
    ]
    assert said("letter_addressed", issue, {"letter": 2}) == ["there is no letter 2"]


def test_nobody_grants_the_extension_they_asked_for_not_even_through_other_hands():
    request = Extension(
        number=1,
        asked=date(2023, 6, 30),
        was=date(2023, 6, 1),
        reason="汛期",
        progress="一半",
        by=("he", "wang"),
        on=date(2023, 3, 20),
    )
    issue = replace(an_issue(), extensions=(request,))
    sentence = "{} had a hand in this request and may not grant it"
    assert said("not_the_requester", issue, person="chen") == []
    for person in ("wang", "he"):
        assert said("not_the_requester", issue, person=person) == [sentence.format(person)]
    by_delegate = said("not_the_requester", issue, person="chen", behalf="wang")
    assert by_delegate == [sentence.format("wang")]
    by_clerk = said("not_the_requester", issue, person="he", behalf="chen")
    assert by_clerk == [sentence.format("he")]
    assert said("not_the_requester", an_issue(), person="wang") == []


# ---------------------------------------------------------------- as whole decisions take them


def with_two_roles(story: Story) -> Story:
    """Wang and the clerk He are supervisors as well."""
    for person in ("wang", "he"):
        facts = {"person": person, "role": "supervisor", "unit": UNIT}
        story.office = administered(story.office, "grant_role", facts)
    return story


def refusal_codes(
    story: Story, person: str, event: str, facts: Facts, behalf: str | None = None
) -> list[str]:
    tried = attempt(person, event, facts, day=story.day, behalf=behalf)
    try:
        decide(story.rules, story.issue, tried, story.office)
    except Refused as refused:
        return [condition.code for condition in refused.unmet]
    return []


def with_a_clerk() -> Story:
    """An issue just registered, in an office where He records for Wang and for Chen."""
    return a_story(office=delegated(delegated(an_office(), "wang"), "chen"))


def test_one_person_with_two_roles_does_not_approve_their_own_plan():
    story = with_two_roles(planned(assigned(with_a_clerk())))
    story.acts("he", "draft_plan", behalf="wang")
    assert refusal_codes(story, "wang", "approve_plan", {}) == ["own_plan"]
    assert refusal_codes(story, "he", "approve_plan", {}) == ["own_plan"]
    assert refusal_codes(story, "he", "approve_plan", {}, behalf="chen") == ["own_plan"]
    assert refusal_codes(story, "chen", "approve_plan", {}) == []


def test_one_person_with_two_roles_does_not_accept_their_own_completion():
    story = with_two_roles(planned(assigned(with_a_clerk())))
    story.acts("wang", "draft_plan")
    story.acts("chen", "approve_plan")
    proven(story, 1, 2)
    story.acts("he", "submit_completion", behalf="wang")
    none = {"no_duties": "一次性事项"}
    assert refusal_codes(story, "wang", "accept", none) == ["own_completion"]
    assert refusal_codes(story, "he", "accept", none) == ["own_completion"]
    assert refusal_codes(story, "he", "accept", none, behalf="chen") == ["own_completion"]
    assert refusal_codes(story, "chen", "accept", none) == []


def test_who_only_finished_a_measure_does_not_accept_what_another_submits():
    story = with_two_roles(planned(assigned(with_a_clerk())))
    story.acts("wang", "draft_plan")
    story.acts("chen", "approve_plan")
    proven(story, 1, 2)
    story.acts("chen", "assign", {"person": "sun"})
    story.acts("sun", "submit_completion")
    none = {"no_duties": "一次性事项"}
    assert refusal_codes(story, "wang", "accept", none) == ["own_completion"]
    assert story.issue.done_by == ("wang",)
    assert refusal_codes(story, "chen", "accept", none) == []


def test_whose_work_was_returned_does_not_judge_it_when_another_hands_it_in_again():
    story = with_two_roles(planned(assigned(with_a_clerk())))
    story.acts("he", "draft_plan", behalf="wang")
    story.acts("chen", "return_plan", {"reason": "不具体"})
    story.acts("wang", "draft_plan")
    assert refusal_codes(story, "he", "approve_plan", {}) == ["own_plan"]
    story.acts("chen", "approve_plan")
    proven(story, 1, 2)
    story.acts("wang", "submit_completion")
    story.acts("chen", "return_completion", {"reason": "佐证不足"})
    story.acts("chen", "assign", {"person": "sun"})
    story.acts("sun", "submit_completion")
    none = {"no_duties": "一次性事项"}
    assert refusal_codes(story, "wang", "accept", none) == ["own_completion"]
    assert story.issue.drafted_by == ("he", "wang")
    assert story.issue.submitted_by == ("wang", "sun")


def test_a_new_cycle_forgets_who_took_part_in_the_former_one():
    story = with_two_roles(issue_in("long_term_maintenance"))
    assert story.issue.submitted_by == ("wang",)
    story.acts("chen", "reopen", {"reason": "反弹", "basis": "回头看"})
    issue = story.issue
    assert issue.drafted_by == issue.submitted_by == ()
