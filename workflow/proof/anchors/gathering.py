"""Anchors gathered from wherever somebody keeps them: files, folders, repositories, typed lines."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from states.checkpoint import SHORT, Anchor
from states.errors import Message, NotFound
from states.signed_note import SignedNote
from workflow.named_file import read_named
from workflow.proof.anchors import repository
from workflow.proof.anchors.held import Held, in_bytes, typed, unreadable
from workflow.proof.anchors.keeping import named

LARGEST = 256_000_000
"""Bytes of a file at most: a mailbox of a year."""


def gathered(words: Sequence[str]) -> Iterator[Held]:
    """Yield the anchors that words name: each a file, a folder, a repository or ``SIZE:ROOT``.

    Raises ``NotFound`` for a word that is none of these, and for what holds no anchor, ``Invalid``
    for a file that cannot be read at all.
    """
    for word in words:
        path = Path(word)
        if path.exists():
            found = list(of_folder(path) if path.is_dir() else _of_named(path))
            if not found:
                raise NotFound(Message("no_anchor_in", "{file} holds no anchor", {"file": word}))
            yield from found
        elif (held := typed(word)) is not None:
            yield held
        else:
            text = "{word} is neither a file nor a folder nor an anchor (SIZE:ROOT)"
            raise NotFound(Message("no_anchor", text, {"word": word}))


def of_folder(folder: Path) -> Iterator[Held]:
    """Yield the anchors in a folder and those below it, and in the history of repositories.

    What lies in a repository's work tree as it was committed is told once.
    """
    told: set[tuple[Anchor, SignedNote | None]] = set()
    for place, folders, files in os.walk(folder):
        here = Path(place)
        if repository.is_repository(here):
            committed = list(of_repository(here))
            told |= {(held.anchor, held.note) for held in committed if not held.fault}
            yield from committed
            has_tree = (here / ".git").exists()
            folders[:] = [name for name in folders if has_tree and name != ".git"]
        folders.sort()
        for name in sorted(files):
            path = here / name
            if not path.is_symlink() and path.is_file():
                for held in of_file(path):
                    if (held.anchor, held.note) not in told:
                        yield held


def of_file(path: Path) -> Iterator[Held]:
    """Yield the anchors in a file; one named like a note states that anchor by its name, too."""
    try:
        if not path.is_file():  # a pipe would be waited for, a device never ends
            yield unreadable(str(path), "not a regular file")
            return
        if path.stat().st_size > LARGEST:
            yield unreadable(str(path), "too large")
            return
        content = path.read_bytes()
    except OSError as error:
        yield unreadable(str(path), error.strerror or type(error).__name__)
        return
    yield from _held(path, content)


def _of_named(path: Path) -> Iterator[Held]:
    """Yield the anchors in a file that somebody named: that it cannot be read is their mistake."""
    yield from _held(path, read_named(path, LARGEST))


def _held(path: Path, content: bytes) -> Iterator[Held]:
    found = list(in_bytes(str(path), content))
    yield from found
    yield from _by_name(path.name, str(path), found)


def of_repository(path: Path) -> Iterator[Held]:
    """Yield every anchor that any commit holds, also what later ones changed or took away."""
    try:
        for name, content in repository.Repository(path).notes():
            source = f"{path}: {name}"
            found = list(in_bytes(source, content))
            yield from found
            yield from _by_name(name.partition(" ")[0].rpartition("/")[2], source, found)
    except repository.GitError as error:
        yield unreadable(str(path), str(error))


def _by_name(name: str, source: str, found: Sequence[Held]) -> Iterator[Held]:
    """Yield the anchor of a note's name, if what is in the file is another one or none."""
    stated = named(name)
    if stated is None:
        return
    size, root = stated
    inside = {(held.anchor.size, held.anchor.root[:SHORT]) for held in found}
    if (size, root) not in inside:
        yield Held(source=f"{source} (name)", anchor=Anchor(size, root))
