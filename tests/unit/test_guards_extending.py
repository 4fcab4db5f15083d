"""Guards on later dates and on the clock that stands still."""

from __future__ import annotations

from datetime import date

import pytest

from states.frozen import replace
from states.issue import Issue
from states.parts import Extension, Measure, Suspension
from tests.cast import DUE, Facts
from tests.guarding import an_issue, asked, said, unmet

ASKED = {"due": "2023-06-30", "reason": "汛期", "progress": "已完成一半"}
OF_MEASURE = {**ASKED, "due": "2023-05-20", "measure": 1}
ON_TIME, LATE = date(2023, 6, 1), date(2023, 6, 2)


def waiting(measure: int | None = None, **changes: object) -> Extension:
    request = Extension(
        number=1,
        asked=date(2023, 6, 30),
        was=DUE,
        reason="汛期",
        progress="已完成一半",
        by=("he", "wang"),
        on=date(2023, 3, 20),
        measure=measure,
    )
    return replace(request, **changes)


def with_requests(*requests: Extension) -> Issue:
    planned = Measure(number=1, text="a", due=date(2023, 5, 1))
    return replace(an_issue(planned), extensions=requests)


def test_an_extension_is_asked_for_up_to_the_end_of_the_day_itself():
    assert said("before_due", an_issue(), ASKED, day=ON_TIME) == []
    assert said("before_due", an_issue(), ASKED, day=LATE) == [
        "an extension is asked for before the date passes; 2023-06-01 has passed "
        "(the supervisor may change the date)"
    ]


def test_the_date_that_counts_is_that_of_the_measure_where_one_is_named():
    issue = with_requests()
    assert said("before_due", issue, OF_MEASURE, day=date(2023, 5, 1)) == []
    late = unmet("before_due", issue, OF_MEASURE, day=date(2023, 5, 2))
    assert [u.code for u in late] == ["asked_late"]
    undated = replace(issue, measures=(Measure(number=1, text="a"),))
    assert said("before_due", undated, OF_MEASURE) == [
        "there is no date yet that could be extended"
    ]
    assert said("before_due", issue, {**OF_MEASURE, "measure": 9}) == []  # open_measure speaks


def test_only_one_request_waits_at_a_time():
    assert said("one_request", with_requests(), ASKED) == []
    assert said("one_request", with_requests(waiting()), ASKED) == [
        "the request of 2023-03-20 for 2023-06-30 still waits for a decision"
    ]
    for outcome in ("granted", "refused", "lapsed"):
        assert said("one_request", with_requests(waiting(outcome=outcome)), ASKED) == []


@pytest.mark.parametrize("due", ["2023-06-01", "2023-05-01"])
def test_the_date_asked_for_is_later_than_the_one_that_stands(due: str):
    facts = {**ASKED, "due": due}
    assert said("later_date", an_issue(), facts) == [
        f"the date {due} is not later than 2023-06-01, which stands"
    ]
    assert asked("later_date", an_issue(), facts) == ["due"]
    assert said("later_date", an_issue(), ASKED) == []


def test_a_measure_is_not_extended_beyond_its_issue():
    issue = with_requests()
    assert said("later_date", issue, OF_MEASURE) == []
    assert said("later_date", issue, {**OF_MEASURE, "due": "2023-06-02"}) == [
        "the date 2023-06-02 is after the issue's own date 2023-06-01"
    ]


def test_the_policy_limits_how_often_a_date_is_extended_in_a_cycle():
    granted = waiting(outcome="granted")
    once, twice = with_requests(granted), with_requests(granted, replace(granted, number=2))
    assert said("extension_within_limits", once, ASKED) == []
    assert said("extension_within_limits", twice, ASKED) == [
        "the date was extended 2 times already; 2 are allowed"
    ]
    others = (
        replace(granted, outcome="refused"),
        replace(granted, cycle=9),
        replace(granted, measure=1),
    )
    assert said("extension_within_limits", with_requests(granted, *others), ASKED) == []
    of_measure = with_requests(*(replace(granted, measure=1) for _ in range(2)))
    assert said("extension_within_limits", of_measure, ASKED) == []
    assert len(said("extension_within_limits", of_measure, OF_MEASURE)) == 1


def test_the_policy_limits_how_long_an_extension_is():
    assert said("extension_within_limits", an_issue(), {**ASKED, "due": "2023-09-01"}) == []
    assert said("extension_within_limits", an_issue(), {**ASKED, "due": "2023-09-02"}) == [
        "the date 2023-09-02 is too late: an extension is at most 3 months, until 2023-09-01"
    ]


def test_what_is_granted_as_asked_is_held_against_the_date_that_stands_now():
    """The supervisor has drawn the date in while the request waited."""
    asks_long = waiting(asked=date(2023, 8, 31))
    assert said("extension_within_limits", with_requests(asks_long), {}) == []
    drawn_in = replace(with_requests(asks_long), due=date(2023, 5, 1))
    assert said("extension_within_limits", drawn_in, {}) == [
        "the date 2023-08-31 is too late: an extension is at most 3 months, until 2023-08-01"
    ]
    assert said("extension_within_limits", drawn_in, {"due": "2023-08-01"}) == []


def test_a_decision_needs_a_request():
    assert said("extension_pending", an_issue()) == ["no extension is asked for"]
    assert said("extension_pending", with_requests(waiting())) == []


def test_what_is_granted_lies_between_what_stands_and_what_was_asked():
    issue = with_requests(waiting())
    assert said("grant_within", issue, {}) == []
    for due in ("2023-06-01", "2023-06-15", "2023-06-30"):
        assert said("grant_within", issue, {"due": due}) == []
    assert said("grant_within", issue, {"due": "2023-07-01"}) == [
        "the date 2023-07-01 is later than 2023-06-30, asked for"
    ]
    assert said("grant_within", issue, {"due": "2023-05-31"}) == [
        "the date 2023-05-31 is before 2023-06-01, which stands"
    ]


def test_a_date_that_passed_while_the_request_waited_is_not_granted():
    issue = with_requests(waiting())
    assert said("grant_within", issue, {}, day=date(2023, 6, 30)) == []
    past = ["the date 2023-06-30 has already passed"]
    assert said("grant_within", issue, {}, day=date(2023, 7, 1)) == past


def test_a_measure_is_granted_no_date_after_its_issue():
    request = waiting(1, asked=date(2023, 6, 20), was=date(2023, 5, 1))
    assert said("grant_within", with_requests(request), {}) == [
        "the date 2023-06-20 is after the issue's own date 2023-06-01"
    ]
    assert said("grant_within", with_requests(request), {"due": "2023-06-01"}) == []
    limits: Facts = {"due": "2023-09-02"}
    assert len(said("extension_within_limits", with_requests(request), limits)) == 1


def test_the_clock_is_stopped_once_and_set_going_only_when_it_stands():
    running = an_issue()
    pause = Suspension(since=date(2023, 3, 20), reason="诉讼")
    stopped = replace(running, suspensions=(pause,))
    again = replace(running, suspensions=(replace(pause, resumed_on=date(2023, 3, 25)),))
    assert said("one_suspension", running) == said("one_suspension", again) == []
    assert said("one_suspension", stopped) == ["the issue is suspended since 2023-03-20 already"]
    assert said("is_suspended", stopped) == []
    assert said("is_suspended", running) == ["the issue is not suspended"]
    assert said("is_suspended", again) == ["the issue is not suspended"]
