"""Guards on the plan: who is responsible, which measures, until when."""

from __future__ import annotations

from datetime import date

import pytest

from states.frozen import replace
from states.parts import Measure, Responsibility
from tests.cast import Facts, issue_in
from tests.guarding import an_issue, asked, said, unmet

DAY = date(2023, 4, 1)


def test_three_clarities_names_each_that_is_missing():
    issue = an_issue()
    none = replace(issue, responsibility=Responsibility())
    assert [u.code for u in unmet("three_clarities", none)] == [
        "no_leader",
        "no_department",
        "no_person",
    ]
    assert said(
        "three_clarities", replace(issue, responsibility=Responsibility(leader="zhou"))
    ) == [
        "no responsible department is named (rectify assign --department)",
        "no responsible person is named (rectify assign --person)",
    ]
    assert said("three_clarities", issue) == []


def test_measures_planned_demands_a_measure():
    assert said("measures_planned", an_issue()) == ["no measure is planned (rectify measure add)"]
    dropped = Measure(number=1, text="a", due=DAY, dropped="重复")
    former = Measure(number=2, text="b", due=DAY, cycle=2)
    assert said("measures_planned", an_issue(dropped, former)) == [
        "no measure is planned (rectify measure add)"
    ]


def test_measures_planned_names_every_measure_without_date_or_too_late():
    issue = an_issue(
        Measure(number=1, text="a", due=date(2023, 6, 1)),
        Measure(number=2, text="b"),
        Measure(number=3, text="c", due=date(2023, 6, 2)),
        Measure(number=4, text="d", due=date(2022, 12, 1)),
    )
    assert said("measures_planned", issue) == [
        "measure 2 has no date (rectify measure edit --due)",
        "measure 3 is due 2023-06-02, after the issue's own date 2023-06-01",
    ]
    assert said("measures_planned", replace(issue, due=None)) == [
        "measure 2 has no date (rectify measure edit --due)",
        "the issue itself has no due date (rectify change-due)",
    ]


@pytest.mark.parametrize("due", ["2023-06-01", "2023-03-01", "2022-12-24"])
def test_a_measure_may_be_due_up_to_the_issues_date_even_before_the_feedback(due: str):
    assert said("within_issue_due", an_issue(), {"due": due}) == []


def test_a_measure_may_not_be_due_after_the_issue():
    assert said("within_issue_due", an_issue(), {"due": "2023-06-02"}) == [
        "the date 2023-06-02 is after the issue's own date 2023-06-01"
    ]
    assert asked("within_issue_due", an_issue(), {"due": "2023-06-02"}) == ["due"]
    assert said("within_issue_due", an_issue(), {}) == []


def test_a_measure_added_later_brings_its_date():
    assert said("date_given", an_issue(), {}) == ["a measure added after approval needs its date"]
    assert said("date_given", an_issue(), {"due": "2023-05-01"}) == []


def test_a_new_due_date_is_not_before_any_measure_still_open():
    issue = an_issue(
        Measure(number=1, text="a", due=date(2023, 5, 1), done_on=date(2023, 5, 1)),
        Measure(number=2, text="b", due=date(2023, 4, 15)),
        Measure(number=3, text="c", due=date(2023, 4, 20)),
        Measure(number=4, text="d", due=date(2023, 5, 20), dropped="重复"),
        Measure(number=5, text="e"),
    )
    assert said("measures_within_new_due", issue, {"due": "2023-04-20"}) == []
    assert said("measures_within_new_due", issue, {"due": "2023-04-10"}) == [
        "measure 2 is due 2023-04-15, after the issue's own date 2023-04-10",
        "measure 3 is due 2023-04-20, after the issue's own date 2023-04-10",
    ]
    assert said("measures_within_new_due", issue, {}) == []


def test_a_measure_that_is_named_belongs_to_the_present_plan():
    issue = an_issue(
        Measure(number=1, text="a"),
        Measure(number=2, text="b", dropped="重复"),
        Measure(number=3, text="c", done_on=DAY),
        Measure(number=4, text="d", cycle=2),
    )
    assert said("known_measure", issue, {"measure": 1}) == []
    assert said("known_measure", issue, {"measure": 3}) == []
    assert said("known_measure", issue, {}) == []
    for number in (2, 4, 9):
        assert said("known_measure", issue, {"measure": number}) == [
            f"there is no measure {number} in the present plan (known: 1, 3)"
        ]
    assert said("known_measure", an_issue(), {"measure": 1}) == [
        "there is no measure 1 in the present plan (known: -)"
    ]


