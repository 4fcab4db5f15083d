"""The office in the database: its fold, the people's details, processes and calendars on record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, bindparam, func, select, update

from states.canonical import commitment, digest, instant
from states.office import Office, Person
from workflow.storage.bodies import encoded, facts, office_in
from workflow.storage.cells import moment
from workflow.storage.constructs import Items, every_column, insert_new_into
from workflow.storage.driver import Driver, Statement
from workflow.storage.failures import moved_on
from workflow.storage.tables import calendars, heartbeats, office, people, processes
from workflow.values import Beat, OfficeChange

OFFICE = select(office.c.body)
OFFICE_LOCKED = OFFICE.with_for_update(read=True)
INSERT_OFFICE = insert_new_into(office)
UPDATE_OFFICE = (
    update(office)
    .values(every_column(office, "id"))
    .where(office.c.id == bindparam("id"), office.c.n == bindparam("before"))
)
PEOPLE = select(people).order_by(people.c.id)
SOME_PEOPLE = PEOPLE.where(people.c.id.op("IN")(Items(bindparam("ids", type_=Text))))
INSERT_PERSON = insert_new_into(people)
UPDATE_PERSON = (
    update(people).values(every_column(people, "id")).where(people.c.id == bindparam("id"))
)
PROCESS = select(processes.c.body).where(processes.c.hash == bindparam("hash"))
PROCESSES = select(processes).order_by(processes.c.hash)
INSERT_PROCESS = insert_new_into(processes)
CALENDAR = select(calendars.c.body).where(calendars.c.hash == bindparam("hash"))
CALENDARS = select(calendars).order_by(calendars.c.hash)
INSERT_CALENDAR = insert_new_into(calendars)
INSERT_BEAT = insert_new_into(heartbeats)
LAST_BEAT = select(func.max(heartbeats.c.at))
BEATS = select(heartbeats.c.node, heartbeats.c.sweep, heartbeats.c.at).order_by(
    heartbeats.c.node, heartbeats.c.sweep
)
UPDATE_BEAT = (
    update(heartbeats)
    .values(at=bindparam("at"))
    .where(heartbeats.c.node == bindparam("node"), heartbeats.c.sweep == bindparam("sweep"))
)


def the_office(driver: Driver) -> Office | None:
    """Return the office, or None; a writing transaction locks it against change."""
    row = driver.first(OFFICE_LOCKED if driver.writes else OFFICE, {})
    return None if row is None else _office_in(row[0])


_office_in = lru_cache(maxsize=4)(office_in)  # it seldom changes, and every command reads it


def write(driver: Driver, change: OfficeChange) -> None:
    """Write the office after an act, and what the act puts beside the log. Raises ``Conflict``."""
    entry = change.entry
    row = {
        "id": 1,
        "n": entry.n,
        "hash": entry.hash,
        "body": encoded(change.office),
        "before": entry.n - 1,
    }
    if driver.run(INSERT_OFFICE if entry.n == 1 else UPDATE_OFFICE, row) != 1:
        raise moved_on(entry.stream, entry.n)
    if change.person is not None:
        _put(driver, INSERT_PERSON, UPDATE_PERSON, _person_row(change.person, change.salt))
    for statement, body in (
        (INSERT_PROCESS, change.process),
        (INSERT_CALENDAR, change.calendar),
    ):
        if body is not None:
            driver.run(statement, {"hash": digest(body), "body": body})


def some_people(driver: Driver, ids: Sequence[str] | None) -> dict[str, Person]:
    """Return the details of persons by id; of all if no ids are given."""
    return {row[0]: _person(row) for row in _people_rows(driver, ids)}


def commitments(driver: Driver) -> dict[str, str]:
    """Return, by person id, the commitment computed anew from details and salt as stored."""
    return {
        row[0]: commitment(row[-1], _person(row).private()) for row in _people_rows(driver, None)
    }


def salts(driver: Driver) -> dict[str, bytes]:
    """Return, by person id, the salt of their commitment."""
    return {row[0]: bytes(row[-1]) for row in _people_rows(driver, None)}


def process(driver: Driver, hash: str) -> bytes | None:
    """Return the body of a process by its hash, or None."""
    row = driver.first(PROCESS, {"hash": hash})
    return None if row is None else bytes(row[0])


def all_processes(driver: Driver) -> dict[str, bytes]:
    """Return every process body by the hash it is stored under."""
    return {row[0]: row[1] for row in driver.all(PROCESSES, {})}


def calendar(driver: Driver, hash: str) -> bytes | None:
    """Return the body of a calendar by its hash, or None."""
    row = driver.first(CALENDAR, {"hash": hash})
    return None if row is None else bytes(row[0])


def all_calendars(driver: Driver) -> dict[str, bytes]:
    """Return every calendar body by the hash it is stored under."""
    return {row[0]: row[1] for row in driver.all(CALENDARS, {})}


def beat(driver: Driver, node: str, sweep: str, at: datetime) -> None:
    """Record that a sweep of a node has run."""
    row = {"node": node, "sweep": sweep, "at": moment(at)}
    _put(driver, INSERT_BEAT, UPDATE_BEAT, row)


def beats(driver: Driver) -> list[Beat]:
    """Return when each sweep of each node has last run, ordered by node and sweep."""
    return [
        Beat(node=node, sweep=sweep, at=instant(at)) for node, sweep, at in driver.all(BEATS, {})
    ]


def last_beat(driver: Driver) -> datetime | None:
    """Return when any node's sweep has last run."""
    row = driver.first(LAST_BEAT, {})
    return None if row is None or row[0] is None else instant(row[0])


def _put(driver: Driver, insert: Statement, update: Statement, row: dict[str, Any]) -> None:
    """Write a row whether it is there or not."""
    if not driver.run(update, row):
        driver.run(insert, row)


def _people_rows(driver: Driver, ids: Sequence[str] | None) -> list[tuple[Any, ...]]:
    if ids is None:
        return driver.all(PEOPLE, {})
    return driver.all(SOME_PEOPLE, {"ids": json.dumps(list(ids))})


def _person_row(person: Person, salt: bytes) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "unit": person.unit,
        "department": person.department,
        "language": person.language,
        "zone": person.zone,
        "addresses": facts(person.addresses),
        "salt": salt,
    }


@lru_cache(maxsize=1024)  # of a bulk, and of commands in a row, most concern the same people
def _person(row: tuple[Any, ...]) -> Person:
    id, name, title, unit, department, language, zone, addresses, _ = row
    return Person(
        id=id,
        name=name,
        title=title,
        unit=unit,
        department=department,
        language=language,
        zone=zone,
        addresses=json.loads(addresses),
    )
