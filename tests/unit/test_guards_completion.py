"""Guards on what is said to be done, to remain, or to be kept up."""

from __future__ import annotations

from datetime import date

import pytest

from states.frozen import replace
from states.parts import Evidence, Measure, Remainder
from tests.cast import DUTY, PROOF, REMAINDER, Facts, issue_in
from tests.guarding import an_issue, asked, said

DAY = date(2023, 4, 1)


def proof_of(number: int | None, cycle: int = 1) -> Evidence:
    return Evidence(number=1, sha256=PROOF, size=1, name="x.pdf", cycle=cycle, measure=number)


def test_nothing_was_done_on_a_day_still_to_come():
    assert said("not_in_future", an_issue(), {"on": "2023-04-02"}) == [
        "the day 2023-04-02 has not come yet"
    ]
    assert said("not_in_future", an_issue(), {"on": "2023-04-01"}) == []
    assert said("not_in_future", an_issue(), {}) == []


def test_every_measure_is_done_and_proven_before_completion():
    issue = an_issue(
        Measure(number=1, text="a", done_on=DAY),
        Measure(number=2, text="b"),
        Measure(number=3, text="c", done_on=DAY),
        Measure(number=4, text="d", dropped="重复"),
        Measure(number=5, text="e", cycle=2),
    )
    issue = replace(issue, evidence=(proof_of(1), proof_of(None)))
    expected = [
        "measure 2 is not done (rectify measure done)",
        "measure 2 has no evidence (rectify evidence add --measure 2)",
        "measure 3 has no evidence (rectify evidence add --measure 3)",
    ]
    assert said("measures_proven", issue) == expected
    assert said("measures_proven", issue, {"verdict": "completed"}) == expected
    sound = replace(issue, measures=issue.measures[:1])
    assert said("measures_proven", sound) == []


def test_basically_completed_needs_no_finished_measures_but_some_proof():
    issue = an_issue(Measure(number=1, text="a"))
    assert said("measures_proven", issue, REMAINDER) == [
        "nothing is proven yet: there is no evidence at all"
    ]
    former = replace(issue, evidence=(proof_of(1, cycle=2),))
    assert said("measures_proven", former, REMAINDER) == [
        "nothing is proven yet: there is no evidence at all"
    ]
    assert said("measures_proven", replace(issue, evidence=(proof_of(None),)), REMAINDER) == []


def test_basically_completed_says_what_remains_by_whom_and_until_when():
    facts = {"verdict": "basically_completed"}
    assert asked("remainder_named", an_issue(), facts) == ["remains", "by", "until"]
    assert said("remainder_named", an_issue(), {**facts, "by": "wang", "remains": "x"}) == [
        "basically completed: until must be given (what remains, by whom, until when)"
    ]
    assert said("remainder_named", an_issue(), REMAINDER) == []


def test_what_remains_is_not_due_in_the_past():
    assert said("remainder_named", an_issue(), {**REMAINDER, "until": "2023-03-31"}) == [
        "the date 2023-03-31 for what remains has already passed"
    ]
    assert said("remainder_named", an_issue(), {**REMAINDER, "until": "2023-04-01"}) == []


@pytest.mark.parametrize("verdict", [{}, {"verdict": "completed"}])
def test_unfinished_is_never_called_completed(verdict: Facts):
    facts = {**verdict, "remains": "设备未到", "until": "2023-12-31"}
    assert said("remainder_named", an_issue(), facts) == [
        "something remains (remains, until): then the verdict is basically_completed"
    ]
    assert said("remainder_named", an_issue(), verdict) == []


def test_only_what_remains_can_be_finished():
    issue = an_issue()
    assert said("remainder_open", issue) == ["nothing remains to be finished"]
    remainder = Remainder(text="x", person="wang", due=DAY)
    assert said("remainder_open", replace(issue, remainder=remainder)) == []
    done = replace(issue, remainder=replace(remainder, done_on=DAY))
    assert said("remainder_open", done) == ["nothing remains to be finished"]


def test_acceptance_declares_duties_or_the_reason_for_none_but_not_both():
    issue = an_issue()
    missing = ["maintenance duties must be declared, or the reason why none is needed"]
    assert said("duties_declared", issue) == missing
    assert said("duties_declared", issue, {"duties": []}) == missing
    assert said("duties_declared", issue, {"duties": [DUTY]}) == []
    assert said("duties_declared", issue, {"no_duties": "一次性事项"}) == []
    assert said("duties_declared", issue, {"duties": [DUTY], "no_duties": "一次性事项"}) == [
        "duties are declared and at the same time said not to be needed"
    ]


def test_a_duty_that_is_named_was_declared_in_this_cycle():
    issue = issue_in("long_term_maintenance").issue
    assert said("known_duty", issue, {"duty": 1}) == []
    assert said("known_duty", issue, {}) == []
    assert said("known_duty", issue, {"duty": 2}) == ["there is no duty 2"]
    assert said("known_duty", replace(issue, cycle=2), {"duty": 1}) == ["there is no duty 1"]
