"""Duties, look-backs and proposals to reopen, as whole decisions take them."""

from __future__ import annotations

from datetime import date

import pytest

from states.errors import Refused
from states.issue import Obligation
from states.parts import Proposal
from tests.cast import (
    DUTY,
    EVERY_30_DAYS,
    PROOF,
    REMAINDER,
    Facts,
    Story,
    issue_in,
    performed,
    proven,
)
from tests.refusals import unmet


def owed(story: Story, kind: str) -> list[Obligation]:
    return [o for o in story.issue.obligations if o.kind == kind]


def accepted(*duties: Facts) -> Story:
    """Return an issue accepted with duties on 2023-03-12."""
    story = proven(issue_in("in_rectification"), 2)
    story.acts("wang", "submit_completion")
    story.acts("chen", "accept", {"duties": duties} if duties else {"no_duties": "一次性事项"})
    assert story.day == date(2023, 3, 12)
    return story


def proposed(story: Story) -> Proposal | None:
    return story.issue.proposal


def reason_for_none(story: Story) -> str | None:
    return story.issue.no_duties


def duty(text: str, **when: object) -> Facts:
    return {"text": text, "person": "wang", "when": [when]}


def test_a_duty_is_stated_in_words_and_kept_as_records():
    story = accepted({"text": "每季度对账", "when": "每季度末"})
    (kept,) = story.issue.duties
    assert (kept.due, kept.person, kept.provisional) == (date(2023, 3, 31), None, False)
    (record,) = story.entries[-1].facts["duties"]
    assert isinstance(record["when"], list)
    assert (record["due"], record["provisional"]) == ("2023-03-31", False)


def test_the_first_date_comes_after_acceptance():
    story = accepted(duty("每月12日巡查", every="month", nth=12))
    assert story.issue.duties[0].due == date(2023, 4, 12)
    assert story.issue.duties[0].since == date(2023, 3, 13)


def test_performing_early_or_late_leads_to_the_same_next_date():
    for day in (date(2023, 3, 20), date(2023, 4, 15)):
        story = performed(accepted(duty("每月底报告", every="month")).until(day))
        kept = story.issue.duties[0]
        assert (kept.due, kept.since, kept.occurrence) == (
            date(2023, 4, 30),
            date(2023, 4, 1),
            2,
        )


def test_performing_twice_ahead_is_refused():
    story = performed(accepted(duty("每月底报告", every="month")))
    story.acts("wang", "add_evidence", {"sha256": PROOF, "size": 1, "name": "x", "duty": 1})
    assert unmet(story, "wang", "perform_duty", {"duty": 1}) == ["duty_early"]


def test_evidence_of_one_occurrence_proves_no_other():
    story = performed(accepted(duty("每月底报告", every="month")))
    story.until(date(2023, 4, 20))
    assert unmet(story, "wang", "perform_duty", {"duty": 1}) == ["duty_unproven"]


def test_what_an_event_calls_for_is_performed_at_each_event_with_its_own_evidence():
    story = accepted(duty("民主生活会对照检查", every="event"))
    assert owed(story, "perform_duty") == []
    for occurrence in (1, 2, 3):
        assert unmet(story, "wang", "perform_duty", {"duty": 1}) == ["duty_unproven"]
        performed(story)
        assert story.issue.duties[0].occurrence == occurrence + 1
    assert [e.occurrence for e in story.issue.evidence if e.duty == 1] == [1, 2, 3]
    with pytest.raises(Refused):
        story.comes("miss_duty", {"duty": 1})


def test_an_occurrence_is_missed_only_when_the_next_has_come_due():
    story = accepted(duty("每月底报告", every="month"))
    with pytest.raises(Refused, match="duty 1 can still be performed"):
        story.until(date(2023, 4, 30)).comes("miss_duty", {"duty": 1})  # the 29th of April
    story.day = date(2023, 4, 30)
    story.comes("miss_duty", {"duty": 1})
    assert story.entries[-1].facts == {
        "duty": 1,
        "missed": ["2023-03-31"],
        "next": {"due": "2023-04-30", "provisional": False},
    }
    kept = story.issue.duties[0]
    assert (kept.missed, kept.missed_ever, kept.occurrence) == (1, 1, 2)
    (now,) = owed(story, "perform_duty")
    assert (now.subject, now.due, now.lapses_on) == (
        "1.2",
        date(2023, 4, 30),
        date(2023, 5, 31),
    )


def test_after_a_long_silence_all_that_was_missed_is_one_entry():
    story = accepted(duty("每月底报告", every="month"))
    story.day = date(2023, 8, 10)
    story.comes("miss_duty", {"duty": 1})
    missed = ["2023-03-31", "2023-04-30", "2023-05-31", "2023-06-30"]
    assert story.entries[-1].facts["missed"] == missed
    kept = story.issue.duties[0]
    assert (kept.due, kept.occurrence, kept.since) == (
        date(2023, 7, 31),
        5,
        date(2023, 7, 1),
    )
    with pytest.raises(Refused):
        story.comes("miss_duty", {"duty": 1})
    performed(story)
    assert (story.issue.duties[0].missed, story.issue.duties[0].missed_ever) == (0, 4)


def test_on_the_very_day_of_a_third_occurrence_both_before_it_are_missed():
    story = accepted(duty("每月底报告", every="month"))
    story.day = date(2023, 5, 31)
    story.comes("miss_duty", {"duty": 1})
    assert story.entries[-1].facts["missed"] == ["2023-03-31", "2023-04-30"]
    assert story.issue.duties[0].due == date(2023, 5, 31)


