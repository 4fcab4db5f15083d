"""Bringing a database to the present schema: the only place that loads Alembic."""

from __future__ import annotations

import threading

from alembic import command
from alembic.config import Config

from workflow.storage.database import Database
from workflow.storage.schema import SchemaState, refusal, state_within

_LOCK = 0x72656374  # one number for the migrations of rectify in a PostgreSQL database
_TURN = threading.Lock()  # Alembic keeps the migration it is running in a global


def upgrade(database: Database) -> tuple[str, ...]:
    """Run every migration that is still missing, in one transaction; two at once take turns.

    What is computed from the log is then written anew by the code of today, in the same
    transaction; returned are the streams for which that could not be done (``rebuild``).

    Raises ``Invalid`` if the database belongs to another program or to a later version.
    """
    with _TURN, database.changing() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        state = state_within(connection)
        error = refusal(state, database.name)
        if error is not None and state in (SchemaState.FOREIGN, SchemaState.NEWER):
            raise error
        config = Config()
        config.set_main_option("script_location", "workflow.storage:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if state is not SchemaState.OLDER:
            return ()
        from workflow.storage.rebuilding import rebuild

        with database.driving(connection) as driver:
            return rebuild(driver, keep_wakes=True)
