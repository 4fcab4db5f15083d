"""What waits to be sealed is what has no index, whoever edited the list of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.servers.postgres import PostgresServer
from tests.stage import Stage, a_stage, acting
from workflow.opening import open_engine
from workflow.ports import Store
from workflow.proof.sealing.adopting import adopt
from workflow.proof.sealing.sweep import Sealing, seal
from workflow.storage import open_store, rebuild


def grown(store: Store, folder: Path) -> Stage:
    """Return an office that was sealed once, with a tail of several entries."""
    stage = a_stage(store, issues=2)
    key = folder / "seal.key"
    adopt(stage.engine, key, acting("li"))
    seal(store, stage.clock, Sealing(key_file=key))
    for text in ("一", "二", "三"):
        stage.does("li", "note", {"note": text})
    return stage


def test_what_was_written_is_listed_as_it_is(store: Store, tmp_path: Path) -> None:
    stage = grown(store, tmp_path)
    with store.reading() as session:
        assert session.log_size() == len(stage.log())
        assert session.astray() == []
        assert list(session.unlisted()) == []
        assert session.unsealed_count() == 3
    with store.writing() as session:
        assert session.list_anew() == 0


@dataclass(frozen=True)
class Kept:
    """An office in a database, which its owner edits by hand."""

    url: str
    by_hand: Callable[[str], None]


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """A database of each kind with a sealed office and a tail."""
    if request.param == "sqlite":
        file = Path(shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "office.db"))
        with closing(open_store(str(file))) as opened:
            grown(opened, tmp_path)

        def on_file(statement: str) -> None:
            with closing(sqlite3.connect(file)) as hand:
                hand.execute(statement)
                hand.commit()

        yield Kept(str(file), on_file)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as name:
        with closing(open_store(server.url(name), create=True)) as opened:
            grown(opened, tmp_path)

        def on_server(statement: str) -> None:
            with psycopg.connect(server.conninfo(name)) as hand:
                hand.execute(statement.encode())

        yield Kept(server.url(name), on_server)


EDITS = (
    "DELETE FROM unsealed",
    "DELETE FROM unsealed WHERE id = (SELECT min(id) FROM unsealed)",
    "UPDATE unsealed SET stream = '@office', n = 1 WHERE id = (SELECT max(id) FROM unsealed)",
    "UPDATE unsealed SET n = (SELECT min(n) FROM unsealed)",
    "INSERT INTO unsealed (stream, n) VALUES ('nothing', 1)",
)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_list_is_found_and_listed_anew(kept: Kept, edit: str) -> None:
    kept.by_hand(edit)
    with closing(open_store(kept.url)) as store:
        with store.reading() as session:
            size = session.log_size()
            assert bool(session.astray()) or next(session.unlisted(), None) is not None
            lines = [(row.stream, row.n) for _, row in session.indexed_rows()]
            assert len(lines) == len(set(lines)) == size
            last: dict[str, int] = {}
            for stream, n in lines:  # no entry before the one that it follows
                assert n == last.get(stream, 0) + 1
                last[stream] = n
        codes = {problem.code for problem in open_engine(store).verify().problems}
        assert codes & {"unlisted", "listed_astray"}
    rebuild(kept.url)
    with closing(open_store(kept.url)) as store, store.reading() as session:
        assert session.astray() == []
        assert list(session.unlisted()) == []
        waiting = [(u.row.stream, u.row.n) for u in session.unsealed(100)]
        assert waiting == sorted(waiting, key=lambda place: place[1])
        assert len(waiting) == 3


@pytest.mark.parametrize(
    "edit", ["UPDATE office SET n = 99", "UPDATE office SET hash = upper(hash)"]
)
def test_an_office_that_says_it_stands_elsewhere_is_found(kept: Kept, edit: str) -> None:
    kept.by_hand(edit)
    with closing(open_store(kept.url)) as store:
        codes = {problem.code for problem in open_engine(store).verify().problems}
    assert "office_differs" in codes
