"""What keeps sending within bounds on every node: circuits of servers, token buckets, the halt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from notifications.delivery.limits import TOKEN, drawn, reported
from notifications.delivery.protocol import Outcome, Rate
from states.canonical import instant
from workflow.ports import Circuit, Halt
from workflow.storage.cells import moment
from workflow.storage.constructs import every_column, insert_new_into
from workflow.storage.driver import Driver
from workflow.storage.tables import buckets, circuits, halts

_SERVER = circuits.c.server == bindparam("server")
CIRCUIT = select(circuits).where(_SERVER)
CIRCUIT_LOCKED = CIRCUIT.with_for_update()
CIRCUITS = select(circuits).order_by(circuits.c.server)
INSERT_CIRCUIT = insert_new_into(circuits)
UPDATE_CIRCUIT = update(circuits).values(every_column(circuits, "server")).where(_SERVER)
DELETE_CIRCUIT = delete(circuits).where(_SERVER)

_CREDENTIAL = buckets.c.credential == bindparam("credential")
BUCKET = select(buckets.c.level, buckets.c.at).where(_CREDENTIAL).with_for_update()
INSERT_BUCKET = insert_new_into(buckets)
UPDATE_BUCKET = update(buckets).values(every_column(buckets, "credential")).where(_CREDENTIAL)

HALT = select(halts.c.since, halts.c.cause).where(halts.c.id == 1, halts.c.released_at.is_(None))
INSERT_HALT = insert_new_into(halts)
HALT_AGAIN = (
    update(halts)
    .values(since=bindparam("since"), cause=bindparam("cause"), released_at=None)
    .where(halts.c.id == 1, halts.c.released_at.is_not(None))
)
RELEASE = (
    update(halts)
    .values(released_at=bindparam("now"))
    .where(halts.c.id == 1, halts.c.released_at.is_(None))
)


def circuit(driver: Driver, server: str) -> Circuit | None:
    """Return how a server has failed, None if it has not."""
    row = driver.first(CIRCUIT, {"server": server})
    return None if row is None else _circuit(row)


def all_circuits(driver: Driver) -> list[Circuit]:
    """Return the servers that failed last time, ordered by name."""
    return [_circuit(row) for row in driver.all(CIRCUITS, {})]


def fail(driver: Driver, server: str, outcome: Outcome, now: datetime) -> None:
    """Count a failure of a server, and leave it alone for a while if it was one too many."""
    row = {"server": server, "failures": 0, "open_until": None, "cause": None, "at": moment(now)}
    driver.run(INSERT_CIRCUIT, row)
    before = driver.first(CIRCUIT_LOCKED, {"server": server})
    failures, until = reported(before[1] if before else 0, outcome, now)
    found = {"failures": failures, "open_until": until and moment(until), "cause": outcome.cause}
    driver.run(UPDATE_CIRCUIT, row | found)


def close(driver: Driver, server: str) -> None:
    """Forget the failures of a server that was reached."""
    driver.run(DELETE_CIRCUIT, {"server": server})


def admit(
    driver: Driver, credential: str, rate: Rate, want: int, now: datetime
) -> tuple[int, datetime]:
    """Take up to ``want`` tokens; return how many were granted, and when the next is there."""
    row = {"credential": credential, "level": rate.burst * TOKEN, "at": moment(now)}
    kept = None
    if not driver.run(INSERT_BUCKET, row):
        stored, since = driver.first(BUCKET, {"credential": credential}) or (0, moment(now))
        kept = (stored, instant(since))
    granted, (level, at), next_at = drawn(kept, rate, want, now)
    driver.run(UPDATE_BUCKET, row | {"level": level, "at": moment(at)})
    return granted, next_at


def halt(driver: Driver) -> Halt | None:
    """Return since when and why nothing is sent, None if sending goes on."""
    row = driver.first(HALT, {})
    return None if row is None else Halt(since=instant(row[0]), cause=row[1])


def stop(driver: Driver, cause: str, now: datetime) -> None:
    """Stop sending; what stopped it first stays on record until it is released."""
    row = {"id": 1, "since": moment(now), "cause": cause, "released_at": None}
    if not driver.run(INSERT_HALT, row):
        driver.run(HALT_AGAIN, row)


def release(driver: Driver, now: datetime) -> None:
    """Let sending go on; what is ready by now is never counted as a storm again."""
    driver.run(RELEASE, {"now": moment(now)})


def _circuit(row: tuple[str, int, str | None, str | None, str]) -> Circuit:
    server, failures, until, cause, _at = row
    return Circuit(
        server=server,
        failures=failures,
        open_until=None if until is None else instant(until),
        cause=cause,
    )
