"""rectify in the case: an office with planned issues on an SQLite file, and moves by its engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from benchmarks import case
from benchmarks.durability import Durability
from states.office import Person
from states.process_file import default_process
from workflow import Engine, Enrolment, Identity, Order, Registration, open_engine
from workflow.engine.advancing import Receipt
from workflow.storage import SqlStore, open_store

ACCOUNT = "os:1000"


class Ours:
    """An engine on a database of the case, with the durability to be measured."""

    def __init__(self, path: Path, durability: Durability) -> None:
        self.store = opened(path, durability)
        self.engine = _engine(self.store)

    def advance(self, move: case.Move) -> Receipt:
        """Make a move, in a transaction of its own."""
        return self.engine.advance(move.issue, move.event, move.facts, by=acting(move.person))

    def advance_all(self, moves: Sequence[case.Move]) -> list[Receipt]:
        """Make moves, all by the same person, in one transaction."""
        orders = [Order(issue=m.issue, event=m.event, facts=m.facts) for m in moves]
        return self.engine.advance_all(orders, acting(moves[0].person))


def found(path: Path, issues: int) -> None:
    """Make a database in which that many issues are assigned and have their measures."""
    engine = _engine(open_store(str(path), create=True))
    founder = Identity(account=ACCOUNT, auth="os-claimed")
    first, *others = case.WORKERS
    engine.found(_person(first), founder, default_process(), trial=True)
    engine.enrol([Enrolment(person=_person(w), roles=(w.role,)) for w in others], founder)
    engine.register_round(_registration(issues), founder)
    naming = {"leader": case.LEADER, "department": case.DEPARTMENT, "person": case.RESPONSIBLE}
    keys = [case.key(number) for number in range(1, issues + 1)]
    assigned = [Order(issue=key, event="assign", facts=naming) for key in keys]
    engine.advance_all(assigned, acting(case.SUPERVISOR))
    for text, due in case.MEASURES:
        facts = {"text": text, "due": due}
        planned = [Order(issue=key, event="add_measure", facts=facts) for key in keys]
        engine.advance_all(planned, acting(case.RESPONSIBLE))


def acting(person: str) -> Identity:
    """Return the identity of a person of the case."""
    return Identity(account=ACCOUNT, auth="os-claimed", acting_as=person)


def opened(path: Path, durability: Durability) -> SqlStore:
    """Return the store on a database, its connections set to a durability."""
    with _connections_set(durability):
        store = open_store(str(path))
    return store


@contextmanager
def _connections_set(durability: Durability) -> Iterator[None]:
    # The store keeps its first connection, so what is set on it stays.
    def settings(connection: Any, record: object) -> None:
        durability.set_on(connection)

    event.listen(Pool, "connect", settings)
    try:
        yield
    finally:
        event.remove(Pool, "connect", settings)


def _engine(store: SqlStore) -> Engine:
    return open_engine(store, clock=lambda: case.NOW)


def _person(worker: case.Worker) -> Person:
    return Person(
        id=worker.id, name=worker.name, unit=case.UNIT, addresses={"mail": worker.address}
    )


def _registration(issues: int) -> Registration:
    facts = {
        "code": case.ROUND,
        "unit": case.UNIT,
        "source": "report.txt",
        "sha256": "12" * 32,
        "feedback": case.FEEDBACK,
        "found_aspects": 1,
        "found_issues": issues,
    }
    return Registration(
        code=case.ROUND,
        round=facts,
        issues=[
            {
                "round": case.ROUND,
                "number": number,
                "title": case.title(number),
                "aspect": case.ASPECT,
                "unit": case.UNIT,
                "feedback": case.FEEDBACK,
            }
            for number in range(1, issues + 1)
        ],
    )
