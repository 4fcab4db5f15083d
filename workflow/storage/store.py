"""The store on SQLite or PostgreSQL: opening it, and its transactions."""

from __future__ import annotations

import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from states.errors import Conflict
from workflow.collisions import BROKEN_OFF
from workflow.storage.database import Database
from workflow.storage.files import make_private
from workflow.storage.schema import SchemaState, refusal, state_of
from workflow.storage.session import SqlSession

if TYPE_CHECKING:
    from datetime import datetime

    from workflow.storage.outbox import SqlOutbox
    from workflow.storage.session import Known


_APART = 0.2
"""Seconds within which those who got in each other's way may begin anew, each at its own time."""


class SqlStore:
    """A ``Store`` on a database. It closes its connections when nobody holds it any more."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Known = {}
        self._closing = weakref.finalize(self, database.close)

    @contextmanager
    def reading(self) -> Iterator[SqlSession]:
        """Open a transaction that only reads, on one consistent state."""
        with self._database.reading() as driver:
            yield SqlSession(driver, self._known)

    @contextmanager
    def writing(self) -> Iterator[SqlSession]:
        """Open a transaction that writes; it commits at the end, or not at all on an exception."""
        try:
            with self._database.writing() as driver:
                yield SqlSession(driver, self._known)
        except Conflict as error:
            if error.message.code == BROKEN_OFF:
                from random import uniform

                time.sleep(uniform(0, _APART))  # noqa: S311 - nothing secret
            raise

    def close(self) -> None:
        """Close the connections now."""
        self._closing()

    def login(self) -> str | None:
        """Return the role by which PostgreSQL knows us; None on SQLite, which knows no roles."""
        return self._database.login()

    def time(self) -> datetime | None:
        """Return the database server's own time; None on SQLite, which has none."""
        return self._database.time()

    @cached_property
    def outbox(self) -> SqlOutbox:
        """The notices to be sent, each step of which is a transaction of its own."""
        from workflow.storage.outbox import SqlOutbox

        return SqlOutbox(self._database)


def open_store(url: str, *, create: bool = False) -> SqlStore:
    """Return the store at an address: a file, ``sqlite:///file`` or ``postgresql://…/name``.

    With ``create`` an SQLite file is made if it is missing, readable by its owner alone, and
    migrations run; without it only a database with the present schema is accepted. Raises
    ``NotFound`` or ``Invalid``.
    """
    database = Database(url)
    try:
        if create:
            _migrate(database)
        elif (error := refusal(state_of(database), database.name)) is not None:
            raise error
    except BaseException:
        database.close()
        raise
    return SqlStore(database)


def migrate(url: str) -> tuple[str, ...]:
    """Bring an existing database to the present schema.

    Returned are the streams whose rows were left as they were, because ``verify`` finds fault
    with them. Raises ``NotFound`` if there is none, ``Invalid`` if it is not ours or of a later
    version.
    """
    database = Database(url)
    try:
        state = state_of(database)
        error = refusal(state, database.name)
        if error is not None and state is not SchemaState.OLDER:
            raise error
        return _migrate(database)
    finally:
        database.close()


def schema_state(url: str) -> SchemaState:
    """Return how the database at an address stands to this program, without changing it."""
    database = Database(url)
    try:
        return state_of(database)
    finally:
        database.close()


def rebuild(url: str) -> tuple[str, ...]:
    """Write anew everything that is computed from the log; the log and the notices stay.

    What keeps the log append-only and lists what waits is made anew where it is missing. The next
    tick looks at everything that is owed; what was told already is not told again.
    Returned are the streams whose rows were left as they were, because ``verify`` finds fault
    with them. Raises ``NotFound`` or ``Invalid`` as ``open_store`` does.
    """
    from workflow.storage.rebuilding import rebuild as rebuilt
    from workflow.storage.structure import put_back

    database = Database(url)
    try:
        if (error := refusal(state_of(database), database.name)) is not None:
            raise error
        with database.writing() as driver:
            put_back(driver)
            return rebuilt(driver, keep_wakes=False)
    finally:
        database.close()


def _migrate(database: Database) -> tuple[str, ...]:
    if database.path is not None:
        make_private(database.path)
    if state_of(database) is SchemaState.CURRENT:
        return ()
    from workflow.storage.migrating import upgrade

    return upgrade(database)
