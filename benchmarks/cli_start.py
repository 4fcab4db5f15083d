"""How long a command takes from its start to its end: ``list`` of 25 issues, and ``--help``.

The floor of ``list`` is an interpreter that imports click and SQLAlchemy's core and connects one
engine to the same database; that of ``--help`` a bare click program showing its help. Both look for
garbage as Python does by itself; ours does so seldom, which may bring it below its floor.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import ours
from benchmarks.contest import Step, Steps, Times, contest, ratio
from benchmarks.report import Limit, Report, main
from benchmarks.surroundings import versions

ISSUES = 25
LIST_LIMIT = 1.10
HELP_LIMIT = 1.1

_IMPORTS = """
import sys
import click
import sqlalchemy
engine = sqlalchemy.create_engine("sqlite:///" + sys.argv[1])
with engine.connect():
    pass
"""
_BARE_CLICK = """
import click
@click.command(help="A bare program.")
@click.option("--db", help="The database.")
def program(db):
    pass
program()
"""


def measure(quick: bool) -> Report:
    """Return the report of the benchmark."""
    rounds, runs = (2, 1) if quick else (11, 5)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "rectify.db")
        ours.found(database, ISSUES)
        listing = _measured(_list_programs(database, runs), rounds)
        helping = _measured(_help_programs(Path(folder), runs), rounds)
    others = _report("cli_start --help", helping, runs, HELP_LIMIT)
    return _report("cli_start list", listing, runs, LIST_LIMIT, further=(others,))


def _measured(programs: Mapping[str, Steps], rounds: int) -> Times:
    contest(programs, 1)  # writes what is compiled, and warms the caches of the system
    return contest(programs, rounds)


def _list_programs(database: Path, runs: int) -> dict[str, Steps]:
    folder = database.parent
    return {
        "ours": _program([_rectify(), "--db", str(database), "list"], folder, runs),
        "floor": _program([sys.executable, "-c", _IMPORTS, str(database)], folder, runs),
        "interpreter alone": _program([sys.executable, "-c", ""], folder, runs),
    }


def _help_programs(folder: Path, runs: int) -> dict[str, Steps]:
    return {
        "ours": _program([_rectify(), "--help"], folder, runs),
        "floor": _program([sys.executable, "-c", _BARE_CLICK, "--help"], folder, runs),
        "interpreter alone": _program([sys.executable, "-c", ""], folder, runs),
    }


def _rectify() -> str:
    return str(Path(sys.executable).with_name("rectify"))


def _program(command: Sequence[str], folder: Path, runs: int) -> Steps:
    run = partial(
        subprocess.run,
        command,
        cwd=folder,
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    steps: list[Step] = [run] * runs
    return lambda number: steps


def _environment() -> dict[str, str]:
    """Return an environment without what would make an interpreter's start longer."""
    left_out = ("PYTHONPATH", "RECTIFY", "LANG", "LC_")
    kept = {name: v for name, v in os.environ.items() if not name.startswith(left_out)}
    return kept | {"LC_ALL": "C.UTF-8"}


def _report(
    name: str, times: Times, runs: int, bound: float, further: Sequence[Report] = ()
) -> Report:
    milliseconds = {who: 1000 * median(seconds) / runs for who, seconds in times.items()}
    share = ratio(times, "ours", "floor")
    return Report(
        name=name,
        unit="ms",
        ours=milliseconds["ours"],
        floor=milliseconds["floor"],
        ratio_to_floor=share,
        rounds=len(times["ours"]),
        settings=f"{runs} starts a round",
        limits=(Limit(figure="ratio_to_floor", bound=bound, at_most=True, value=share),),
        notes=(
            f"an interpreter that does nothing takes {milliseconds['interpreter alone']:.0f} ms",
        ),
        versions=versions("click", "SQLAlchemy"),
        further=further,
    )


if __name__ == "__main__":
    main(measure)
