"""Who is owed a notice because a step was taken; and that every notice can be rendered."""

from __future__ import annotations

import json

from notifications.notice import PENDING, Notice
from notifications.planning.owed import for_step
from notifications.rendering.renderer import Renderer
from states.frozen import replace
from tests.cast import (
    KEY,
    UNIT,
    a_story,
    administered,
    an_office,
    assigned,
    delegated,
    issue_in,
    planned,
)
from tests.owed import PEOPLE, around, facts_of, reminded, stepped, told


def test_a_drafted_plan_is_told_to_every_supervisor():
    notices = stepped(issue_in("plan_drafted"))

    assert told(notices) == ["chen", "li"]
    assert [(n.channel, n.address, n.status) for n in notices] == [
        ("mail", "chen@office.example", PENDING),
        ("mail", "li@office.example", PENDING),
    ]


def test_a_returned_plan_tells_the_responsible_person_and_the_leader_why_and_what_is_owed():
    story = issue_in("plan_drafted")
    story.acts("chen", "return_plan", {"reason": "时限过长"})
    notices = stepped(story)

    assert told(notices) == ["wang", "zhou"]
    wang, zhou = facts_of(notices, "wang"), facts_of(notices, "zhou")
    assert wang["reason"] == zhou["reason"] == "时限过长"
    assert wang["actor"] == "Chen"
    assert (wang["from_state"], wang["state"]) == ("已拟方案", "已反馈")
    assert [item["kind"] for item in wang["owed"]] == ["draft_plan", "finish_issue"]
    assert zhou["owed"] == []


def test_who_acts_is_not_told_of_it():
    story = issue_in("plan_drafted")
    story.office = administered(
        story.office, "grant_role", {"person": "wang", "role": "supervisor", "unit": UNIT}
    )

    assert told(stepped(story)) == ["chen", "li"]


def test_neither_is_who_was_recorded_for_nor_who_recorded():
    story = planned(assigned(a_story(office=delegated(an_office(), "wang", "chen"))))
    story.acts("chen", "draft_plan", behalf="wang")

    assert told(stepped(story)) == ["li"]
    assert facts_of(stepped(story), "li")["actor"] == "Wang"


def test_a_step_that_concerns_nobody_owes_nothing():
    story = issue_in("in_rectification")
    story.acts("wang", "note", {"note": "在办"})

    assert stepped(story) == []


def test_the_notices_of_a_step_have_keys_of_their_own_that_never_change():
    story = issue_in("plan_drafted")
    keys = [notice.key for notice in stepped(story)]

    assert keys == [f"{KEY}/{story.issue.n}/draft_plan/{p}/mail" for p in ("chen", "li")]
    assert keys == [notice.key for notice in stepped(story)]
    assert len({notice.message_id for notice in stepped(story)}) == 2


def every_notice() -> list[Notice]:
    people = {**PEOPLE, "zhou": replace(PEOPLE["zhou"], language="en")}
    found = []
    for state in ("reported", "plan_drafted", "in_rectification", "completed"):
        story = issue_in(state)
        for end in range(1, len(story.decisions)):
            part = replace(story, issue=story.decisions[end].issue)
            found += for_step(around(part, people=people), story.decisions[end])
        for o in story.issue.obligations:
            for days in (-5, 0, 1, 8):
                found += reminded(story, o.kind, days, o.subject, since=7, people=people)
    return found


def test_every_notice_can_be_stored_and_rendered():
    renderer = Renderer()
    notices = [n for n in every_notice() if n.status == PENDING]

    assert len(notices) > 30
    for notice in notices:
        assert json.loads(json.dumps(notice.facts)) == notice.facts
        text = renderer.render(notice.template, notice.language, notice.facts)
        assert KEY in text.subject
        assert "None" not in text.plain
