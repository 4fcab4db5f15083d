"""What a database can refuse or fail at, in words for people; what is unforeseen stays as it is."""

from __future__ import annotations

from states.errors import Conflict, Denied, Invalid, Message, Problem, RectificationError
from states.frozen import replace
from workflow.collisions import BROKEN_OFF


def explained(error: BaseException, database: str) -> RectificationError | None:
    """Return what an error of a driver means, or None if it was not foreseen.

    ``database`` is what to call the database: its file, or its address without a password.
    """
    error = getattr(error, "orig", None) or error  # as the driver raised it
    failure = _failure(error)
    if failure is None:
        return None
    reason = " ".join(str(error).split())
    message = replace(failure, facts={"database": database, "reason": reason})
    if isinstance(message, Problem):
        return Invalid(message)
    return Denied(message) if message.code == "database_denied" else Conflict(message)


def moved_on(stream: str, n: int) -> Conflict:
    """Return the conflict of an entry that was decided on a state which is not the last one."""
    return Conflict(
        Message(
            "moved_on",
            "{stream} has moved on since it was read: its entry {n} is already written",
            {"stream": stream, "n": n},
        )
    )


def _failure(error: BaseException) -> Message | None:
    state = getattr(error, "sqlstate", None)
    number = getattr(error, "sqlite_errorcode", None)
    if number is not None:
        return _SQLITE.get(number & 0xFF)
    if state is not None:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    # psycopg's own, before or after the server could say anything; not imported for its names
    return _PSYCOPG.get(f"{type(error).__module__}.{type(error).__name__}")


DAMAGED, NO_DATABASE = "database_damaged", "not_a_database"

_BUSY = Message(
    "database_busy",
    "{database} is in use by another program; nothing was changed, please try again",
)
_BROKEN_OFF = Message(BROKEN_OFF, _BUSY.text)
_DENIED = Message("database_denied", "{database} does not let this account do that ({reason})")
_FULL = Problem("disk_full", "{database}: no space is left on the disk; nothing was changed")
_READ_ONLY = Problem(
    "database_read_only",
    "{database}: the file, or the folder it lies in, cannot be written; nothing was changed",
)
_NOT_OPENED = Problem("database_not_opened", "{database} cannot be opened")
_DISK_FAILED = Problem("disk_failed", "{database}: the disk reports an error ({reason})")
_DAMAGED = Problem(DAMAGED, "{database} is damaged; restore the last backup ({reason})")
_NO_DATABASE = Problem(NO_DATABASE, "{database} is not an SQLite database")
_UNREACHABLE = Problem(
    "database_unreachable",
    "{database} does not answer, or has closed the connection ({reason})",
)
_UNWRITABLE = Problem(
    "text_unwritable", "{database} cannot keep a text with this character ({reason})"
)

# Primary result codes of SQLite (https://sqlite.org/rescode.html).
_SQLITE = {
    5: _BUSY,
    6: _BUSY,
    8: _READ_ONLY,
    10: _DISK_FAILED,
    11: _DAMAGED,
    13: _FULL,
    14: _NOT_OPENED,
    26: _NO_DATABASE,
}
# Error codes, or their classes, of PostgreSQL (appendix A of its manual).
_POSTGRESQL = {
    "08": _UNREACHABLE,
    "22021": _UNWRITABLE,
    "25006": _READ_ONLY,
    "28": _DENIED,
    "3D000": _UNREACHABLE,
    "40001": _BROKEN_OFF,
    "40P01": _BROKEN_OFF,
    "42501": _DENIED,
    "53100": _FULL,
    "53300": _UNREACHABLE,
    "55P03": _BUSY,
    "57014": _BUSY,
    "57P01": _UNREACHABLE,
    "57P02": _UNREACHABLE,
    "57P03": _UNREACHABLE,
    "XX001": _DAMAGED,
}
_PSYCOPG = {
    "psycopg.OperationalError": _UNREACHABLE,
    "psycopg.errors.ConnectionTimeout": _UNREACHABLE,
    "psycopg.DataError": _UNWRITABLE,
}
