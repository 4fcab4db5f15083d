"""Puts mails into a folder, exactly once by construction.

A file is written under a name nobody looks at, made durable, and then linked to the notice's own
name, which exists or does not.
"""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from notifications.cleaning import one_line
from notifications.delivery.protocol import Begin, Job, Outcome, Traits
from notifications.delivery.reconciling import ABSENT, FOUND
from notifications.delivery.retrying import try_again
from notifications.mail.mime import Composer
from notifications.notice import ACCEPTED, PENDING

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK}


class Spool:
    """Puts each mail as a file into a folder, which it makes when it is first needed.

    What is handed over stays as it is: a second time with the same notice changes nothing.
    """

    traits = Traits(idempotent=True)

    def __init__(self, folder: Path, composer: Composer, name: str = "mail") -> None:
        self.name = name
        self.folder = folder
        self._composer = composer

    def compose(self, job: Job) -> bytes:
        """Return the mail. Raises ``RenderError`` and ``AddressError``."""
        return self._composer.compose(job)

    def send(self, job: Job, message: bytes, begin: Begin, now: datetime) -> Outcome:
        """Put the mail into the folder, durably; what the system refuses is tried again.

        ``begin`` is not asked: whoever comes second finds the file and leaves it.
        """
        path = self.folder / file_name(job)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.path.lexists(path):
                _put(path, message)
            _make_durable(self.folder)
        except OSError as error:
            cause = f"spool_unwritable: {one_line(str(error.strerror))}"
            return try_again(job, now, cause, blame="server")
        return Outcome(status=ACCEPTED)

    def look_up(self, job: Job, now: datetime) -> Outcome | None:
        """Return whether the file is there; None where the folder cannot be read."""
        try:
            (self.folder / file_name(job)).lstat()
        except FileNotFoundError:
            return Outcome(status=PENDING, cause="not_in_spool", decision=ABSENT)
        except OSError:
            return None
        return Outcome(status=ACCEPTED, decision=FOUND)

    def close(self) -> None:
        """Do nothing: every file is closed already."""


def file_name(job: Job) -> str:
    """Return the name of a notice's file, the same at every attempt: its day and Message-ID."""
    try:
        day = date.fromisoformat(str(job.facts.get("today")))
    except ValueError:
        day = job.created_at.astimezone(UTC).date()
    return f"{day.isoformat()}-{job.message_id}.eml"


def _put(path: Path, message: bytes) -> None:
    """Let a file appear at ``path``, whole and durable; one that is there already stays."""
    descriptor, unfinished = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(message)
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            _link(unfinished, path)
    finally:
        with suppress(FileNotFoundError):
            Path(unfinished).unlink()


def _link(unfinished: str, path: Path) -> None:
    try:
        os.link(unfinished, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without links. Renaming replaces, but only by the same notice's bytes.
        Path(unfinished).rename(path)


def _make_durable(folder: Path) -> None:
    """Make the names in a folder survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
