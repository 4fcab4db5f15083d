"""What this machine has signed last, kept in a file beside the key: ``seal.high``.

A database that was rolled back would otherwise be sealed anew from there, and two different trees
of the same size would bear our signature. The file is written in two steps around each seal:

1. *Before* the database commits, the new note goes in as pending, with the entries it covers. So
   the file is never behind what was given out: nobody sees a note before it is committed.
2. *After* it, the note is the last one that stands.

A crash in between leaves a pending note of which nobody knows whether it was committed. If the
database has it, it stands. If it does not, the same entries still wait there, since nothing deletes
them, and the very same note is committed now. Only if they are gone was the database rolled back.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from states.checkpoint import Checkpoint, read_checkpoint
from states.errors import Conflict, Invalid, Message, Problem
from states.signed_note import read_note
from workflow.placing import place

FORMAT = "rectify/high/1"
SEALING_ELSEWHERE = "sealing_elsewhere"
_LOOK_AGAIN = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Pending:
    """A signed note that was perhaps committed, and the ids of the entries it covers, in order."""

    note: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class High:
    """The last note that was committed ("" for none), and one that perhaps was."""

    note: str = ""
    pending: Pending | None = None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """What the last note commits to, None if there is none."""
        return stated(self.note) if self.note else None


def stated(note: str) -> Checkpoint:
    """Return what a note states that we have signed. Raises ``ValueError``."""
    return read_checkpoint(read_note(note).text)


class HighFile:
    """The file, and the turn of the processes of this machine that seal with the same key."""

    def __init__(self, key_file: Path) -> None:
        self.path = key_file.with_name(f"{key_file.stem}.high")
        self._lock = key_file.with_name(f"{key_file.stem}.lock")

    @contextmanager
    def taken(self, patience: float) -> Iterator[None]:
        """Hold the turn; wait for it so many seconds. Raises ``Conflict`` if it does not come."""
        try:
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unusable(error.strerror or type(error).__name__) from error
        try:
            self._take(handle, patience)
            yield
        finally:
            os.close(handle)

    def _take(self, handle: int, patience: float) -> None:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise Conflict(
                        Message(SEALING_ELSEWHERE, "another process is sealing just now; try again")
                    ) from None
                time.sleep(_LOOK_AGAIN)
            else:
                return

    def read(self) -> High:
        """Return what was signed last. Raises ``Invalid`` if the file is not one that we wrote."""
        try:
            written = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return High()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise self._unusable(reason) from error
        try:
            return _high(written)
        except (ValueError, KeyError, TypeError):
            raise self._unusable("it is damaged") from None

    def write(self, high: High) -> None:
        """Replace what was signed last, and wait for the disk. Raises ``Invalid``."""
        pending = high.pending
        said = {
            "format": FORMAT,
            "note": high.note,
            "pending": None if pending is None else {"note": pending.note, "ids": pending.ids},
        }
        try:
            place(self.path, json.dumps(said, indent=1).encode(), replace=True)
        except OSError as error:
            raise self._unusable(error.strerror or type(error).__name__) from error

    def _unusable(self, reason: str) -> Invalid:
        facts = {"file": str(self.path), "reason": reason}
        return Invalid(
            Problem(
                "high_unusable",
                "{file}, which holds what was signed last, cannot be used: {reason}",
                facts,
            )
        )


def _high(written: str) -> High:
    said = json.loads(written)
    if said["format"] != FORMAT:
        raise ValueError(said["format"])
    pending = said["pending"]
    found = High(
        note=said["note"],
        pending=None if pending is None else Pending(pending["note"], tuple(pending["ids"])),
    )
    for note in (found.note, found.pending.note if found.pending else ""):
        if note:
            stated(note)
    return found
