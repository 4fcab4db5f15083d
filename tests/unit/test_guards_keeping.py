"""Guards on what follows acceptance: duties, look-backs, proposals to reopen."""

from __future__ import annotations

from datetime import date

import pytest

from states.frozen import replace
from states.issue import Issue
from states.parts import Evidence, LookBack, Proposal
from states.recurring import recurrences
from tests.cast import DUTY, PROOF, issue_in
from tests.guarding import an_issue, asked, said, unmet

ONE = {"duty": 1}


@pytest.fixture(scope="module")
def issue() -> Issue:
    """An accepted issue: its duty is due on 2023-07-01, then every 30 days."""
    return issue_in("long_term_maintenance").issue


def proof(**changes: object) -> Evidence:
    first = Evidence(number=1, sha256=PROOF, size=1, name="照片", duty=1, occurrence=1)
    return replace(first, **changes)


def test_an_issue_of_the_long_term_is_not_accepted_without_a_duty():
    none, lasting = {"no_duties": "一次性事项"}, replace(an_issue(), long_term=True)
    assert said("long_term_needs_duty", an_issue(), none) == []
    assert said("long_term_needs_duty", lasting, none) == [
        "the issue is to be kept up for long (长期坚持): a duty must be declared"
    ]
    assert asked("long_term_needs_duty", lasting, none) == ["duties"]
    assert said("long_term_needs_duty", lasting, {"duties": [DUTY]}) == []


def test_a_duty_that_the_calendar_can_never_make_due_is_refused():
    """The cast counts in plain weeks, which know no holiday."""
    monthly = {"text": "每月自查", "when": recurrences("每月")}
    before_holidays = {"text": "节前检查", "when": recurrences("法定节假日前")}
    either = {"text": "节前检查", "when": recurrences("每季度或法定节假日前夕")}
    sentence = "节前检查: by the calendar weekdays this never falls due (rectify duty dates)"
    assert said("duty_falls_due", an_issue(), {"duties": [monthly, before_holidays]}) == [sentence]
    assert said("duty_falls_due", an_issue(), before_holidays) == [sentence]
    assert said("duty_falls_due", an_issue(), {"duties": [monthly, either]}) == []
    assert said("duty_falls_due", an_issue(), {"no_duties": "一次性事项"}) == []
    assert said("duty_falls_due", an_issue(), {"text": "x", "when": recurrences("每次检查")}) == []


def test_a_duty_that_was_ended_is_known_no_longer(issue: Issue):
    ended = replace(issue, duties=(replace(issue.duties[0], ended="职能划转"),))
    assert said("known_duty", issue, ONE) == []
    assert said("known_duty", ended, ONE) == ["duty 1 has ended: 职能划转"]
    assert said("duty_proven", ended, ONE) == said("duty_overdue", ended, ONE) == []


def test_a_duty_is_performed_with_the_evidence_of_that_very_occurrence(issue: Issue):
    missing = ["this occurrence of duty 1 has no evidence (rectify evidence add --duty 1)"]
    for proofs in (
        (),
        (proof(occurrence=2),),
        (proof(duty=2),),
        (proof(cycle=2),),
        (proof(duty=None, measure=1, occurrence=None),),
    ):
        assert said("duty_proven", replace(issue, evidence=proofs), ONE) == missing
    assert said("duty_proven", replace(issue, evidence=(proof(),)), ONE) == []
    assert said("duty_proven", issue, {"duty": 9}) == []


def test_an_occurrence_is_not_performed_before_the_one_before_it_has_passed(issue: Issue):
    duty = replace(issue.duties[0], due=date(2023, 7, 31), since=date(2023, 7, 2), occurrence=2)
    early = replace(issue, duties=(duty,))
    assert said("duty_not_early", early, ONE, day=date(2023, 7, 1)) == [
        "duty 1 is next due 2023-07-31; it can be performed from 2023-07-02"
    ]
    assert said("duty_not_early", early, ONE, day=date(2023, 7, 2)) == []
    assert said("duty_not_early", early, ONE, day=date(2023, 9, 1)) == []
    by_event = replace(issue, duties=(replace(duty, due=None),))
    assert said("duty_not_early", by_event, ONE, day=date(2023, 7, 1)) == []


def test_an_occurrence_is_missed_when_the_next_one_has_come_due(issue: Issue):
    still = ["duty 1 can still be performed"]
    assert said("duty_overdue", issue, ONE, day=date(2023, 7, 2)) == still
    assert said("duty_overdue", issue, ONE, day=date(2023, 7, 30)) == still
    assert said("duty_overdue", issue, ONE, day=date(2023, 7, 31)) == []
    by_event = replace(issue, duties=(replace(issue.duties[0], due=None),))
    assert said("duty_overdue", by_event, ONE, day=date(2029, 1, 1)) == still


def test_evidence_names_a_look_back_of_this_cycle(issue: Issue):
    assert said("known_visit", issue, {}) == said("known_visit", issue, {"look_back": 2}) == []
    assert said("known_visit", issue, {"look_back": 3}) == ["there is no look-back 3"]
    assert said("known_visit", replace(issue, cycle=2), {"look_back": 1}) == [
        "there is no look-back 1"
    ]


def test_a_look_back_is_made_once(issue: Issue):
    assert said("known_look_back", issue, {"visit": 1}) == []
    assert said("known_look_back", issue, {}) == []
    assert said("known_look_back", issue, {"visit": 3}) == ["there is no look-back 3"]
    made = LookBack(number=1, due=date(2023, 6, 10), verdict="holds", done_on=date(2023, 6, 9))
    seen = replace(issue, look_backs=(made, *issue.look_backs[1:]))
    assert said("known_look_back", seen, {"visit": 1}) == ["look-back 1 was made on 2023-06-09"]
    assert asked("known_look_back", seen, {"visit": 1}) == ["visit"]


def test_what_does_not_hold_is_described(issue: Issue):
    assert said("look_back_reason", issue, {"verdict": "holds"}) == []
    for verdict in ("slipping", "rebound"):
        assert said("look_back_reason", issue, {"verdict": verdict}) == [
            f"{verdict}: what was found must be given as the reason"
        ]
        assert said("look_back_reason", issue, {"verdict": verdict, "reason": "x"}) == []


def test_whoever_did_the_work_does_not_look_back_on_it(issue: Issue):
    hands = replace(issue, submitted_by=("he", "wang"), done_by=("sun",))
    assert said("not_the_doer", hands, person="chen") == []
    for person in ("wang", "he", "sun"):
        assert said("not_the_doer", hands, person=person) == [
            f"{person} had a hand in this work and may not judge how it lasts"
        ]
    assert [u.code for u in unmet("not_the_doer", hands, person="chen", behalf="wang")] == [
        "own_work"
    ]


def test_only_what_is_proposed_is_declined(issue: Issue):
    assert said("proposal_open", issue) == ["reopening is not proposed"]
    proposal = Proposal(because="rebound", on=date(2023, 6, 10))
    assert said("proposal_open", replace(issue, proposal=proposal)) == []
