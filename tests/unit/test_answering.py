"""Who answers for an issue, then and now; handing over, and letters that are signed for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from states.audit import replay
from states.errors import Refused
from states.frozen import replace
from states.parts import Letter, Responsibility, Tenure
from tests.cast import (
    DUTY,
    FEEDBACK,
    PROOF,
    REMAINDER,
    Facts,
    Story,
    a_story,
    administered,
    assigned,
    issue_in,
)


def handing(one: str, other: str) -> Facts:
    return {"from_person": one, "to_person": other, "reason": "岗位调动"}


def ids(story: Story) -> set[str]:
    return {o.id for o in story.issue.obligations}


def test_every_change_of_who_answers_is_kept_with_its_days():
    story = assigned(a_story())
    first = story.day
    story.until(date(2023, 4, 1)).acts("zhou", "assign", {"person": "sun"})
    story.until(date(2023, 5, 1)).acts("chen", "hand_over", handing("sun", "wang"))
    assert story.issue.tenures == (
        Tenure(role="leader", person="zhou", since=first),
        Tenure(role="person", person="wang", since=first, until=date(2023, 4, 1)),
        Tenure(role="person", person="sun", since=date(2023, 4, 1), until=date(2023, 5, 1)),
        Tenure(role="person", person="wang", since=date(2023, 5, 1)),
    )


def test_naming_the_same_person_again_or_a_department_begins_no_tenure():
    story = assigned(a_story())
    before = story.issue.tenures
    story.acts("zhou", "assign", {"person": "wang", "department": "办公室"})
    assert story.issue.tenures == before


def test_handing_over_moves_everything_that_is_still_to_be_done_and_nothing_else():
    story = issue_in("in_rectification")
    story.acts("chen", "edit_measure", {"measure": 2, "person": "wang", "reason": "x"})
    done = replace(story.issue.measures[0], person="wang")
    story.issue = replace(story.issue, measures=(done, story.issue.measures[1]))
    story.acts("wang", "submit_completion", REMAINDER)
    story.acts("chen", "hand_over", handing("wang", "sun"))
    assert story.issue.responsibility == Responsibility(
        leader="zhou", department="河长办", person="sun"
    )
    assert [m.person for m in story.issue.measures] == ["wang", "sun"]
    assert story.issue.remainder is not None
    assert story.issue.remainder.person == "sun"


def test_what_was_ended_stays_with_whom_it_was_ended():
    story = issue_in("completed")
    story.acts("chen", "accept", {"duties": [DUTY, DUTY, {**DUTY, "person": None}]})
    story.acts("chen", "end_duty", {"duty": 1, "reason": "职能划转"})
    story.acts("chen", "hand_over", handing("wang", "sun"))
    assert [d.person for d in story.issue.duties] == ["wang", "sun", None]


def test_handing_over_resets_no_deadline():
    story = issue_in("long_term_maintenance")
    before = {(o.kind, o.subject): o for o in story.issue.obligations}
    story.until(date(2023, 6, 20)).acts("chen", "hand_over", handing("wang", "sun"))
    after = {(o.kind, o.subject): o for o in story.issue.obligations}
    assert after.keys() == before.keys()
    moved = {key for key in after if after[key].person == "sun"}
    assert moved == {("finish_remainder", ""), ("perform_duty", "1.1")}
    for key, now in after.items():
        was = before[key]
        if key in moved:
            assert now.id != was.id
            now = replace(
                now, id=was.id, person=was.person, opened_by=was.opened_by, opened_on=was.opened_on
            )
        assert now == was


def test_an_overdue_date_stays_overdue_in_other_hands():
    story = issue_in("in_rectification").until(date(2023, 7, 1))
    story.acts("chen", "hand_over", handing("wang", "sun"))
    (finish,) = (o for o in story.issue.obligations if o.kind == "finish_issue")
    assert (finish.due, finish.owed_since) == (date(2023, 6, 1), FEEDBACK)


def test_a_leader_hands_over_to_a_leader():
    story = issue_in("in_rectification")
    grant = {"person": "sun", "role": "leader", "unit": story.issue.unit}
    with pytest.raises(Refused, match="sun does not hold the role leader"):
        story.acts("chen", "hand_over", handing("zhou", "sun"))
    story.office = administered(story.office, "grant_role", grant)
    before = ids(story)
    story.acts("zhou", "hand_over", handing("zhou", "sun"))
    assert story.issue.responsibility.leader == "sun"
    assert story.issue.responsibility.person == "wang"
    assert ids(story) == before


def test_a_change_of_the_person_of_the_issue_leaves_what_the_role_owes_as_it_is():
    story = issue_in("in_rectification")
    before = story.issue.obligations
    story.acts("chen", "hand_over", handing("wang", "sun"))
    assert story.issue.obligations == before


# ----------------------------------------------------------------------------------- letters


def lettered() -> Story:
    story = issue_in("in_rectification").until(date(2023, 6, 2))
    story.day += timedelta(days=1)
    facts = {
        "kind": "督办函",
        "sha256": PROOF,
        "obligation": story.issue.obligations[0].id,
        "rung": "overdue",
        "to": [{"person": "wang"}, {"person": "zhou"}],
    }
    story.comes("issue_letter", facts)
    return story


def test_letters_are_numbered_within_their_issue():
    story = lettered()
    assert story.issue.letters == (
        Letter(
            number=1,
            kind="督办函",
            on=date(2023, 6, 2),
            sha256=PROOF,
            obligation=story.issue.obligations[0].id,
            to=("wang", "zhou"),
        ),
    )
    again = {**story.entries[-1].facts, "kind": "告诫函"}
    story.comes("issue_letter", again)
    assert [(x.number, x.kind) for x in story.issue.letters] == [(1, "督办函"), (2, "告诫函")]


def test_a_letter_is_about_what_is_still_owed():
    story = lettered()
    gone = {**story.entries[-1].facts, "obligation": "YX2023-7/1/draft_plan"}
    with pytest.raises(Refused, match="YX2023-7/1/draft_plan is not owed"):
        story.comes("issue_letter", gone)


def test_everyone_signs_for_themselves_and_once():
    story = lettered()
    before = story.issue.obligations
    story.acts("zhou", "acknowledge", {"letter": 1})
    story.acts("wang", "acknowledge", {"letter": 1, "note": "已阅"})
    assert story.issue.letters[0].received == (
        ("zhou", date(2023, 6, 3)),
        ("wang", date(2023, 6, 4)),
    )
    assert story.issue.obligations == before
    with pytest.raises(Refused, match="wang signed for letter 1 on 2023-06-04"):
        story.acts("wang", "acknowledge", {"letter": 1})


def test_who_answered_on_a_past_day_is_told_by_that_day():
    story = assigned(a_story())
    story.until(date(2023, 4, 1)).acts("zhou", "assign", {"person": "sun"})
    then, now = replay(story.entries, date(2023, 3, 31)), replay(story.entries, date(2023, 4, 1))
    assert then is not None
    assert now is not None
    assert (then.responsibility.person, now.responsibility.person) == ("wang", "sun")
    assert replay(story.entries, date(2023, 2, 28)) is None