def test_a_measure_that_is_worked_on_is_still_open():
    issue = an_issue(Measure(number=1, text="a"), Measure(number=2, text="b", done_on=DAY))
    assert said("open_measure", issue, {"measure": 1}) == []
    assert said("open_measure", issue, {"measure": 2}) == ["measure 2 is already done"]
    assert [u.code for u in unmet("open_measure", issue, {"measure": 3})] == ["measure_unknown"]


def test_the_last_measure_stays():
    one = an_issue(Measure(number=1, text="a"), Measure(number=2, text="b", dropped="重复"))
    assert said("another_measure", one) == [
        "the last measure of an approved plan cannot be dropped"
    ]
    assert said("another_measure", an_issue(*one.measures, Measure(number=3, text="c"))) == []


# ------------------------------------------------------------------------------ dates and types


@pytest.mark.parametrize("facts", [{}, {"text": "x"}, {"measure": 1}])
def test_a_new_date_is_not_before_today(facts: Facts):
    past = {**facts, "due": "2023-03-31"}
    assert said("date_not_past", an_issue(), past) == ["the date 2023-03-31 has already passed"]
    assert asked("date_not_past", an_issue(), past) == ["due"]
    assert said("date_not_past", an_issue(), {**facts, "due": "2023-04-01"}) == []
    assert said("date_not_past", an_issue(), facts) == []


@pytest.mark.parametrize("due", ["2023-03-31", "2022-12-24"])
def test_what_was_put_right_at_once_may_lie_before_the_feedback(due: str):
    at_once = replace(an_issue(), type="immediate")
    assert said("date_not_past", at_once, {"text": "x", "due": due}) == []
    assert said("date_not_past", at_once, {"measure": 1, "due": due}) == []
    assert said("date_not_past", at_once, {"due": due, "reason": "x"}) == [
        f"the date {due} has already passed"
    ]


def test_classifying_says_something():
    assert said("something_classified", an_issue(), {}) == [
        "say of which type the issue is, or whether it is long-term"
    ]
    assert said("something_classified", an_issue(), {"type": "staged"}) == []
    assert said("something_classified", an_issue(), {"long_term": False}) == []


def test_the_date_by_the_rule_of_another_type_has_not_passed():
    assert said("measures_within_rule", an_issue(), {"type": "immediate"}) == [
        "by the rule for immediate the issue was due 2023-03-22: give it a date first "
        "(rectify change-due)"
    ]
    in_time = date(2023, 3, 22)
    assert said("measures_within_rule", an_issue(), {"type": "immediate"}, day=in_time) == []
    given = replace(an_issue(), due_by_rule=False)
    assert said("measures_within_rule", given, {"type": "immediate"}) == []
    assert said("measures_within_rule", an_issue(), {"type": "dated"}) == []
    assert said("measures_within_rule", an_issue(), {"long_term": True}) == []


def test_no_measure_is_left_after_the_date_that_another_type_brings():
    issue = an_issue(
        Measure(number=1, text="a", due=date(2023, 3, 22)),
        Measure(number=2, text="b", due=date(2023, 3, 23)),
        Measure(number=3, text="c", due=date(2023, 3, 24), done_on=DAY),
    )
    day = date(2023, 3, 10)
    assert said("measures_within_rule", issue, {"type": "immediate"}, day=day) == [
        "measure 2 is due 2023-03-23, after the issue's own date 2023-03-22"
    ]


def term(kind: str, after: str) -> Facts:
    return {"kind": kind, "after": after, "reason": "材料较多"}


def test_a_term_is_set_only_where_a_rule_counts():
    issue = issue_in("reported").issue
    assert said("known_rule", issue, term("draft_plan", "30 workdays")) == []
    for kind in ("finish_issue", "finish_measure", "no_such_kind"):
        assert said("known_rule", issue, term(kind, "30 workdays")) == [
            f"no rule counts the date of {kind}; rules count those of draft_plan, decide_plan, "
            "verify_completion, decide_extension, decide_reopening"
        ]


def test_a_term_does_not_make_what_is_owed_now_past():
    issue = issue_in("plan_drafted").issue  # owed since Sunday 2023-03-05
    assert said("known_rule", issue, term("decide_plan", "3 days")) == [
        "with 3 days, decide_plan was due 2023-03-08"
    ]
    assert said("known_rule", issue, term("decide_plan", "27 days")) == []
    assert said("known_rule", issue, term("verify_completion", "3 days")) == []


def test_a_letter_is_about_something_that_is_owed():
    issue = issue_in("reported").issue
    owed = issue.obligations[0].id
    assert said("known_obligation", issue, {"obligation": owed}) == []
    assert said("known_obligation", issue, {"obligation": f"{owed}/x"}) == [f"{owed}/x is not owed"]
