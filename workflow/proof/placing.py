"""Writing small private files so that a crash leaves the old one or the new one, never half."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def place(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file that only its owner may read, and wait until the disk has it.

    Raises ``FileExistsError`` if there is one and it may not be replaced, else ``OSError``.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            Path(name).replace(path)
        else:
            os.link(name, path)  # unlike a renaming it refuses what is in its way
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()
    sync(path.parent)


def sync(folder: Path) -> None:
    """Wait until the disk has a folder's names."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