def test_missing_as_often_as_the_policy_says_proposes_to_reopen():
    story = accepted(duty("每月底报告", every="month"))
    story.day = date(2023, 4, 30)
    story.comes("miss_duty", {"duty": 1})
    assert proposed(story) is None
    story.day = date(2023, 5, 31)
    story.comes("miss_duty", {"duty": 1})
    assert proposed(story) == Proposal(because="missed_duty", on=story.day)
    (decide,) = owed(story, "decide_reopening")
    assert decide.role == "supervisor"
    story.day = date(2023, 6, 30)
    story.comes("miss_duty", {"duty": 1})
    assert proposed(story) == Proposal(because="missed_duty", on=date(2023, 5, 31))
    assert owed(story, "decide_reopening") == [decide]


def test_a_proposal_is_declined_with_a_reason_or_followed():
    story = accepted(duty("每月底报告", every="month"))
    assert unmet(story, "chen", "decline_reopening", {"reason": "x"}) == ["nothing_proposed"]
    seen = {"visit": 1, "verdict": "rebound", "reason": "再次发现"}
    story.acts("chen", "look_back", seen)
    assert story.entries[-1].facts["propose"] == "rebound"
    story.acts("chen", "decline_reopening", {"reason": "已当场纠正"})
    assert proposed(story) is None
    assert owed(story, "decide_reopening") == []
    story.acts("chen", "look_back", {**seen, "visit": 2, "verdict": "slipping"})
    assert proposed(story) == Proposal(because="slipping", on=story.day)
    story.acts("chen", "reopen", {"reason": "反弹", "basis": "回头看"})
    assert (proposed(story), story.issue.cycle) == (None, 2)
    assert story.issue.acceptances == 1


def test_look_backs_are_owed_at_the_terms_of_the_policy_until_they_are_made():
    story = accepted()
    dates = [(o.subject, o.due) for o in owed(story, "look_back")]
    assert dates == [("1", date(2023, 6, 12)), ("2", date(2023, 9, 12))]
    story.acts("chen", "look_back", {"visit": 1, "verdict": "holds", "note": "现场查看"})
    assert [o.subject for o in owed(story, "look_back")] == ["2"]
    first = story.issue.look_backs[0]
    assert (first.verdict, first.done_on) == ("holds", story.day)
    assert proposed(story) is None
    seen = {"visit": 1, "verdict": "rebound"}
    assert unmet(story, "chen", "look_back", seen) == ["visit_made", "no_finding"]
    assert unmet(story, "chen", "look_back", {"visit": 3, "verdict": "holds"}) == ["visit_unknown"]
    assert unmet(story, "chen", "look_back", {"visit": 2, "verdict": "fine"}) == ["fact_wrong"]


def test_a_duty_is_added_and_ended_later_on():
    story = accepted()
    assert reason_for_none(story) == "一次性事项"
    story.acts("chen", "add_duty", {"text": "每月抽查", "person": "sun", "when": EVERY_30_DAYS})
    assert reason_for_none(story) is None
    (now,) = owed(story, "perform_duty")
    assert (now.person, now.due) == ("sun", date(2023, 7, 1))
    assert unmet(story, "chen", "end_duty", {"duty": 2, "reason": "x"}) == ["duty_unknown"]
    story.acts("chen", "end_duty", {"duty": 1, "reason": "职能划转"})
    assert owed(story, "perform_duty") == []
    assert story.issue.duties[0].ended == "职能划转"
    story.acts("chen", "add_duty", {"text": "每月抽查", "when": EVERY_30_DAYS})
    assert [d.number for d in story.issue.duties] == [1, 2]
    assert unmet(story, "wang", "perform_duty", {"duty": 1}) == ["duty_ended"]
    assert unmet(story, "chen", "add_duty", {"text": "x", "when": EVERY_30_DAYS, "person": "li"})


def test_reopening_ends_the_duties_and_visits_of_the_former_cycle_and_keeps_them():
    story = accepted(DUTY)
    before = story.issue
    story.acts("chen", "reopen", {"reason": "反弹", "basis": "回头看"})
    kinds = {o.kind for o in story.issue.obligations}
    assert kinds == {"draft_plan", "finish_issue"}
    assert story.issue.duties == before.duties
    assert story.issue.look_backs == before.look_backs
    assert (story.issue.completed_on, story.issue.accepted_on) == (None, None)
    story.acts("wang", "add_measure", {"text": "再查", "due": "2023-05-01"})
    story.acts("wang", "draft_plan")
    story.acts("chen", "approve_plan")
    proven(story, 3)
    story.acts("wang", "submit_completion", {**REMAINDER, "until": "2023-12-31"})
    story.acts("chen", "accept", {"duties": [DUTY]})
    assert story.issue.acceptances == 2
    assert [(b.number, b.cycle) for b in story.issue.look_backs] == [(1, 1), (2, 1), (3, 2), (4, 2)]
    assert [o.subject for o in owed(story, "look_back")] == ["3", "4"]
    assert [o.subject for o in owed(story, "perform_duty")] == ["2.1"]


def test_no_cycle_begins_with_a_date_that_has_passed():
    story = accepted()
    facts = {"reason": "反弹", "basis": "回头看", "due": "2023-03-12"}
    assert unmet(story, "chen", "reopen", facts) == ["date_past"]  # tried on the 13th
    assert story.acts("chen", "reopen", {**facts, "due": "2023-03-14"}).cycle == 2
