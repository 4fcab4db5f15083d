"""A program that writes notes on one issue, each by reading it and writing what follows.

Run as ``python -m tests.writing URL NAME TIMES``.
"""

from __future__ import annotations

import sys

from tests.changes import noted
from workflow.storage import open_store

KEY = "YX2023-7"


def write(url: str, name: str, times: int) -> None:
    """Write so many notes, each in a transaction of its own."""
    store = open_store(url)
    for turn in range(times):
        with store.writing() as session:
            issue = session.issue(KEY)
            assert issue is not None
            session.append([noted(issue, f"{name} {turn}", request=f"{name}/{turn}")])


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]))
