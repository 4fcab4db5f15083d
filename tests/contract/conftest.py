"""Every store there is: what is promised of one is promised of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow.memory import MemoryStore
from workflow.ports import Store


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Return an empty store of each kind."""
    if request.param == "memory":
        return MemoryStore()
    from workflow.storage import open_store

    if request.param == "sqlite":
        return open_store(str(tmp_path / "rectify.db"), create=True)
    return open_store(request.getfixturevalue("postgres_url"), create=True)
