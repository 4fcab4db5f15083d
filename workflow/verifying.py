"""Verifying a whole database: share by share, each in a transaction of its own, on every core.

A share that is read for long would keep writers waiting on some versions of SQLite; and what is
written meanwhile may be read or not: entries are only appended, so each share is whole in itself.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from states.log import OFFICE, Row
from workflow.engine.proving import (
    SHARE,
    Grounds,
    How,
    Part,
    Survey,
    Tell,
    Verdict,
    concluded,
    grounds,
    prove_share,
    survey,
)
from workflow.ports import Session, Store
from workflow.shares import Stretch, stretches

SMALL = 3 * SHARE
"""Up to so many entries one process is done before others would have started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How thoroughly it is proven, and by how many processes (0: as many as there are cores).

    Other processes open the store at ``url`` themselves; without one there is only this process.
    """

    how: How
    url: str | None = None
    jobs: int = 0

    def processes(self, entries: int) -> int:
        """Return how many processes are worth their start."""
        if self.url is None or entries <= SMALL:
            return 1
        return min(self.jobs or _cores(), -(-entries // SHARE))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thorough(*, again: bool = True) -> How:
    """Return how a database is proven: signatures too, and entries read by the faster decoder."""
    from workflow.proof.keys import verify
    from workflow.storage.bodies import decode

    return How(again=again, verify=verify, read=decode)


def verified(store: Store, effort: Effort, tell: Tell | None = None) -> Verdict:
    """Verify the whole log and everything computed from it; ``tell`` hears how far it has come."""
    with store.reading() as session:
        extents = list(session.extents())
    total = sum(entries for _, entries in extents)
    cut = stretches(extents, SHARE)
    tell = tell or (lambda done, total: None)
    if (jobs := effort.processes(total)) > 1 and effort.url is not None:
        begin = partial(_begin, effort.url, effort.how)
        try:
            with ProcessPoolExecutor(jobs, get_context("spawn"), begin) as pool:
                return _by_several(pool, cut, tell)
        except BrokenProcessPool:  # killed, for want of memory perhaps; one alone needs less
            pass
    work = _Work(store, effort.how)
    parts = list(_told((work.part(stretch) for stretch in cut), cut, tell))
    return concluded(work.survey(), parts)


def _by_several(pool: ProcessPoolExecutor, cut: list[Stretch], tell: Tell) -> Verdict:
    try:
        whole = pool.submit(_survey)
        parts = [pool.submit(_part, stretch) for stretch in cut]
        found = list(_told((part.result() for part in parts), cut, tell))
        return concluded(whole.result(), found)
    finally:  # nobody waits for the rest once one has failed
        pool.shutdown(wait=False, cancel_futures=True)


def _told(parts: Iterator[Part], cut: list[Stretch], tell: Tell) -> Iterator[Part]:
    """Yield what is found, telling how far it has come."""
    done, total = 0, sum(stretch.entries for stretch in cut)
    for stretch, part in zip(cut, parts, strict=True):
        done += stretch.entries
        tell(done, total)
        yield part


class _Work:
    """Shares proven one after the other; what they are proven by is read anew where it changed."""

    def __init__(self, store: Store, how: How) -> None:
        self._store, self._how = store, how
        self._acts: list[Row] | None = None
        self._known: Grounds | None = None

    def part(self, stretch: Stretch) -> Part:
        """Prove a share."""
        with self._store.reading() as session:
            known = self._grounds(session)
            # Nothing here makes circles worth looking for: the collector only costs.
            enabled = gc.isenabled()
            gc.disable()
            try:
                return prove_share(session, known, stretch)
            finally:
                if enabled:
                    gc.enable()

    def survey(self) -> Survey:
        """Prove what is of no single issue."""
        with self._store.reading() as session:
            return survey(session, self._grounds(session), self._how)

    def _grounds(self, session: Session) -> Grounds:
        acts = list(session.rows(OFFICE))
        if self._known is None or acts != self._acts:
            self._acts, self._known = acts, grounds(session, self._how)
        return self._known


class _Process:
    """What a process of the pool keeps, from its beginning on."""

    work: _Work


def _begin(url: str, how: How) -> None:
    from workflow.storage import open_store

    _Process.work = _Work(open_store(url), how)


def _part(stretch: Stretch) -> Part:
    return _Process.work.part(stretch)


def _survey() -> Survey:
    return _Process.work.survey()
