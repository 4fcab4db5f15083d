"""Who is owed a reminder, of what, under which key; and what its text may say."""

from __future__ import annotations

from importlib.resources import files

import pytest

from notifications.notice import DEAD, PENDING, SUPERSEDED, WAITING
from notifications.planning.audience import NOBODY
from states.frozen import replace
from states.process_file import parse_process
from tests.cast import (
    PROOF,
    UNIT,
    a_story,
    administered,
    an_office,
    assigned,
    issue_in,
)
from tests.owed import PEOPLE, facts_of, reminded, the_obligation, told


def test_before_the_due_date_the_responsible_person_is_reminded():
    story = assigned(a_story())
    notices = reminded(story, "draft_plan", -5)

    assert told(notices) == ["wang"]
    facts = facts_of(notices, "wang")
    assert (facts["days_left"], facts["workdays_left"]) == (5, 3)
    assert facts["is_holder"] is True
    assert facts["due"] == "2023-03-15"
    assert facts["since"] == "2023-03-01"
    assert facts["work"] == "拟定并报送整改方案"
    assert facts["next_on"] == "2023-03-15"
    assert facts["contacts"] == ["Chen", "Li"]


def test_it_says_who_is_told_next_and_from_when_on_and_no_more_once_all_are():
    story = assigned(a_story())

    before = facts_of(reminded(story, "draft_plan", -5), "wang")
    assert (before["escalates_on"], before["escalates_to"]) == ("2023-03-16", ["Zhou"])
    after = facts_of(reminded(story, "draft_plan", 1), "wang")
    assert (after["escalates_on"], after["escalates_to"]) == ("2023-03-23", ["Qian", "Chen", "Li"])
    last = facts_of(reminded(story, "draft_plan", 8), "wang")
    assert (last["escalates_on"], last["escalates_to"]) == (None, [])


def test_after_the_due_date_the_leader_reads_who_is_overdue():
    notices = reminded(assigned(a_story()), "draft_plan", 1)

    assert told(notices) == ["wang", "zhou"]
    facts = facts_of(notices, "zhou")
    assert facts["is_holder"] is False
    assert facts["holders"] == ["Wang"]
    assert facts["days_left"] == -1


def test_a_decision_is_owed_by_the_supervisors():
    assert told(reminded(issue_in("plan_drafted"), "decide_plan", 0)) == ["chen", "li"]


def test_a_measure_is_owed_by_the_person_named_for_it_and_says_which_it_is():
    story = assigned(a_story())
    story.acts("wang", "add_measure", {"text": "修订制度", "due": "2023-05-01", "person": "sun"})
    story.acts("wang", "draft_plan")
    story.acts("chen", "approve_plan")
    notices = reminded(story, "finish_measure", 0, "1")

    assert told(notices) == ["sun"]
    assert facts_of(notices, "sun")["subject"] == "修订制度"


@pytest.mark.parametrize(
    ("kind", "subject", "text"),
    [("finish_remainder", "", "设备预计年底前投入使用"), ("perform_duty", "1.1", "每月巡查")],
)
def test_what_is_kept_up_and_what_remains_is_named(kind, subject, text):
    notices = reminded(issue_in("long_term_maintenance"), kind, 0, subject)

    assert facts_of(notices, "wang")["subject"] == text


def test_where_nobody_is_responsible_the_next_up_the_line_is_reminded():
    assert told(reminded(a_story(), "draft_plan", 0)) == ["zhou"]
    office = administered(
        an_office(), "revoke_role", {"person": "zhou", "role": "leader", "unit": UNIT}
    )
    assert told(reminded(a_story(office=office), "draft_plan", 0)) == ["qian"]
    office = administered(
        office, "revoke_role", {"person": "qian", "role": "principal", "unit": UNIT}
    )
    assert told(reminded(a_story(office=office), "draft_plan", 0)) == ["chen", "li"]


def test_the_leader_who_stands_in_is_told_once():
    notices = reminded(a_story(), "draft_plan", 1)

    assert told(notices) == ["zhou"]
    assert facts_of(notices, "zhou")["is_holder"] is True


