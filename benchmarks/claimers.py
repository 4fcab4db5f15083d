"""Who claims in the benchmark ``claim``: processes of their own, each with its own connection.

A claimer empties a queue when it is told to and says how many it got.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import psycopg

from benchmarks import case
from notifications.delivery.protocol import LEASE
from workflow.storage import open_store

BATCH = 100
RETURNED = (
    "id, key, message_id, template, recipient, channel, address, language, facts, created_at, "
    "attempts, message, first_at, doubts, slim, if_unknown, ref"
)
_CLAIM = f"""
UPDATE claims SET status = 'claimed', attempts = attempts + 1, token = %s, lease_until = %s
WHERE id IN (
    SELECT id FROM claims WHERE status = 'pending' AND settled_at IS NULL AND channel = %s
    ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED
) RETURNING {RETURNED}
"""  # noqa: S608 - constants

Drain = Callable[[str], int]
"""Claims everything in a queue, and returns how many that were."""


class Address(NamedTuple):
    """How to reach the database: as SQLAlchemy and as libpq want it."""

    url: str
    conninfo: str


def ours(address: Address) -> Drain:
    """Return rectify, claiming as its delivery does."""
    outbox = open_store(address.url).outbox
    return lambda queue: _total(lambda: outbox.claim(queue, case.NOW, LEASE, BATCH))


def bare(address: Address) -> Drain:
    """Return the floor: one statement, each its own transaction, the rows as they come."""
    connection = psycopg.connect(address.conninfo, autocommit=True)
    until = (case.NOW + timedelta(minutes=15)).isoformat()
    token = "0" * 32

    def claim(queue: str) -> Sequence[Any]:
        return connection.execute(_CLAIM, (token, until, queue)).fetchall()

    return lambda queue: _total(partial(claim, queue))


def _total(claim: Callable[[], Sequence[Any]]) -> int:
    total = 0
    while claimed := claim():
        total += len(claimed)
    return total


class Claimers:
    """So many processes of one kind, which empty a queue together."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def drain(self, queue: str, expected: int) -> None:
        """Empty a queue, in which so many are."""
        for pipe in self._pipes:
            pipe.send(queue)
        total = sum(pipe.recv() for pipe in self._pipes)
        assert total == expected, f"{total} claims of {expected}: one is lost or came twice"


@contextmanager
def claimers(make: Callable[[Address], Drain], address: Address, many: int) -> Iterator[Claimers]:
    """Start processes that are ready to claim; end them."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        pipes = []
        for _ in range(many):
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(make, address, there), daemon=True)
            process.start()
            there.close()
            stack.callback(process.join, 10)
            stack.callback(here.close)
            pipes.append(here)
        for pipe in pipes:
            assert pipe.recv() == "ready"
        yield Claimers(pipes)


def _serve(make: Callable[[Address], Drain], address: Address, pipe: Connection) -> None:
    drain = make(address)
    drain("nothing")
    gc.disable()  # as in the contest itself
    pipe.send("ready")
    while True:
        try:
            queue = pipe.recv()
        except EOFError:
            return
        pipe.send(drain(queue))
