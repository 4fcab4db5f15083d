"""procrastinate, a queue of tasks on PostgreSQL: jobs with the same facts, one fetched at a time.

Its own job manager fetches and finishes them, without the worker around it, which would run a
task, listen for new ones and beat: that makes it quicker than it is in use.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.claimers import Address, Drain

PACKAGE = "procrastinate"
_TASK = "remind"


def is_here() -> bool:
    """Whether the package is installed."""
    return find_spec(PACKAGE) is not None


def fetching(address: Address) -> Drain:
    """Return who fetches every job of a queue and nothing more."""
    return _drain(address, finishes=False)


def finishing(address: Address) -> Drain:
    """Return who fetches every job of a queue and marks each as done."""
    return _drain(address, finishes=True)


def prepare(address: Address) -> None:
    """Make its tables."""

    async def made() -> None:
        async with _app(address).open_async() as app:
            await app.schema_manager.apply_schema_async()

    asyncio.run(made())


def fill(address: Address, queues: Sequence[str], facts: Sequence[dict[str, Any]]) -> None:
    """Defer a job for each of the facts in every queue."""

    async def filled() -> None:
        async with _app(address).open_async() as app:
            for queue in queues:
                task = app.configure_task(_TASK, queue=queue, allow_unknown=True)
                await task.batch_defer_async(*facts)

    asyncio.run(filled())


def _app(address: Address) -> Any:
    module = import_module(PACKAGE)
    return module.App(
        connector=module.PsycopgConnector(conninfo=address.conninfo, min_size=1, max_size=2)
    )


def _drain(address: Address, *, finishes: bool) -> Drain:
    loop = asyncio.new_event_loop()
    app = _app(address)
    loop.run_until_complete(app.open_async())
    atexit.register(lambda: loop.run_until_complete(app.close_async()))
    worker = loop.run_until_complete(app.job_manager.register_worker())
    succeeded = import_module(f"{PACKAGE}.jobs").Status.SUCCEEDED

    async def drain(queue: str) -> int:
        total = 0
        while job := await app.job_manager.fetch_job(queues=[queue], worker_id=worker):
            if finishes:
                await app.job_manager.finish_job(job, status=succeeded, delete_job=False)
            total += 1
        return total

    return lambda queue: loop.run_until_complete(drain(queue))
