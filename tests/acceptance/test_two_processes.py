"""Two programs write to one database at once: nothing is lost and nobody is turned away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from states.audit import verify
from tests.changes import PROCESS, registered, written
from tests.writing import KEY
from workflow.storage import open_store

ROOT = Path(__file__).parents[2]
TIMES = 300


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "rectify.db")
    return str(request.getfixturevalue("postgres_url"))


def test_two_processes_of_300_writes_each_lose_none(url):
    store = open_store(url, create=True)
    written(store, registered())

    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.writing", url, name, str(TIMES)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for name in ("one", "two")
    ]
    errors = [writer.communicate()[1] for writer in writers]

    assert (errors, [writer.returncode for writer in writers]) == (["", ""], [0, 0])
    with store.reading() as session:
        rows = list(session.rows())
        issue = session.issue(KEY)
    requests = {f"{name}/{turn}" for name in ("one", "two") for turn in range(TIMES)}
    assert issue is not None
    assert issue.n == len(rows) == 2 * TIMES + 1
    assert {row.request_id for row in rows} - {"YX2023-7/1"} == requests
    proven = verify(rows, {PROCESS.hash: PROCESS})
    assert (proven.problems, proven.issues) == ([], {KEY: issue})
