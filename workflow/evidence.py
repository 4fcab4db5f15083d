"""Evidence files: kept by content, never by name, so that a file can neither move nor change."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from states.errors import Invalid, Message, NotFound, Problem

CHUNK = 1 << 20
NAME_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file in the store: its SHA-256, its size in bytes, and the name people know it by."""

    sha256: str
    size: int
    name: str


class EvidenceStore:
    """A folder of files named by their SHA-256; ``limit`` is the largest size in bytes."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit

    def put(self, path: Path) -> Stored:
        """Copy a file into the store and return how it is known there.

        Raises ``NotFound`` if there is no such file; ``Invalid`` if it is no regular file, is
        empty, too large, or cannot be read or stored.
        """
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                self._check(path, os.fstat(handle))
                sha256, size = self._kept(path, handle)
            finally:
                os.close(handle)
        except FileNotFoundError:
            facts = {"path": str(path)}
            raise NotFound(Message("no_file", "there is no file {path}", facts)) from None
        except OSError as error:
            raise _unusable(path, error) from None
        return Stored(sha256=sha256, size=size, name=display_name(path.name))

    def _kept(self, path: Path, handle: int) -> tuple[str, int]:
        try:
            return self._keep(path, handle)
        except OSError as error:
            raise _unusable(self._folder, error) from None

    def _check(self, path: Path, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise _unusable(path, OSError(0, "not a regular file"))
        if found.st_size == 0:
            raise _unusable(path, OSError(0, "the file is empty"))
        if found.st_size > self._limit:
            raise self._too_large(path)

    def _too_large(self, path: Path) -> Invalid:
        return Invalid(
            Problem(
                "evidence_large",
                "larger than the limit of {limit} MB",
                {"limit": self._limit // 1_000_000},
                source=str(path),
            )
        )

    def _keep(self, path: Path, source: int) -> tuple[str, int]:
        """Copy while hashing and counting (a size can lie), then move into place durably."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                while chunk := os.read(source, CHUNK):
                    size += len(chunk)
                    if size > self._limit:
                        raise self._too_large(path)
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            target = self.path(digest.hexdigest())
            target.parent.mkdir(mode=0o700, exist_ok=True)
            temporary.replace(target)
            _sync(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def path(self, sha256: str) -> Path:
        """Return where the file of that SHA-256 is kept."""
        return self._folder / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unusable(path: Path, error: OSError) -> Invalid:
    facts = {"error": error.strerror or str(error)}
    return Invalid(Problem("evidence_unusable", "cannot be used: {error}", facts, source=str(path)))


def display_name(name: str) -> str:
    """Return a file's name as it may be shown: NFC, no separators, control or bidi characters."""
    clean = "".join(
        c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C"
    )
    return clean.replace("/", "_").replace("\\", "_")[:NAME_LIMIT] or "-"
