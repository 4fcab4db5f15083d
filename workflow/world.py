"""The world as it really is: the clock, fresh names, unpredictable bytes, the account that acts."""

from __future__ import annotations

import os
import secrets
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from states.errors import RectificationError
from workflow.identity import Identity

if TYPE_CHECKING:
    from workflow.ports import Clock, Store


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


ASKED_AGAIN = 60.0
"""Seconds after which a database server is asked for its time once more."""


_STEADY: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class ServerClock:
    """The time of a database server, by which all its nodes go; in between, elapsed seconds count.

    So a node whose own clock is wrong, or steps, neither owes too early nor breaks a lease.
    """

    def __init__(self, store: Store, at: datetime) -> None:
        self._store, self._at, self._asked = store, at, elapsed()

    def __call__(self) -> datetime:
        """Return the present instant."""
        since = elapsed() - self._asked
        if since > ASKED_AGAIN:
            with suppress(RectificationError):  # away just now: said by whoever needs it
                at = self._store.time()
                if at is not None:
                    self._at, self._asked, since = at, elapsed(), 0.0
        return self._at + timedelta(seconds=since)


def clock_of(store: Store) -> Clock:
    """Return the clock to go by: the database server's, where there is one."""
    at = store.time()
    return now if at is None else ServerClock(store, at)


def elapsed() -> float:
    """Return seconds that never step, whatever is done to the clock.

    Where the system can tell, those in which it was suspended count: leases run on meanwhile.
    """
    return time.clock_gettime(_STEADY)


def fresh() -> str:
    """Return a name that was never used before."""
    return uuid.uuid4().hex


def salt() -> bytes:
    """Return 32 unpredictable bytes."""
    return secrets.token_bytes(32)


def account_identity(role: str | None) -> Identity:
    """Return the account that acts: the ``role`` by which a database's server knows us, else the
    operating system's.

    The latter is taken from the user id, never from the environment: ``$USER`` is whatever its
    owner says.
    """
    if role is not None:
        return Identity(account=f"role:{role}", auth="database-role")
    return Identity(account=f"os:{os.getuid()}", auth="os-claimed")
