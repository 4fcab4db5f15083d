"""Verifying a million entries and making every issue anew, against reading the same rows alone.

``verify --quick`` proves bytes, order, chain, time and steps, folds every issue, compares all rows
computed from the log, and the seal's root and signature. ``verify`` also decides every entry again,
which is measured on fewer entries. The floor reads every row that ``verify`` reads, by the same
statements, through the standard library's driver in one process, and does nothing with them. The
peer is a library whose issues are the fold of their events.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import create_engine

from benchmarks import sealed
from benchmarks.contest import Step, Steps, Times, contest, rate, ratio
from benchmarks.histories import Log, lines
from benchmarks.report import Limit, Report, main
from benchmarks.stages import stages
from benchmarks.surroundings import versions
from workflow.storage import open_store, shares
from workflow.storage.driver import Prepared, Texts
from workflow.verifying import Effort, thorough, verified

MANY, FEW = 1_000_000, 100_000
"""Entries of a large log; of the logs that are decided again, and that the peer reads."""

QUICK, FEWER = 40_000, 2_000
ROUNDS = 5
SHARE, FASTER = 0.5, 5.0
LARGEST = 1500.0
OURS, FLOOR, PEER, ENTRIES = "ours", "floor", "eventsourcing", "the entries alone"
_READ = (
    shares.ROWS,
    shares.SEALED,
    shares.PROJECTED,
    shares.OPEN,
    shares.CLOSED,
    shares.NOTICES,
)
_REMARKS = (
    "all of `verify --quick`: other processes' starts, the rows kept beside the log, the root",
    "the floor reads every row that `verify` reads (entries, leaves, issues, what is owed and was "
    "closed, messages), by the same statements in one process; what `verify` asks of the database "
    "only to compare is no part of it; beside it stands reading the entries alone",
    "the peer computes no hash, proves no order and looks up no step; it is asked for fewer issues",
)


def measure(quick: bool) -> Report:
    """Return the report of the benchmark."""
    many, few, rounds = (QUICK, FEWER, 2) if quick else (MANY, FEW, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.db"), Path(folder, "small.db")
        counts = {OURS: sealed.make(large, many), "few": sealed.make(small, few)}
        counts |= dict.fromkeys((FLOOR, ENTRIES), counts[OURS])
        peer, counts[PEER] = _peer(Path(folder, "peer.db"), few)
        times = contest({**_contenders(large, again=False), **peer}, rounds)
        again = contest(_contenders(small, again=True), rounds)
        spent = stages(large, 1 if quick else 5, rounds)
        peak = _peak(large)
    return _reported(times, counts, (again, rounds), spent, peak)


def _contenders(path: Path, *, again: bool) -> dict[str, Steps]:
    statements = _statements()
    return {
        OURS: _once(partial(_verify, path, again=again)),
        FLOOR: _once(partial(_read, path, statements)),
        ENTRIES: _once(partial(_read, path, statements[:1])),
    }


def _statements() -> list[Prepared]:
    """Return the statements by which ``verify`` reads, each from the first key to the last."""
    known = Texts(create_engine("sqlite://").dialect)
    return [known[parts[1]] for parts in _READ]


def _once(step: Step) -> Steps:
    return lambda number: [step]


def _verify(path: Path, *, again: bool) -> None:
    store = open_store(str(path))
    verdict = verified(store, Effort(how=thorough(again=again), url=str(path)))
    store.close()
    assert verdict.problems == (), verdict.problems[:3]


def _read(path: Path, statements: list[Prepared]) -> None:
    with closing(sqlite3.connect(path)) as database:
        for text, ordered in statements:
            for _ in database.execute(text, ordered({"low": ""})):
                pass


def _peer(path: Path, entries: int) -> tuple[dict[str, Steps], int]:
    """Return the peer, if it is here, and how many events it reads and applies."""
    if find_spec("eventsourcing") is None:
        return {}, 0
    from benchmarks.peers.streaming import Histories

    log = Log()
    log.found()
    histories = Histories(path, lines(log, entries))
    return {PEER: _once(histories.rebuild)}, histories.events


def _peak(path: Path) -> float:
    """Return the memory in megabytes of the largest process that verifies."""
    process = get_context("spawn").Process(target=_verify, args=(path,), kwargs={"again": False})
    process.start()
    process.join()
    assert process.exitcode == 0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _reported(
    times: Times,
    counts: dict[str, int],
    again: tuple[Times, int],
    spent: dict[str, float],
    peak: float,
) -> Report:
    figures = {who: rate(times, who, counts[who]) for who in times}
    fewer = {who: rate(again[0], who, counts["few"]) for who in again[0]}
    best = figures[OURS] / figures[PEER] if PEER in figures else None
    absent = () if PEER in figures else (f"not installed, so not measured: {PEER}",)
    costs = ", ".join(f"{name} {seconds * 1e6:.1f}" for name, seconds in spent.items())
    return Report(
        name="verify",
        unit="entries a second",
        ours=figures[OURS],
        floor=figures[FLOOR],
        peers={PEER: figures[PEER]} if PEER in figures else {},
        beside={ENTRIES: figures[ENTRIES]},
        ratio_to_floor=ratio(times, FLOOR, OURS),
        ratio_to_best_peer=best,
        rounds=again[1],
        settings=f"{counts[OURS]:,} entries, without deciding again",
        limits=_limits(ratio(times, FLOOR, OURS), best, peak),
        notes=(*_REMARKS, f"CPU of an entry by stage, one process, in µs: {costs}", *absent),
        versions=versions("msgspec", *["eventsourcing"] * (PEER in figures)),
        further=(
            Report(
                name="verify, against reading the entries alone",
                unit="entries a second",
                ours=figures[OURS],
                floor=figures[ENTRIES],
                ratio_to_floor=ratio(times, ENTRIES, OURS),
                rounds=again[1],
                settings=f"{counts[OURS]:,} entries, without deciding again",
            ),
            Report(
                name="verify, every entry decided again",
                unit="entries a second",
                ours=fewer[OURS],
                floor=fewer[FLOOR],
                beside={ENTRIES: fewer[ENTRIES]},
                ratio_to_floor=ratio(again[0], FLOOR, OURS),
                rounds=again[1],
                settings=f"{counts['few']:,} entries",
            ),
        ),
    )


def _limits(share: float, best: float | None, peak: float) -> tuple[Limit, ...]:
    return (
        Limit(figure="ratio_to_floor", bound=SHARE, at_most=False, value=share),
        Limit(figure="ratio_to_best_peer", bound=FASTER, at_most=False, value=best),
        Limit(figure="peak_megabytes", bound=LARGEST, at_most=True, value=peak),
    )


if __name__ == "__main__":
    main(measure)
