"""A folder and a repository that only ever grow, and say so when they are contradicted."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.anchoring import a_log, body
from workflow.proof.anchors.gathering import gathered
from workflow.proof.anchors.keeping import Kept, keep_in_folder, keep_in_git, notes_of

LOG = a_log(9)
PLACES = [keep_in_folder, keep_in_git]


def kept(place, folder: Path, size: int, log=LOG, **how) -> Kept:
    found = place(folder, log.checkpoint(size), log.note(size), **how)
    assert isinstance(found, Kept)
    return found


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout


@pytest.mark.parametrize("place", PLACES)
def test_a_note_is_kept_once_and_stays(place, tmp_path: Path):
    folder = tmp_path / "deep" / "anchors"

    assert kept(place, folder, 3).status == "written"
    assert kept(place, folder, 3).status == "there"
    assert kept(place, folder, 5).status == "written"
    path = folder / LOG.checkpoint(3).anchor.file_name
    assert path.read_text() == LOG.note(3)
    assert path.stat().st_mode & 0o777 == 0o444


@pytest.mark.parametrize("place", PLACES)
def test_something_else_under_its_name_is_an_alarm_and_is_not_overwritten(place, tmp_path: Path):
    path = tmp_path / LOG.checkpoint(3).anchor.file_name
    path.write_text("something else")

    found = kept(place, tmp_path, 3)

    assert (found.status, found.why and found.why.code) == ("altered", "anchor_altered")
    assert path.read_text() == "something else"


@pytest.mark.parametrize("left", ["", "rectify/"])
def test_what_a_crash_left_behind_is_made_whole(left, tmp_path: Path):
    path = tmp_path / LOG.checkpoint(3).anchor.file_name
    path.write_text(left)

    assert kept(keep_in_folder, tmp_path, 3).status == "written"
    assert path.read_text() == LOG.note(3)


@pytest.mark.parametrize("place", PLACES)
def test_another_root_of_the_same_size_is_an_alarm(place, tmp_path: Path):
    kept(place, tmp_path, 5)
    other = a_log(9)
    other.bodies[3] = body("R-9", 1, "note")

    found = kept(place, tmp_path, 5, other)

    assert (found.status, found.why and found.why.code) == ("altered", "anchor_split")


@pytest.mark.parametrize("place", PLACES)
def test_a_note_of_a_longer_log_shows_that_this_one_was_rolled_back(place, tmp_path: Path):
    kept(place, tmp_path, 7)

    found = kept(place, tmp_path, 5)
    on_record = kept(place, tmp_path, 5, lost=[str(LOG.checkpoint(8).anchor)])

    assert (found.status, found.why and found.why.code) == ("ahead", "anchor_ahead")
    assert on_record.is_well


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_cannot_be_written_to_is_said(place, tmp_path: Path):
    (tmp_path / "file").write_text("")

    found = kept(place, tmp_path / "file", 3)

    assert (found.status, found.why and found.why.code) == ("failed", "anchor_unwritable")


def test_commits_say_nothing_of_who_runs_it_and_run_no_hook(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Mallory")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    repo = tmp_path / "repo"
    kept(keep_in_git, repo, 3)
    (repo / ".git" / "hooks").mkdir(exist_ok=True)
    for name in ("pre-commit", "post-commit"):
        hook = repo / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\nexit 1\n")
        hook.chmod(0o755)
    (repo / "unrelated").write_text("not ours")
    (repo / "staged").write_text("not ours")

    monkeypatch.delenv("GIT_DIR")
    git(repo, "add", "staged")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))

    assert kept(keep_in_git, repo, 5).status == "written"
    monkeypatch.delenv("GIT_DIR")
    assert not (tmp_path / "ran").exists()
    assert git(repo, "log", "--format=%an <%ae> %s %ct").splitlines() == [
        f"rectify <rectify@localhost> {LOG.origin} {LOG.checkpoint(size).anchor} "
        f"{int(LOG.checkpoint(size).at.timestamp())}"
        for size in (5, 3)
    ]
    assert git(repo, "status", "--porcelain") == "A  staged\n?? unrelated\n"


def test_what_was_written_and_not_yet_committed_is_committed(tmp_path: Path):
    kept(keep_in_git, tmp_path, 3)
    kept(keep_in_folder, tmp_path, 5)  # as if the program had ended before the commit

    assert kept(keep_in_git, tmp_path, 5).status == "written"
    assert git(tmp_path, "show", f"HEAD:{LOG.checkpoint(5).anchor.file_name}") == LOG.note(5)


def test_the_history_of_a_repository_gives_what_was_changed_or_taken_away_later(tmp_path: Path):
    for size in (3, 5):
        kept(keep_in_git, tmp_path, size)
    name = LOG.checkpoint(3).anchor.file_name
    (tmp_path / name).unlink()
    other = a_log(9)
    other.bodies[1] = body("R-9", 1, "note")
    (tmp_path / LOG.checkpoint(5).anchor.file_name).unlink()
    (tmp_path / LOG.checkpoint(5).anchor.file_name).write_text(other.note(5))
    git(tmp_path, "-c", "user.name=m", "-c", "user.email=m@x", "commit", "-qam", "tidy")

    found = list(gathered([str(tmp_path)]))

    whole = {(h.anchor.size, h.anchor.root) for h in found if h.is_whole}
    assert whole == {
        (log.checkpoint(size).size, log.checkpoint(size).root.hex())
        for log, size in ((LOG, 3), (LOG, 5), (other, 5))
    }


def test_what_lies_in_a_work_tree_as_it_was_committed_is_told_once(tmp_path: Path):
    kept(keep_in_git, tmp_path / "repo", 3)
    (held,) = gathered([str(tmp_path)])
    assert held.anchor.size == 3


def test_without_git_the_repository_says_what_is_missing(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    found = kept(keep_in_git, tmp_path / "repo", 3)

    assert (found.status, found.why and found.why.code) == ("failed", "git_missing")


def test_a_bare_repository_is_refused(tmp_path: Path):
    git(tmp_path, "init", "-q", "--bare")
    assert (kept(keep_in_git, tmp_path, 3).why or os).code == "git_bare"


def test_what_others_put_into_the_folder_is_not_handed_on(tmp_path: Path) -> None:
    note, secret = f"7-{'a' * 16}.note", tmp_path / "secret"
    (folder := tmp_path / "notes").mkdir()
    (folder / note).write_bytes(b"a note")
    secret.write_bytes(b"not theirs")
    (folder / f"1-{'b' * 16}.note").symlink_to(secret)
    (folder / f"2-{'b' * 16}.note").mkdir()
    os.mkfifo(folder / f"3-{'b' * 16}.note")
    (folder / f"4-{'b' * 16}.note").touch()
    os.truncate(folder / f"4-{'b' * 16}.note", 10**12)
    (folder / f"5-{'b' * 16}.note").symlink_to(folder / f"5-{'b' * 16}.note")
    (folder / "readme.txt").write_bytes(b"no note by its name")

    assert notes_of(folder) == [(note, b"a note")]
