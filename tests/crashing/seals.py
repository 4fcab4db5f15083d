"""One seal, or one change of keys, killed at every system call; then the next one goes on.

Run as ``python -m tests.crashing.seals first|next|rotate FOLDER STEP``: prints a JSON object per
point, of which every STEP-th is taken; 1 takes them all.

The database and the key lie in a folder of which each point gets a copy. What the file of the last
signed note said when it was killed is kept: whatever was signed must be what is committed later.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tests.crashing.tracing import run_until_call
from tests.sealed import adopting, check_seals, sealing
from tests.stage import Clock, Stage, a_stage, acting
from workflow.opening import open_engine
from workflow.proof.sealing.adopting import rotate
from workflow.proof.sealing.high import HighFile, stated
from workflow.storage import SqlStore, open_store

BATCH = 4


@dataclass(frozen=True, slots=True)
class Killed:
    """A point at which it was killed, or not any more; how many entries the next seal has sealed.

    ``pending``: a note was signed of which nobody knew whether it was committed.
    """

    number: int
    killed: bool
    sealed: int
    pending: bool


def opened(folder: Path) -> Stage:
    """Open the office that lies in a folder."""
    clock = Clock(datetime(2023, 4, 1, tzinfo=UTC))
    return Stage(open_engine(open_store(str(folder / "rectify.db")), clock=clock), clock)


def prepared(folder: Path, *, sealed: bool) -> Path:
    """Make an office with a key and entries that wait; ``sealed``: others are sealed already."""
    made = folder / "prepared"
    made.mkdir()
    store = open_store(str(made / "rectify.db"), create=True)
    stage = a_stage(store, issues=2)
    adopting(stage, made)
    if sealed:
        sealing(stage, made)
        for number in range(BATCH + 2):
            stage.does("li", "note", {"note": str(number)})
    store.close()
    return made


def seals(stage: Stage, folder: Path) -> None:
    """Seal everything that waits, in batches of a few."""
    sealing(stage, folder, batch=BATCH)


def rotates(stage: Stage, folder: Path) -> None:
    """Put a new key in the place of the one in force."""
    rotate(stage.engine, folder / "seal.key", acting("li"))


def points(
    folder: Path, made: Path, act: Callable[[Stage, Path], None], step: int = 1
) -> Iterator[Killed]:
    """Kill ``act`` at every system call (or every ``step``-th), then seal and check everything."""
    here = folder / "here"
    for number in count(1, step):
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(made, here)

        def ready() -> Callable[[], None]:
            stage = opened(here)
            return lambda: act(stage, here)

        killed = run_until_call(ready, number)
        pending = HighFile(here / "seal.key").read().pending is not None
        yield Killed(number, killed, _goes_on(here), pending)
        if not killed:
            return


def _goes_on(folder: Path) -> int:
    high = HighFile(folder / "seal.key").read()
    notes = [high.note, high.pending.note if high.pending else ""]
    signed = {(at := stated(note)).size: at.root for note in notes if note}
    stage = opened(folder)
    store = stage.engine.desk.store
    with store.reading() as session:
        last = session.checkpoint()
        assert last is None or last.size in signed, "a note was given out that the file lacks"
    sealing(stage, folder, batch=BATCH)
    sealed = check_seals(store)
    with store.reading() as session:
        for size, root in signed.items():
            found = session.checkpoint(size)
            assert found is not None, f"{size} was signed and is not there"
            assert found.root == root.hex(), f"two trees of size {size} bear our signature"
        assert sealed == len(list(session.rows()))
    assert isinstance(store, SqlStore)
    store.close()
    return sealed


WORKS = {"first": (seals, False), "next": (seals, True), "rotate": (rotates, True)}

if __name__ == "__main__":
    chosen, where, every = sys.argv[1:]
    act, sealed_before = WORKS[chosen]
    made = prepared(Path(where), sealed=sealed_before)
    for each in points(Path(where), made, act, int(every)):
        sys.stdout.write(json.dumps(asdict(each)) + "\n")