def test_that_nobody_can_be_told_is_put_on_record():
    story = a_story()
    nobody = replace(story.office, grants=())
    (notice,) = reminded(story, "draft_plan", 0, office=nobody)

    assert (notice.recipient, notice.status, notice.cause) == (NOBODY, DEAD, "nobody_to_tell")


def test_who_has_no_address_cannot_be_told_and_the_others_are():
    people = {**PEOPLE, "wang": replace(PEOPLE["wang"], addresses={"pigeon": "roof 3"})}
    wang, zhou = reminded(assigned(a_story()), "draft_plan", 1, people=people)

    assert (wang.status, wang.cause, wang.address) == (DEAD, "no_address", "")
    assert (zhou.status, zhou.cause) == (PENDING, None)


def test_the_first_configured_channel_with_an_address_is_taken():
    addresses = {"mail": "wang@office.example", "pigeon": "roof 3"}
    people = {**PEOPLE, "wang": replace(PEOPLE["wang"], addresses=addresses)}
    (notice,) = reminded(
        assigned(a_story()), "draft_plan", 0, people=people, channels=("smoke", "pigeon", "mail")
    )

    assert (notice.channel, notice.address) == ("pigeon", "roof 3")


def test_everybody_is_written_to_in_their_own_language():
    people = {**PEOPLE, "zhou": replace(PEOPLE["zhou"], language="en")}
    wang, zhou = reminded(assigned(a_story()), "draft_plan", 1, people=people)

    assert (wang.language, wang.facts["work"]) == ("zh", "拟定并报送整改方案")
    assert (zhou.language, zhou.facts["work"]) == ("en", "draft the plan")


def test_before_the_first_day_of_reminding_nothing_is_owed():
    assert reminded(assigned(a_story()), "draft_plan", -6) == []


def test_after_a_downtime_only_the_latest_is_sent_and_the_missed_ones_are_marked():
    notices = reminded(assigned(a_story()), "draft_plan", 8, since=15)

    assert told(notices) == ["wang", "zhou", "qian", "chen", "li"]
    assert facts_of(notices, "wang")["missed"] == 3
    assert facts_of(notices, "wang")["rung"] == "escalated"
    marks = [n for n in notices if n.status == SUPERSEDED]
    assert [(n.rung, n.facts["on"], n.cause) for n in marks] == [
        ("soon", "2023-03-10", "caught_up"),
        ("due", "2023-03-15", "caught_up"),
        ("overdue", "2023-03-16", "caught_up"),
    ]


def test_each_occurrence_has_its_key_whenever_it_is_looked_at():
    story = assigned(a_story())
    obligation = the_obligation(story.issue, "draft_plan")
    days = (1, 3, 7, 22, 50)
    keys = [n.key for day in days for n in reminded(story, "draft_plan", day, since=6)]

    assert keys[:2] == [f"{obligation.id}/overdue.1/{p}/mail" for p in ("wang", "zhou")]
    assert keys.count(f"{obligation.id}/overdue.1/wang/mail") == 3
    assert keys.count(f"{obligation.id}/unresolved.1/wang/mail") == 1
    assert keys.count(f"{obligation.id}/unresolved.2/wang/mail") == 1


def test_a_new_due_date_owes_anew():
    story = assigned(a_story())
    before = {n.key for n in reminded(story, "finish_issue", 0)}
    story.acts("chen", "change_due", {"due": "2023-06-30", "reason": "汛期"})

    assert before.isdisjoint(n.key for n in reminded(story, "finish_issue", 0))


def test_what_does_not_wait_for_hours_is_sent_at_once_and_so_is_what_is_urgent():
    story = assigned(a_story())
    (waiting,) = reminded(story, "draft_plan", 0, waits=True)
    assert waiting.status == WAITING

    text = files("states").joinpath("default.toml").read_text(encoding="utf-8")
    head, tail = text.split('name = "short"')
    tail = tail.replace('to = ["holder"], colour', 'to = ["holder"], urgent = true, colour')
    process = parse_process(f'{head}name = "short"{tail}', "own.toml")
    urgent = replace(story, process=process)
    (sent,) = reminded(urgent, "draft_plan", 0, waits=True)
    assert sent.status == PENDING


