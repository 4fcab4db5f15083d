"""Verifying a million entries and making every issue anew, against reading the same rows alone.

``verify --quick`` proves bytes, order, chain, time and steps, folds every issue, compares all rows
computed from the log, and the seal's root and signature. ``verify`` also decides every entry again,
which is measured on fewer entries. The floor reads the rows through the standard library's driver
and does nothing with them. The peer is a library whose issues are the fold of their events.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks import sealed
from benchmarks.contest import Step, Steps, Times, contest, rate, ratio
from benchmarks.histories import Log, lines
from benchmarks.report import Limit, Report, main
from benchmarks.surroundings import versions
from workflow.storage import open_store
from workflow.verifying import Effort, thorough, verified

MANY, FEW = 1_000_000, 100_000
"""Entries of a large log; of the logs that are decided again, and that the peer reads."""

QUICK, FEWER = 40_000, 2_000
ROUNDS = 5
SHARE, FASTER = 0.5, 5.0
LARGEST = 1500.0
OURS, FLOOR, PEER = "ours", "floor", "eventsourcing"
_ROWS = "SELECT stream, n, request_id, at, hash, body FROM entries ORDER BY stream, n"
_REMARKS = (
    "all of `verify --quick`: the starts of the processes, the rows kept beside the log, the root",
    "where the time goes of each entry: a seventh to read its row, a seventh to decode it, a "
    "twelfth for its hash, two fifths to fold it, the rest to compare what is kept beside the log; "
    "in Python none of these can be left out: the share of the floor grows with the cores alone",
    "the peer computes no hash, proves no order and looks up no step; it is asked for fewer issues",
)


def measure(quick: bool) -> Report:
    """Return the report of the benchmark."""
    many, few, rounds = (QUICK, FEWER, 2) if quick else (MANY, FEW, ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.db"), Path(folder, "small.db")
        counts = (sealed.make(large, many), sealed.make(small, few))
        times = contest(_contenders(large, again=False), rounds)
        again = contest(_contenders(small, again=True), rounds)
        peers = _peer(Path(folder, "peer.db"), few, rounds)
        figures = {**_figures(times, counts[0]), **peers}
    return _reported(times, figures, counts, (again, rounds))


def _contenders(path: Path, *, again: bool) -> dict[str, Steps]:
    return {OURS: _once(partial(_verify, path, again=again)), FLOOR: _once(partial(_read, path))}


def _once(step: Step) -> Steps:
    return lambda number: [step]


def _verify(path: Path, *, again: bool) -> None:
    store = open_store(str(path))
    verdict = verified(store, Effort(how=thorough(again=again), url=str(path)))
    store.close()
    assert verdict.problems == (), verdict.problems[:3]


def _read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        for _ in database.execute(_ROWS):
            pass


def _peer(path: Path, entries: int, rounds: int) -> dict[str, float]:
    """Return how many events a second the peer reads and applies, if it is here."""
    if find_spec("eventsourcing") is None:
        return {}
    from benchmarks.peers.streaming import Histories

    log = Log()
    log.found()
    histories = Histories(path, lines(log, entries))
    times = contest({PEER: _once(histories.rebuild)}, rounds)
    return {PEER: rate(times, PEER, histories.events)}


def _figures(times: Times, entries: int) -> dict[str, float]:
    return {who: rate(times, who, entries) for who in times}


def _reported(
    times: Times, figures: Mapping[str, float], counts: tuple[int, int], again: tuple[Times, int]
) -> Report:
    share = ratio(times, FLOOR, OURS)
    best = figures[OURS] / figures[PEER] if PEER in figures else None
    # The largest of the processes that proved the shares; this one only counts them.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    megabytes = peak / (2**20 if sys.platform == "darwin" else 2**10)
    fewer = _figures(again[0], counts[1])
    absent = () if PEER in figures else (f"not installed, so not measured: {PEER}",)
    return Report(
        name="verify",
        unit="entries a second",
        ours=figures[OURS],
        floor=figures[FLOOR],
        peers={PEER: figures[PEER]} if PEER in figures else {},
        ratio_to_floor=share,
        ratio_to_best_peer=best,
        rounds=again[1],
        settings=f"{counts[0]:,} entries, without deciding again",
        limits=(
            Limit(figure="ratio_to_floor", bound=SHARE, at_most=False, value=share),
            Limit(figure="ratio_to_best_peer", bound=FASTER, at_most=False, value=best),
            Limit(figure="peak_megabytes", bound=LARGEST, at_most=True, value=megabytes),
        ),
        notes=(*_REMARKS, *absent),
        versions=versions("msgspec", *["eventsourcing"] * (PEER in figures)),
        further=(
            Report(
                name="verify, every entry decided again",
                unit="entries a second",
                ours=fewer[OURS],
                floor=fewer[FLOOR],
                ratio_to_floor=ratio(again[0], FLOOR, OURS),
                rounds=again[1],
                settings=f"{counts[1]:,} entries",
            ),
        ),
    )


if __name__ == "__main__":
    main(measure)
