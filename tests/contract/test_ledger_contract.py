"""What every store promises of the issues it lists, and of the office beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from states.calendar import WEEKDAYS, Calendar
from states.canonical import commitment, digest
from states.errors import Conflict
from states.frozen import replace
from states.parts import Suspension
from tests.cast import OTHER_UNIT, UNIT
from tests.changes import (
    OFFICE,
    PROCESS,
    a_life,
    a_person,
    enrolled,
    everything,
    founded,
    noted,
    registered,
    taken,
    written,
)
from workflow.ports import Filter, Relit, Session, Store
from workflow.summary import summarise


def keys(store: Store, **wanted: Any) -> list[str]:
    with store.reading() as session:
        return [line.key for line in session.summaries(Filter(**wanted))]


# --- issues ------------------------------------------------------------------------------------


def test_several_issues_are_found_by_key(store: Store) -> None:
    changes = [registered(n) for n in (7, 8, 9)]
    written(store, *changes)

    def found(session: Session) -> set[str]:
        issues = session.issues(["YX2023-9", "YX2023-7", "YX2023-7", "nowhere"])
        assert issues["YX2023-9"] == changes[2].issue
        return set(issues)

    with store.reading() as reading:
        assert found(reading) == {"YX2023-7", "YX2023-9"}
        assert reading.issues([]) == {}
    with store.writing() as writing:
        assert found(writing) == {"YX2023-7", "YX2023-9"}


def test_a_list_is_ordered_by_round_and_number(store: Store) -> None:
    written(store, registered(10), registered(2), registered(1, round="ZZ"), registered(3))

    assert keys(store) == ["YX2023-2", "YX2023-3", "YX2023-10", "ZZ-1"]


def test_a_line_holds_what_the_issue_says(store: Store) -> None:
    change = a_life()[-1]
    written(store, *a_life())

    with store.reading() as session:
        (line,) = session.summaries(Filter())
    assert line == summarise(change.issue, change.lights)
    assert (line.next_due, line.person, line.voided) == (date(2023, 4, 15), "wang", False)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"round": "ZZ"}, ["ZZ-3"]),
        ({"unit": OTHER_UNIT}, ["YX2023-2"]),
        ({"state": "in_rectification"}, ["YX2023-1"]),
        ({"person": "wang"}, ["YX2023-1"]),
        ({"next_due_by": date(2023, 4, 15)}, ["YX2023-1", "YX2023-2", "ZZ-3"]),
        ({"next_due_by": date(2023, 3, 15)}, ["YX2023-2", "ZZ-3"]),
        ({"next_due_by": date(2023, 3, 14)}, []),
        ({"unit": UNIT, "state": "reported"}, ["ZZ-3"]),
        ({"voided": True}, ["YX2023-1", "YX2023-2", "YX2023-4", "ZZ-3"]),
        ({"voided": True, "state": "reported", "unit": UNIT}, ["YX2023-4", "ZZ-3"]),
        ({"unit": "' OR 1=1 --"}, []),
    ],
    ids=str,
)
def test_a_list_shows_what_was_asked_for(
    store: Store, wanted: dict[str, Any], expected: list[str]
) -> None:
    mistaken = registered(4)
    voided = taken(mistaken.issue, "li", "void", {"reason": "重复登记"})
    written(store, *a_life(1), registered(2, unit=OTHER_UNIT), registered(3, round="ZZ"))
    written(store, mistaken, voided)

    assert keys(store, **wanted) == expected


def test_a_line_holds_what_time_has_done_to_an_issue(store: Store) -> None:
    change = a_life()[0]
    began = date(2023, 3, 6)
    issue = replace(
        change.issue,
        type="immediate",
        long_term=True,
        provisional=True,
        suspensions=(Suspension(since=began, reason="待上级批复"),),
        completed_on=date(2023, 3, 5),
        acceptances=2,
    )
    lights = ((date(2023, 3, 8), "yellow"), (date(2023, 3, 16), "red"))
    written(store, replace(change, issue=issue, lights=lights))

    with store.reading() as session:
        (line,) = session.summaries(Filter())
        assert session.issue("YX2023-7") == issue
    assert line == summarise(issue, lights)
    assert (line.type, line.long_term, line.provisional, line.suspended) == (
        "immediate",
        True,
        True,
        True,
    )
    assert (line.completed_on, line.acceptances, line.lights) == (date(2023, 3, 5), 2, lights)


def test_lights_can_be_written_anew_without_an_entry(store: Store) -> None:
    written(store, registered(7), registered(8))
    lights = ((date(2023, 3, 9), "red"),)
    with store.writing() as session:
        session.relight([Relit(issue="YX2023-7", lights=lights), Relit(issue="none", lights=())])

    with store.reading() as session:
        lines = {line.key: line.lights for line in session.summaries(Filter())}
        assert [p.columns.lights for p in session.projected()] == list(lines.values())
        assert len(list(session.rows())) == 2
    assert lines == {"YX2023-7": lights, "YX2023-8": registered(8).lights}


def test_every_projection_is_given_back_as_stored(store: Store) -> None:
    lives = {f"YX2023-{n}": a_life(n) for n in (7, 10, 8)}
    voided = taken(lives["YX2023-8"][-1].issue, "li", "void", {"reason": "重复登记"})
    lives["YX2023-8"].append(voided)
    for life in lives.values():
        written(store, *life)

    with store.reading() as session:
        projected = list(session.projected())
    assert [p.issue.key for p in projected] == ["YX2023-10", "YX2023-7", "YX2023-8"]
    for p in projected:
        last = lives[p.issue.key][-1]
        issue = last.issue
        assert (p.issue, p.columns) == (issue, summarise(issue, last.lights))
        assert set(p.obligations) == set(issue.obligations)
        assert p.wakes.keys() == {o.id for o in issue.obligations}
        assert len(p.obligations) == len(issue.obligations)


def test_a_letter_is_kept_by_its_hash(store: Store) -> None:
    first = registered()
    text = "督办函\n引号“”、🙂".encode()
    written(store, first)
    written(store, replace(noted(first.issue), letter=text))
    again = replace(registered(8), letter=text)  # the same text is kept once
    written(store, again)

    with store.reading() as session:
        assert session.letter(digest(text)) == text
        assert session.letter(digest(b"another")) is None


# --- the office --------------------------------------------------------------------------------


def test_the_office_and_what_stands_beside_its_log_are_given_back(store: Store) -> None:
    founding = founded()
    enrolment = enrolled(founding.office, "wang")
    with store.writing() as session:
        session.administer(founding)
    with store.writing() as session:
        assert session.office() == founding.office
        session.administer(enrolment)

    with store.reading() as session:
        assert session.office() == enrolment.office
        assert session.people() == {"li": a_person("li"), "wang": a_person("wang")}
        assert session.people(["wang", "nobody"]) == {"wang": a_person("wang")}
        assert session.people([]) == {}
        assert session.process(PROCESS.hash) == PROCESS.body
        assert session.processes() == {PROCESS.hash: PROCESS.body}
        assert session.entry_of("wang/add_person") == enrolment.entry
        assert [row.n for row in session.rows("@office")] == [1, 2]


def test_commitments_are_computed_from_what_is_stored(store: Store) -> None:
    founding = founded()
    with store.writing() as session:
        session.administer(founding)
        session.administer(enrolled(founding.office, "wang"))

    with store.reading() as session:
        assert session.commitments() == {
            "li": commitment(b"l" * 32, a_person("li").private()),
            "wang": commitment(b"wang" * 8, a_person("wang").private()),
        }


def test_the_details_of_a_person_are_replaced(store: Store) -> None:
    founding = founded()
    first = enrolled(founding.office, "wang")
    again = enrolled(OFFICE, "wang2")
    with store.writing() as session:
        session.administer(founding)
        session.administer(first)

    moved = a_person("wang", name="王五", title="局长", zone="Asia/Urumqi", addresses={})
    entry = enrolled(first.office, "sun").entry
    with store.writing() as session:
        session.administer(
            type(again)(entry=entry, office=again.office, person=moved, salt=b"n" * 32)
        )

    with store.reading() as session:
        assert session.people(["wang"]) == {"wang": moved}
        assert session.commitments()["wang"] == commitment(b"n" * 32, moved.private())


def test_a_calendar_that_an_act_brings_is_kept_by_its_hash(store: Store) -> None:
    founding = founded()
    own = Calendar("own", off=((date(2023, 5, 1), "劳动节"),))
    with store.writing() as session:
        session.administer(replace(founding, calendar=WEEKDAYS.body))
        assert session.calendar(own.hash) is None
    with store.writing() as session:
        session.administer(replace(enrolled(founding.office, "wang"), calendar=own.body))

    with store.reading() as session:
        assert session.calendar(own.hash) == own.body
        assert session.calendars() == {own.hash: own.body, WEEKDAYS.hash: WEEKDAYS.body}
        assert session.process(own.hash) is None


def test_an_office_that_has_moved_on_is_a_conflict(store: Store) -> None:
    founding = founded()
    with store.writing() as session:
        session.administer(founding)
        session.administer(enrolled(founding.office, "wang"))
    before = everything(store)

    with pytest.raises(Conflict), store.writing() as session:
        session.administer(enrolled(founding.office, "sun"))
    with pytest.raises(Conflict), store.writing() as session:
        session.administer(founding)

    assert everything(store) == before
