"""A terminal in a folder of its own: runs ``rectify`` in this process or in another."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflow.cli.running import run

if TYPE_CHECKING:
    from tests.servers.smtp import SmtpServer

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "qingxi-county-2025.txt"
UNIT = "县交通运输局党组"
WHOLE_PROGRAM = [sys.executable, "-c", "from workflow.cli import main; main()"]


@dataclass(frozen=True)
class Answer:
    """What a command printed, and the code with which it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The result, read as JSON."""
        return json.loads(self.out)


def _stream() -> io.TextIOWrapper:
    """Return a stream as a process has it: bytes in UTF-8."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


@dataclass
class Terminal:
    """A folder, a language and a clock that stands still unless it is moved."""

    folder: Path
    language: str = "en"
    at: datetime = field(default_factory=lambda: datetime(2025, 5, 26, 1, tzinfo=UTC))
    database: str = ""

    def __post_init__(self) -> None:
        self.database = self.database or str(self.folder / "rectify.db")

    def later(self, days: int) -> None:
        """Move the clock on."""
        self.at += timedelta(days=days)

    def __call__(self, *arguments: object) -> Answer:
        """Run a command in this process, whatever it ends with."""
        line = ["--db", self.database, "--lang", self.language, *map(str, arguments)]
        out, err = _stream(), _stream()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(line, clock=lambda: self.at)
        answer = Answer(code, _written(out), _written(err))
        assert "Traceback" not in answer.err, answer.err
        return answer

    def does(self, *arguments: object) -> Answer:
        """Run a command in this process that must be done."""
        answer = self(*arguments)
        assert answer.code == 0, answer.err
        return answer

    def process(self, *arguments: object, **environment: str) -> Answer:
        """Run a command as a process of its own, with the real clock."""
        done = subprocess.run(
            [*WHOLE_PROGRAM, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment(**environment),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a process: this one's without what steers rectify, and ``more``."""
        steering = ("RECTIFY", "LANG", "LC_", "COLUMNS", "NO_COLOR")
        plain = {k: v for k, v in os.environ.items() if not k.startswith(steering)}
        return {**plain, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), **more}

    def log(self, stream: str = "@office") -> list[dict[str, Any]]:
        """The entries of a stream."""
        entries: list[dict[str, Any]] = self.does("log", stream, "--json").json
        return entries

    def entries(self) -> int:
        """How many entries the whole log has."""
        count: int = self.does("verify", "--json").json["entries"]
        return count


def founded(terminal: Terminal, *options: str) -> Terminal:
    """Set up a trial office with a supervisor, a leader, a responsible person and a clerk.

    Unless it is configured otherwise already, what it imports is not held back.
    """
    if not (config := terminal.folder / "config.toml").exists():
        config.write_text("[notices]\nhold_imports = false\n", encoding="utf-8")
    options = options or ("--trial",)
    terminal.does("init", *options, "--person", "li", "--name", "李清源")
    terminal.does(
        "people", "add", "wang", "--name", "王海涛", "--unit", UNIT, "--role", "responsible",
        "--mail", "wang@qingxi.example",
    )  # fmt: skip
    terminal.does("people", "add", "luo", "--name", "罗建平", "--unit", UNIT, "--role", "leader")
    terminal.does("people", "add", "he", "--name", "何敏", "--unit", UNIT)
    return terminal


def posting(office: Terminal, server: SmtpServer) -> Terminal:
    """Configure an office to send through a server."""
    (office.folder / "config.toml").write_text(
        '[notices]\nhold_imports = false\n[mail]\ntransport = "smtp"\n'
        'from = "office@xcb.qingxi.example"\n'
        f'[smtp]\nhost = "{server.host}"\nport = {server.port}\nsecurity = "none"\n',
        encoding="utf-8",
    )
    return office


def with_issues(terminal: Terminal) -> Terminal:
    """Set up the office and register the sample report's issues."""
    founded(terminal)
    terminal.does("import", SAMPLE)
    return terminal


def planned(terminal: Terminal, issue: int = 7) -> Terminal:
    """Bring an issue with one measure to the state ``in_rectification``."""
    terminal.does("assign", issue, "--leader", "luo", "--department", "财务股", "--person", "wang")
    terminal.does("--as", "wang", "measure", "edit", issue, 1, "--due", "2025-07-01")
    terminal.does("--as", "wang", "advance", issue, "draft_plan")
    terminal.does("advance", issue, "approve_plan")
    return terminal


LATER = 12
"""Days after which a round in full swing has seen its first letters."""


def in_full_swing(terminal: Terminal) -> Terminal:
    """Bring about something of everything, up to the first letters, ``LATER`` days on."""
    kept_up(
        terminal, 12, "--duty", "核对", "--when", "每月", "--duty", "列席", "--when", "每次例会"
    )
    planned(terminal, 7)
    why = ("--reason", "招标流标", "--progress", "设计已批复")
    terminal.does("--as", "wang", "extend", "request", 7, "2025-10-31", *why)
    terminal.later(LATER)
    terminal.does("tick")
    return terminal


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file and return where it is."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def sparse(folder: Path, name: str) -> Path:
    """Make a file of 200 MB that takes no space, and return where it is."""
    path = folder / name
    path.touch()
    os.truncate(path, 200_000_000)
    return path


def proof(folder: Path, name: str = "proof.txt") -> Path:
    """Write a file that proves something and return where it is."""
    return written(folder, name, f"proof {name}")


def kept_up(terminal: Terminal, issue: int = 7, *options: str) -> Terminal:
    """Bring an issue to the state ``long_term_maintenance``; the options are those of accept."""
    planned(terminal, issue)
    terminal.does("--as", "wang", "evidence", "add", issue, proof(terminal.folder), "--measure", 1)
    terminal.does("--as", "wang", "measure", "done", issue, 1)
    terminal.does("--as", "wang", "advance", issue, "submit_completion")
    options = options or ("--duty", "公示用车里程", "--when", "每月")
    terminal.does("advance", issue, "accept", *options)
    return terminal
