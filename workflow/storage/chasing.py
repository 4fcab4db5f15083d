"""What is owed in the database: obligations as rows, opened and closed by entries.

When the next reminder of one is due is an indexed column of those still open, so that looking for
it costs what is due, not what exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, bindparam, insert, select, update

from states.issue import Obligation
from workflow.ports import Awaited, Change, Rearmed
from workflow.storage.bodies import issue_in
from workflow.storage.constructs import every_column
from workflow.storage.driver import Driver
from workflow.storage.tables import issues, obligations

_COLUMNS = [obligations.c.id, *list(obligations.c)[2:10]]  # those of Obligation, in its order
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
    select(obligations.c.issue, *_COLUMNS)
    .where(_OPEN)
    .order_by(obligations.c.issue, obligations.c.id)
)
AWAITED = (
    select(issues.c.key, issues.c.body, obligations.c.remind_on, *_COLUMNS)
    .join_from(obligations, issues)
    .where(_OPEN, obligations.c.remind_on <= bindparam("today"))
    .order_by(obligations.c.remind_on, obligations.c.id)
    .limit(bindparam("limit", type_=Integer))
)
# Two ticks at once share the work: each passes over what the other has taken.
AWAITED_LOCKED = AWAITED.with_for_update(of=obligations, skip_locked=True)
REARM = (
    update(obligations)
    .values(remind_on=bindparam("remind_on"))
    .where(_ID, _OPEN, obligations.c.remind_on == bindparam("was"))
)


def write(driver: Driver, changes: Sequence[Change]) -> None:
    """Open and close obligations as entries say.

    Whether a closed one was there is not asked: the issue's log says so, and ``verify`` compares.
    """
    opened = [
        _row(change.issue.key, o.obligation, o.remind_on)
        for change in changes
        for o in change.opened
    ]
    closed = [
        {"id": c["id"], "closed_by": change.entry.n, "closed_because": c["because"]}
        for change in changes
        for c in change.entry.content["closes"]
    ]
    driver.run_all(INSERT, opened)
    driver.run_all(CLOSE, closed)


def open_by_issue(driver: Driver) -> Iterator[tuple[str, tuple[Obligation, ...]]]:
    """Yield the open obligations of each issue that has any, ordered by its key, then by id."""
    for key, rows in groupby(driver.stream(OPEN, {}), key=itemgetter(0)):
        yield key, tuple(_obligation(row[1:]) for row in rows)


def awaited(driver: Driver, today: date, limit: int) -> list[Awaited]:
    """Return open obligations whose day of reminding has come, earliest first."""
    statement = AWAITED_LOCKED if driver.writes else AWAITED
    rows = driver.all(statement, {"today": today.isoformat(), "limit": limit})
    bodies = {row[0]: row[1] for row in rows}
    found = {key: issue_in(body, key) for key, body in bodies.items()}
    return [
        Awaited(
            obligation=_obligation(row[3:]),
            issue=found[row[0]],
            remind_on=date.fromisoformat(row[2]),
        )
        for row in rows
    ]


def rearm(driver: Driver, moves: Sequence[Rearmed]) -> None:
    """Move days of reminding on, each only if it still is what it was."""
    driver.run_all(
        REARM,
        [
            {
                "id": move.obligation,
                "was": move.was.isoformat(),
                "remind_on": move.remind_on and move.remind_on.isoformat(),
            }
            for move in moves
        ],
    )


def _row(issue: str, obligation: Obligation, remind_on: date) -> dict[str, Any]:
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
        "remind_on": remind_on.isoformat(),
    }


def _obligation(row: Sequence[Any]) -> Obligation:
    id, kind, subject, role, person, due, ladder, opened_by, opened_on = row
    return Obligation(
        id=id,
        kind=kind,
        subject=subject,
        role=role,
        person=person,
        due=date.fromisoformat(due),
        ladder=ladder,
        opened_by=opened_by,
        opened_on=date.fromisoformat(opened_on),
    )
