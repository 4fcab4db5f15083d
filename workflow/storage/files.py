"""The file of a new SQLite database: private, and on a disk whose locks can be trusted."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from shutil import copyfile

from states.errors import Invalid, Message, NotFound, Problem
from workflow.placing import give_name, sync

_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "fuse.sshfs", "fuse.rclone"}
_JOURNALS = ("-journal", "-wal", "-shm")
"""How the names end of what SQLite writes beside a file."""
_MOUNTS = Path("/proc/self/mounts")


def make_private(path: Path) -> None:
    """Create an empty file that only its owner may read, unless there is one.

    Raises ``NotFound`` without the folder, ``Invalid`` if it lies on a network or cannot be made.
    """
    if path.exists():
        # Not even opened: closing any handle of a file drops the locks this process has on it.
        return
    check_folder(path.parent)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass  # somebody else is founding it right now, and migrations take turns
    except OSError as error:
        raise Invalid(
            Problem(
                "file_not_made",
                "{file} cannot be made: {reason}",
                {"file": str(path), "reason": error.strerror},
            )
        ) from error


def check_folder(folder: Path) -> None:
    """Raise ``NotFound`` if there is no such folder, ``Invalid`` if it lies on a network."""
    facts = {"folder": str(folder)}
    if not folder.is_dir():
        raise NotFound(Message("folder_missing", "there is no folder {folder}", facts))
    kind = file_system(folder.resolve(), _mounts())
    if kind in _REMOTE:
        raise Invalid(
            Problem(
                "network_folder",
                "{folder} lies on a network ({kind}), where SQLite's locks do not hold; "
                "choose a local folder, or PostgreSQL",
                facts | {"kind": kind},
            )
        )


def file_system(folder: PurePath, mounts: str) -> str:
    """Return the kind of file system a folder lies on, by the text of ``/proc/self/mounts``."""
    found, kind = PurePath(), ""
    for line in mounts.splitlines():
        _, place, its_kind, *_ = [*line.split(" "), "", "", ""]
        mounted = PurePath(place.replace("\\040", " "))
        if folder.is_relative_to(mounted) and len(mounted.parts) >= len(found.parts):
            found, kind = mounted, its_kind
    return kind


def _mounts() -> str:
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def put_in_place(new: Path, place: Path, former: Path) -> None:
    """Let a database file take the place of another, which is kept under a name of its own.

    The journal of the former one goes with it: beside the new file it would be played into it.
    Raises ``OSError``.
    """
    for suffix in _JOURNALS:
        beside = place.with_name(place.name + suffix)
        if beside.exists():
            beside.rename(former.with_name(former.name + suffix))
    if place.exists():
        give_name(place, former)  # keeps its own until the other takes it: there always is one
    new.replace(place)
    sync(place.absolute().parent)


def undisturbed(backup: Path, copied: Path) -> Path:
    """Return a backup, or the copy of one that has a journal beside it.

    Whoever opens such a file plays the journal into it.
    """
    journals = [end for end in _JOURNALS if backup.with_name(backup.name + end).exists()]
    if not journals:
        return backup
    for end in ("", *journals):
        copyfile(backup.with_name(backup.name + end), copied.with_name(copied.name + end))
    return copied
