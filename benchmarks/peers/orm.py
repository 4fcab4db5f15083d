"""SQLAlchemy's ORM with ``transitions``: rows are mapped objects, each added to the machine.

Its work differs in its favour: the request is not looked up first (a unique column refuses it), the
issue is one flat row, and no process is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from transitions import EventData, Machine

from benchmarks import case
from benchmarks.durability import Durability
from benchmarks.peers import ruling

PACKAGES = ("SQLAlchemy", "transitions")


class Base(DeclarativeBase):
    """The tables of this peer."""


class Issue(Base):
    """The issue, moved by the machine."""

    __tablename__ = "issues"
    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    unit: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    person: Mapped[str]
    leader: Mapped[str]
    measures: Mapped[int]
    n: Mapped[int] = mapped_column()
    hash: Mapped[str]
    __mapper_args__ = {"version_id_col": n, "version_id_generator": False}  # noqa: RUF012


class Entry(Base):
    """A line of the log."""

    __tablename__ = "entries"
    stream: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(unique=True)
    at: Mapped[str]
    hash: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Obligation(Base):
    """What is owed."""

    __tablename__ = "obligations"
    id: Mapped[str] = mapped_column(primary_key=True)
    issue: Mapped[str] = mapped_column(ForeignKey("issues.key"), index=True)
    kind: Mapped[str]
    subject: Mapped[str]
    role: Mapped[str]
    person: Mapped[str | None]
    due: Mapped[str]
    ladder: Mapped[str]
    opened_by: Mapped[int]
    opened_on: Mapped[str]
    remind_on: Mapped[str] = mapped_column(index=True)
    closed_by: Mapped[int | None]
    closed_because: Mapped[str | None]


class Notice(Base):
    """Who is to be told."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    issue: Mapped[str]
    template: Mapped[str]
    recipient: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    facts: Mapped[str]
    message_id: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[str]


class Worker(Base):
    """Who may do what, and where they are reached."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    unit: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]


CLOSE = (
    update(Obligation.__table__)  # type: ignore[arg-type]
    .where(
        Obligation.issue == bindparam("of"),
        Obligation.kind == bindparam("done"),
        Obligation.closed_by.is_(None),
    )
    .values(closed_by=bindparam("n"), closed_because=bindparam("because"))
)
WORKERS = select(Worker).where(Worker.unit == case.UNIT).order_by(Worker.id)


class Peer:
    """The office of the case on a file of its own."""

    def __init__(self, path: Path, durability: Durability, issues: int) -> None:
        self.engine = create_engine(f"sqlite:///{path}")
        event.listen(self.engine, "connect", _settings(durability))
        event.listen(self.engine, "begin", _begin)
        Base.metadata.create_all(self.engine)
        self.machine = _machine()
        with Session(self.engine) as session, session.begin():
            _fill(session, issues)

    def advance(self, move: case.Move) -> None:
        """Make a move, in a transaction of its own."""
        with Session(self.engine) as session, session.begin():
            issue = session.get_one(Issue, move.issue)
            people = session.scalars(WORKERS).all()
            closed = self._take(session, issue, move, people)
            session.connection().execute(CLOSE, closed)

    def advance_all(self, moves: Sequence[case.Move]) -> None:
        """Make moves in one transaction."""
        with Session(self.engine) as session, session.begin():
            keys = [move.issue for move in moves]
            found = select(Issue).where(Issue.key.in_(keys))
            issues = {issue.key: issue for issue in session.scalars(found)}
            people = session.scalars(WORKERS).all()
            closed = [self._take(session, issues[m.issue], m, people) for m in moves]
            session.connection().execute(CLOSE, closed)

    def _take(
        self, session: Session, issue: Issue, move: case.Move, people: Sequence[Worker]
    ) -> dict[str, Any]:
        """Take a move and return what is to be closed; the rest is written by the flush."""
        role = next(p.role for p in people if p.id == move.person)
        write = ruling.written(issue, move, people)
        self.machine.add_model(issue, initial=issue.state)
        assert issue.trigger(move.event, role=role)  # type: ignore[attr-defined]
        self.machine.remove_model(issue)
        issue.n, issue.hash = write.entry["n"], write.entry["hash"]
        session.add(Entry(**write.entry))
        session.add_all(Obligation(**row) for row in write.opened)
        session.add_all(Notice(**row) for row in write.notices)
        return write.closed


def _machine() -> Machine:
    machine = Machine(
        model=None,
        states=list(ruling.STATES),
        initial="reported",
        auto_transitions=False,
        send_event=True,
    )
    for name, rule in ruling.RULES.items():
        machine.add_transition(name, rule.source, rule.target, conditions=[_may])
    return machine


def _may(data: EventData) -> bool:
    return ruling.allowed(data.event.name, data.kwargs["role"])


def _settings(durability: Durability) -> Any:
    def settings(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None
        durability.set_on(connection)

    return settings


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _fill(session: Session, issues: int) -> None:
    session.execute(
        insert(Worker),
        [
            {"id": w.id, "name": w.name, "role": w.role, "unit": case.UNIT, "address": w.address}
            for w in case.WORKERS
        ],
    )
    numbers = range(1, issues + 1)
    session.execute(insert(Issue), [_first(number) for number in numbers])
    session.execute(
        insert(Obligation),
        [row for number in numbers for row in ruling.first_obligations(case.key(number))],
    )


def _first(number: int) -> dict[str, Any]:
    return {
        "key": case.key(number),
        "title": case.title(number),
        "unit": case.UNIT,
        "state": "reported",
        "person": case.RESPONSIBLE,
        "leader": case.LEADER,
        "measures": len(case.MEASURES),
        "n": 4,
        "hash": "0" * 64,
    }
