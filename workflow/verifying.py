"""Verifying a whole database: share by share, each in a transaction of its own, on every core.

A share that is read for long would keep writers waiting on some versions of SQLite; and what is
written meanwhile may be read or not: entries are only appended, so each share is whole in itself.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from states.errors import Problem
from states.log import OFFICE, Row
from workflow.engine.proving import (
    SHARE,
    Beginning,
    Gathered,
    How,
    Survey,
    Tell,
    Verdict,
    beginning,
    grounds,
    survey,
)
from workflow.engine.proving_seals import Scope, prove_signatures
from workflow.engine.proving_share import Grounds, Part, prove_share
from workflow.ports import Session, Store
from workflow.shares import Stretch, stretches

SMALL = 3 * SHARE
"""Up to so many entries that are decided again, twice as many that are not, one is done alone.

Others would not have started by then: that takes as long as 20,000 entries at a glance.
"""


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
        if self.url is None or entries <= (SMALL if self.how.again else 2 * SMALL):
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
        begun = beginning(session)
    tell = tell or (lambda done, total: None)
    work = _Work(store, effort.how)
    if (jobs := effort.processes(begun.entries)) > 1 and effort.url is not None:
        begin = partial(_begin, effort.url, effort.how)
        try:
            # This process is one of them: it has done a share or two before others have started.
            with ProcessPoolExecutor(jobs - 1, get_context("spawn"), begin) as pool:
                return _Several(pool, jobs - 1, begun, tell).verdict(work)
        except BrokenProcessPool:  # killed, for want of memory perhaps; one alone needs less
            pass
    gathered, done = Gathered(begun), 0
    for stretch in stretches(begun.extents, SHARE):
        gathered.take(work.part(stretch))
        tell(done := done + stretch.entries, begun.entries)
    return gathered.verdict(work.survey(Scope(until=begun.sealed)))


class _Several:
    """Shares proven by several processes, of which this is one."""

    def __init__(
        self, pool: ProcessPoolExecutor, others: int, begun: Beginning, tell: Tell
    ) -> None:
        self._pool, self._others, self._begun, self._tell = pool, others, begun, tell
        self._left = deque(enumerate(stretches(begun.extents, SHARE)))
        self._given: dict[Future[Part], tuple[int, Stretch]] = {}
        self._gathered, self._done = Gathered(begun), 0

    def verdict(self, work: _Work) -> Verdict:
        """Return what all of them found. Raises ``BrokenProcessPool`` if another one died."""
        try:
            turns = self._others + 1
            scope = Scope(until=self._begun.sealed, turns=turns)
            whole = self._pool.submit(_survey, scope)
            signed = [self._pool.submit(_signed, turn, turns) for turn in range(1, turns)]
            while self._left:
                self._give()
                if self._left:
                    place, stretch = self._left.popleft()
                    self._take(place, stretch, work.part(stretch))
                self._collect(timeout=0)
            while self._given:
                self._collect(timeout=None)
            signatures = [problem for turn in signed for problem in turn.result()]
            return self._gathered.verdict(whole.result(), signatures)
        except BaseException:  # nobody waits for the rest once one has failed
            self._pool.shutdown(wait=False, cancel_futures=True)
            raise

    def _give(self) -> None:
        """Keep the others busy: each has a share to go on with."""
        while self._left and len(self._given) < 2 * self._others:
            place, stretch = self._left.popleft()
            self._given[self._pool.submit(_part, stretch)] = (place, stretch)

    def _collect(self, timeout: float | None) -> None:
        done, _ = wait(self._given, timeout, return_when=FIRST_COMPLETED)
        for part in done:
            self._take(*self._given.pop(part), part.result())

    def _take(self, place: int, stretch: Stretch, part: Part) -> None:
        self._gathered.take(part, place)
        self._done += stretch.entries
        self._tell(self._done, self._begun.entries)


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

    def survey(self, scope: Scope) -> Survey:
        """Prove what is of no single issue, and what a scope has of the seals."""
        with self._store.reading() as session:
            return survey(session, self._grounds(session), self._how, scope)

    def signed(self, turn: int, turns: int) -> list[Problem]:
        """Check the signatures of one turn."""
        with self._store.reading() as session:
            return prove_signatures(session, self._how.verify, turn, turns)

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


def _survey(scope: Scope) -> Survey:
    return _Process.work.survey(scope)


def _signed(turn: int, turns: int) -> list[Problem]:
    return _Process.work.signed(turn, turns)
