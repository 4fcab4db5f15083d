"""The schema as it is meant to stand: the tables, and what they have beside their columns.

The triggers keep the log append-only. They stop mistakes, and whoever only holds an ordinary login;
whoever owns the file or the server can drop them, and then ``verify`` finds what was done.

Databases are made by migrations, which must arrive here; no command of ours imports this module.
"""

from __future__ import annotations

from sqlalchemy import Connection, Index, text

from workflow.storage.tables import metadata, notices, obligations

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

_SQLITE = (
    """
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    """
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
    # INSERT OR REPLACE deletes what is in its way, and calls the trigger above only where the
    # connection has recursive_triggers on. An unset rowid is -1 here, which no row has.
    """
CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
WHEN EXISTS (
    SELECT 1 FROM entries
    WHERE (stream = NEW.stream AND n = NEW.n)
    OR request_id = NEW.request_id
    OR rowid = NEW.rowid
)
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END
""",
)

_POSTGRESQL = (
    """
CREATE FUNCTION entries_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'restrict_violation';
END
$$
""",
    """
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse()
""",
    # Also where a session poses as a replica, which switches ordinary triggers off.
    "ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_append_only",
)

TRIGGERS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def create_all(connection: Connection) -> None:
    """Create tables and triggers as they are meant to stand: what the migrations must arrive at."""
    metadata.create_all(connection)
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
