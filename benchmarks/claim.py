"""Claiming what is due on PostgreSQL: one, two and four processes that share a queue.

The floor is a bare loop of psycopg: a hundred rows at a time by SKIP LOCKED, marked and returned in
one statement, from a table of the same rows with nothing but the one index it needs. The peer is a
queue of tasks, which fetches one job at a time and marks it as done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial

import psycopg

from benchmarks import case
from benchmarks.claimers import Address, Claimers, Drain, bare, claimers, ours
from benchmarks.contest import Steps, Times, contest, rate, ratio
from benchmarks.peers import queueing
from benchmarks.report import Limit, Report, main
from benchmarks.surroundings import versions
from notifications.notice import Notice
from notifications.samples.trying import sample_facts
from states.frozen import replace
from tests.servers.postgres import running_postgres
from workflow.storage import open_store

WORKERS = (1, 2, 4)
SHARE = 0.5
TIMES_PEER = 20.0

OURS, FLOOR = "ours", "floor"
FINISHED, FETCHED = "procrastinate, fetch and finish", "procrastinate, fetch alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``rounds`` in which each empties ``queues`` of so many ``notices``, among ``settled`` ones.

    The peer, which takes them one at a time, has only so many ``jobs`` in a queue.
    """

    rounds: int
    queues: int
    notices: int
    jobs: int
    settled: int

    @property
    def names(self) -> list[str]:
        """The names of the queues."""
        return [f"queue{number}" for number in range(self.queues)]


FULL = Size(rounds=9, queues=5, notices=4_000, jobs=100, settled=10_000)
QUICK = Size(rounds=2, queues=2, notices=400, jobs=10, settled=500)


def measure(quick: bool) -> Report:
    """Return the report of the benchmark."""
    size = QUICK if quick else FULL
    with _database() as address:
        _prepare(address, size.settled)
        reports = [_measured(address, size, workers) for workers in WORKERS]
    limits = [limit for report in reports for limit in report.limits]
    first, *others = [replace(report, limits=()) for report in reversed(reports)]
    return replace(first, limits=limits, notes=_NOTES, further=others)


_NOTES = [
    "rectify makes a value of each notice and reads its facts when its message is written, which "
    "nobody does here; the floor leaves rows as they come, the peer reads its jobs",
    "the peer also marks its jobs as done, one by one as it fetches them; `fetch alone` does not; "
    "what it costs rectify to begin and to settle a message is no part of this",
    "ten thousand settled notices of former days lie beside those that are claimed",
]


@contextmanager
def _database() -> Iterator[Address]:
    with running_postgres() as server, server.database() as name:
        yield Address(url=server.url(name), conninfo=server.conninfo(name))


def _prepare(address: Address, settled: int) -> None:
    """Make everybody's tables, with the notices of former days."""
    with closing(open_store(address.url, create=True)) as store, store.writing() as session:
        session.owe([replace(_notice(n, "former"), status="dead") for n in range(settled)])
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE claims (LIKE notices, PRIMARY KEY (id))")
        connection.execute("CREATE INDEX ON claims (channel, id) WHERE settled_at IS NULL")
        connection.execute("INSERT INTO claims SELECT * FROM notices")
    if queueing.is_here():
        queueing.prepare(address)


def _notice(number: int, queue: str) -> Notice:
    person = case.WORKERS[number % len(case.WORKERS)]
    return Notice(
        key=f"{queue}/{number}",
        issue=case.key(1 + number % 50),
        template="reminder",
        recipient=person.id,
        channel=queue,
        address=person.address,
        language="zh",
        created_at=case.NOW,
        facts={**sample_facts("reminder"), "title": case.title(1 + number % 50)},
    )


def _measured(address: Address, size: Size, workers: int) -> Report:
    """Return the report of so many processes; its times are seconds for one claim."""
    makers: dict[str, tuple[Callable[[Address], Drain], str, int]] = {
        OURS: (ours, "", size.notices),
        FLOOR: (bare, "", size.notices),
    }
    if queueing.is_here():
        makers[FINISHED] = (queueing.finishing, "finish-", size.jobs)
        makers[FETCHED] = (queueing.fetching, "fetch-", size.jobs)
    with ExitStack() as stack:
        contenders: dict[str, Steps] = {}
        for name, (make, prefix, many) in makers.items():
            crew = stack.enter_context(claimers(make, address, workers))
            contenders[name] = _steps(crew, [f"{prefix}{queue}" for queue in size.names], many)
        contenders[OURS] = _filled(address, size, list(makers), contenders[OURS])
        times = contest(contenders, size.rounds)
    each = {
        name: [seconds / (many * size.queues) for seconds in times[name]]
        for name, (_, _, many) in makers.items()
    }
    return _reported(each, size, workers)


def _steps(crew: Claimers, queues: Sequence[str], many: int) -> Steps:
    return lambda number: [partial(crew.drain, queue, many) for queue in queues]


def _filled(address: Address, size: Size, names: Sequence[str], steps: Steps) -> Steps:
    """Fill everybody's queues before a round."""

    def prepared(number: int) -> Sequence[Callable[[], object]]:
        _fill(address, size, peer=FINISHED in names)
        return steps(number)

    return prepared


def _fill(address: Address, size: Size, *, peer: bool) -> None:
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        for table in ("notices", "claims"):
            connection.execute(f"DELETE FROM {table} WHERE settled_at IS NULL")  # noqa: S608
        with closing(open_store(address.url)) as store, store.writing() as session:
            session.owe([_notice(n, queue) for queue in size.names for n in range(size.notices)])
        connection.execute("INSERT INTO claims SELECT * FROM notices WHERE settled_at IS NULL")
        if peer:
            connection.execute("TRUNCATE procrastinate_jobs CASCADE")
            facts = [json.loads(json.dumps(_notice(n, "x").facts)) for n in range(size.jobs)]
            queues = [f"{prefix}{q}" for prefix in ("finish-", "fetch-") for q in size.names]
            queueing.fill(address, queues, facts)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _reported(each: Times, size: Size, workers: int) -> Report:
    share = ratio(each, FLOOR, OURS)
    is_here = FINISHED in each
    best = ratio(each, FINISHED, OURS) if is_here else None
    plural = "process" if workers == 1 else "processes"
    limits = (
        Limit(figure=f"ratio_to_floor_{workers}", bound=SHARE, at_most=False, value=share),
        Limit(figure=f"ratio_to_best_peer_{workers}", bound=TIMES_PEER, at_most=False, value=best),
    )
    return Report(
        name="claim",
        unit="claims a second",
        ours=rate(each, OURS, 1),
        floor=rate(each, FLOOR, 1),
        peers={FINISHED: rate(each, FINISHED, 1)} if is_here else {},
        beside={FETCHED: rate(each, FETCHED, 1)} if is_here else {},
        ratio_to_floor=share,
        ratio_to_best_peer=best,
        rounds=size.rounds,
        settings=f"{workers} {plural}, {size.queues * size.notices:,} notices a round",
        limits=limits,
        versions=versions("SQLAlchemy", "psycopg", queueing.PACKAGE),
    )


if __name__ == "__main__":
    main(measure)
