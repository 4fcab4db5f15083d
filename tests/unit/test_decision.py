"""Decisions: what an accepted attempt writes, and what a refusal tells."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest

from states.calendar import WEEKDAYS
from states.decision import decide, options
from states.errors import Option, Refused
from states.frozen import replace
from states.log import read_entry
from states.process import Step
from states.process_file import default_process
from tests.cast import (
    KEY,
    REMAINDER,
    Facts,
    Story,
    a_story,
    an_office,
    assigned,
    attempt,
    delegated,
    issue_in,
    planned,
    rules_of,
)
from tests.refusals import codes, offered, refused

# ------------------------------------------------------------------------------- acceptance


def test_an_entry_says_everything_about_the_attempt():
    story = planned(assigned(a_story()))
    before = story.issue
    office = delegated(story.office, "wang")
    tried = attempt(
        "he", "draft_plan", {"note": " 经党组会研究 "}, day=date(2023, 3, 20), behalf="wang"
    )
    decision = decide(story.rules, before, tried, office)
    after = decision.issue
    assert decision.entry.content == {
        "v": 1,
        "stream": KEY,
        "n": before.n + 1,
        "prev": before.hash,
        "request": "2023-03-20/he/draft_plan",
        "at": "2023-03-20T01:00:00.000000Z",
        "day": "2023-03-20",
        "actor": {
            "person": "he",
            "account": "he@office",
            "auth": "test",
            "on_behalf_of": "wang",
        },
        "process": story.process.hash,
        "calendar": WEEKDAYS.hash,
        "office": office.n,
        "event": "draft_plan",
        "from": "reported",
        "to": "plan_drafted",
        "records": "plan",
        "facts": {"note": "经党组会研究"},
        "opens": [
            {
                "id": f"{KEY}/{after.n}/decide_plan",
                "kind": "decide_plan",
                "subject": "",
                "role": "supervisor",
                "person": None,
                "due": "2023-04-03",
                "ladder": "office",
                "anchor": "2023-03-20",
                "provisional": False,
                "owed_since": "2023-03-20",
                "lapses_on": None,
            }
        ],
        "closes": [{"id": f"{KEY}/1/draft_plan", "because": "draft_plan"}],
    }
    assert (after.state, after.n, after.hash) == ("plan_drafted", before.n + 1, decision.entry.hash)
    assert decision.step == story.process.step("reported", "draft_plan")


def test_the_body_alone_holds_the_whole_entry():
    for entry in issue_in("long_term_maintenance").entries:
        read = read_entry(entry.body)
        assert read == entry
        assert read.content == entry.content


def test_deciding_changes_nothing_and_decides_alike_every_time():
    story = planned(assigned(a_story()))
    facts = {"text": "第三条", "due": date(2023, 5, 1)}
    tried = attempt("wang", "add_measure", facts, day=date(2023, 3, 20))
    before = copy.deepcopy(story.issue)
    first = decide(story.rules, story.issue, tried, story.office)
    assert decide(story.rules, story.issue, tried, story.office) == first
    assert story.issue == before
    assert facts == {"text": "第三条", "due": date(2023, 5, 1)}


def test_a_clock_set_back_does_not_turn_the_log_around():
    story = assigned(a_story())
    tried = attempt("chen", "note", {"note": "x"}, day=story.day - timedelta(days=30))
    entry = decide(story.rules, story.issue, tried, story.office).entry
    assert entry.at == story.issue.at
    assert entry.content["day"] == tried.day.isoformat()


# ---------------------------------------------------------------------------------- refusal


def test_a_refusal_names_everything_that_is_unmet_at_once():
    story = a_story()
    refusal = refused(story, "sun", "draft_plan", {"hint": "x", "note": 7})
    assert codes(refusal) == [
        "not_answering",
        "fact_unknown",
        "fact_wrong",
        "no_leader",
        "no_department",
        "no_person",
        "no_measure",
    ]
    assert str(refusal) == (
        "draft_plan of YX2023-7 is refused for sun: "
        "only the responsible person of this issue may do this (named: –); "
        "hint is not asked for here; "
        "note must be text, not 7; "
        "no responsible leader is named (rectify assign --leader); "
        "no responsible department is named (rectify assign --department); "
        "no responsible person is named (rectify assign --person); "
        "no measure is planned (rectify measure add)"
    )


def test_a_refusal_tells_what_is_allowed_now_and_for_whom():
    refusal = refused(issue_in("plan_drafted"), "wang", "submit_completion")
    assert codes(refusal) == ["event_not_here"]
    assert offered(refusal) == {
        "return_plan": ("supervisor",),
        "approve_plan": ("supervisor",),
        "assign": ("leader", "supervisor"),
        "note": ("responsible", "leader", "supervisor"),
        "change_due": ("supervisor",),
        "void": ("supervisor",),
        "classify": ("supervisor",),
        "set_term": ("supervisor",),
        "request_extension": ("responsible",),
        "suspend": ("supervisor",),
        "hand_over": ("leader", "supervisor"),
        "acknowledge": ("responsible", "leader", "principal"),
    }


def test_a_refusal_does_not_offer_what_nobody_could_do_now():
    refusal = refused(a_story(), "chen", "accept")
    assert "draft_plan" not in offered(refusal)
    assert offered(refusal)["assign"] == ("leader", "supervisor")


def test_a_refusal_tells_what_an_offered_event_still_asks_for():
    refusal = refused(issue_in("completed"), "wang", "note")
    offer = next(option for option in refusal.allowed if option.event == "return_completion")
    assert [need.asks for need in offer.needs] == ["reason"]
    assert [u.code for u in offer.blocked_by] == ["role_missing"]


def test_who_may_not_judge_is_told_that_another_may():
    office = delegated(an_office(), "wang", recorder="chen")
    story = planned(assigned(a_story(office=office)))
    story.acts("chen", "draft_plan", behalf="wang")
    refusal = refused(story, "chen", "approve_plan")
    assert codes(refusal) == ["own_plan"]
    assert offered(refusal)["approve_plan"] == ("supervisor",)


def test_an_event_that_the_process_does_not_know_is_refused_with_those_it_knows():
    refusal = refused(a_story(), "li", "close")
    assert codes(refusal) == ["event_unknown"]
    known = refusal.unmet[0].facts["events"]
    assert known == tuple(e for e in default_process().events if e != "register")
    assert "knows no event close; it knows draft_plan, return_plan," in str(refusal)


def test_a_voided_issue_takes_nothing_and_offers_nothing():
    story = a_story()
    story.acts("li", "void", {"reason": "重复登记"})
    for event in ("assign", "note", "void", "change_due"):
        refusal = refused(story, "li", event)
        assert "the issue was voided: 重复登记" in str(refusal)
        assert refusal.allowed == ()


def test_a_fault_of_the_rules_is_not_taken_for_a_refusal():
    process = default_process()
    broken = replace(
        process, steps=tuple(replace(s, requires=("no such guard",)) for s in process.steps)
    )
    story = a_story()
    with pytest.raises(KeyError, match="no such guard"):
        decide(rules_of(broken), story.issue, attempt("li", "note", {"note": "x"}), story.office)


# ----------------------------------------------------------------------------------- options


def choices(story: Story, person: str, facts: Facts | None = None) -> dict[str, Option]:
    tried = attempt(person, "", facts, day=story.day)
    found = options(story.rules, story.issue, tried, story.office)
    return {option.event: option for option in found}


def test_options_list_every_event_of_the_state_in_the_order_of_the_table():
    story = issue_in("completed")
    steps: tuple[Step, ...] = story.process.steps_from("completed")
    assert list(choices(story, "wang")) == [s.event for s in steps if s.by != ("clock",)]


def test_options_tell_apart_what_one_lacks_and_what_one_must_say():
    found = choices(issue_in("completed"), "chen")
    assert found["return_completion"].blocked_by == ()
    assert [u.asks for u in found["return_completion"].needs] == ["reason"]
    assert found["note"].blocked_by == ()
    assert [u.code for u in found["finish_remainder"].blocked_by] == ["role_missing"]
    assert found["accept"].to == "long_term_maintenance"
    assert found["note"].to == "completed"


def test_an_option_with_nothing_unmet_is_accepted_and_any_other_is_refused():
    for person in ("wang", "zhou", "chen", "zhao", "he"):
        story = issue_in("in_rectification")
        for event, option in choices(story, person, REMAINDER).items():
            tried = attempt(person, event, REMAINDER, day=story.day)
            try:
                decide(story.rules, story.issue, tried, story.office)
            except Refused as refusal:
                assert refusal.unmet == option.unmet
            else:
                assert option.unmet == ()
