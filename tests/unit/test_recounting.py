"""Counting dates anew: another calendar, another process, and what stays as it was given."""

from __future__ import annotations

from datetime import date

import pytest

from states.audit import replay
from states.calendar import PROVISIONAL, Calendar, Year
from states.obligations import Recounted, reckoning_of, recounted
from states.reckoning import own_date
from states.rules import Rules
from states.term import Term
from tests.cast import (
    Facts,
    Story,
    assigned,
    issue_in,
    planned,
    proven,
)
from tests.recounting import (
    AFTER,
    BEFORE,
    NEW_YEAR,
    NEXT,
    PROCESS,
    YEAR,
    by_workdays,
    counted,
    owed,
    recalculated,
)

# ---------------------------------------------------------------------------------- calendars


def test_another_calendar_moves_nothing_until_an_entry_recounts():
    story = counted(BEFORE)
    assert owed(story.issue)["draft_plan"].due == date(2023, 3, 15)
    story.calendar = AFTER
    story.acts("li", "note", {"note": "x"})
    assert owed(story.issue)["draft_plan"].due == date(2023, 3, 15)
    assert story.issue.calendar == AFTER.hash


def test_recounting_moves_exactly_the_dates_that_the_calendar_moves():
    story = counted(BEFORE)
    was = owed(story.issue)
    told = recounted(Rules(PROCESS, AFTER), story.issue, date(2023, 3, 2))
    assert told == [
        Recounted(kind="draft_plan", was=date(2023, 3, 15), now=date(2023, 3, 20)),
    ]
    recalculated(story, Rules(PROCESS, AFTER), date(2023, 3, 2))
    now = owed(story.issue)
    assert now["draft_plan"].due == date(2023, 3, 20)
    assert now["draft_plan"].owed_since == was["draft_plan"].owed_since
    assert now["finish_issue"] == was["finish_issue"]
    assert [c["because"] for c in story.entries[-1].content["closes"]] == ["recalculate"]
    assert recounted(Rules(PROCESS, AFTER), story.issue) == []


def test_replaying_the_day_before_still_gives_the_old_date():
    story = counted(BEFORE)
    recalculated(story, Rules(PROCESS, AFTER), date(2023, 3, 6))
    then, now = replay(story.entries, date(2023, 3, 5)), replay(story.entries)
    assert then is not None
    assert now == story.issue
    assert owed(then)["draft_plan"].due == date(2023, 3, 15)
    assert (then.calendar, story.issue.calendar) == (BEFORE.hash, AFTER.hash)


def test_nothing_is_recounted_where_nothing_moves():
    for story in (counted(BEFORE), issue_in("in_rectification", calendar=BEFORE)):
        assert recounted(Rules(PROCESS, BEFORE), story.issue) == []
        before = story.issue
        after = recalculated(story, Rules(PROCESS, BEFORE), date(2023, 3, 20))
        assert after.obligations == before.obligations
        assert story.entries[-1].facts == {}


def test_the_issues_own_date_by_rule_moves_and_its_first_one_is_kept():
    process = by_workdays(10)
    story = counted(BEFORE, process)
    assert story.issue.due == date(2023, 3, 15)
    rules = Rules(process, AFTER)
    assert recounted(rules, story.issue)[0] == Recounted(
        kind="issue", was=date(2023, 3, 15), now=date(2023, 3, 20)
    )
    recalculated(story, rules, date(2023, 3, 2))
    assert (story.issue.due, story.issue.due_original) == (date(2023, 3, 20), date(2023, 3, 15))
    assert story.issue.due_by_rule
    assert owed(story.issue)["finish_issue"].due == date(2023, 3, 20)


@pytest.mark.parametrize("facts", [{"due": "2023-03-15"}])
def test_a_date_that_somebody_gave_is_never_recounted(facts: Facts):
    process = by_workdays(10)
    story = counted(BEFORE, process, facts)
    moved = {(r.kind, r.subject) for r in recounted(Rules(process, AFTER), story.issue)}
    assert moved == {("draft_plan", "")}


def test_the_date_of_an_accepted_issue_is_history():
    process = by_workdays(60)
    story = proven(planned(assigned(counted(BEFORE, process))))
    story.acts("wang", "draft_plan")
    story.acts("chen", "approve_plan")
    proven(story, 1, 2).acts("wang", "submit_completion")
    rules = Rules(process, AFTER)
    assert [r.kind for r in recounted(rules, story.issue)] == ["issue"]
    story.acts("chen", "accept", {"no_duties": "一次性事项"})
    assert recounted(rules, story.issue) == []


# ----------------------------------------------------------------------------- beyond the notice


def late(calendar: Calendar) -> Story:
    return counted(calendar, facts={"feedback": "2023-12-25"})


def test_a_date_counted_into_a_year_without_notice_is_marked():
    story = late(BEFORE)
    plan = owed(story.issue)["draft_plan"]
    assert (plan.due, plan.provisional) == (date(2024, 1, 8), True)
    finish = owed(story.issue)["finish_issue"]
    assert (finish.due, finish.provisional) == (date(2024, 3, 25), False)  # by months: no guess


def test_the_notice_moves_the_date_or_confirms_it():
    story = late(BEFORE)
    confirmed = Calendar("plain 2024", years=(YEAR, NEXT))
    assert recounted(Rules(PROCESS, confirmed), story.issue) == [
        Recounted(
            kind="draft_plan",
            was=date(2024, 1, 8),
            now=date(2024, 1, 8),
            was_provisional=True,
        )
    ]
    recalculated(story, Rules(PROCESS, NEW_YEAR), date(2023, 12, 26))
    plan = owed(story.issue)["draft_plan"]
    assert (plan.due, plan.provisional) == (date(2024, 1, 9), False)


def test_a_guess_at_the_issues_own_date_is_marked_on_issue_and_obligation():
    process = by_workdays(10)
    story = counted(BEFORE, process, {"feedback": "2023-12-25"})
    before = story.issue
    assert before.provisional
    assert owed(before)["finish_issue"].provisional
    after = recalculated(story, Rules(process, NEW_YEAR), date(2023, 12, 26))
    assert not after.provisional
    assert not owed(after)["finish_issue"].provisional


# ------------------------------------------------------------------------------- explaining


def test_how_a_date_was_counted_can_be_told_again():
    story = counted(AFTER)
    plan = owed(story.issue)["draft_plan"]
    counting = reckoning_of(story.rules, story.issue, plan)
    assert counting is not None
    assert (counting.anchor, counting.term, counting.due) == (
        date(2023, 3, 1),
        Term(10),
        plan.due,
    )
    own = own_date(story.rules, story.issue)
    assert (own.anchor, str(own.term), own.due) == (date(2023, 3, 1), "3 months", story.issue.due)
    assert reckoning_of(story.rules, story.issue, owed(story.issue)["finish_issue"]) is None


def test_it_tells_when_the_least_term_decided():
    story = counted(BEFORE, facts={"feedback": "2022-12-01"})
    plan = owed(story.issue)["draft_plan"]
    counting = reckoning_of(story.rules, story.issue, plan)
    assert counting is not None
    assert (counting.anchor, counting.term, counting.due) == (
        date(2023, 3, 1),
        Term(5),
        date(2023, 3, 8),
    )
    assert plan.anchor == date(2022, 12, 1)


def test_a_year_that_is_only_guessed_is_no_notice():
    guessed = Calendar("guessed", years=(YEAR, Year(year=2024, status=PROVISIONAL)))
    assert owed(late(guessed).issue)["draft_plan"].provisional
