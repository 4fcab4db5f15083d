"""The schema as it is meant to stand: the tables, and what they have beside their columns.

The triggers keep the log and its seals append-only, and list each entry as waiting to be sealed.
They stop mistakes, and whoever only holds an ordinary login; whoever owns the file or the server
can drop them, and then ``verify`` finds what was done.

Databases are made by migrations, which must arrive here; ``verify`` holds what stands against it.
"""

from __future__ import annotations

from sqlalchemy import Connection, Index, text

from workflow.storage.seal_tables import checkpoints, leaves
from workflow.storage.tables import entries, metadata, notices, obligations

# Not beside their tables: options of a dialect make SQLAlchemy load it, PostgreSQL's in 30 ms.
Index(
    "obligations_awaited",
    obligations.c.wake_on,
    obligations.c.id,
    sqlite_where=text("closed_by IS NULL"),
    postgresql_where=text("closed_by IS NULL"),
)
Index(
    "notices_unsettled",
    notices.c.channel,
    notices.c.id,
    sqlite_where=text("settled_at IS NULL"),
    postgresql_where=text("settled_at IS NULL"),
)
Index(
    "notices_bundle",
    notices.c.bundle,
    sqlite_where=text("bundle IS NOT NULL"),
    postgresql_where=text("bundle IS NOT NULL"),
)
Index(
    "notices_failed",
    notices.c.id,
    sqlite_where=text("status = 'dead' AND resolved_at IS NULL"),
    postgresql_where=text("status = 'dead' AND resolved_at IS NULL"),
)
Index("notices_created", notices.c.created_at)


def _append_only_on_sqlite(table: str, in_the_way: str) -> tuple[str, ...]:
    """Return what keeps a table append-only; a query finds the row in the way."""
    refuse = "BEGIN\n    SELECT RAISE(ABORT, 'the log is append-only');\nEND"
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}\n{refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}\n{refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}\n"
        f"WHEN EXISTS (\n{in_the_way}\n)\n{refuse}",
    )


_SQLITE = (
    # INSERT OR REPLACE deletes what is in its way, and calls the trigger on deletion only where the
    # connection has recursive_triggers on. An unset rowid is -1 here, which no row has.
    *_append_only_on_sqlite(
        entries.name,
        "SELECT 1 FROM entries "
        "WHERE (stream = NEW.stream AND n = NEW.n) OR request_id = NEW.request_id "
        "OR rowid = NEW.rowid",
    ),
    *_append_only_on_sqlite(
        leaves.name,
        "SELECT 1 FROM leaves WHERE idx = NEW.idx OR (stream = NEW.stream AND n = NEW.n)",
    ),
    *_append_only_on_sqlite(checkpoints.name, "SELECT 1 FROM checkpoints WHERE size = NEW.size"),
    """
CREATE TRIGGER entries_listed AFTER INSERT ON entries
BEGIN
    INSERT INTO unsealed (stream, n) VALUES (NEW.stream, NEW.n);
END
""",
)


def _append_only_on_server(table: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}\n"
        "FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()",
        # Also where a session poses as a replica, which switches ordinary triggers off.
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
    )


_POSTGRESQL = (
    """
CREATE FUNCTION entries_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'restrict_violation';
END
$$
""",
    *_append_only_on_server(entries.name),
    *_append_only_on_server(leaves.name),
    *_append_only_on_server(checkpoints.name),
    # With the rights of its owner: an ordinary role need not be able to write into the list.
    """
CREATE FUNCTION entries_list() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO SCHEMA_OF_OURS.unsealed (stream, n) VALUES (NEW.stream, NEW.n);
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER entries_listed AFTER INSERT ON entries
FOR EACH ROW EXECUTE FUNCTION entries_list()
""",
)

TRIGGERS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def create_all(connection: Connection) -> None:
    """Create tables and triggers as they are meant to stand: what the migrations must arrive at."""
    metadata.create_all(connection)
    schema = ""
    if connection.dialect.name == "postgresql":
        named = connection.exec_driver_sql("SELECT quote_ident(current_schema())")
        schema = str(named.scalar_one())
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement.replace("SCHEMA_OF_OURS", schema))
