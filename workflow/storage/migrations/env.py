"""Run by Alembic: migrations happen on the connection, and in the transaction, they are given."""

from __future__ import annotations

from alembic import context

from workflow.storage.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
)
context.run_migrations()
