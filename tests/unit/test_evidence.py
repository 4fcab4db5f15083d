"""Evidence is kept by content: what comes in is what stays, and nothing else comes in."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from states.errors import Invalid, NotFound
from states.parts import LEVELS
from workflow.evidence import EvidenceStore, Stored, display_name, examined


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
    refused = {"link": "cannot be used", "pipe": "not a regular file", "": "a directory"}
    for name, text in refused.items():
        with pytest.raises(Invalid, match=text):
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


# ---------------------------------------------------------------- kept apart


@dataclass(frozen=True)
class Known:
    """What the log says of a file."""

    sha256: str
    size: int
    apart: bool = False


def known(stored: Stored, *, apart: bool = False) -> Known:
    return Known(stored.sha256, stored.size, apart)


@pytest.mark.parametrize("first", LEVELS)
def test_from_a_level_on_files_are_not_kept(tmp_path: Path, first: str) -> None:
    store = EvidenceStore(tmp_path, limit=1, apart_from=first)
    assert [level for level in LEVELS if store.keeps(level)] == list(LEVELS[: LEVELS.index(first)])


def test_a_file_kept_elsewhere_is_read_and_not_copied(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path / "evidence", limit=3)
    stored = store.weigh(a_file(tmp_path))  # larger than the limit, which is on what is kept
    assert (stored.sha256, stored.size) == (hashlib.sha256(b"minutes").hexdigest(), 7)
    assert not (tmp_path / "evidence").exists()
    (tmp_path / "link").symlink_to(a_file(tmp_path))
    with pytest.raises(Invalid, match="cannot be used"):
        store.weigh(tmp_path / "link")
    with pytest.raises(Invalid, match="empty"):
        store.weigh(a_file(tmp_path, b""))
    with pytest.raises(NotFound):
        store.weigh(tmp_path / "missing")


# ---------------------------------------------------------------- what has become of it


def test_a_file_that_is_there_is_kept(kept: EvidenceStore, tmp_path: Path) -> None:
    piece = known(kept.put(a_file(tmp_path)))
    assert (kept.held(piece), kept.checked(piece)) == ("kept", "kept")


def test_what_was_registered_apart_is_nowhere_looked_for(kept: EvidenceStore) -> None:
    piece = Known("ab" * 32, 7, apart=True)
    assert (kept.held(piece), kept.checked(piece)) == ("apart", "apart")


def test_a_file_that_is_gone_is_missing(kept: EvidenceStore, tmp_path: Path) -> None:
    piece = known(kept.put(a_file(tmp_path)))
    kept.path(piece.sha256).unlink()
    assert (kept.held(piece), kept.checked(piece)) == ("missing", "missing")
    kept.path(piece.sha256).parent.rmdir()
    kept.path(piece.sha256).parent.touch()
    assert (kept.held(piece), kept.checked(piece)) == ("missing", "missing")


def test_a_changed_byte_is_found_by_reading_alone(kept: EvidenceStore, tmp_path: Path) -> None:
    piece = known(kept.put(a_file(tmp_path)))
    kept.path(piece.sha256).write_bytes(b"Minutes")
    assert (kept.held(piece), kept.checked(piece)) == ("kept", "changed")
    kept.path(piece.sha256).write_bytes(b"minutes of the meeting")
    assert (kept.held(piece), kept.checked(piece)) == ("changed", "changed")


def test_a_link_or_a_pipe_in_its_place_is_changed(kept: EvidenceStore, tmp_path: Path) -> None:
    piece = known(kept.put(a_file(tmp_path)))
    place = kept.path(piece.sha256)
    place.unlink()
    place.symlink_to(a_file(tmp_path))
    assert (kept.held(piece), kept.checked(piece)) == ("changed", "changed")
    place.unlink()
    os.mkfifo(place)
    assert (kept.held(piece), kept.checked(piece)) == ("changed", "changed")


def test_the_size_on_record_counts_as_well(kept: EvidenceStore, tmp_path: Path) -> None:
    stored = kept.put(a_file(tmp_path))
    assert kept.checked(Known(stored.sha256, 8)) == "changed"


def test_each_file_is_read_once(kept: EvidenceStore, tmp_path: Path) -> None:
    one = known(kept.put(a_file(tmp_path)))
    other = known(kept.put(a_file(tmp_path, b"photo", "照片")))
    told: list[int] = []
    pieces = [one, other, one, Known("ab" * 32, 5, apart=True)]
    found = [held for _, held in examined(kept, pieces, told.append)]
    assert found == ["kept", "kept", "kept", "apart"]
    assert told == [0, 7]


# ---------------------------------------------------------------- out again


def test_a_file_comes_out_as_it_went_in(kept: EvidenceStore, tmp_path: Path) -> None:
    piece = known(kept.put(a_file(tmp_path)))
    kept.export(piece, tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == b"minutes"
    with pytest.raises(Invalid, match="of that name already"):
        kept.export(piece, tmp_path / "out.pdf")


def test_another_file_does_not_come_out(kept: EvidenceStore, tmp_path: Path) -> None:
    piece = known(kept.put(a_file(tmp_path)))
    kept.path(piece.sha256).write_bytes(b"Minutes")
    with pytest.raises(Invalid, match="its bytes were changed"):
        kept.export(piece, tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()
    kept.path(piece.sha256).unlink()
    with pytest.raises(NotFound, match="missing"):
        kept.export(piece, tmp_path / "out.pdf")
    with pytest.raises(NotFound, match="kept elsewhere"):
        kept.export(Known("ab" * 32, 7, apart=True), tmp_path / "out.pdf")
