"""Reaching a database: its address, its connections as they must be set, and transactions.

SQLite begins every writing transaction by BEGIN IMMEDIATE: with SQLAlchemy's default two processes
that wrote 300 times each lost 294 of the writes (DESIGN §4.4). PostgreSQL locks rows instead.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError

from states.errors import Invalid, Problem
from workflow.storage.driver import Driver, Texts
from workflow.storage.failures import explained

PATIENCE = 15_000  # long enough for a queue of bulk commands, short enough for a person
_READS = "rectify_reads"
_FILE = "file"
_AHEAD = b"\2\2"  # bytes 18 and 19 of a file in WAL mode
_BEGIN = {True: "BEGIN IMMEDIATE", False: "BEGIN"}  # by whether the transaction writes


class Database:
    """An address with its engine.

    ``path`` is the file of an SQLite database, or None; ``patience`` how many milliseconds a
    transaction waits for others before it gives up. A file that is left ``untouched`` is only read,
    and not even its journal mode is set.
    """

    def __init__(self, address: str, patience: int = PATIENCE, *, untouched: bool = False) -> None:
        url = _parsed(address)
        self.path = Path(url.database or "") if url.drivername == "sqlite" else None
        self.name = str(self.path or url.render_as_string())
        self.engine = (
            _postgresql(url, patience)
            if self.path is None
            else _sqlite(self.path, patience, untouched)
        )
        reads: dict[str, Any] = {_READS: True}
        if self.path is None:
            reads |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = self.engine.execution_options(**reads)
        self._texts = Texts(self.engine.dialect)
        self._errors = (DBAPIError, self.engine.dialect.loaded_dbapi.Error)

    @contextmanager
    def reading(self) -> Iterator[Driver]:
        """Open a transaction that sees one state of the database and changes nothing."""
        with self.explained(), self._begun(writes=False) as driver:
            yield driver

    @contextmanager
    def writing(self) -> Iterator[Driver]:
        """Open a transaction that commits at the end, or not at all on an exception."""
        with self.explained(), self._begun(writes=True) as driver:
            yield driver

    def _begun(self, *, writes: bool) -> AbstractContextManager[Driver]:
        return self._begun_on_server(writes) if self.path is None else self._begun_on_file(writes)

    @contextmanager
    def _begun_on_server(self, writes: bool) -> Iterator[Driver]:
        with (
            self.changing() if writes else self.looking() as connection,
            closing(Driver(connection.connection, self._texts, writes=writes)) as driver,
        ):
            yield driver

    @contextmanager
    def _begun_on_file(self, writes: bool) -> Iterator[Driver]:
        # SQLAlchemy's own transaction would cost 35 µs more, of the 500 that a command takes.
        with closing(self.engine.raw_connection()) as pooled:  # rolls back what is not committed
            connection: Any = pooled.driver_connection
            connection.execute(_BEGIN[writes])
            with closing(Driver(pooled, self._texts, writes=writes)) as driver:
                yield driver
            if writes:
                connection.commit()

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Open a reading transaction for what needs SQLAlchemy's own connection."""
        with self.explained(), self._reader.connect() as connection:
            connection.begin()
            yield connection  # closing rolls back

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """Open a writing transaction for what needs SQLAlchemy's own connection."""
        with self.explained(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def driving(self, connection: Connection) -> Iterator[Driver]:
        """Give the driver inside a writing transaction that SQLAlchemy manages."""
        with closing(Driver(connection.connection, self._texts, writes=True)) as driver:
            yield driver

    def login(self) -> str | None:
        """Return the role that PostgreSQL authenticated; None on SQLite."""
        if self.path is not None:
            return None
        with self.looking() as connection:
            return str(connection.exec_driver_sql("SELECT session_user").scalar_one())

    def time(self) -> datetime | None:
        """Return the time of the server; None on SQLite."""
        if self.path is not None:
            return None
        with self.looking() as connection:
            now: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return now.astimezone(UTC)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say what the errors of the driver mean that were foreseen. Raises ``Invalid``, …."""
        try:
            yield
        except self._errors as error:
            of_ours = isinstance(getattr(error, "orig", None) or error, self._errors[1])
            known = explained(error, self.name) if of_ours else None  # else another database's
            if known is None:
                raise
            raise known from error


def _parsed(address: str) -> URL:
    """Return the address in full; a plain path is an SQLite file."""
    if "://" not in address:
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address)
    except ArgumentError:
        raise _no_address(address) from None
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return url.set(drivername="sqlite")
    if url.drivername in ("postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise _no_address(url.render_as_string())


def _no_address(address: str) -> Invalid:
    return Invalid(
        Problem(
            "database_address",
            "{address} is not an address of a database; "
            "give a file, sqlite:///file or postgresql://user@host/name",
            {"address": address},
        )
    )


# --- SQLite ----------------------------------------------------------------------------------


def journal_mode(version: tuple[int, int, int]) -> str:
    """Return the journal mode for a version of the SQLite library.

    Versions 3.7.0 to 3.51.2 can lose committed pages in WAL mode when a checkpoint races with a
    reset (https://sqlite.org/wal.html#walresetbug), except for the corrected 3.44.6 and 3.50.7 of
    their lines; 3.52.0 was withdrawn.
    """
    corrected = (
        version >= (3, 51, 3)
        or (3, 50, 7) <= version < (3, 51, 0)
        or (3, 44, 6) <= version < (3, 45, 0)
    )
    return "WAL" if corrected and version != (3, 52, 0) else "DELETE"


def faulty_release() -> str | None:
    """Return the release of the SQLite library if its WAL mode cannot be trusted, else None."""
    trusted = journal_mode(sqlite3.sqlite_version_info) == "WAL"
    return None if trusted else sqlite3.sqlite_version


# EXTRA also syncs the folder after a rollback journal was deleted; in WAL mode it equals FULL.
_PRAGMAS = (
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "secure_delete = ON",  # what was erased leaves no bytes behind
    # the two that change the file, or how it is written, come last
    f"journal_mode = {journal_mode(sqlite3.sqlite_version_info)}",
    "synchronous = EXTRA",
)


def _sqlite(path: Path, patience: int, untouched: bool) -> Engine:
    # mode=rw: opening never creates a file. One connection stays open, since opening one and
    # setting it up costs more than many a transaction; further ones come and go.
    place = path.absolute()
    mode = _untouched(place) if untouched else "mode=rw"
    address = f"file:{quote(str(place))}?{mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address,
            timeout=patience / 1000,  # already counts for the journal mode, which needs a lock
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in _PRAGMAS[: -2 if untouched else None]:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite://", creator=connect, paramstyle="qmark", poolclass=QueuePool, pool_size=1
    )

    # A file that took another's place (a restore) is noticed: what stays open would still be the
    # former one, and be written to by nobody's leave.
    @event.listens_for(engine, "connect")
    def opened(connection: Any, record: Any) -> None:
        record.info[_FILE] = _file(place)

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, proxy: object) -> None:
        if record.info[_FILE] != _file(place):
            raise DisconnectionError

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READS)
        driver: Any = connection.connection.driver_connection
        driver.execute(_BEGIN[not reads])

    return engine


def _untouched(path: Path) -> str:
    """Return how a file is opened that must not change, nor get anything beside it.

    One that is written ahead gets a log and an index from whoever reads it, but for one who is
    told that nobody has it open (https://sqlite.org/uri.html#uriimmutable).
    """
    with suppress(OSError), path.open("rb") as file:
        if os.access(path.parent, os.W_OK) and file.read(20)[18:] != _AHEAD:
            return "mode=ro"
    return "mode=ro&immutable=1"


def _file(path: Path) -> tuple[int, int]:
    """Return what tells a file from any other, whatever it is called; zeros if there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


# --- PostgreSQL ------------------------------------------------------------------------------

# The commit of a log waits for the disk even where the server's default would not; a stronger
# default (remote_apply) stays.
_SETTINGS = """
SET statement_timeout = 60000;
SET idle_in_transaction_session_timeout = 60000;
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""


def _postgresql(url: URL, patience: int) -> Engine:
    try:
        engine = create_engine(url, isolation_level="READ COMMITTED", paramstyle="format")
    except ImportError as error:
        raise Invalid(
            Problem(
                "driver_missing",
                "PostgreSQL needs its driver: pip install 'rectification[postgresql]'",
            )
        ) from error

    @event.listens_for(engine, "connect")
    def settings(connection: Any, record: object) -> None:
        connection.execute(f"{_SETTINGS}; SET lock_timeout = {patience}")
        connection.commit()

    return engine
