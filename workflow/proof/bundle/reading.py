"""Reading a bundle: a zip file from anybody, of which nothing is believed and nothing unpacked.

Members are read in pieces, lines have a longest length, and what unpacks to far more than it is
packed is refused before it is read.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from workflow.named_file import check_regular

LONGEST = 16_777_216
"""Bytes of a line, and of a member that is read as a whole."""

MANIFEST, ENTRIES, CHECKPOINTS = "manifest.json", "entries.jsonl", "checkpoints.jsonl"
KEYS, LISTED, PEOPLE = "keys.txt", "evidence.jsonl", "people.jsonl"
PROCESSES, CALENDARS, LETTERS, EVIDENCE = "processes/", "calendars/", "letters/", "evidence/"
ANCHORS = "anchors/"
JUDGED = (MANIFEST, ENTRIES, CHECKPOINTS, KEYS, LISTED, PEOPLE)
FOLDERS = (PROCESSES, CALENDARS, LETTERS, EVIDENCE)

_CHUNK = 1 << 18
_SMALL, _RATIO = 1 << 20, 200
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1

Tell = Callable[[int], None]
"""Hears how many lines have been read."""


class BrokenBundle(Exception):
    """The file is no zip file, or something in it does not unpack to what it should."""


class Archive:
    """The members of a bundle by name. ``repeated`` is the first name that stands twice, or "".

    Raises ``BrokenBundle`` when it is opened or read and is broken; ``OSError`` if the file
    cannot be opened at all, ``Invalid`` if it is no regular one. Use it as a
    context: it holds the file open.
    """

    def __init__(self, file: Path | BinaryIO) -> None:
        if isinstance(file, Path):
            check_regular(file)
        self._file = file.open("rb") if isinstance(file, Path) else file
        try:
            self._zip = zipfile.ZipFile(self._file)
        except Exception as error:  # zipfile raises many kinds, whatever the bytes provoke
            self._file.close()
            raise BrokenBundle(f"{error}"[:200]) from None
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._whole: set[str] = set()
        self.repeated = ""
        for info in self._zip.infolist():
            if info.filename in self._members and not self.repeated:
                self.repeated = info.filename
            self._members[info.filename] = info

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def names(self, folder: str) -> list[str]:
        """Return the names of the members in a folder, without the folder."""
        return [n.removeprefix(folder) for n in self._members if n.startswith(folder)]

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield what a member holds, piece by piece, to its end."""
        info = self._members[name]
        _check(info)
        try:
            with self._zip.open(info) as member:
                while piece := member.read(_CHUNK):
                    yield piece
        except GeneratorExit:
            raise
        except Exception as error:
            raise BrokenBundle(f"{name}: {error}"[:200]) from None
        self._whole.add(name)

    def whole(self, name: str) -> bytes | None:
        """Return what a member holds; None if it is not there, or larger than any should be."""
        if name not in self._members or self._members[name].file_size > LONGEST:
            return None
        return b"".join(self.pieces(name))

    def measure(self, name: str) -> tuple[str, int]:
        """Return the SHA-256 (hex) and the size of a member."""
        digest, size = hashlib.sha256(), 0
        for piece in self.pieces(name):
            digest.update(piece)
            size += len(piece)
        return digest.hexdigest(), size

    def lines(self, name: str) -> Iterator[bytes | None]:
        """Yield the lines of a member; None for one that is too long. None are in no member."""
        if name not in self._members:
            return
        held, size, there = [b""], 0, False
        for piece in self.pieces(name):
            first, *others = piece.split(b"\n")
            there = True
            size += len(first)
            if size <= LONGEST:
                held.append(first)
            for other in others:
                yield b"".join(held) if size <= LONGEST else None
                held, size = [other], len(other)
        if there and size:
            yield b"".join(held) if size <= LONGEST else None

    def check(self) -> None:
        """Unpack every member that belongs to a bundle and was not read to its end."""
        for name in self._members:
            if name not in self._whole and (name in JUDGED or name.startswith(FOLDERS)):
                for _ in self.pieces(name):
                    pass


def _check(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise BrokenBundle(f"{info.filename}: encrypted")
    if info.compress_type not in _PACKED:
        raise BrokenBundle(f"{info.filename}: packed by method {info.compress_type}")
    if info.file_size > _SMALL and info.file_size > _RATIO * info.compress_size:
        raise BrokenBundle(f"{info.filename}: {info.compress_size} -> {info.file_size} bytes")
