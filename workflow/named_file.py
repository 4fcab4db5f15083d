"""Reading a file that somebody named: a regular one up to a limit, and every fault said clearly.

Opening a named pipe would wait for somebody to write into it, and a device never ends.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from states.errors import Invalid, Problem

_MEGABYTE = 1_000_000


def read_named(path: Path, most: int) -> bytes:
    """Return the bytes of a file of at most so many.

    Raises ``Invalid``: there is no such file, it is a folder, a pipe or a device, it may not be
    read, it is larger.
    """
    name = path.name or str(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            return _read_regular(handle, most, name)
        finally:
            os.close(handle)
    except FileNotFoundError as error:
        raise Invalid(Problem("file_missing", "there is no such file", {}, name)) from error
    except (OSError, ValueError) as error:
        raise unreadable(error, name) from error


def unreadable(error: Exception, name: str) -> Invalid:
    """Return the refusal of a file that the system does not let us read."""
    reason = getattr(error, "strerror", None) or str(error)
    return Invalid(
        Problem("file_unreadable", "the file cannot be read: {reason}", {"reason": reason}, name)
    )


def check_regular(path: Path) -> None:
    """Raise ``Invalid`` if there is something at a path and it is no regular file."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return  # whoever opens it says why it cannot be
    if not stat.S_ISREG(mode):
        raise not_regular(mode, path.name or str(path))


def _read_regular(handle: int, most: int, name: str) -> bytes:
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        raise not_regular(found.st_mode, name)
    if found.st_size > most:
        raise _too_large(found.st_size, most, name)
    with os.fdopen(handle, "rb", closefd=False) as file:
        data = file.read(most + 1)
    if len(data) > most:  # it grew while it was read
        raise _too_large(len(data), most, name)
    return data


def not_regular(mode: int, name: str) -> Invalid:
    """Return the refusal of a folder, a pipe, a device."""
    if stat.S_ISDIR(mode):
        return Invalid(Problem("file_is_directory", "this is a directory, not a file", {}, name))
    return Invalid(Problem("file_not_regular", "this is not a regular file", {}, name))


def _too_large(size: int, most: int, name: str) -> Invalid:
    facts = {"megabytes": round(size / _MEGABYTE, 1), "limit": round(most / _MEGABYTE, 1)}
    text = "the file has {megabytes} MB; up to {limit} MB are read"
    return Invalid(Problem("file_too_large", text, facts, name))
