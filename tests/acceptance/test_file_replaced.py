"""A database file that takes the place of another while it is open: a restore does that."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from states.errors import Invalid
from tests.changes import noted, registered, written
from workflow.storage import open_store
from workflow.storage.store import SqlStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rectify.db"


def filled(file: Path) -> SqlStore:
    store = open_store(str(file), create=True)
    written(store, registered())
    return store


def test_a_file_that_took_the_place_of_another_is_noticed(file):
    """A daemon that goes on after a restore works with what was restored, and with nothing else."""
    store = filled(file)
    shutil.copy(file, copy := file.with_name("copy.db"))
    written(store, noted(registered().issue))
    former = file.with_name("former.db")
    file.rename(former)
    copy.rename(file)

    with store.reading() as session:
        assert len(list(session.rows())) == 1
    written(store, registered(8))

    with store.reading() as session:
        assert {row.stream for row in session.rows()} == {"YX2023-7", "YX2023-8"}
    with open_store(str(former)).reading() as session:
        assert [row.stream for row in session.rows()] == ["YX2023-7", "YX2023-7"]


def test_a_file_that_is_gone_is_not_written_to(file):
    store = filled(file)
    file.unlink()

    with pytest.raises(Invalid, match="cannot be opened"):
        written(store, registered(8))
