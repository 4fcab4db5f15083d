"""Counting anew what follows acceptance, and by another process."""

from __future__ import annotations

from datetime import date

import pytest

from states.calendar import Calendar
from states.decision import decide
from states.errors import Refused
from states.frozen import replace
from states.obligations import Recounted, recounted
from states.rules import Rules
from states.term import Term
from tests.cast import (
    Story,
    issue_in,
    performed,
    proven,
    rules_of,
    the_clock,
)
from tests.recounting import (
    BEFORE,
    PROCESS,
    YEAR,
    owed,
    recalculated,
)

# ------------------------------------------------------------------------ duties and look-backs


def kept(calendar: Calendar, **when: object) -> Story:
    story = proven(issue_in("in_rectification", calendar=calendar), 2)
    story.acts("wang", "submit_completion")
    story.acts("chen", "accept", {"duties": [{"text": "报送", "person": "wang", "when": [when]}]})
    return story


def test_the_awaited_occurrence_and_its_lapse_are_counted_anew():
    story = kept(BEFORE, every="month", nth=-1, of="workday")
    duty = story.issue.duties[0]
    assert duty.due == date(2023, 3, 31)
    off = tuple((date(2023, m, d), "x") for m, d in ((3, 31), (4, 28)))
    rules = Rules(PROCESS, Calendar("off", years=(YEAR,), off=off))
    assert recounted(rules, story.issue) == [
        Recounted(
            kind="perform_duty",
            subject="1.1",
            was=date(2023, 3, 31),
            now=date(2023, 3, 30),
            was_lapsing=date(2023, 4, 28),
            lapsing=date(2023, 4, 27),
        )
    ]
    recalculated(story, rules, date(2023, 3, 20))
    assert story.issue.duties[0].due == date(2023, 3, 30)
    assert owed(story.issue)["perform_duty 1.1"].lapses_on == date(2023, 4, 27)
    performed(story)
    assert story.issue.duties[0].due == date(2023, 4, 27)


def test_a_lapse_moves_by_a_recalculation_and_by_nothing_else():
    story = kept(BEFORE, every="month", nth=-1, of="workday")
    before = story.issue.obligations
    story.calendar = Calendar("off", years=(YEAR,), off=((date(2023, 4, 28), "x"),))
    story.acts("chen", "note", {"note": "x"})
    assert story.issue.obligations == before
    recalculated(story, story.rules, date(2023, 3, 20))
    assert owed(story.issue)["perform_duty 1.1"].lapses_on == date(2023, 4, 27)


def test_a_lapse_that_moves_alone_is_recounted_too():
    story = kept(BEFORE, every="month", nth=-1, of="workday")
    rules = Rules(PROCESS, Calendar("off", years=(YEAR,), off=((date(2023, 4, 28), "x"),)))
    (told,) = recounted(rules, story.issue)
    assert (told.was, told.now) == (date(2023, 3, 31), date(2023, 3, 31))
    assert (told.was_lapsing, told.lapsing) == (date(2023, 4, 28), date(2023, 4, 27))


def test_what_a_pause_has_moved_stays_moved_when_counted_anew():
    paused = replace(PROCESS, name="pausing")
    wider = tuple(
        replace(s, sources=(*s.sources, "long_term_maintenance"))
        if s.event in ("suspend", "resume")
        else s
        for s in paused.steps
    )
    process = replace(paused, steps=wider)
    story = kept(BEFORE, every="month", nth=-1, of="workday")
    story.process = process
    story.until(date(2023, 3, 20)).acts("chen", "suspend", {"reason": "x"})
    story.until(date(2023, 3, 30)).acts("chen", "resume")
    assert story.issue.duties[0].due == date(2023, 4, 10)
    assert [b.due for b in story.issue.look_backs] == [date(2023, 6, 22), date(2023, 9, 22)]
    assert owed(story.issue)["perform_duty 1.1"].due == date(2023, 4, 10)
    assert recounted(Rules(process, BEFORE), story.issue) == []
    performed(story)
    assert (story.issue.duties[0].due, story.issue.duties[0].moved) == (date(2023, 4, 28), 0)


def test_look_backs_in_working_days_are_counted_anew():
    policy = replace(PROCESS.policy, look_backs=(Term(20),))
    process = replace(PROCESS, name="visits", policy=policy)
    story = proven(issue_in("in_rectification", calendar=BEFORE), 2)
    story.process = process
    story.acts("wang", "submit_completion")
    story.acts("chen", "accept", {"no_duties": "一次性事项"})
    (visit,) = story.issue.look_backs
    assert visit.due == date(2023, 4, 7)  # twenty working days after Sunday 2023-03-12
    off = ((date(2023, 4, 5), "清明节"),)
    rules = Rules(process, Calendar("x", years=(YEAR,), off=off))
    (told,) = recounted(rules, story.issue)
    assert (told.kind, told.subject, told.now) == ("look_back", "1", date(2023, 4, 10))
    recalculated(story, rules, date(2023, 3, 20))
    assert story.issue.look_backs[0].due == date(2023, 4, 10)
    assert owed(story.issue)["look_back 1"].due == date(2023, 4, 10)


# --------------------------------------------------------------------------- another process


def test_a_running_issue_moves_to_another_process_by_an_entry_decided_there():
    story = issue_in("plan_drafted")
    rule = PROCESS.obligation("decide_plan")
    assert rule is not None
    slower = replace(rule, due=replace(rule.due, term=Term(20)), ladder="short")
    rest = tuple(r for r in PROCESS.obligations if r.kind != "decide_plan")
    process = replace(PROCESS, name="slower", obligations=(*rest, slower))
    rules = rules_of(process)
    (told,) = recounted(rules, story.issue)
    assert (told.was, told.now) == (date(2023, 3, 17), date(2023, 3, 31))
    was = owed(story.issue)["decide_plan"]
    recalculated(story, rules, date(2023, 3, 10))
    assert story.issue.process == process.hash
    assert story.entries[-1].content["process"] == process.hash
    now = owed(story.issue)["decide_plan"]
    assert (now.due, now.ladder, now.owed_since) == (date(2023, 3, 31), "short", was.owed_since)


def test_what_another_process_owes_beside_or_no_longer_is_told_too():
    story = issue_in("plan_drafted")
    rest = tuple(r for r in PROCESS.obligations if r.kind != "decide_plan")
    rule = PROCESS.obligation("verify_completion")
    assert rule is not None
    beside = replace(rule, kind="advise", states=("plan_drafted",))
    process = replace(PROCESS, name="other", obligations=(*rest, beside))
    told = recounted(rules_of(process), story.issue, date(2023, 3, 10))
    assert [(r.kind, r.was, r.now) for r in told] == [
        ("advise", None, date(2023, 3, 24)),
        ("decide_plan", date(2023, 3, 17), None),
    ]


def test_a_process_without_the_state_of_the_issue_does_not_take_it():
    story = issue_in("plan_drafted")
    steps = tuple(s for s in PROCESS.steps if "plan_drafted" not in s.sources)
    process = replace(PROCESS, name="short", states=("reported",), steps=steps)
    with pytest.raises(Refused, match="the process short knows no state plan_drafted"):
        decide(rules_of(process), story.issue, the_clock("recalculate"), story.office)


def test_only_the_clock_recalculates():
    story = issue_in("reported")
    with pytest.raises(Refused, match="only these may do this: clock"):
        story.acts("li", "recalculate")