def test_a_substitute_is_reminded_as_the_one_they_stand_in_for():
    story = assigned(a_story())
    substitution = {"principal": "wang", "recorder": "he", "until": "2023-12-31"}
    story.office = administered(story.office, "substitute", substitution)
    notices = reminded(story, "draft_plan", 0)

    assert told(notices) == ["he"]
    facts = facts_of(notices, "he")
    assert (facts["stands_for"], facts["stands_for_person"]) == ("Wang", "wang")
    assert facts["is_holder"] is True
    assert facts["holders"] == ["Wang"]


def test_a_successor_is_told_that_the_work_is_not_handed_over_yet():
    story = assigned(a_story())
    left = {"person": "wang", "on": "2023-03-01", "successor": "he"}
    story.office = administered(story.office, "leave", left)
    notices = reminded(story, "draft_plan", 0)

    assert told(notices) == ["he"]
    facts = facts_of(notices, "he")
    assert (facts["succeeds"], facts["stands_for"], facts["is_holder"]) == ("Wang", None, True)
    grant = {"person": "he", "role": "responsible", "unit": UNIT}
    story.office = administered(story.office, "grant_role", grant)
    assert facts_of(reminded(story, "draft_plan", 0), "he")["succeeds"] is None


def test_it_says_what_is_missing_of_a_plan_and_of_a_completion():
    bare = facts_of(reminded(a_story(), "draft_plan", 0), "zhou")["missing"]
    assert bare["unplanned"] is True
    assert bare["unclear"] == ["leader", "department", "person"]

    story = issue_in("in_rectification")
    whole = facts_of(reminded(story, "finish_issue", 0), "wang")["missing"]
    assert (whole["undone"], whole["unproven"], whole["unplanned"]) == ([2], [2], False)
    part = facts_of(reminded(story, "finish_measure", 0, "2"), "wang")["missing"]
    assert (part["undone"], part["unproven"]) == ([], [2])


def test_a_duty_lacks_its_evidence_until_this_very_time_is_proven():
    story = issue_in("long_term_maintenance")
    facts = facts_of(reminded(story, "perform_duty", 0, "1.1"), "wang")
    assert facts["missing"]["duty_unproven"] is True

    story.acts("wang", "add_evidence", {"sha256": PROOF, "size": 9, "name": "照片", "duty": 1})
    facts = facts_of(reminded(story, "perform_duty", 0, "1.1"), "wang")
    assert facts["missing"]["duty_unproven"] is False


def test_nobody_of_the_supervising_office_is_told_what_the_unit_lacks():
    facts = facts_of(reminded(issue_in("plan_drafted"), "decide_plan", 0), "chen")

    assert not any(facts["missing"].values())


def test_the_light_is_said_in_a_word_and_from_when_on_it_is_another():
    early = facts_of(reminded(assigned(a_story()), "draft_plan", -5), "wang")
    late = facts_of(reminded(assigned(a_story()), "draft_plan", 1), "wang")

    assert (early["colour"], early["colour_word"]) == ("yellow", "临期")
    assert (late["colour"], late["colour_word"]) == ("red", "逾期")
    assert late["turns"][1:] == [
        ["2023-03-10", "yellow", "临期"],
        ["2023-03-15", "yellow", "临期"],
        ["2023-03-16", "red", "逾期"],
        ["2023-03-23", "red", "逾期"],
        ["2023-04-06", "red", "逾期"],
    ]


def test_an_extension_is_told_beside_the_date_first_given():
    story = issue_in("in_rectification")
    request = {"due": "2023-06-30", "reason": "等待批复", "progress": "已过半", "measure": 2}
    story.acts("chen", "change_due", {"due": "2023-07-31", "reason": "汛期"})
    story.acts("wang", "request_extension", request)
    story.acts("chen", "approve_extension", {})

    part = facts_of(reminded(story, "finish_measure", 0, "2"), "wang")
    assert (part["due"], part["due_original"], part["extended"]) == (
        "2023-06-30",
        "2023-05-15",
        True,
    )
    whole = facts_of(reminded(story, "finish_issue", 0), "wang")
    assert (whole["due"], whole["extended"]) == ("2023-07-31", False)
    assert whole["due_original"] is not None
