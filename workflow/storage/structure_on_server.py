"""What stands in a PostgreSQL database beside its rows: what is meant to, and what does.

Only the schemas that a statement of ours looks into matter, and what hangs on our tables wherever
it lies. What an extension brought along belongs to the extension. The server writes definitions in
its own words, so they are compared without brackets, casts and the name of the schema.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from sqlalchemy import Column, Dialect, LargeBinary, Text, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from workflow.storage.creation import TRIGGERS
from workflow.storage.driver import Driver
from workflow.storage.schema import VERSION_TABLE
from workflow.storage.tables import metadata

_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_NAMES = ", ".join(f"'{name}'" for name in sorted(metadata.tables))

# The tables as our statements find them: a schema that is looked into earlier may hide one.
_OURS = f"""
WITH ours AS (
    SELECT c.*, quote_ident(n.nspname) || '.' AS prefix
    FROM unnest(ARRAY[{_NAMES}]) AS of(name)
    JOIN pg_class c ON c.oid = to_regclass(quote_ident(of.name))
    JOIN pg_namespace n ON n.oid = c.relnamespace
), home AS (
    SELECT oid FROM pg_namespace WHERE nspname = ANY (current_schemas(false))
), brought AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
)
"""  # noqa: S608 - the names of our own tables


def _asked(query: str) -> TextClause:
    return text((_OURS + query).replace(":", "\\:"))  # no colon here is a parameter's


PREFIX = _asked("SELECT prefix FROM ours WHERE relname = 'entries'")
TABLES = _asked("""
SELECT 'table ' || relname, concat_ws(' ', relkind, relpersistence, relispartition,
    relrowsecurity, relforcerowsecurity, count(*) OVER (PARTITION BY relnamespace))
FROM ours
""")
COLUMNS = _asked("""
SELECT 'column ' || ours.relname || '.' || a.attname, concat_ws(' ',
    format_type(a.atttypid, a.atttypmod), co.collname, a.attnotnull, a.attidentity::text,
    a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid))
FROM ours JOIN pg_attribute a ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
""")
CONSTRAINTS = _asked("""
SELECT 'constraint ' || o.conrelid::regclass || '.' || o.conname, pg_get_constraintdef(o.oid)
FROM pg_constraint o
WHERE o.contype NOT IN ('n', 't')
AND (o.conrelid IN (SELECT oid FROM ours) OR o.confrelid IN (SELECT oid FROM ours))
""")
INDEXES = _asked("""
SELECT 'index ' || c.relname,
    replace(pg_get_indexdef(c.oid), ours.prefix, '')
        || CASE WHEN i.indisvalid AND i.indisready THEN '' ELSE ' INVALID' END,
    NOT i.indisunique AND i.indexprs IS NULL AND i.indpred IS NULL
FROM ours JOIN pg_index i ON i.indrelid = ours.oid JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT EXISTS (SELECT 1 FROM pg_constraint o WHERE o.conindid = c.oid)
""")
FIRING = _asked("""
SELECT CASE WHEN t.tgisinternal THEN 'constraint ' || o.conrelid::regclass || '.' || o.conname
        ELSE 'trigger ' || ours.relname || '.' || t.tgname END,
    replace(pg_get_triggerdef(t.oid), ours.prefix, '') || ' ' || t.tgenabled::text
FROM ours JOIN pg_trigger t ON t.tgrelid = ours.oid
LEFT JOIN pg_constraint o ON o.oid = t.tgconstraint
WHERE NOT t.tgisinternal OR t.tgenabled <> 'O'
""")
FUNCTIONS = _asked("""
SELECT 'function ' || o.proname || '(' || pg_get_function_identity_arguments(o.oid) || ')',
    concat_ws(' ', l.lanname, o.prosecdef, array_to_string(o.proconfig, ' '),
        replace(o.prosrc, (SELECT prefix FROM ours WHERE relname = 'entries'), 'SCHEMA_OF_OURS.'))
