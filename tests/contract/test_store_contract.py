"""What every store promises of a transaction: all or nothing, once, and given back as written."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest

from states.canonical import digest, stamp
from states.errors import Conflict
from states.frozen import replace
from states.log import Row
from tests.cast import row_of
from tests.changes import (
    a_life,
    a_notice,
    everything,
    founded,
    noted,
    registered,
    written,
)
from workflow.ports import Change, Store

# --- the log -----------------------------------------------------------------------------------


def test_a_new_store_holds_nothing(store: Store) -> None:
    assert everything(store) == {
        "rows": [],
        "projected": [],
        "office": None,
        "people": {},
        "processes": {},
        "calendars": {},
        "closed": [],
        "notices": [],
        "awaited": [],
    }
    with store.reading() as session:
        assert session.issue("YX2023-7") is None
        assert session.issues(["YX2023-7"]) == {}
        assert session.entry_of("nobody's") is None
        assert session.process("00" * 32) is None
        assert session.calendar("00" * 32) is None
        assert session.letter("00" * 32) is None


def test_a_store_names_its_login_or_none(store: Store) -> None:
    assert store.login() in (None, "postgres")


def test_what_was_appended_is_given_back(store: Store) -> None:
    changes = a_life()
    for change in changes:
        written(store, change)

    with store.reading() as session:
        assert list(session.rows()) == [row_of(change.entry) for change in changes]
        assert session.issue("YX2023-7") == changes[-1].issue
        for change in changes:
            found = session.entry_of(change.entry.request_id)
            assert found == change.entry
            assert found is not None
            assert found.content == change.entry.content


def test_many_changes_in_one_append_are_as_many_appends(store: Store) -> None:
    written(store, *a_life(7), *a_life(8))

    with store.reading() as session:
        assert [(row.stream, row.n) for row in session.rows()] == [
            (key, n) for key in ("YX2023-7", "YX2023-8") for n in range(1, 7)
        ]
        assert session.issue("YX2023-8") == a_life(8)[-1].issue
        assert len(session.awaited(date.max, 10)) == 6


def test_nothing_to_append_is_no_change(store: Store) -> None:
    written(store)

    assert everything(store)["rows"] == []


def test_rows_are_ordered_by_stream_and_number(store: Store) -> None:
    with store.writing() as session:
        session.administer(founded())
        session.append(a_life(10))
        session.append([registered(7), registered(1, round="云溪"), registered(1, round="yx")])

    with store.reading() as session:
        places = [(row.stream, row.n) for row in session.rows()]
        assert places == sorted(places)
        assert [stream for stream, n in places if n == 1] == [
            "@office",
            "YX2023-10",
            "YX2023-7",
            "yx-1",
            "云溪-1",
        ]
        assert [row.n for row in session.rows("YX2023-10")] == [1, 2, 3, 4, 5, 6]
        assert list(session.rows("YX2023-99")) == []


def test_a_row_is_what_was_written_byte_for_byte(store: Store) -> None:
    entry = noted(registered().issue, "引号“”'\"、100%、:n、\\、🙂、{}").entry
    first = registered()
    written(store, first, Change(entry=entry, issue=noted(first.issue).issue))

    with store.reading() as session:
        row = list(session.rows("YX2023-7"))[-1]
    assert row == Row("YX2023-7", 2, "YX2023-7/2", stamp(entry.at), entry.hash, entry.body)
    assert type(row.body) is bytes


# --- all or nothing, once ----------------------------------------------------------------------


class Abandoned(Exception):
    """What a caller raises inside a transaction."""


def test_nothing_is_kept_of_a_transaction_that_ends_by_an_exception(store: Store) -> None:
    life = a_life()
    written(store, *life[:4])
    before = everything(store)

    with pytest.raises(Abandoned), store.writing() as session:
        session.administer(founded())
        session.append([replace(change, letter=b"letter") for change in life[4:]])
        session.owe([a_notice("one")])
        session.beat("here", "owe", life[0].entry.at)
        session.release(life[0].entry.at)
        raise Abandoned

    assert everything(store) == before
    with store.reading() as session:
        assert session.letter(digest(b"letter")) is None


def test_a_reading_transaction_keeps_nothing(store: Store) -> None:
    written(store, registered(7))
    before = everything(store)

    with pytest.raises(Abandoned), store.reading() as session:
        session.issue("YX2023-7")
        raise Abandoned

    assert everything(store) == before


def test_an_issue_that_has_moved_on_is_a_conflict(store: Store) -> None:
    first = registered()
    faster, slower = noted(first.issue, "一"), noted(first.issue, "二", request="r-2")
    written(store, first, faster)
    before = everything(store)

    with pytest.raises(Conflict) as conflict:
        written(store, slower)

    assert conflict.value.message.code == "moved_on"
    assert conflict.value.message.facts["stream"] == "YX2023-7"
    assert conflict.value.message.facts["n"] == 2
    assert everything(store) == before


def test_an_issue_registered_twice_is_a_conflict(store: Store) -> None:
    written(store, registered())
    before = everything(store)

    with pytest.raises(Conflict):
        written(store, registered(title="另一个"))

    assert everything(store) == before


def test_an_entry_that_leaves_one_out_is_a_conflict(store: Store) -> None:
    first = registered()
    written(store, first)
    second = noted(first.issue)

    with pytest.raises(Conflict):
        written(store, noted(second.issue))


def test_a_request_writes_one_entry(store: Store) -> None:
    first, other = registered(7), registered(8)
    written(store, first, other, noted(first.issue, request="r-1"))
    before = everything(store)

    with pytest.raises(Conflict):
        written(store, noted(other.issue, request="r-1"))

    assert everything(store) == before


def test_a_conflict_in_the_middle_of_many_keeps_none_of_them(store: Store) -> None:
    seven, eight, nine = registered(7), registered(8), registered(9)
    written(store, seven, eight, nine, noted(eight.issue, "先"))
    before = everything(store)

    with pytest.raises(Conflict) as conflict:
        written(store, noted(seven.issue), noted(eight.issue, request="r"), noted(nine.issue))

    assert conflict.value.message.facts["stream"] == "YX2023-8"
    assert everything(store) == before


def test_a_used_request_in_the_middle_of_many_is_the_one_that_is_named(store: Store) -> None:
    seven, eight, nine = registered(7), registered(8), registered(9)
    written(store, seven, eight, nine, noted(seven.issue, request="r-1"))
    before = everything(store)

    with pytest.raises(Conflict) as conflict:
        written(store, noted(eight.issue, request="r-2"), noted(nine.issue, request="r-1"))

    assert "YX2023-8" not in str(conflict.value)
    assert "r-2" not in str(conflict.value)
    assert everything(store) == before


def test_of_many_who_write_the_same_entry_one_succeeds(store: Store) -> None:
    first = registered()
    written(store, first)
    outcomes: list[str] = []

    def attempts(number: int) -> None:
        try:
            written(store, noted(first.issue, str(number), request=f"r-{number}"))
            outcomes.append("written")
        except Conflict:
            outcomes.append("conflict")

    at_once(attempts, 8)

    assert sorted(outcomes) == ["conflict"] * 7 + ["written"]
    assert len(everything(store)["rows"]) == 2


def test_a_read_and_write_is_not_lost_to_another(store: Store) -> None:
    """The lock that ``issue`` takes makes read-modify-write safe, without a conflict."""
    written(store, registered())

    def writes(number: int) -> None:
        for turn in range(5):
            with store.writing() as session:
                issue = session.issue("YX2023-7")
                assert issue is not None
                session.append([noted(issue, request=f"{number}/{turn}")])

    at_once(writes, 4)

    with store.reading() as session:
        issue = session.issue("YX2023-7")
        assert issue is not None
        assert (issue.n, len(list(session.rows()))) == (21, 21)


def test_a_reader_sees_one_state_until_it_ends(store: Store) -> None:
    first = registered()
    written(store, first)

    with store.reading() as session:
        assert len(list(session.rows())) == 1
        writer = threading.Thread(target=written, args=(store, noted(first.issue)))
        writer.start()
        writer.join(0.2)  # a store may let the writer wait, or let it finish
        assert len(list(session.rows())) == 1
        issue = session.issue("YX2023-7")
        assert issue is not None
        assert issue.n == 1
    writer.join()

    assert len(everything(store)["rows"]) == 2


def at_once(work: Any, times: int) -> None:
    """Run ``work(number)`` in as many threads; an error in one of them is an error here."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
