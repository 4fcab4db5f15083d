"""When an obligation is looked at: its next rung or its lapse, whichever is first."""

from __future__ import annotations

from datetime import date

from states.calendar import WEEKDAYS
from states.frozen import replace
from states.issue import Issue, Obligation
from states.ladder import Ladder, Occurrence, Rung
from states.parts import Letter
from states.process_file import default_process
from states.rules import Rules
from states.term import DAYS, Term
from tests.cast import a_story
from workflow.engine.waking import first_wake, has_lapsed, has_letter, next_wake, reached

DUE = date(2023, 3, 15)
MARCH_10, MARCH_16 = date(2023, 3, 10), date(2023, 3, 16)
WARNING = Rung(name="warning", at=Term(1, DAYS), repeat=(Term(7, DAYS),), letter="督办函")
LADDER = Ladder("standard", (Rung(name="soon", at=Term(-5, DAYS)), WARNING))
RULES = Rules(replace(default_process(), ladders=(LADDER,)), WEEKDAYS)
ISSUE = a_story().issue


def an_obligation(opened_on: date = date(2023, 3, 2), lapses_on: date | None = None) -> Obligation:
    return Obligation(
        id=f"{ISSUE.key}/1/finish_issue",
        kind="finish_issue",
        subject="",
        role="responsible",
        person=None,
        due=DUE,
        ladder="standard",
        opened_by=1,
        opened_on=opened_on,
        lapses_on=lapses_on,
    )


def test_it_is_looked_at_first_on_its_first_rung_or_when_it_lapses() -> None:
    assert first_wake(RULES, an_obligation()) == MARCH_10
    assert first_wake(RULES, an_obligation(lapses_on=date(2023, 3, 5))) == date(2023, 3, 5)


def test_a_rung_passed_when_it_was_opened_is_looked_at_at_once() -> None:
    assert first_wake(RULES, an_obligation(opened_on=date(2023, 3, 12))) == MARCH_10


def test_after_a_day_it_is_looked_at_strictly_later() -> None:
    assert next_wake(RULES, an_obligation(), MARCH_10) == MARCH_16
    assert next_wake(RULES, an_obligation(), MARCH_16) == date(2023, 3, 23)
    lapsed = an_obligation(lapses_on=date(2023, 3, 8))
    assert next_wake(RULES, lapsed, MARCH_10) == date(2023, 3, 11)


def test_it_lapses_on_its_day() -> None:
    lapsing = an_obligation(lapses_on=MARCH_16)
    assert [has_lapsed(lapsing, date(2023, 3, day)) for day in (15, 16, 17)] == [False, True, True]
    assert not has_lapsed(an_obligation(), date.max)


def test_a_rung_moved_to_before_the_day_of_waking_is_owed_all_the_same() -> None:
    found = reached(RULES, an_obligation(), date(2023, 3, 18), date(2023, 3, 18))
    assert found.owed is not None
    assert (found.owed.rung.name, found.owed.on) == ("warning", MARCH_16)
    assert (found.superseded, found.next_on) == ((), date(2023, 3, 23))


def test_what_passed_before_it_was_opened_is_not() -> None:
    opened = an_obligation(opened_on=date(2023, 3, 17))
    assert reached(RULES, opened, date(2023, 3, 18), date(2023, 3, 18)).owed is None


def lettered(on: date, obligation: str, kind: str = "督办函") -> Issue:
    letter = Letter(number=1, kind=kind, on=on, sha256="", obligation=obligation, to=())
    return replace(ISSUE, letters=(letter,))


def test_a_letter_is_issued_once_for_each_occurrence_of_a_work_whoever_owes_it() -> None:
    owed = an_obligation()
    first = Occurrence(rung=WARNING, nth=1, on=MARCH_16)
    second = Occurrence(rung=WARNING, nth=2, on=date(2023, 3, 23))
    after = lettered(MARCH_16, owed.id)
    assert has_letter(after, owed, first)
    assert not has_letter(after, owed, second)
    assert has_letter(after, replace(owed, id=f"{ISSUE.key}/9/finish_issue"), first)
    assert not has_letter(after, replace(owed, id=f"{ISSUE.key}/9/finish_measure/1"), first)
    assert not has_letter(lettered(MARCH_16, owed.id, "提醒函"), owed, first)
