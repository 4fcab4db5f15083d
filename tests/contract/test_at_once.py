"""Many at once on a PostgreSQL server: who administers, who works, and who seals."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from states.office import Person
from tests.cast import UNIT
from tests.sealed import adopting, check_seals, how
from tests.servers.postgres import PostgresServer
from tests.stage import Stage, a_stage, acting
from workflow import Enrolment, open_engine
from workflow.proof.sealing.sweep import seal
from workflow.storage import open_store

TIMES = 4


@pytest.fixture
def url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database, where a deadlock is looked for without delay."""
    with postgres_server.database() as name:
        open_store(postgres_server.url(name), create=True).close()
        yield f"{postgres_server.url(name)}&options=-c%20deadlock_timeout%3D20ms"


@pytest.fixture
def stage(url: str) -> Iterator[Stage]:
    """An office of three issues on it."""
    store = open_store(url)
    yield a_stage(store, issues=3)
    store.close()


def at_once(*works: Callable[[], None]) -> list[Exception]:
    """Do all of it in threads that begin together; return what failed."""
    begin, failed = threading.Barrier(len(works)), list[Exception]()

    def done(work: Callable[[], None]) -> None:
        begin.wait()
        try:
            work()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=done, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def of_its_own(stage: Stage, url: str, work: Callable[[Stage], None]) -> Callable[[], None]:
    """Return a work with connections of its own, as another process has."""

    def done() -> None:
        store = open_store(url)
        try:
            work(Stage(open_engine(store, clock=stage.clock), stage.clock))
        finally:
            store.close()

    return done


def administering(name: str) -> Callable[[Stage], None]:
    def work(own: Stage) -> None:
        for number in range(TIMES):
            person = Person(id=f"{name}{number}", name=name, unit=UNIT)
            own.engine.enrol([Enrolment(person=person)], acting("li"))

    return work


def noting(issue: str) -> Callable[[Stage], None]:
    def work(own: Stage) -> None:
        for number in range(TIMES):
            own.does("li", "note", {"note": f"{issue} {number}"}, issue=issue)

    return work


def test_who_administers_at_once_is_served_one_after_the_other(stage: Stage, url: str) -> None:
    """Each holds the office against change before changing it: PostgreSQL breaks one off."""
    before = stage.engine.verify().entries

    failed = at_once(*(of_its_own(stage, url, administering(name)) for name in ("a", "b", "c")))

    assert failed == []
    assert stage.engine.verify().entries == before + 3 * TIMES
    assert stage.engine.verify().problems == ()


def test_two_machines_seal_while_others_write(stage: Stage, url: str, tmp_path: Path) -> None:
    adopting(stage, tmp_path)
    machines = [tmp_path / "one", tmp_path / "two"]
    for folder in machines:
        folder.mkdir()
        (folder / "seal.key").write_bytes((tmp_path / "seal.key").read_bytes())
        (folder / "seal.key").chmod(0o600)

    def sealing(folder: Path) -> Callable[[Stage], None]:
        def work(own: Stage) -> None:
            for _ in range(TIMES):
                seal(own.engine.desk.store, own.clock, how(folder, batch=3))

        return work

    works = [noting(f"YX2023-{number}") for number in (1, 2, 3)] + [administering("a")]
    failed = at_once(*(of_its_own(stage, url, w) for w in [*works, *map(sealing, machines)]))

    assert failed == []
    for folder in machines:
        seal(stage.engine.desk.store, stage.clock, how(folder))
    assert check_seals(stage.engine.desk.store) == stage.engine.verify().entries
    assert stage.engine.verify().problems == ()
