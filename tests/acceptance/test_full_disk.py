"""A full disk: no half file under the name that was asked for, one clear message, the log unharmed.

A limit on the size of files stands for the disk: what writes beyond it fails as on a full one.
"""

from __future__ import annotations

import resource
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.terminal import Terminal, proof
from workflow.evidence import EvidenceStore, Named


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


def test_a_note_that_does_not_fit_is_not_kept_by_half(sealed: Terminal) -> None:
    config = sealed.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + '[anchor]\nfolder = "kept"\n')

    with full_disk(after=100):
        answer = sealed("audit", "anchor", "--json")

    assert answer.code == 6
    assert [place["status"] for place in answer.json["places"]] == ["failed"]
    assert list((sealed.folder / "kept").iterdir()) == []


def test_a_restore_that_does_not_fit_leaves_the_database(sealed: Terminal) -> None:
    sealed.does("db", "backup", "copy.db")
    sealed.later(1)
    before, there = Path(sealed.database).read_bytes(), set(sealed.folder.iterdir())

    with full_disk(after=100_000):
        answer = sealed("db", "restore", "copy.db", "--reason", "磁盘损坏", "--yes")

    assert (answer.code, set(sealed.folder.iterdir())) == (7, there), answer.err
    assert "rectify.db" in answer.err
    assert Path(sealed.database).read_bytes() == before


def test_nothing_is_sealed_on_a_full_disk_and_everything_afterwards(sealed: Terminal) -> None:
    sealed.does("note", 7, "written and not sealed")

    with full_disk():
        answer = sealed("audit", "seal")

    assert (answer.code, "seal.high" in answer.err) == (7, True)
    assert sealed.does("audit", "seal", "--json").json["sealed"] == 1
    assert sealed("verify").code == 0


def test_evidence_that_does_not_fit_is_not_on_record(sealed: Terminal) -> None:
    kept = {path for path in (sealed.folder / "evidence").rglob("*") if path.is_file()}
    other = proof(sealed.folder, "other.txt" * 9)

    with full_disk():
        answer = sealed("evidence", "add", 7, other)

    assert (answer.code, "evidence" in answer.err) == (7, True)
    assert {path for path in (sealed.folder / "evidence").rglob("*") if path.is_file()} == kept
    assert len(sealed.does("evidence", "list", 7, "--json").json) == 1


def test_while_evidence_is_packed_others_write(
    sealed: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gigabytes take long: no transaction is open meanwhile, for which a writer would wait."""
    free = []
    checked = EvidenceStore.checked

    def spied(store: EvidenceStore, piece: Named) -> str:
        with closing(sqlite3.connect(sealed.database, timeout=0)) as other:
            other.execute("BEGIN EXCLUSIVE")  # raises if anybody reads
            free.append(piece.sha256)
        return checked(store, piece)

    monkeypatch.setattr(EvidenceStore, "checked", spied)

    sealed.does("audit", "bundle", "out.zip", "--evidence", "--names")

    assert len(free) == 1
    with zipfile.ZipFile("out.zip") as archive:
        assert [name for name in archive.namelist() if name.endswith(free[0])]
        assert "people.jsonl" in archive.namelist()
