"""One command, killed at every point of its way to the disk; what is left is looked at each time.

Run as ``python -m tests.crashing.sweep calls|writes FOLDER``: prints a JSON object per point.
``calls`` kills at every system call (Linux). ``writes`` needs no permission and no tool: the kernel
kills a process that writes beyond its limit of file size, so every limit is a point at which the
journal or the database is half written, down to half a page.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from states.frozen import replace
from tests.changes import a_life, a_notice, founded, owed, registered, written
from tests.crashing.tracing import Prepare, run_until_call
from workflow.ports import Change
from workflow.storage import open_store

STEP = 2048  # bytes between two limits; a page has 4096
ACKNOWLEDGED = b"+"


@dataclass(frozen=True, slots=True)
class Point:
    """What a kill left: ``state`` is "before", "after", or what else was found.

    ``midway``: a journal lay beside the database, which then may be half written.
    """

    number: int
    killed: bool
    acknowledged: bool
    midway: bool
    state: str


def command() -> Change:
    """A draft plan: its entry closes an obligation, opens another, and owes three notices."""
    notices = tuple(a_notice(f"plan/{person}") for person in ("chen", "zhou", "li"))
    return replace(a_life()[4], owed=notices)


def prepare(file: Path) -> None:
    """Make a database in which the command is the next thing to happen."""
    store = open_store(str(file), create=True)
    with store.writing() as session:
        session.administer(founded())
    written(store, *(registered(number) for number in range(100, 120)), *a_life()[:4])
    owed(store, *(a_notice(f"earlier/{number}") for number in range(40)))
    store.close()


def contents(file: Path) -> dict[str, Any]:
    """Everything in the database, after its own integrity check."""
    connection = sqlite3.connect(file)
    try:
        checked = connection.execute("PRAGMA integrity_check").fetchall()
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        rows = {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)  # noqa: S608
            for (name,) in tables.fetchall()
        }
        return {"integrity": checked, **rows}
    finally:
        connection.close()


class Sweep:
    """The command on a fresh copy of the prepared database, as often as there are points."""

    def __init__(self, folder: Path) -> None:
        self._prepared = folder / "prepared.db"
        self._file = folder / "rectify.db"
        self._change = command()
        prepare(self._prepared)
        self._before = self._after = contents(self._prepared)
        self.point(0, partial(run_within, limit=resource.RLIM_INFINITY))
        self._after = contents(self._file)

    def point(self, number: int, run: Callable[[Prepare], bool]) -> Point:
        """Run the command by ``run``, which says whether it was killed, and see what is left."""
        for path in self._file.parent.glob("rectify.db*"):
            path.unlink()
        shutil.copyfile(self._prepared, self._file)
        incoming, answer = os.pipe()
        killed = run(lambda: self._ready(answer))
        os.close(answer)
        acknowledged = os.read(incoming, 1) == ACKNOWLEDGED
        os.close(incoming)
        midway = any(path.stat().st_size for path in self._file.parent.glob("rectify.db-*"))
        return Point(number, killed, acknowledged, midway, self._state())

    def _ready(self, answer: int) -> Callable[[], None]:
        """Open the store, so that the command alone is killed; return the command."""
        store = open_store(str(self._file))

        def work() -> None:
            written(store, self._change)
            os.write(answer, ACKNOWLEDGED)

        return work

    def _state(self) -> str:
        try:
            left = contents(self._file)
        except sqlite3.DatabaseError as error:
            return f"torn: {error}"
        if left == self._before:
            return "before"
        if left == self._after:
            return "after"
        return "torn: " + ", ".join(name for name in left if left[name] != self._before[name])


def run_within(prepare: Prepare, limit: int) -> bool:
    """Run the work in a child that may not write beyond ``limit`` bytes of any file.

    Returns whether that killed it; raises ``RuntimeError`` if it failed otherwise.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work = prepare()
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            work()
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status and not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXFSZ):
        raise RuntimeError(f"the child ended with status {status}")
    return status != 0


def calls(sweep: Sweep) -> Iterator[Point]:
    """Kill at the first system call of the command, at the second, and so on to its end."""
    for number in count(1):
        yield (point := sweep.point(number, partial(run_until_call, number=number)))
        if not point.killed:
            return


def writes(sweep: Sweep) -> Iterator[Point]:
    """Kill at ever higher limits of file size, until there is room for everything."""
    for limit in count(0, STEP):
        yield (point := sweep.point(limit, partial(run_within, limit=limit)))
        if not point.killed:
            return


if __name__ == "__main__":
    chosen = {"calls": calls, "writes": writes}[sys.argv[1]]
    for each in chosen(Sweep(Path(sys.argv[2]))):
        sys.stdout.write(json.dumps(asdict(each)) + "\n")
