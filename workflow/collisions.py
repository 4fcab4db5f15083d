"""Transactions that a database broke off because two got in each other's way: they run again.

PostgreSQL ends one of two that wait for each other, and changes nothing of it. Such a deadlock is
no fault of whoever gave the command, and nobody was told anything: the whole is simply done anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from states.errors import Conflict

BROKEN_OFF = "transaction_broken_off"
"""The code of the conflict that a store raises for such a transaction."""
ATTEMPTS = 5

_Said = ParamSpec("_Said")
_Answer = TypeVar("_Answer")


def again(command: Callable[_Said, _Answer]) -> Callable[_Said, _Answer]:
    """Let a command be run again if the database broke it off, up to ``ATTEMPTS`` times in all.

    The command is one transaction, or several that may each be repeated. Its last conflict is
    raised; there is no waiting between attempts, since each waits for the other's lock.
    """

    @wraps(command)
    def repeated(*args: _Said.args, **kwargs: _Said.kwargs) -> _Answer:
        for _ in range(ATTEMPTS - 1):
            try:
                return command(*args, **kwargs)
            except Conflict as error:
                if error.message.code != BROKEN_OFF:
                    raise
        return command(*args, **kwargs)

    return repeated
