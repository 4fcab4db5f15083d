"""A git repository of notes, through the plain ``git`` program: never a shell, never a hook.

Whose name stands in a commit is fixed, and its date is that of the checkpoint: the same notes give
the same commits, so that clones compare. Everything that could run a program of somebody's choice
is switched off, also where a stranger's repository is only read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from states.errors import Message, RectificationError

SECONDS = 60.0
"""How long git may take for one step."""

_NAME, _MAIL = "rectify", "rectify@localhost"
_QUIET = (
    *("core.hooksPath=/dev/null", "commit.gpgSign=false", "core.fsmonitor=false"),
    *("core.autocrlf=false", "gc.auto=0", "maintenance.auto=false", "protocol.allow=never"),
    *("core.attributesFile=/dev/null", "init.defaultBranch=main", "init.templateDir="),
)
_LARGEST = 65_536


class GitError(RectificationError):
    """What git could not do."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a work tree, or, to be read alone, without."""

    path: Path

    def committed(self, name: str) -> bytes | None:
        """Return what the last commit holds under a name, None if it holds nothing."""
        done = _git(self.path, ["cat-file", "-p", f"HEAD:{name}"], may_fail=True)
        return done.stdout if done.returncode == 0 else None

    def commit(self, name: str, message: str, at: datetime) -> None:
        """Commit one file, and nothing else. Raises ``GitError``."""
        date = f"{int(at.timestamp())} +0000"
        said = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        _git(self.path, ["add", "--force", "--", name], said)
        told = ["--quiet", "--no-verify", "--only", "--no-edit", "--cleanup=verbatim"]
        _git(self.path, ["commit", *told, "-m", message, "--", name], said)

    def notes(self) -> Iterator[tuple[str, bytes]]:
        """Yield every version of every note that any commit holds, as name and content.

        One that was changed or taken away later is among them. Raises ``GitError``.
        """
        listed = _git(self.path, ["rev-list", "--all", "--objects"]).stdout.decode(errors="replace")
        names = dict(line.split(" ", 1) for line in listed.splitlines() if line.endswith(".note"))
        told = _git(self.path, ["cat-file", "--batch"], given="\n".join(names)).stdout
        at = 0
        while at < len(told):
            head = told[at : told.index(b"\n", at)]
            sha, _kind, size = head.decode().split(" ")
            begin = at + len(head) + 1
            at = begin + int(size) + 1
            yield f"{names[sha]} ({sha[:10]})", told[begin : at - 1][:_LARGEST]


def is_repository(path: Path) -> bool:
    """Return whether a folder is the top of a repository, with or without a work tree."""
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def is_installed() -> bool:
    """Return whether there is a git program at all."""
    return shutil.which("git") is not None


def opened(path: Path) -> Repository:
    """Return the repository of a folder, made if the folder is none yet. Raises ``GitError``."""
    if not is_repository(path):
        _git(path, ["init", "--quiet"])
    elif not (path / ".git").exists():
        facts = {"place": str(path)}
        text = "{place} is a bare repository; notes are committed to one with a work tree"
        raise GitError(Message("git_bare", text, facts))
    return Repository(path)


def _git(
    path: Path,
    words: Sequence[str],
    said: dict[str, str] | None = None,
    *,
    given: str = "",
    may_fail: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, ``given`` on its standard input. Raises ``GitError``."""
    settings = [part for setting in _QUIET for part in ("-c", setting)]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and every word is ours
            ["git", "--no-pager", *settings, "-C", str(path), *words],  # noqa: S607 - by $PATH
            env=_surroundings() | (said or {}),
            input=given.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        text = "git is not installed on this machine (or not in $PATH)"
        raise GitError(Message("git_missing", text)) from None
    except subprocess.TimeoutExpired:
        facts = {"place": str(path), "seconds": int(SECONDS)}
        text = "{place}: git did not end within {seconds} seconds"
        raise GitError(Message("git_slow", text, facts)) from None
    if done.returncode and not may_fail:
        reason = " ".join(done.stderr.decode(errors="replace").split())[:300] or "?"
        facts = {"place": str(path), "reason": reason}
        raise GitError(Message("git_failed", "{place}: git says: {reason}", facts))
    return done


def _surroundings() -> dict[str, str]:
    """Return the environment for git: nothing of it leads to another repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_AUTHOR_NAME": _NAME,
        "GIT_AUTHOR_EMAIL": _MAIL,
        "GIT_COMMITTER_NAME": _NAME,
        "GIT_COMMITTER_EMAIL": _MAIL,
    }
