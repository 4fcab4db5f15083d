"""A database of the first version is brought to this one: nothing is lost, and it proves itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import pytest

from tests.migration.former import make_former
from tests.migration.schemas import dumped
from workflow.engine.proving import prove
from workflow.ports import Filter, Projected, Session
from workflow.storage import SchemaState, migrate, open_store, rebuild, schema_state
from workflow.storage.creation import create_all
from workflow.storage.database import Database


@pytest.fixture
def former(empty: str) -> str:
    """The address of a database of the first version."""
    make_former(empty)
    assert schema_state(empty) is SchemaState.OLDER
    return empty


def executed(address: str, *statements: str) -> None:
    database = Database(address)
    with database.changing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    database.close()


def rows(address: str, statement: str) -> list[tuple[Any, ...]]:
    database = Database(address)
    with database.looking() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(statement)]
    database.close()
    return found


T = TypeVar("T")


def asked(address: str, question: Callable[[Session], T]) -> T:
    store = open_store(address)
    with store.reading() as session:
        found = question(session)
    store.close()
    return found


def problems(address: str) -> list[tuple[str, str]]:
    """Return what verification finds, as code and place."""
    found = asked(address, prove).problems
    return [(problem.code, str(problem.source)) for problem in found]


def projected(session: Session) -> list[Projected]:
    return list(session.projected())


def test_what_was_migrated_has_the_schema_that_is_meant(empty):
    database = Database(empty)
    with database.changing() as connection:
        create_all(connection)
        meant = dumped(connection)
        connection.rollback()
    make_former(empty)

    migrate(empty)

    with database.looking() as connection:
        assert dumped(connection) == meant
    database.close()


def test_the_log_stays_byte_for_byte(former):
    log = "SELECT stream, n, request_id, at, hash, body FROM entries ORDER BY stream, n"
    before = rows(former, log)

    assert migrate(former) == ()

    assert rows(former, log) == before
    assert len(before) == 40


def test_a_migrated_database_proves_itself(former):
    migrate(former)

    assert problems(former) == []


def test_issues_are_listed_with_what_is_new_about_them(former):
    migrate(former)
    lines = asked(former, lambda session: session.summaries(Filter(voided=True)))

    assert [(s.key, s.state, s.acceptances, s.completed_on, s.next_due) for s in lines] == [
        ("YX2023-1", "reported", 0, None, date(2023, 3, 15)),
        ("YX2023-2", "reported", 0, None, None),
        ("YX2023-3", "completed", 0, date(2023, 3, 20), date(2023, 4, 3)),
        ("YX2023-4", "long_term_maintenance", 1, date(2023, 4, 3), date(2023, 7, 31)),
    ]
    assert [s.lights for s in lines] == [
        ((date(2023, 3, 8), "yellow"), (date(2023, 3, 16), "red")),
        (),
        ((date(2023, 3, 27), "yellow"), (date(2023, 4, 4), "red")),
        ((date(2023, 7, 24), "yellow"), (date(2023, 8, 1), "red")),
    ]
    assert not any(s.provisional or s.suspended or s.long_term for s in lines)


def test_reminders_go_on_where_they_were(former):
    before = rows(former, "SELECT id, remind_on FROM obligations WHERE closed_by IS NULL")
    migrate(former)

    after = rows(former, "SELECT id, wake_on FROM obligations WHERE closed_by IS NULL")
    assert sorted(after) == sorted(before)
    awaited = asked(former, lambda session: session.awaited(date(2023, 7, 5), 10))
    assert [(a.obligation.id, a.wake_on) for a in awaited] == [
        ("YX2023-3/9/verify_completion", date(2023, 7, 4)),
        ("YX2023-1/1/finish_issue", date(2023, 7, 5)),
    ]


def test_closed_obligations_notices_and_people_stay(former):
    closed = "SELECT id, due, closed_by, closed_because FROM obligations ORDER BY id"
    owed = "SELECT id, key, status, cause, attempts, facts, created_at FROM notices ORDER BY id"
    people = "SELECT id, name, title, unit, addresses, salt FROM people ORDER BY id"
    before = [rows(former, statement) for statement in (closed, owed, people)]

    migrate(former)

    assert [rows(former, statement) for statement in (closed, owed, people)] == before
    assert all(before)
    zones = asked(former, lambda session: {p.zone for p in session.people().values()})
    assert zones == {""}


def test_a_new_notice_follows_the_former_ones(former):
    migrate(former)
    (last,) = rows(former, "SELECT max(id) FROM notices")
    notice = asked(former, lambda session: session.notices())[0].notice
    store = open_store(former)
    with store.writing() as session:
        session.owe([type(notice)(**_fields(notice) | {"key": "new"})])
        assert session.notices()[-1].id == last[0] + 1
    store.close()


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


# --- what was tampered with stays to be seen ---------------------------------------------------


def unguarded(address: str) -> list[str]:
    """Return the statements by which an owner takes the guard from the log."""
    if "://" in address:
        return ["ALTER TABLE entries DISABLE TRIGGER ALL"]
    return ["DROP TRIGGER entries_no_delete", "DROP TRIGGER entries_no_update"]


def test_a_log_that_was_cut_is_not_forgotten(former):
    executed(former, *unguarded(former), "DELETE FROM entries WHERE stream = 'YX2023-3' AND n = 9")

    assert migrate(former) == ("YX2023-3",)

    assert ("tail_differs", "YX2023-3") in problems(former)
    assert {place for _, place in problems(former)} == {"YX2023-3", "database"}


def test_an_entry_that_was_forged_is_not_carried_into_the_rows(former):
    executed(
        former,
        *unguarded(former),
        "UPDATE entries SET request_id = 'forged' WHERE stream = 'YX2023-3' AND n = 4",
    )

    assert migrate(former) == ("YX2023-3",)

    assert ("columns_differ", "YX2023-3") in problems(former)


# --- rebuilding --------------------------------------------------------------------------------


def test_everything_computed_from_the_log_can_be_written_anew(former):
    migrate(former)
    before = asked(former, projected)
    office = asked(former, lambda session: session.office())
    executed(former, "DELETE FROM obligations", "DELETE FROM issues", "DELETE FROM office")
    assert problems(former) != []

    assert rebuild(former) == ()

    after = asked(former, projected)
    assert [(p.issue, p.columns, p.obligations) for p in after] == [
        (p.issue, p.columns, p.obligations) for p in before
    ]
    assert asked(former, lambda session: session.office()) == office
    assert problems(former) == []


def test_rebuilding_mends_what_was_edited_and_trusts_no_day_of_waking(former):
    migrate(former)
    before = asked(former, projected)
    executed(former, "UPDATE issues SET title = 'forged', lights = ''")
    executed(former, "UPDATE obligations SET wake_on = '2099-01-01', due = '2099-01-01'")
    executed(former, "DELETE FROM obligations WHERE closed_by = 3")
    assert {code for code, _ in problems(former)} == {
        "projection_differs",
        "obligations_differ",
        "wakes_differ",
        "closed_differ",
    }

    assert rebuild(former) == ()

    assert problems(former) == []
    after = asked(former, projected)
    assert [p.columns for p in after] == [p.columns for p in before]
    # as if it had just been opened: seven days before its date, by the ladder of its process
    assert after[0].wakes["YX2023-1/1/draft_plan"] == date(2023, 3, 8)


def test_rebuilding_leaves_a_row_that_is_ahead_of_its_log(former):
    migrate(former)
    executed(former, *unguarded(former), "DELETE FROM entries WHERE stream = 'YX2023-4' AND n = 14")

    assert rebuild(former) == ("YX2023-4",)

    assert [p.issue.n for p in asked(former, projected)] == [1, 3, 9, 14]
