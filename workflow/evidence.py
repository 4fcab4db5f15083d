"""Evidence files: kept by content, never by name, so that a file can neither move nor change.

A file of a guarded level is not kept at all: it is read once, known by its SHA-256 from then on,
and stays where it lawfully lies.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from errno import EISDIR, ELOOP, ENOENT, ENOTDIR
from pathlib import Path
from typing import IO, Protocol, TypeVar

from states.errors import Invalid, Message, NotFound, Problem
from states.parts import CONFIDENTIAL, LEVELS
from workflow.named_file import not_regular
from workflow.placing import placing, sync

CHUNK = 1 << 20
NAME_LIMIT = 200

KEPT, MISSING, CHANGED, APART = "kept", "missing", "changed", "apart"
UNREADABLE = "unreadable"
HELD = (KEPT, APART, MISSING, CHANGED, UNREADABLE)
"""What has become of a file: it is there, is elsewhere, is gone, is another, cannot be read."""

_UNOPENED = {ENOENT: MISSING, ENOTDIR: MISSING, ELOOP: CHANGED, EISDIR: CHANGED}
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file as it was read: its SHA-256, its size in bytes, and the name people know it by."""

    sha256: str
    size: int
    name: str


class Named(Protocol):
    """A piece of evidence as far as its file is concerned."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""

    @property
    def size(self) -> int:
        """How many bytes it has."""

    @property
    def apart(self) -> bool:
        """Whether it was never kept here."""


Piece = TypeVar("Piece", bound=Named)


class EvidenceStore:
    """A folder of files named by their SHA-256.

    ``limit`` is the largest size in bytes; files of level ``apart_from`` and above are not kept.
    """

    def __init__(self, folder: Path, limit: int, apart_from: str = CONFIDENTIAL) -> None:
        self._folder = folder
        self._limit = limit
        self._apart_from = apart_from

    def keeps(self, level: str) -> bool:
        """Return whether files of a level are kept here at all."""
        return LEVELS.index(level) < LEVELS.index(self._apart_from)

    def put(self, path: Path) -> Stored:
        """Copy a file into the store and return how it is known there.

        Raises ``NotFound`` if there is no such file; ``Invalid`` if it is no regular file, is
        empty, too large, or cannot be read or stored.
        """
        return self._taken(path, self._kept)

    def weigh(self, path: Path) -> Stored:
        """Read a file that is kept elsewhere and return how it is known; nothing is copied.

        Raises as ``put`` does, but no file is too large.
        """
        return self._taken(path, self._read, limited=False)

    def _taken(
        self, path: Path, take: Callable[[Path, int], tuple[str, int]], *, limited: bool = True
    ) -> Stored:
        try:
            handle = os.open(path, _READ)
            try:
                self._check(path, os.fstat(handle), limited=limited)
                sha256, size = take(path, handle)
            finally:
                os.close(handle)
        except FileNotFoundError:
            facts = {"path": str(path)}
            raise NotFound(Message("no_file", "there is no file {path}", facts)) from None
        except OSError as error:
            raise _unusable(path, error) from None
        return Stored(sha256=sha256, size=size, name=display_name(path.name))

    def _read(self, path: Path, handle: int) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        while chunk := os.read(handle, CHUNK):
            size += len(chunk)
            digest.update(chunk)
        return digest.hexdigest(), size

    def _kept(self, path: Path, handle: int) -> tuple[str, int]:
        try:
            return self._keep(path, handle)
        except OSError as error:
            raise _unusable(self._folder, error) from None

    def _check(self, path: Path, found: os.stat_result, *, limited: bool) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise not_regular(found.st_mode, str(path))
        if found.st_size == 0:
            raise _unusable(path, OSError(0, "the file is empty"))
        if limited and found.st_size > self._limit:
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
            sync(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def path(self, sha256: str) -> Path:
        """Return where the file of that SHA-256 is kept."""
        return self._folder / sha256[:2] / sha256

    def held(self, piece: Named, elsewhere: Container[str] = ()) -> str:
        """Return what has become of a file by its place and size alone, which costs no reading.

        A file that is not here, and by its SHA-256 is known to be kept ``elsewhere`` by now (it
        was registered anew, apart, and taken out of the folder), is not missing.
        """
        if piece.apart:
            return APART
        try:
            found = self.path(piece.sha256).lstat()
        except OSError:
            return APART if piece.sha256 in elsewhere else MISSING
        return KEPT if stat.S_ISREG(found.st_mode) and found.st_size == piece.size else CHANGED

    def checked(self, piece: Named) -> str:
        """Return what has become of a file, its bytes hashed anew.

        A link or anything else that is no regular file in its place is changed.
        """
        if piece.apart:
            return APART
        path = self.path(piece.sha256)
        try:
            handle = os.open(path, _READ)
            try:
                regular = stat.S_ISREG(os.fstat(handle).st_mode)
                found = self._read(path, handle) if regular else None
            finally:
                os.close(handle)
        except OSError as error:
            return _UNOPENED.get(error.errno or 0, UNREADABLE)
        return KEPT if found == (piece.sha256, piece.size) else CHANGED

    def export(self, piece: Named, target: Path) -> None:
        """Copy a file out of the store under a name of its own, verified while it is copied.

        Raises ``NotFound`` if it is kept elsewhere or is not there, ``Invalid`` if it is not the
        file that was registered, or if ``target`` exists already or cannot be written. What turns
        out to be another file, or not to fit on the disk, never gets that name.
        """
        held = self.held(piece)
        if held in (APART, MISSING):
            raise NotFound(_not_here(piece, held))
        try:
            source = os.open(self.path(piece.sha256), _READ)
            try:
                with placing(target) as out:
                    if _copied(source, out) != (piece.sha256, piece.size):
                        raise Invalid(_tampered(piece))
            finally:
                os.close(source)
        except FileExistsError:
            raise _unusable(target, OSError(0, "there is a file of that name already")) from None
        except OSError as error:
            raise _unusable(target, error) from None


def _copied(source: int, out: IO[bytes]) -> tuple[str, int]:
    """Copy what is left of a handle into a file; return hash and size."""
    digest, size = hashlib.sha256(), 0
    while chunk := os.read(source, CHUNK):
        size += len(chunk)
        digest.update(chunk)
        out.write(chunk)
    return digest.hexdigest(), size


def examined(
    store: EvidenceStore, pieces: Iterable[Piece], tell: Callable[[int], None] | None = None
) -> Iterator[tuple[Piece, str]]:
    """Yield each piece with what has become of its file (``HELD``); each file is read once.

    ``tell`` is called before each file is read, with how many bytes were read so far.
    """
    known: dict[tuple[str, int], str] = {}
    done = 0
    for piece in pieces:
        key = (piece.sha256, piece.size)
        if not piece.apart and key not in known:
            if tell is not None:
                tell(done)
            known[key] = store.checked(piece)
            done += piece.size
        yield piece, APART if piece.apart else known[key]


def _not_here(piece: Named, held: str) -> Message:
    facts = {"sha256": piece.sha256[:12]}
    if held == APART:
        return Message(
            "evidence_apart",
            "the file {sha256}… was registered by its hash alone: it is kept elsewhere",
            facts,
        )
    return Message(
        "evidence_missing", "the file {sha256}… is missing from the evidence folder", facts
    )


def _tampered(piece: Named) -> Problem:
    return Problem(
        "evidence_tampered",
        "the file {sha256}… is not the one that was registered: its bytes were changed",
        {"sha256": piece.sha256[:12]},
    )


def _unusable(path: Path, error: OSError) -> Invalid:
    facts = {"error": error.strerror or str(error)}
    return Invalid(Problem("evidence_unusable", "cannot be used: {error}", facts, source=str(path)))


def display_name(name: str) -> str:
    """Return a file's name as it may be shown: NFC, no separators, control or bidi characters."""
    clean = "".join(
        c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C"
    )
    return clean.replace("/", "_").replace("\\", "_")[:NAME_LIMIT] or "-"
