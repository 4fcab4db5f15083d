"""The reminders of a run under kills: a part owed by a tick, from issues long due, a part given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from notifications.notice import HOLD, RESEND, Notice
from states.process_file import default_process
from tests.crashing.worker import BEGINNING
from tests.letters import REMINDER
from tests.stage import ACCOUNT, ROLES, Clock, member, registration
from workflow import Enrolment, Identity
from workflow.memory import MemoryStore
from workflow.opening import open_engine
from workflow.ports import Store

PEOPLE = 200
TICKED = 0.2
"""The share of issues whose reminders the workers themselves owe, by ticks that are killed too."""


def furnish(store: Store, reminders: int) -> None:
    """Found the office, register issues long due, and owe the rest of the reminders."""
    clock = Clock(BEGINNING - timedelta(minutes=5))
    engine = open_engine(store, clock=clock)
    founder = Identity(account=ACCOUNT, auth="test")
    engine.found(member("li"), founder, default_process(), trial=True)
    engine.enrol([Enrolment(person=member(p), roles=r) for p, r in ROLES.items()], founder)
    issues = max(1, int(reminders * TICKED / _each()))
    engine.register_round(registration(issues), founder)
    given = list(_given(reminders - issues * _each()))
    with store.writing() as session:
        session.owe(given)


def expected(reminders: int) -> set[str]:
    """Return the keys of all reminders, as one undisturbed tick in memory owes them."""
    store = MemoryStore()
    furnish(store, reminders)
    open_engine(store, clock=Clock(BEGINNING)).tick("expected")
    with store.reading() as session:
        return {sent.notice.key for sent in session.notices()}


def _given(count: int) -> Iterator[Notice]:
    for number in range(count):
        person = f"p{number % PEOPLE:03}"
        yield Notice(
            key=f"YX2023-1/given/{number}/{person}",
            issue="YX2023-1",
            template="reminder",
            recipient=person,
            channel="mail",
            address=f"{person}@office.example",
            language="zh",
            created_at=BEGINNING,
            facts=REMINDER,
            if_unknown=HOLD if number % 2 else RESEND,
        )


_PER_ISSUE: list[int] = []


def _each() -> int:
    """Return how many notices an issue long due makes: its registration and its first tick."""
    if not _PER_ISSUE:
        store = MemoryStore()
        clock = Clock(BEGINNING)
        engine = open_engine(store, clock=clock)
        founder = Identity(account=ACCOUNT, auth="test")
        engine.found(member("li"), founder, default_process(), trial=True)
        engine.enrol([Enrolment(person=member(p), roles=r) for p, r in ROLES.items()], founder)
        engine.register_round(registration(1), founder)
        engine.tick("counting")
        with store.reading() as session:
            _PER_ISSUE.append(max(1, len(session.notices())))
    return _PER_ISSUE[0]