FROM pg_proc o JOIN pg_language l ON l.oid = o.prolang
WHERE o.pronamespace IN (SELECT oid FROM home)
AND ('pg_proc'::regclass, o.oid) NOT IN (SELECT * FROM brought)
""")
ACTING = _asked("""
SELECT 'operator ' || o.oid::regoperator, '' FROM pg_operator o
WHERE o.oprnamespace IN (SELECT oid FROM home)
AND ('pg_operator'::regclass, o.oid) NOT IN (SELECT * FROM brought)
UNION ALL
SELECT 'rule ' || ours.relname || '.' || r.rulename, ''
FROM pg_rewrite r JOIN ours ON ours.oid = r.ev_class
UNION ALL
SELECT 'policy ' || ours.relname || '.' || p.polname, ''
FROM pg_policy p JOIN ours ON ours.oid = p.polrelid
UNION ALL
SELECT 'view ' || o.relname, '' FROM pg_class o
WHERE o.relkind IN ('v', 'm', 'f') AND o.relnamespace IN (SELECT oid FROM home)
AND ('pg_class'::regclass, o.oid) NOT IN (SELECT * FROM brought)
UNION ALL
SELECT 'inheritance ' || i.inhrelid::regclass || ' ' || i.inhparent::regclass, ''
FROM pg_inherits i
WHERE i.inhparent IN (SELECT oid FROM ours) OR i.inhrelid IN (SELECT oid FROM ours)
UNION ALL
SELECT 'event trigger ' || evtname, '' FROM pg_event_trigger
WHERE evtevent = 'login' AND evtenabled <> 'D'
UNION ALL
SELECT 'setting session_replication_role', ''
WHERE current_setting('session_replication_role') <> 'origin'
""")


def making(driver: Driver, broken: Collection[str]) -> list[str]:
    """Return the statements that make anew what is missing or was changed, as far as that can be.

    Functions come before the triggers that call them.
    """
    indexes = [index for table in metadata.tables.values() for index in table.indexes]
    statements = []
    for index in indexes:
        if f"index {index.name}" in broken:
            statements.append(f"DROP INDEX IF EXISTS {index.name}")
            statements.append(str(CreateIndex(index).compile(dialect=_DIALECT)))
    row = driver.first(PREFIX, {})
    for made in TRIGGERS["postgresql"]:
        ours = made.strip().replace("SCHEMA_OF_OURS.", "" if row is None else row[0])
        words = ours.split()
        if words[1] == "FUNCTION" and f"function {words[2]}" in broken:
            statements.append(ours.replace("CREATE", "CREATE OR REPLACE", 1))
        elif words[1] == "TRIGGER" and f"trigger {_of(words)}.{words[2]}" in broken:
            statements += [f"DROP TRIGGER IF EXISTS {words[2]} ON {_of(words)}", ours]
        elif words[1] == "TABLE" and f"trigger {words[2]}.{words[-1]}" in broken:
            statements.append(ours)
    return statements


def _of(words: Sequence[str]) -> str:
    return words[words.index("ON") + 1]


@cache
def meant() -> Mapping[str, str]:
    """Return what we make, by kind and name, each with its definition."""
    return dict(_made())


def found(driver: Driver) -> Mapping[str, str]:
    """Return what stands there that is ours, or that can act on ours or hide it."""
    parts: dict[str, str] = {}
    for statement in (TABLES, COLUMNS, CONSTRAINTS, ACTING):
        parts |= {name: _words(definition) for name, definition in driver.all(statement, {})}
    for name, definition, harmless in driver.all(INDEXES, {}):
        if name in meant() or not harmless:
            parts[name] = _words(definition.replace(" USING btree", ""))
    for name, definition in driver.all(FIRING, {}):
        parts[name] = _sorted(definition)
    for name, definition in driver.all(FUNCTIONS, {}):
        parts[name] = " ".join(definition.split())
    parts.pop(f"table {VERSION_TABLE}", None)
    return parts


def _made() -> Iterator[tuple[str, str]]:
    for table in metadata.tables.values():
        yield f"table {table.name}", _words(f"r p f f f {len(metadata.tables)}")
        for column in table.columns:
            yield f"column {table.name}.{column.name}", _words(_described(column))
        for line in str(CreateTable(table).compile(dialect=_DIALECT)).splitlines():
            said, _, rest = line.strip().rstrip(", ").partition(" ")
            if said == "CONSTRAINT":
                name, _, definition = rest.partition(" ")
                yield f"constraint {table.name}.{name}", _words(definition)
        for index in table.indexes:
            made = str(CreateIndex(index).compile(dialect=_DIALECT))
            yield f"index {index.name}", _words(made)
    for made in TRIGGERS["postgresql"]:
        yield from _firing(made)


def _described(column: Column[object]) -> str:
    kind = column.type.compile(dialect=_DIALECT).lower()
    if isinstance(column.type, Text):
        kind = "text C"
    elif isinstance(column.type, LargeBinary):
        kind = "bytea"
    needed = "f" if column.nullable else "t"
    return f"{kind} {needed} {'a' if column.identity is not None else ''}"


_FUNCTION = re.compile(
    r"CREATE FUNCTION (?P<name>\S+) RETURNS trigger LANGUAGE (?P<language>\w+)"
    r"(?P<definer> SECURITY DEFINER)?(?P<path> SET search_path = '')? AS \$\$(?P<body>.*)\$\$",
    re.DOTALL,
)


def _firing(made: str) -> Iterator[tuple[str, str]]:
    """Yield a trigger or a function as the server would describe it."""
    if (function := _FUNCTION.match(made.strip())) is not None:
        said = [
            function["language"],
            "t" if function["definer"] else "f",
            'search_path=""' if function["path"] else "",
            function["body"],
        ]
        yield f"function {function['name']}", " ".join(" ".join(said).split())
    elif (words := made.split())[:2] == ["CREATE", "TRIGGER"]:
        name, table = words[2], _of(words)
        always = f"ENABLE ALWAYS TRIGGER {name}"
        enabled = "A" if any(always in other for other in TRIGGERS["postgresql"]) else "O"
        yield f"trigger {table}.{name}", _sorted(f"{made} {enabled}")


_WORD = re.compile(r"'[^']*'|[\w$]+|[^\w\s'()\[\],\"]+")
_CAST = re.compile(r"::(text|integer|bigint)\b")


def _words(definition: str) -> str:
    """Return a definition in one form, whoever wrote it down."""
    bare = _CAST.sub("", definition)
    bare = bare.replace("<> ALL (ARRAY[", "NOT IN (").replace("= ANY (ARRAY[", "IN (")
    return " ".join(_WORD.findall(bare))


def _sorted(definition: str) -> str:
    """Return the words of a trigger, whose events the server names in an order of its own."""
    return " ".join(sorted(_words(definition).split()))
