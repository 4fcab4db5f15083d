"""The exit codes: one table, for every error that rectify knows and for what is no error."""

from __future__ import annotations

DONE = 0
UNEXPECTED = 1
USAGE = 2  # click's own
REFUSED = 3
NOT_FOUND = 4
CONFLICT = 5
UNSOUND = 6
INVALID = 7
INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""
PIPE_CLOSED = 141
"""128 + SIGPIPE: whoever read the output has gone."""


def exit_code(error: BaseException) -> int:
    """Return the code that a program sees when a command ends by this error."""
    from states.errors import Conflict, Denied, NotFound, RectificationError, Refused

    table: tuple[tuple[type[BaseException], int], ...] = (
        (Refused, REFUSED),
        (Denied, REFUSED),
        (NotFound, NOT_FOUND),
        (Conflict, CONFLICT),
        (RectificationError, INVALID),  # Invalid, and what says that a file of ours is broken
    )
    return next((code for kind, code in table if isinstance(error, kind)), UNEXPECTED)
