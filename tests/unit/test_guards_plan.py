"""Guards on the plan: who is responsible, which measures, until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from states.issue import Measure, Responsibility
from tests.cast import (
    an_issue,
    asked,
    said,
    unmet,
)

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
        Measure(number=1, text="a", due=date(2023, 5, 30)),
        Measure(number=2, text="b"),
        Measure(number=3, text="c", due=date(2023, 5, 31)),
        Measure(number=4, text="d", due=date(2022, 12, 1)),
    )
    assert said("measures_planned", issue) == [
        "measure 2 has no date (rectify measure edit --due)",
        "measure 3 is due 2023-05-31, after the issue's own date 2023-05-30",
    ]
    assert said("measures_planned", replace(issue, due=None)) == [
        "measure 2 has no date (rectify measure edit --due)",
        "the issue itself has no due date (rectify change-due)",
    ]


@pytest.mark.parametrize("due", ["2023-05-30", "2023-03-01", "2022-12-24"])
def test_a_measure_may_be_due_up_to_the_issues_date_even_before_the_feedback(due: str):
    assert said("within_issue_due", an_issue(), {"due": due}) == []


def test_a_measure_may_not_be_due_after_the_issue():
    assert said("within_issue_due", an_issue(), {"due": "2023-05-31"}) == [
        "the date 2023-05-31 is after the issue's own date 2023-05-30"
    ]
    assert asked("within_issue_due", an_issue(), {"due": "2023-05-31"}) == ["due"]
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
