"""The issues in the database: each one whole, and its columns for lists."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, bindparam, or_, select, update

from workflow.storage.bodies import encoded, issue_in
from workflow.storage.cells import day, iso, lights, turns
from workflow.storage.constructs import Items, every_column, insert_new_into
from workflow.storage.driver import Driver
from workflow.storage.failures import moved_on
from workflow.storage.tables import issues
from workflow.summary import summarise
from workflow.values import Projected, Summary

if TYPE_CHECKING:
    from datetime import date

    from states.issue import Issue, Obligation
    from workflow.values import Change, Filter, Relit

    Awaiting = tuple[tuple[Obligation, date | None], ...]

_COLUMNS = [c for c in issues.c if c.name not in ("hash", "body")]
_KEY = issues.c.key == bindparam("key")

INSERT = insert_new_into(issues)
UPDATE = (
    update(issues)
    .values(every_column(issues, "key"))
    .where(_KEY, issues.c.n == bindparam("before"))
)
RELIGHT = update(issues).values(lights=bindparam("lights")).where(_KEY)
HASH = select(issues.c.hash).where(_KEY)
ONE = select(issues.c.key, issues.c.body).where(_KEY)
ONE_LOCKED = ONE.with_for_update()
SEVERAL = (
    select(issues.c.key, issues.c.body)
    .where(issues.c.key.op("IN")(Items(bindparam("keys", type_=Text))))
    .order_by(issues.c.key)  # also the order of locking, so that two bulks cannot deadlock
)
SEVERAL_LOCKED = SEVERAL.with_for_update(of=issues)
ALL = select(*_COLUMNS, issues.c.body).order_by(issues.c.key)


def _if_given(name: str, condition: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    given: Any = bindparam(name, type_=Text)
    return or_(given.is_(None), condition(given))


LINES = (
    select(*_COLUMNS)
    .where(
        _if_given("round", issues.c.round.__eq__),
        _if_given("unit", issues.c.unit.__eq__),
        _if_given("state", issues.c.state.__eq__),
        _if_given("person", issues.c.person.__eq__),
        _if_given("next_due_by", issues.c.next_due.__le__),
        issues.c.voided <= bindparam("voided"),
    )
    .order_by(issues.c.round, issues.c.number, issues.c.key)
)


def issue(driver: Driver, key: str) -> Issue | None:
    """Return an issue, or None; a writing transaction locks it."""
    row = driver.first(ONE_LOCKED if driver.writes else ONE, {"key": key})
    return None if row is None else issue_in(row[1], key)


def several(driver: Driver, keys: Sequence[str]) -> dict[str, Issue]:
    """Return the issues of these keys that exist; a writing transaction locks them."""
    statement = SEVERAL_LOCKED if driver.writes else SEVERAL
    rows = driver.all(statement, {"keys": json.dumps(list(keys))})
    return {key: issue_in(body, key) for key, body in rows}


def lines(driver: Driver, wanted: Filter) -> list[Summary]:
    """Return the lines of a list, ordered by round and number."""
    parameters = {
        "round": wanted.round,
        "unit": wanted.unit,
        "state": wanted.state,
        "person": wanted.person,
        "next_due_by": iso(wanted.next_due_by),
        "voided": int(wanted.voided),
    }
    return [_summary(row) for row in driver.all(LINES, parameters)]


def projected(
    rows: Iterable[Sequence[Any]], owed: Iterator[tuple[str, Awaiting]]
) -> Iterator[Projected]:
    """Yield rows of ``ALL`` as projections, each with the open obligations of its issue."""
    nothing: tuple[str, Awaiting] = ("", ())
    key, obligations = next(owed, nothing)
    for *columns, body in rows:
        line = _summary(columns)
        while key and key < line.key:  # owed on an issue that is not there
            key, obligations = next(owed, nothing)
        mine = obligations if key == line.key else ()
        yield Projected(
            issue=issue_in(body, line.key),
            columns=line,
            obligations=tuple(obligation for obligation, _ in mine),
            wakes={obligation.id: wake_on for obligation, wake_on in mine},
        )


def write(driver: Driver, changes: Sequence[Change]) -> None:
    """Write issues as they stand after their entries.

    Raises ``Conflict`` if one is not at the entry before.
    """
    born = [row_of(c.issue, summarise(c.issue, c.lights)) for c in changes if c.entry.n == 1]
    moved = [row_of(c.issue, summarise(c.issue, c.lights)) for c in changes if c.entry.n > 1]
    written = driver.run_all(INSERT, born) + driver.run_all(UPDATE, moved)
    if written == len(changes):
        return
    for row in born + moved:
        found = driver.first(HASH, row)
        if found is None or found[0] != row["hash"]:
            raise moved_on(row["key"], row["n"])
    raise moved_on(changes[0].issue.key, changes[0].entry.n)


def relight(driver: Driver, relit: Sequence[Relit]) -> None:
    """Write anew from which day issues have which light."""
    driver.run_all(RELIGHT, [{"key": r.issue, "lights": turns(r.lights)} for r in relit])


def row_of(issue: Issue, line: Summary) -> dict[str, Any]:
    """Return the row of an issue, with ``before``: the number of the entry before its last."""
    return {
        "key": line.key,
        "round": line.round,
        "number": line.number,
        "title": line.title,
        "aspect": line.aspect,
        "unit": line.unit,
        "state": line.state,
        "cycle": line.cycle,
        "due": iso(line.due),
        "due_original": iso(line.due_original),
        "next_due": iso(line.next_due),
        "provisional": int(line.provisional),
        "lights": turns(line.lights),
        "type": line.type,
        "long_term": int(line.long_term),
        "suspended": int(line.suspended),
        "completed_on": iso(line.completed_on),
        "acceptances": line.acceptances,
        "leader": line.leader,
        "department": line.department,
        "person": line.person,
        "remains": int(line.remains),
        "voided": int(line.voided),
        "n": line.n,
        "hash": issue.hash,
        "body": encoded(issue),
        "before": line.n - 1,
    }


def _summary(row: Sequence[Any]) -> Summary:
    key, round, number, title, aspect, unit, state, cycle, *dated = row
    due, due_original, next_due, provisional, lit, type, long_term, *rest = dated
    suspended, completed_on, acceptances, leader, department, person, *flags = rest
    remains, voided, n = flags
    return Summary(
        key=key,
        round=round,
        number=number,
        title=title,
        aspect=aspect,
        unit=unit,
        state=state,
        cycle=cycle,
        due=day(due),
        due_original=day(due_original),
        next_due=day(next_due),
        provisional=bool(provisional),
        lights=lights(lit),
        type=type,
        long_term=bool(long_term),
        suspended=bool(suspended),
        completed_on=day(completed_on),
        acceptances=acceptances,
        leader=leader,
        department=department,
        person=person,
        remains=bool(remains),
        voided=bool(voided),
        n=n,
    )
