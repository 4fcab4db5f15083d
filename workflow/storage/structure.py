"""What stands in a database beside its rows, held against what we make there.

A trigger, a rule, a policy acts whenever somebody writes, and hides or undoes what it likes: one
that nobody knows of is as good as a hand in every command. An index of an administrator's own only
makes something faster, and is let be; not one that can make a writing fail.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import chain

from sqlalchemy import Dialect, bindparam, column, func, select, table, text
from sqlalchemy.schema import CreateIndex, CreateTable

from states.errors import Problem
from workflow.storage.creation import TRIGGERS
from workflow.storage.driver import Driver
from workflow.storage.schema import VERSION_TABLE
from workflow.storage.tables import metadata

DATABASE = "database"
"""Where problems of the structure are: beside the names of streams."""

FOREIGN = "structure_foreign"
"""The code of what stands there and is not ours."""

Parts = Mapping[str, str]
"""What stands there, by kind and name, each with its definition in one form."""

_MASTER = table("sqlite_master", column("type"), column("name"), column("tbl_name"), column("sql"))
MASTER = select(_MASTER.c.type, _MASTER.c.name, _MASTER.c.tbl_name, _MASTER.c.sql).where(
    _MASTER.c.sql.is_not(None)  # what a constraint needs is named by its table
)

_LISTED = func.pragma_index_list(bindparam("table")).table_valued("name", "unique", "partial")
LISTED = select(_LISTED.c.unique, _LISTED.c.partial).where(_LISTED.c.name == bindparam("name"))
_KEYS = func.pragma_index_xinfo(bindparam("name")).table_valued("cid", "coll", "key")
KEYS = select(_KEYS.c.cid, _KEYS.c.coll).where(_KEYS.c.key == 1)
_LEANS = func.pragma_foreign_key_list(bindparam("name")).table_valued("table")
LEANS = select(_LEANS.c.table)
_SORTED_BY = ("BINARY", "NOCASE", "RTRIM")  # any other order is a function that may be missing
_EXPRESSION = -2


def structure_faults(driver: Driver) -> list[Problem]:
    """Return what stands in the database and is not ours, is missing, or is not as we made it."""
    if driver.on_server:
        from workflow.storage import structure_on_server as server

        meant, found = server.meant(), server.found(driver)
    else:
        meant, found = _meant(), _found(driver)
    return list(_differences(meant, found))


def put_back(driver: Driver) -> None:
    """Make anew the triggers, functions and indexes of ours that are missing or were changed.

    What is foreign stays where it is: it is evidence, and who put it there may need it. A table or
    a constraint that was changed cannot be made anew under its rows.
    """
    broken = {str(f.facts["name"]) for f in structure_faults(driver) if f.code != FOREIGN}
    if driver.on_server:
        from workflow.storage import structure_on_server as server

        statements = server.making(driver, broken)
    else:
        statements = list(_making(broken))
    for statement in statements:
        driver.run(text(statement.replace(":", "\\:")), {})


def _making(broken: Collection[str]) -> Iterator[str]:
    from sqlalchemy.dialects import sqlite

    for of in metadata.tables.values():
        for index in of.indexes:
            if f"index {index.name}" in broken:
                yield f"DROP INDEX IF EXISTS {index.name}"
                yield str(CreateIndex(index).compile(dialect=sqlite.dialect()))
    for made in TRIGGERS["sqlite"]:
        if f"trigger {made.split()[2]}" in broken:
            yield f"DROP TRIGGER IF EXISTS {made.split()[2]}"
            yield made


def _differences(meant: Parts, found: Parts) -> Iterator[Problem]:
    for name in sorted(meant.keys() | found.keys()):
        if meant.get(name) == found.get(name):
            continue
        facts = {"name": name}
        if name not in meant:
            said = "{name} stands in the database and is not of rectify"
            yield Problem(FOREIGN, said, facts, source=DATABASE)
        elif name not in found:
            said = "{name} belongs in the database and is missing"
            yield Problem("structure_missing", said, facts, source=DATABASE)
        else:
            said = "{name} in the database is not as rectify made it"
            yield Problem("structure_changed", said, facts, source=DATABASE)


# ---------------------------------------------------------------- SQLite


@cache
def _meant() -> Parts:
    from sqlalchemy.dialects import sqlite

    dialect: Dialect = sqlite.dialect()
    indexes = chain.from_iterable(of.indexes for of in metadata.tables.values())
    return {
        **{f"table {of.name}": _one(str(CreateTable(of).compile(dialect=dialect)))
           for of in metadata.tables.values()},
        **{f"index {index.name}": _one(str(CreateIndex(index).compile(dialect=dialect)))
           for index in indexes},
        **{f"trigger {made.split()[2]}": _one(made) for made in TRIGGERS["sqlite"]},
    }  # fmt: skip


def _one(sql: str) -> str:
    """Return a statement in one form: versions of SQLite put spaces and quotes differently."""
    return re.sub(r'[\s"]+', " ", sql).replace("( ", "(").replace(" )", ")").strip()


def _found(driver: Driver) -> Parts:
    found = {}
    ours = {name.lower() for name in metadata.tables}
    for kind, name, of, sql in driver.all(MASTER, {}):
        if kind in ("trigger", "view") or _counts(driver, kind, name, of, ours):
            found[f"{kind} {name}"] = _one(str(sql))
    return found


def _counts(driver: Driver, kind: str, name: str, of: str, ours: set[str]) -> bool:
    """Return whether a table or an index is ours, or can make a writing into ours fail."""
    if kind == "table":
        leans = any(str(other).lower() in ours for (other,) in driver.all(LEANS, {"name": name}))
        return name.lower() in ours or (leans and name != VERSION_TABLE)
    if of.lower() not in ours:
        return False
    return f"index {name}" in _meant() or not _is_harmless(driver, name, of)


def _is_harmless(driver: Driver, name: str, of: str) -> bool:
    """Return whether an index only finds rows: an expression in it may fail for a row."""
    if driver.all(LISTED, {"table": of, "name": name}) != [(0, 0)]:  # neither unique nor partial
        return False
    keys = driver.all(KEYS, {"name": name})
    return all(cid != _EXPRESSION and str(coll).upper() in _SORTED_BY for cid, coll in keys)
