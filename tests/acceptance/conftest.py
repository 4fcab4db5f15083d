"""A terminal in a folder of its own, undisturbed by how this process was started."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.ailing import in_good_health
from tests.terminal import LATER, UNIT, Terminal, founded, in_full_swing, planned, with_issues


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """An empty folder, English, a clock that stands at nine in the morning of 26 May 2025."""
    for name in list(os.environ):
        if name.startswith(("RECTIFY", "COLUMNS", "NO_COLOR")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANGUAGE", "en")  # restored afterwards, whatever a command set it to
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path)


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    """A trial office with its people."""
    return founded(terminal)


@pytest.fixture(scope="session")
def kept() -> dict[str, Path]:
    """Folders that hold what takes long to bring about, by name."""
    return {}


@pytest.fixture
def busy(terminal: Terminal, kept: dict[str, Path], tmp_path_factory) -> Terminal:
    """A round with something of everything: a request, duties, look-backs, letters, notices."""
    if "busy" not in kept:
        in_full_swing(with_issues(terminal))
        kept["busy"] = tmp_path_factory.mktemp("kept") / "busy"
        shutil.copytree(terminal.folder, kept["busy"])
    else:
        shutil.copytree(kept["busy"], terminal.folder, dirs_exist_ok=True)
        terminal.later(LATER)
    return terminal


@pytest.fixture
def round_(terminal: Terminal) -> Terminal:
    """A trial office with the issues of the sample report."""
    return with_issues(terminal)


@pytest.fixture
def moving(terminal: Terminal) -> Terminal:
    """A round in which Wang answers for issues 3 and 7; Sun could take over, Luo has mail."""
    planned(with_issues(terminal))
    mail = ("--mail", "sun@qingxi.example")
    unit = ("--unit", UNIT, "--role", "responsible")
    terminal.does("people", "add", "sun", "--name", "孙晓梅", *unit, *mail)
    terminal.does("people", "edit", "luo", "--mail", "luo@qingxi.example")
    naming = ("--leader", "luo", "--department", "财务股", "--person", "wang")
    terminal.does("assign", 3, *naming)
    return terminal


@pytest.fixture
def well(terminal: Terminal, kept: dict[str, Path], tmp_path_factory) -> Terminal:
    """An office that the doctor finds nothing wrong with."""
    if "well" not in kept:
        in_good_health(terminal)
        kept["well"] = tmp_path_factory.mktemp("kept") / "well"
        shutil.copytree(terminal.folder, kept["well"])
    else:
        shutil.copytree(kept["well"], terminal.folder, dirs_exist_ok=True)
    return terminal
