"""``demo``: the whole process on a sample report, told as a story."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click

from workflow.cli.exits import INTERRUPTED, PIPE_CLOSED
from workflow.cli.language import N_, spoken
from workflow.cli.running import run
from workflow.cli.speaking import command
from workflow.cli.terminal.screen import Ink, out, paragraph


@command(
    "demo",
    help=N_(
        "Play the whole process on a sample report of a fictional county, with a clock that moves "
        "through several months. Leaves DIR with a database and mails to try more commands on."
    ),
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
def demo(folder: Path | None) -> None:
    """Play the whole process on a sample report."""
    from workflow.demo import Voice, run_demo

    folder = folder or _unused()
    database = str(folder.absolute() / "rectify.db")

    def runner(arguments: Sequence[str], *, clock: Callable[[], datetime]) -> int:
        # Named, because $RECTIFY_DB may name the user's real database.
        code = run(["--db", database, *arguments], clock=clock)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        if code == PIPE_CLOSED:
            raise BrokenPipeError
        return code

    run_demo(folder, spoken(), runner, Voice(_heading, _tell, _typed, _quote))


def _unused() -> Path:
    """Return rectify-demo, or the first rectify-demo-2, -3 … that is not there yet."""
    names = itertools.chain(["rectify-demo"], (f"rectify-demo-{n}" for n in itertools.count(2)))
    return next(path for name in names if not (path := Path(name)).exists())


def _heading(text: str) -> None:
    out()
    out(Ink(f"━━ {text} ", "bold"))


def _tell(text: str) -> None:
    paragraph(text)


def _typed(line: str) -> None:
    out()
    out(Ink(f"$ {line}", "bold"))


def _quote(text: str) -> None:
    for line in text.splitlines():
        out(Ink("│ ", "dim"), line)
