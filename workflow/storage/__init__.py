"""The store on a database: the only door to SQLAlchemy and Alembic."""

from __future__ import annotations

from workflow.storage.schema import SchemaState
from workflow.storage.store import SqlStore, migrate, open_store, rebuild, schema_state

__all__ = ["SchemaState", "SqlStore", "migrate", "open_store", "rebuild", "schema_state"]
