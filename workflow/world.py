"""The world as it really is: the clock, fresh names, unpredictable bytes, the account that acts."""

from __future__ import annotations

import os
import secrets
import uuid
from datetime import UTC, datetime

from workflow.identity import Identity
from workflow.ports import Store


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def fresh() -> str:
    """Return a name that was never used before."""
    return uuid.uuid4().hex


def salt() -> bytes:
    """Return 32 unpredictable bytes."""
    return secrets.token_bytes(32)


def account_identity(store: Store) -> Identity:
    """Return the account that acts: the database's own word for it, else the operating system's.

    The latter is taken from the user id, never from the environment: ``$USER`` is whatever its
    owner says.
    """
    role = store.login()
    if role is not None:
        return Identity(account=f"role:{role}", auth="database-role")
    return Identity(account=f"os:{os.getuid()}", auth="os-claimed")
