"""The schema of a database as text, to compare two of them."""

from __future__ import annotations

from sqlalchemy import Connection

from workflow.storage.schema import VERSION_TABLE

_POSTGRESQL = (
    """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           a.attidentity::text, co.collname, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
    """,
    """
    SELECT c.relname, o.conname, pg_get_constraintdef(o.oid)
    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
    WHERE c.relnamespace = 'public'::regnamespace
    """,
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """
    SELECT c.relname, t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
    """,
    """
    SELECT p.proname, pg_get_functiondef(p.oid), ''
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    """,
)
_SQLITE = ("SELECT tbl_name, name, type, sql FROM sqlite_master",)


def dumped(connection: Connection) -> list[tuple[str, ...]]:
    """Return every table, column, constraint, index, trigger and function, except Alembic's own.

    On PostgreSQL a migration can only put columns at the end; their order says nothing there,
    because every statement names its columns. SQLite reads a long value to get at what follows it.
    """
    statements = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    rows = [
        tuple(" ".join(str(value).split()) for value in row)
        for statement in statements
        for row in connection.exec_driver_sql(statement)
    ]
    return sorted(row for row in rows if row[0] != VERSION_TABLE)
