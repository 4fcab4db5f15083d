"""A former database has nothing sealed: the first seal takes all, in an order that holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from states.log import OFFICE
from tests.migration.former import make_former, upgraded
from tests.sealed import check_seals, how
from tests.stage import Clock
from workflow import Identity
from workflow.opening import open_engine
from workflow.proof.sealing.adopting import adopt
from workflow.proof.sealing.sweep import seal
from workflow.storage import migrate, open_store
from workflow.storage.database import Database

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def waiting(address: str) -> list[tuple[str, int, str]]:
    """Return what waits to be sealed, with when it was written."""
    store = open_store(address)
    with store.reading() as session:
        found = [(leaf.row.stream, leaf.row.n, leaf.row.at) for leaf in session.unsealed(1000)]
    store.close()
    return found


def test_everything_of_former_times_waits_as_it_was_written(empty: str) -> None:
    make_former(empty)
    migrate(empty)
    found = waiting(empty)

    assert len(found) == 40
    assert found[0][:2] == (OFFICE, 1)
    assert [at for _, _, at in found] == sorted(at for _, _, at in found)
    numbers: dict[str, int] = {}
    for stream, n, _at in found:
        assert n == numbers.get(stream, 0) + 1
        numbers[stream] = n


def test_no_clock_sets_an_entry_before_the_one_it_follows(empty: str) -> None:
    make_former(empty)
    upgraded(empty, "0003")
    database = Database(empty)
    with database.changing() as connection:
        guard = (
            ["DROP TRIGGER entries_no_update"]
            if connection.dialect.name == "sqlite"
            else ["ALTER TABLE entries DISABLE TRIGGER ALL"]
        )
        for statement in guard:
            connection.execute(text(statement))
        connection.execute(
            text(
                "UPDATE entries SET at = '2035-01-01T00:00:00.000000Z' "
                "WHERE (stream = '@office' AND n = 1) OR (stream = 'YX2023-3' AND n = 4)"
            )
        )
    database.close()
    migrate(empty)
    found = waiting(empty)

    assert found[0][:2] == (OFFICE, 1)
    assert [n for stream, n, _ in found if stream == "YX2023-3"] == list(range(1, 10))
    assert [n for stream, n, _ in found if stream == OFFICE] == list(
        range(1, 1 + sum(stream == OFFICE for stream, _, _ in found))
    )


def test_the_first_seal_takes_all(empty: str, tmp_path: Path) -> None:
    make_former(empty)
    migrate(empty)
    store = open_store(empty)
    engine = open_engine(store, clock=Clock(NOW))
    office = engine.office()
    account = next(iter(office.accounts))
    adopt(engine, tmp_path / "seal.key", Identity(account=account, auth="test"))

    done = seal(store, Clock(NOW), how(tmp_path, batch=7))

    assert (done.sealed, done.problems) == (41, [])
    assert check_seals(store) == 41
    assert engine.verify().problems == ()
    store.close()
