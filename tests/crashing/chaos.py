"""Three workers deliver thousands of reminders and are killed all the while; then we count.

Run as ``python -m tests.crashing.chaos`` (``make chaos``). On a real PostgreSQL and on a real
SQLite file, workers tick, deliver and reconcile through a real connection to a mail server that
remembers everything. They die by SIGKILL at every step of delivery, at random instants, and
PostgreSQL crashes under them. The last line is one JSON object over both databases; the program
ends with 1 if a promise was broken. ``--break`` leaves out a part of the protocol, which the count
must notice; ``--pause`` stops workers for longer than their claims hold instead of killing them.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

import psycopg

from tests.crashing.accounting import Account, Mishaps, account
from tests.crashing.crew import Crew
from tests.crashing.office import expected, furnish
from tests.crashing.points import BROKEN, POINTS
from tests.crashing.sink import LINE, TAKEN
from tests.crashing.worker import Fast, Orders, composer, is_archived
from tests.servers.postgres import PostgresServer, running_postgres
from workflow.storage import open_store

ROOT = Path(__file__).parents[2]
FIGURES = ("reminders", "kills", "duplicates_outside_window", "missing", "ambiguous")
LEFT = """
SELECT count(*) FROM notices WHERE settled_at IS NULL
AND NOT (status = 'ambiguous' AND retry_at IS NULL)
"""
BACKENDS = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is to be done on one database. Durations are real seconds.

    ``chance`` is that of dying at a point; after ``every`` messages on average a worker dies at
    random, after ``crash`` messages PostgreSQL does (0: never). ``lost`` is the share of messages
    that the mail server takes without an answer, and as many of each other mishap of its own;
    ``skew`` how many hours two of the workers' clocks are off, one each way.
    """

    reminders: int = 10_000
    chance: float = 0.004
    every: float = 80.0
    crash: int = 2500
    lost: float = 0.001
    speed: float = 400.0
    seed: int = 1
    broken: str = ""
    pause: bool = False
    skew: float = 0.0
    limit: float = 280.0
    shows: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A database of the run: its address, and the server behind it, if there is one."""

    name: str
    url: str
    server: PostgresServer | None = None

    def left(self) -> int:
        """Return how many reminders have yet to be decided; -1 while the database is away."""
        if self.server is None:
            with closing(sqlite3.connect(self.url, timeout=30)) as connection:
                return int(connection.execute(LEFT).fetchone()[0])
        try:
            with psycopg.connect(self._conninfo()) as link:
                row = link.execute(LEFT).fetchone()
        except psycopg.OperationalError:
            return -1
        return int(row[0]) if row else -1

    def crash(self) -> bool:
        """Kill a process of PostgreSQL, which then ends every connection and recovers."""
        try:
            with psycopg.connect(self._conninfo(), autocommit=True) as link:
                row = link.execute(BACKENDS).fetchone()
        except psycopg.OperationalError:
            return False
        if row is not None:
            os.kill(int(row[0]), signal.SIGKILL)
        return row is not None

    def _conninfo(self) -> str:
        assert self.server is not None
        return self.server.conninfo(self.url.partition("@/")[2].partition("?")[0])


@contextmanager
def sink(folder: Path, seed: int, lost: float) -> Iterator[int]:
    """Run the mail server; gives its port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.crashing.sink", str(folder), str(seed), str(lost)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.communicate(timeout=30)


@contextmanager
def places(names: tuple[str, ...], folder: Path) -> Iterator[list[Place]]:
    """Make the databases, empty but for the tables."""
    if "postgresql" not in names:
        yield [_file(folder)]
        return
    with running_postgres() as server, server.database() as name:
        open_store(server.url(name), create=True).close()
        found = [Place("postgresql", server.url(name), server)]
        yield [*found, _file(folder)] if "sqlite" in names else found


def _file(folder: Path) -> Place:
    file = folder / "rectify.db"
    open_store(str(file), create=True).close()
    return Place("sqlite", str(file))


