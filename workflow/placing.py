"""Writing files so that a crash or a full disk leaves the old one or the new one, never half."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from states.errors import Invalid, Problem

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EMLINK}
"""How file systems without hard links (FAT, some of the network) refuse one."""
_NO_SYNC = {errno.EINVAL, errno.EOPNOTSUPP}


def place(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file that only its owner may read, and wait until the disk has it.

    Raises ``FileExistsError`` if there is one and it may not be replaced, else ``OSError``.
    """
    with placing(path, replace=replace) as file:
        file.write(content)


@contextmanager
def placing(path: Path, *, replace: bool = False) -> Iterator[IO[bytes]]:
    """Give a file to write into that gets its name when it is whole and on the disk.

    Only its owner may read it. Raises ``FileExistsError`` if there is one and it may not be
    replaced, else ``OSError``; then nothing is left behind.
    """
    try:
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part"
        )
    except OSError as error:
        error.filename = str(path)  # nobody asked for the part
        raise
    part = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            part.replace(path)
        else:
            give_name(part, path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    sync(path.parent)


def give_name(part: Path, path: Path) -> None:
    """Give a file its name. Unlike a renaming this refuses what is in its way.

    Its former name may stay. Raises ``FileExistsError``, ``OSError``.
    """
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        part.replace(path)


def sync(folder: Path) -> None:
    """Wait until the disk has a folder's names, where the file system knows of such a thing."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(handle)


def unwritable(path: Path, error: OSError) -> Invalid:
    """Return the error for a file that could not be written, or one of which it was made."""
    facts = {"error": error.strerror or str(error)}
    source = str(error.filename or path)
    return Invalid(Problem("unwritable", "cannot be written: {error}", facts, source=source))
