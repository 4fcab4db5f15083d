"""A full disk: no half file under the name that was asked for, one clear message, the log unharmed.

A limit on the size of files stands for the disk: what writes beyond it fails as on a full one.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.terminal import Terminal, proof


@contextmanager
def full_disk(after: int = 64) -> Iterator[None]:
    """Let no file grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (after, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def sealed(round_: Terminal) -> Terminal:
    """A round under seals, with a file of evidence."""
    round_.does("--as", "li", "evidence", "add", 7, proof(round_.folder, "photo.txt" * 9))
    round_.does("audit", "seal")
    return round_


MAKING = {
    "bundle": ("audit", "bundle", "out/file"),
    "page": ("audit", "page", "out/file"),
    "receipt": ("audit", "prove", "@office", 1, "-o", "out/file"),
    "anchor on paper": ("audit", "anchor", "--print", "out/file"),
    "backup": ("db", "backup", "out/file"),
    "evidence": ("evidence", "export", 7, 1, "out/file"),
}


@pytest.mark.parametrize("what", MAKING)
def test_what_cannot_be_written_whole_is_not_there(sealed: Terminal, what: str) -> None:
    (folder := sealed.folder / "out").mkdir()
    before = Path(sealed.database).read_bytes()

    with full_disk():
        answer = sealed(*MAKING[what])

    assert (answer.code, list(folder.iterdir())) == (7, []), answer.err
    assert "out/file" in answer.err
    assert "Unexpected" not in answer.err
    assert Path(sealed.database).read_bytes() == before
    assert sealed(*MAKING[what]).code == 0
    assert [path.name for path in folder.iterdir()] == ["file"]
