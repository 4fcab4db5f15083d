"""Writers at work while whoever seals is killed again and again; then everything is checked.

Run as ``python -m tests.crashing.load ADDRESS FOLDER SEED [NODES]``: prints one JSON object. With
two nodes a second machine, which has a copy of the key, seals beside and is never killed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from states.errors import Conflict
from tests.sealed import adopting, check_seals, sealing
from tests.stage import ROUND, Clock, Stage, a_stage
from workflow.opening import open_engine
from workflow.proof.sealing.high import HighFile, stated
from workflow.storage import open_store

WRITERS = 4
NOTES = 40
KILLS = 10
BATCH = 3
LONGEST = 0.04  # seconds that a sealer lives


def opened(address: str) -> Stage:
    """Open the office anew, as each process must."""
    clock = Clock(datetime(2023, 4, 1, tzinfo=UTC))
    return Stage(open_engine(open_store(address), clock=clock), clock)


def child(work: Callable[[], None]) -> int:
    """Run work in a process of its own; return its id."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return process


def writes(address: str, issue: int, enough: Path) -> None:
    """Write notes on an issue, one after the other, until there were enough kills as well."""
    stage = opened(address)
    for number in count():
        if number >= NOTES and enough.exists():
            return
        while True:
            try:
                stage.does("li", "note", {"note": str(number)}, issue=f"{ROUND}-{issue}")
            except Conflict:  # the database was busy for too long
                continue
            break


def seals(address: str, folder: Path) -> None:
    """Seal again and again, until killed."""
    stage = opened(address)
    while True:
        try:
            sealing(stage, folder, batch=BATCH, patience=1.0)
        except Conflict:
            continue


class Signed:
    """What was signed on a machine, by size: two roots of one size would be a fork."""

    def __init__(self, folder: Path) -> None:
        self._file = HighFile(folder / "seal.key")
        self.roots: dict[int, str] = {}
        self.midway = 0

    def look(self) -> None:
        """Take down what the file says after a kill."""
        high = self._file.read()
        self.midway += high.pending is not None
        for note in (high.note, high.pending.note if high.pending else ""):
            if note:
                said = stated(note)
                assert self.roots.setdefault(said.size, said.root.hex()) == said.root.hex()


def kills(address: str, folder: Path, chance: random.Random, signed: Signed) -> int:
    """Let writers write and a sealer be killed until they are done; return how often it was."""
    enough = folder / "enough"
    writers = {child(partial(writes, address, i, enough)) for i in range(1, WRITERS + 1)}
    killed = 0
    while writers:
        sealer = child(lambda: seals(address, folder))
        time.sleep(chance.uniform(0.0, LONGEST))
        os.kill(sealer, signal.SIGKILL)
        os.waitpid(sealer, 0)
        killed += 1
        if killed == KILLS:
            enough.touch()
        signed.look()
        for writer in list(writers):
            done, status = os.waitpid(writer, os.WNOHANG)
            if done:
                assert status == 0, "a writer failed"
                writers.remove(writer)
    return killed


def run(address: str, folder: Path, seed: int, nodes: int) -> dict[str, int | bool]:
    """Let it run, and check everything that sealing promises."""
    store = open_store(address, create=True)
    stage = a_stage(store, issues=WRITERS)
    adopting(stage, folder)
    store.close()
    other = folder / "other"
    beside = []
    if nodes > 1:
        other.mkdir()
        shutil.copy(folder / "seal.key", other)
        beside = [child(lambda: seals(address, other))]
    signed = Signed(folder)
    killed = kills(address, folder, random.Random(seed), signed)  # noqa: S311 - when to kill is no secret
    for process in beside:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    stage = opened(address)
    sealing(stage, folder, batch=BATCH)
    written = stage.engine.desk.store
    sealed = check_seals(written)
    with written.reading() as session:
        entries = sum(1 for _ in session.rows())
        if nodes == 1:  # of several machines one may give up what another one overtook
            for size, root in signed.roots.items():
                found = session.checkpoint(size)
                assert found is not None
                assert found.root == root
    return {
        "kills": killed,
        "midway": signed.midway,
        "entries": entries,
        "sealed": sealed,
        "sound": stage.engine.verify().sound,
    }


if __name__ == "__main__":
    place, where, seed, *more = sys.argv[1:]
    found = run(place, Path(where), int(seed), int(more[0]) if more else 1)
    sys.stdout.write(json.dumps(found))
