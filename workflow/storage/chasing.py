"""What is owed in the database: obligations as rows, opened and closed by entries.

The day on which a tick must look at one is an indexed column of those still open, so that finding
what is due costs what is due, not what exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, starmap
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, Text, bindparam, insert, select, update

from states.issue import Issue, Obligation
from states.log import Entry
from workflow.ports import Awaited, Change, Closed, Rearmed
from workflow.storage.bodies import issue_in
from workflow.storage.cells import day, iso
from workflow.storage.constructs import every_column
from workflow.storage.driver import Driver
from workflow.storage.tables import issues, obligations

_COLUMNS = [obligations.c[name] for name in Obligation.__struct_fields__]
Owed = tuple[tuple[Obligation, date | None], ...]
"""Open obligations of an issue, each with the day on which it is looked at next."""

_OPEN = obligations.c.closed_by.is_(None)
_ID = obligations.c.id == bindparam("id")

INSERT = (
    insert(obligations).values(every_column(obligations, "closed_by", "closed_because")).inline()
)
CLOSE = (
    update(obligations)
    .values(closed_by=bindparam("closed_by"), closed_because=bindparam("closed_because"))
    .where(_ID, _OPEN)
)
OPEN = (
    select(obligations.c.issue, obligations.c.wake_on, *_COLUMNS)
    .where(_OPEN)
    .order_by(obligations.c.issue, obligations.c.id)
)
CLOSED = select(obligations.c.id, obligations.c.closed_by, obligations.c.closed_because).where(
    obligations.c.closed_by.is_not(None)
)
AWAITED = (
    select(issues.c.key, issues.c.body, obligations.c.wake_on, *_COLUMNS)
    .join_from(obligations, issues)
    .where(_OPEN, obligations.c.wake_on <= bindparam("today"))
    .order_by(obligations.c.wake_on, obligations.c.id)
    .limit(bindparam("limit", type_=Integer))
)
# Two ticks at once share the work: each passes over what the other has taken.
AWAITED_LOCKED = AWAITED.with_for_update(of=obligations, skip_locked=True)
REARM = (
    update(obligations)
    .values(wake_on=bindparam("wake_on"))
    .where(_ID, _OPEN, obligations.c.wake_on.is_not_distinct_from(bindparam("was", type_=Text)))
)


def write(driver: Driver, changes: Sequence[Change]) -> None:
    """Open and close obligations as entries say.

    Whether a closed one was there is not asked: the issue's log says so, and ``verify`` compares.
    """
    opened = [
        row_of(change.issue.key, o.obligation, o.wake_on)
        for change in changes
        for o in change.opened
    ]
    driver.run_all(INSERT, opened)
    driver.run_all(CLOSE, [row for change in changes for row in closed_by(change.entry)])


def closed_by(entry: Entry) -> list[dict[str, Any]]:
    """Return what an entry closes, as ``CLOSE`` takes it."""
    return [
        {"id": closed["id"], "closed_by": entry.n, "closed_because": closed["because"]}
        for closed in entry.content["closes"]
    ]


def open_by_issue(driver: Driver) -> Iterator[tuple[str, Owed]]:
    """Yield the open obligations of each issue that has any, ordered by its key, then by id."""
    return by_issue(driver.stream(OPEN, {}))


def by_issue(found: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, Owed]]:
    """Yield rows of ``OPEN``, ordered by issue, as the obligations of each issue."""
    for key, rows in groupby(found, key=itemgetter(0)):
        yield key, tuple((_obligation(row[2:]), day(row[1])) for row in rows)


def closed(driver: Driver) -> Iterator[Closed]:
    """Yield every obligation that was closed."""
    return starmap(one_closed, driver.stream(CLOSED, {}))


def one_closed(id: str, by: int, because: str) -> Closed:
    """Return a row of ``CLOSED`` as the value that it is."""
    return Closed(obligation=id, by=by, because=because)


def awaited(driver: Driver, today: date, limit: int) -> list[Awaited]:
    """Return open obligations to be looked at today or earlier, earliest first."""
    statement = AWAITED_LOCKED if driver.writes else AWAITED
    rows = driver.all(statement, {"today": today.isoformat(), "limit": limit})
    bodies = _Bodies(row[:2] for row in rows)
    return [
        _Found(_obligation(row[3:]), date.fromisoformat(row[2]), row[0], bodies) for row in rows
    ]


class _Bodies(dict[str, bytes]):
    """The bodies of issues by key; each is read once, when somebody looks at it."""

    def __init__(self, bodies: Iterable[tuple[str, bytes]]) -> None:
        super().__init__(bodies)
        self._read: dict[str, Issue] = {}

    def issue(self, key: str) -> Issue:
        """Return an issue. Raises ``Invalid`` if its row cannot be read."""
        if key not in self._read:
            self._read[key] = issue_in(self[key], key)
        return self._read[key]


class _Found(Awaited):
    """What was found; its issue is read from its body when it is asked for.

    Finding is cheap that way, and a body that cannot be read stands in nobody else's way.
    """

    __slots__ = ("_bodies", "_key")
    _bodies: _Bodies
    _key: str

    def __init__(self, obligation: Obligation, wake_on: date, key: str, bodies: _Bodies) -> None:
        put = object.__setattr__  # as the frozen values themselves do
        put(self, "obligation", obligation)
        put(self, "wake_on", wake_on)
        put(self, "_key", key)
        put(self, "_bodies", bodies)

    @property
    def issue(self) -> Issue:
        """The issue on which it is owed. Raises ``Invalid`` if its row cannot be read."""
        return self._bodies.issue(self._key)


def rearm(driver: Driver, moves: Sequence[Rearmed]) -> None:
    """Move days of waking on, each only if it still is what it was."""
    driver.run_all(
        REARM,
        [
            {"id": move.obligation, "was": iso(move.was), "wake_on": iso(move.wake_on)}
            for move in moves
        ],
    )


def row_of(issue: str, obligation: Obligation, wake_on: date | None) -> dict[str, Any]:
    """Return the row of an obligation just opened."""
    return {
        "id": obligation.id,
        "issue": issue,
        "kind": obligation.kind,
        "subject": obligation.subject,
        "role": obligation.role,
        "person": obligation.person,
        "due": obligation.due.isoformat(),
        "ladder": obligation.ladder,
        "opened_by": obligation.opened_by,
        "opened_on": obligation.opened_on.isoformat(),
        "anchor": iso(obligation.anchor),
        "provisional": int(obligation.provisional),
        "owed_since": iso(obligation.owed_since),
        "lapses_on": iso(obligation.lapses_on),
        "wake_on": iso(wake_on),
    }


_date = date.fromisoformat


def _obligation(row: Sequence[Any]) -> Obligation:
    id, kind, subject, role, person, due, ladder, opened_by, opened_on = row[:9]
    anchor, provisional, owed_since, lapses_on = row[9:]
    return Obligation(
        id=id,
        kind=kind,
        subject=subject,
        role=role,
        person=person,
        due=_date(due),
        ladder=ladder,
        opened_by=opened_by,
        opened_on=_date(opened_on),
        anchor=None if anchor is None else _date(anchor),
        provisional=provisional == 1,
        owed_since=None if owed_since is None else _date(owed_since),
        lapses_on=None if lapses_on is None else _date(lapses_on),
    )
