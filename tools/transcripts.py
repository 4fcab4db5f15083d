"""Runs the commands that stand in the documentation, and holds their output against the page.

A ``console`` block is a transcript: lines that begin with ``$ `` are typed, those with ``> ``
continue them, the others are output; there, ``…`` stands for anything. A block ``sh run`` is a
script without output. Comments between blocks set the stage: ``<!-- clock: 2026-03-02T09:30 -->``,
``<!-- language: zh -->``, ``<!-- before: rectify demo -->`` (run, but not shown). A page is run
from top to bottom in an empty folder. ``python -m tools.transcripts PAGE…`` writes the output anew,
without a page named that of all pages.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from workflow.cli.language import speak
from workflow.cli.running import run

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ZONE = ZoneInfo("Asia/Shanghai")
COLUMNS = "100"
GAP = "…"
_STAGE = re.compile(r"<!-- (clock|language|before): (.*) -->")
_FENCE = re.compile(r"```(console|sh run)$")


@dataclass
class Machine:
    """A folder, a clock and a shell, as somebody has them who follows the page."""

    folder: Path
    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=ZONE))
    code: int = 0

    def types(self, command: str) -> str:
        """What the command prints; a minute passes."""
        self.at += timedelta(minutes=1)
        if command.startswith("cd "):
            self.folder = (self.folder / command[3:].strip()).resolve(strict=True)
            self.code = 0
            return ""
        if command.startswith("rectify ") and not re.search(r"[|<>;&]", command):
            return self._rectify(shlex.split(command)[1:])
        return self._shell(command)

    def _rectify(self, arguments: list[str]) -> str:
        screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with chdir(self.folder), redirect_stdout(screen), redirect_stderr(screen):
            self.code = run(arguments, clock=lambda: self.at)
        screen.seek(0)
        return screen.read()

    def _shell(self, command: str) -> str:
        bash = shutil.which("bash") or "bash"
        done = subprocess.run(  # noqa: S603 - the commands of our own pages
            [bash, "-c", f"(exit {self.code})\n{command}"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self.code = done.returncode
        return done.stdout


@contextmanager
def machine() -> Iterator[Machine]:
    """A machine in an empty folder, whose environment is nobody's in particular."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="rectify-docs-") as folder:
        try:
            for name in list(os.environ):
                if name.startswith(("RECTIFY_", "LC_", "PG")):
                    del os.environ[name]
            scripts = str(Path(sys.executable).parent)
            os.environ |= {
                "PATH": f"{scripts}{os.pathsep}{before.get('PATH', '')}",
                "HOME": folder,
                "LANG": "C.UTF-8",
                "COLUMNS": COLUMNS,
                "RECTIFY_LANG": "en",
                "NO_COLOR": "1",
            }
            yield Machine(Path(folder))
        finally:
            os.environ.clear()
            os.environ.update(before)
            speak("en")


def played(page: str) -> str:
    """The page with the output that its commands really have. Raises ``AssertionError``."""
    with machine() as where:
        return "\n".join(_Play(where).lines(page.split("\n")))


def faults(page: str) -> list[str]:
    """Where the output of a page is another one than is really printed; nothing if nowhere."""
    shown, real = page.split("\n"), played(page).split("\n")
    if shown == real:
        return []
    at = next((i for i, (a, b) in enumerate(zip(shown, real, strict=False)) if a != b), 0)
    return [f"line {at + 1}: the page shows {shown[at]!r}, printed is {real[at]!r}"]


class _Play:
    """A page being run, line by line."""

    def __init__(self, where: Machine) -> None:
        self._machine = where

    def lines(self, page: list[str]) -> Iterator[str]:
        """The lines of the page, with real output in its transcripts."""
        rest = iter(page)
        for line in rest:
            yield line
            if stage := _STAGE.fullmatch(line):
                self._set(stage[1], stage[2])
            elif fence := _FENCE.fullmatch(line):
                block = list(_until_fence(rest))
                yield from self._console(block) if fence[1] == "console" else self._script(block)
                yield "```"

    def _set(self, what: str, value: str) -> None:
        if what == "clock":
            self._machine.at = datetime.fromisoformat(value).replace(tzinfo=ZONE)
        elif what == "language":
            os.environ["RECTIFY_LANG"] = value
        else:
            self._succeeds(value)

    def _succeeds(self, command: str) -> None:
        printed = self._machine.types(command)
        if self._machine.code:
            raise AssertionError(f"{command}\nended with {self._machine.code}:\n{printed}")

    def _script(self, block: list[str]) -> list[str]:
        self._succeeds("\n".join(["set -e", *block]))
        return block

    def _console(self, block: list[str]) -> Iterator[str]:
        for typed, shown in _exchanges(block):
            yield from typed
            command = "\n".join(line[2:] for line in typed)
            real = self._machine.types(command).rstrip("\n")
            printed = [line.rstrip() for line in real.split("\n")] if real else []
            yield from shown if matches(shown, printed) else shortened(printed, shown)


def shortened(printed: list[str], shown: list[str]) -> list[str]:
    """What is printed, left out where ``shown`` leaves lines out: the parts most like its own."""
    if GAP not in shown:
        return printed
    kept: list[str] = []
    at = 0
    for is_gap, lines in groupby(shown, key=GAP.__eq__):
        if is_gap:
            kept.append(GAP)
            continue
        part = list(lines)
        starts = range(at, max(at, len(printed) - len(part)) + 1)
        at = max(starts, key=lambda start: _likeness(part, printed[start : start + len(part)]))
        kept += _with_dots(part, printed[at : at + len(part)])
        at += len(part)
    return kept


def _likeness(one: list[str], other: list[str]) -> float:
    return SequenceMatcher(None, "\n".join(one), "\n".join(other), autojunk=False).ratio()


def _with_dots(shown: list[str], printed: list[str]) -> list[str]:
    """The lines printed; one that is shown with dots and fits stays as it is shown."""
    pairs = zip(shown, printed, strict=False)
    return [old if matches([old], [new]) else new for old, new in pairs]


def _until_fence(rest: Iterator[str]) -> Iterator[str]:
    for line in rest:
        if line == "```":
            return
        yield line


def _exchanges(block: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """What is typed, with what is shown below it; an empty line before a command is no output."""
    typed: list[str] = []
    shown: list[str] = []
    for line in block:
        if line.startswith("$ ") and typed:
            yield typed, shown
            typed, shown = [], []
        if line.startswith("$ ") or (line.startswith("> ") and not shown):
            typed.append(line)
        else:
            shown.append(line)
    if typed:
        yield typed, shown


def matches(shown: list[str], printed: list[str]) -> bool:
    """True if the output shown is the one printed; ``…`` in it stands for anything."""
    pattern = ".*".join(map(re.escape, "\n".join(shown).split(GAP)))
    return re.fullmatch(pattern, "\n".join(printed), re.DOTALL) is not None


def main(arguments: list[str]) -> int:
    """Write the output anew into the pages named, or into all."""
    for path in [Path(name) for name in arguments] or [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        page = path.read_text(encoding="utf-8")
        if any(map(_FENCE.fullmatch, page.split("\n"))):
            path.write_text(played(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
