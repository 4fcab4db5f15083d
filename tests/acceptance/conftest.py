"""A terminal in a folder of its own, undisturbed by how this process was started."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.terminal import Terminal, founded, with_issues


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


@pytest.fixture
def round_(terminal: Terminal) -> Terminal:
    """A trial office with the issues of the sample report."""
    return with_issues(terminal)
