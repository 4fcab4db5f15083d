"""The places on this side of the fence where checkpoints' notes are kept: a folder, a repository.

Both only ever grow. A folder gets a file of its own for each checkpoint, made exclusively and then
read-only; a repository a commit. What is there under the name and says something else is an alarm,
never overwritten. Both are worth what they can be kept from the owner of the database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from errno import ENOSPC
from io import FileIO
from pathlib import Path

from states.checkpoint import Checkpoint, read_anchor
from states.errors import Message
from workflow.placing import sync
from workflow.proof.anchors import repository

WRITTEN, THERE, FAILED, ALTERED, AHEAD = "written", "there", "failed", "altered", "ahead"
"""What became of a note at a place. ``altered``: something else stands under its name. ``ahead``:
written, but the place holds a note of a longer log."""

_NAME = re.compile(r"([1-9][0-9]{0,15})-([0-9a-f]{16})\.note", re.ASCII)
_LONGEST = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a note at a place: ``kind`` is folder, git or mail, ``where`` its path.

    ``why`` says what is wrong, if anything is.
    """

    kind: str
    where: str
    status: str
    why: Message | None = None

    @property
    def is_well(self) -> bool:
        """Whether the note is where it belongs, and nothing contradicts it."""
        return self.why is None


def named(name: str) -> tuple[int, str] | None:
    """Return size and first digits of the root that a note's file name states, None if none."""
    found = _NAME.fullmatch(name)
    return (int(found[1]), found[2]) if found else None


def keep_in_folder(
    folder: Path, checkpoint: Checkpoint, note: str, lost: Collection[str] = ()
) -> Kept:
    """Put a note into a folder, which is made if it is not there.

    ``lost`` are the seals that a restored backup did not hold, by the log's own record.
    """
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        status = _put(folder, checkpoint.anchor.file_name, note.encode())
        return _judged("folder", folder, status, checkpoint, lost)
    except OSError as error:
        return _failed("folder", folder, error.strerror or type(error).__name__)


def keep_in_git(repo: Path, checkpoint: Checkpoint, note: str, lost: Collection[str] = ()) -> Kept:
    """Commit a note to a repository, which is made if it is not there."""
    name = checkpoint.anchor.file_name
    try:
        repo.mkdir(mode=0o755, parents=True, exist_ok=True)
        git = repository.opened(repo)
        held = git.committed(name)
        if held is None:
            status = _put(repo, name, note.encode())
            if status != ALTERED:
                git.commit(name, f"{checkpoint.origin} {checkpoint.anchor}", checkpoint.at)
                status = WRITTEN
        else:
            status = THERE if held == note.encode() else ALTERED
        return _judged("git", repo, status, checkpoint, lost)
    except OSError as error:
        return _failed("git", repo, error.strerror or type(error).__name__)
    except repository.GitError as error:
        return Kept(kind="git", where=str(repo), status=FAILED, why=error.message)


def _judged(
    kind: str, place: Path, status: str, checkpoint: Checkpoint, lost: Collection[str]
) -> Kept:
    """Return what became of a note, and what else lies at its place says against it."""
    if status == ALTERED:
        why: Message | None = _altered(place, checkpoint)
    elif (why := contradicted(place, checkpoint, lost)) is not None:
        status = AHEAD if why.code == "anchor_ahead" else ALTERED
    return Kept(kind=kind, where=str(place), status=status, why=why)


def _put(folder: Path, name: str, content: bytes) -> str:
    """Make a file exclusively, in one write; the folder need allow nothing but making files.

    What a crash left behind, nothing or the beginning of the note, is taken away if the folder
    lets us, and made anew.
    """
    path = folder / name
    for _ in range(2):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
        except FileExistsError:
            held = _held(path)
            if held == content:
                return THERE
            if held is None or not content.startswith(held):
                return ALTERED
            with suppress(OSError):
                path.unlink()
            continue
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                _write(file, content)
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
        with suppress(OSError):  # some network file systems cannot
            sync(folder)
        return WRITTEN
    return ALTERED


def _write(file: FileIO, content: bytes) -> None:
    """Write a note and wait for the disk. Raises ``OSError`` if it does not fit there."""
    if file.write(content) != len(content):  # a full disk may take the beginning
        raise OSError(ENOSPC, os.strerror(ENOSPC))
    os.fsync(file.fileno())


def notes_of(folder: Path) -> list[tuple[str, bytes]]:
    """Return the notes that lie in a folder, by their names.

    What is no file of its own, is too long or cannot be read is left out: others may write there,
    and a link would lead to what is not theirs to hand on.
    """
    found = []
    for path in sorted(folder.iterdir()):
        with suppress(OSError):
            if named(path.name) and (content := _held(path)) is not None:
                found.append((path.name, content))
    return found


def _held(path: Path) -> bytes | None:
    """Return what a file holds, None if it is no file or far too long for a note."""
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        content = file.read(_LONGEST)
    return None if len(content) == _LONGEST else content


def contradicted(
    folder: Path, checkpoint: Checkpoint, lost: Collection[str] = ()
) -> Message | None:
    """Return what another note in a folder says against one: its name is enough to see that.

    Notes up to the largest seal that is on record as ``lost`` say nothing here; ``audit
    compare-anchors`` looks at them.
    """
    mine = (checkpoint.size, checkpoint.anchor.root)
    known = max((read_anchor(anchor).size for anchor in lost), default=0)
    others = [other for other in notes_in(folder) if other != mine and other[0] > known]
    facts = {"place": str(folder), "size": checkpoint.size}
    for size, root in others:
        if size == checkpoint.size and root != checkpoint.anchor.root:
            return Message(
                "anchor_split",
                "{place} holds a note of the same size {size} with another root: {root}",
                facts | {"root": root},
            )
    longest = max((size for size, _root in others), default=0)
    if longest > checkpoint.size:
        return Message(
            "anchor_ahead",
            "{place} holds a note of {longest} entries, and the log has sealed only {size}: it was "
            "rolled back, or a backup was restored",
            facts | {"longest": longest},
        )
    return None


def notes_in(folder: Path) -> Iterator[tuple[int, str]]:
    """Yield size and first digits of the root of each note in a folder, by their names."""
    for entry in os.scandir(folder):
        found = named(entry.name)
        if found is not None:
            yield found


def _altered(folder: Path, checkpoint: Checkpoint) -> Message:
    facts = {"place": str(folder), "name": checkpoint.anchor.file_name}
    return Message(
        "anchor_altered",
        "{place}: {name} is there and says something else; nothing was overwritten",
        facts,
    )


def _failed(kind: str, where: Path, reason: str) -> Kept:
    facts = {"place": str(where), "reason": reason}
    why = Message("anchor_unwritable", "{place} cannot be written to: {reason}", facts)
    return Kept(kind=kind, where=str(where), status=FAILED, why=why)