def chaos(run: Run, place: Place, folder: Path) -> Account:
    """Do a run on one database and return its account."""
    store = open_store(place.url)
    furnish(store, run.reminders)
    store.close()
    owed = expected(run.reminders)
    composer()
    with sink(folder, run.seed, run.lost) as port:
        clock = Fast(time.monotonic(), run.speed)
        how = signal.SIGSTOP if run.pause else signal.SIGKILL
        orders = Orders(place.url, port, clock, run.chance, -1, how, run.broken)
        pause = 1.3 * 900 / run.speed  # longer than a claim holds
        crew = Crew(
            orders, run.seed, every=0 if run.pause else run.every, pause=pause, skew=run.skew
        )
        crashes = _kept_going(run, place, crew, folder)
    store, mishaps = open_store(place.url), crew.mishaps(crashes)
    try:
        found = account(store, folder, owed, mishaps, is_archived)
    finally:
        store.close()
    if crew.failures:
        found.names(f"{crew.failures} workers ended by an error of their own")
    if run.shows:
        _tell(place, found, mishaps)
    return found


def _kept_going(run: Run, place: Place, crew: Crew, folder: Path) -> int:
    """Keep the workers going until everything is decided; return how often PostgreSQL crashed."""
    begun = shown = looked = time.monotonic()
    crashes, left = 0, -1
    try:
        while left != 0 and time.monotonic() - begun < run.limit:
            now, size = time.monotonic(), (folder / TAKEN).stat().st_size // LINE
            crew.look(size)
            if place.server and run.crash and size >= (crashes + 1) * run.crash:
                crashes += place.crash()
            if now - looked > 0.3:
                left, looked = place.left(), now
            if run.shows and now - shown > 3:
                kills = crew.mishaps().kills
                _say(
                    f"{place.name}: {now - begun:4.0f} s, {size} taken, {left} left, {kills} kills"
                )
                shown = now
            time.sleep(0.005)
    finally:
        crew.end()
    return crashes


def _tell(place: Place, found: Account, mishaps: Mishaps) -> None:
    """Say what the figures are made of."""
    at_points = ", ".join(f"{point} {mishaps.at_points[point]}" for point in POINTS)
    decided = ", ".join(f"{how} {count}" for how, count in sorted(found.decisions.items()))
    _say(f"{place.name}: killed at {at_points}, at random {mishaps.at_random}")
    if place.server is not None:
        _say(f"{place.name}: the database crashed {mishaps.servers} times")
    _say(f"{place.name}: accepted {found.accepted}, held {found.held}, copies {found.copies}")
    _say(f"{place.name}: in doubt {found.ambiguous}, decided: {decided or 'none'}")
    for fault in found.broken:
        _say(f"{place.name}: BROKEN {fault}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def total(accounts: list[Account]) -> dict[str, int]:
    """Return the figures over all databases."""
    return {name: sum(getattr(found, name) for found in accounts) for name in FIGURES}


def main(arguments: list[str]) -> int:
    """Do the runs that are asked for; return 0 if every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.crashing.chaos", description=__doc__)
    parser.add_argument("--database", choices=("both", "postgresql", "sqlite"), default="both")
    parser.add_argument("--break", dest="broken", choices=("", *BROKEN), default="")
    for field in fields(Run):
        if field.name not in ("broken", "pause", "shows"):
            parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    parser.add_argument("--pause", action="store_true")
    parser.add_argument("--quiet", dest="shows", action="store_false")
    chosen = vars(parser.parse_args(arguments))
    database = chosen.pop("database")
    names = ("postgresql", "sqlite") if database == "both" else (database,)
    run = Run(**chosen)
    with tempfile.TemporaryDirectory(prefix="rectify-chaos-") as made:
        accounts = _each(run, names, Path(made))
    _say(json.dumps(total(accounts)))
    return 0 if all(account.is_kept for account in accounts) else 1


def _each(run: Run, names: tuple[str, ...], made: Path) -> list[Account]:
    """Do the run on each database, with a folder and a mail server of its own."""
    accounts = []
    with places(names, made) as found:
        for place in found:
            folder = made / place.name
            folder.mkdir()
            accounts.append(chaos(run, place, folder))
    return accounts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
