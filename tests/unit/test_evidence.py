"""Evidence is kept by content: what comes in is what stays, and nothing else comes in."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from states.errors import Invalid, NotFound
from workflow.evidence import EvidenceStore, display_name


@pytest.fixture
def kept(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence", limit=1_000_000)


def a_file(tmp_path: Path, content: bytes = b"minutes", name: str = "会议记录.pdf") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_file_is_found_again_by_its_content(kept: EvidenceStore, tmp_path: Path) -> None:
    stored = kept.put(a_file(tmp_path))
    assert stored.sha256 == hashlib.sha256(b"minutes").hexdigest()
    assert (stored.size, stored.name) == (7, "会议记录.pdf")
    assert kept.path(stored.sha256).read_bytes() == b"minutes"


def test_the_same_content_is_kept_once(kept: EvidenceStore, tmp_path: Path) -> None:
    kept.put(a_file(tmp_path, name="a"))
    kept.put(a_file(tmp_path, name="b"))
    assert len([p for p in (tmp_path / "evidence").rglob("*") if p.is_file()]) == 1


def test_only_its_owner_can_read_it(kept: EvidenceStore, tmp_path: Path) -> None:
    path = kept.path(kept.put(a_file(tmp_path)).sha256)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_what_is_no_file_of_its_own_is_refused(kept: EvidenceStore, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(a_file(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", ""):
        with pytest.raises(Invalid, match="cannot be used"):
            kept.put(tmp_path / name)
    with pytest.raises(NotFound):
        kept.put(tmp_path / "missing")


def test_empty_and_too_large_files_are_refused_and_leave_nothing(
    kept: EvidenceStore, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="empty"):
        kept.put(a_file(tmp_path, b""))
    with pytest.raises(Invalid, match="limit of 1 MB"):
        kept.put(a_file(tmp_path, b"x" * 1_000_001))
    assert list((tmp_path).glob("evidence/*")) == []


def test_a_shown_name_cannot_deceive() -> None:
    assert display_name("a/..\\b\u202egpj.exe\x1b[2J\n") == "a_.._bgpj.exe[2J"
    assert display_name("\u200b") == "-"
