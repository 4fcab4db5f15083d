"""What SQLAlchemy's core does not bring along to build statements of.

Every statement of the store is built once, at the top of the module that runs it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Insert, Table, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def every_column(table: Table, *without: str) -> dict[str, BindParameter[Any]]:
    """Return a parameter for every column of a table, named as the column."""
    return {c.name: bindparam(c.name) for c in table.c if c.name not in without}


def insert_new_into(table: Table, *without: str) -> Insert:
    """Return an insert that passes over a row whose key is there; its row count tells."""
    return _InsertNew(table).values(every_column(table, *without)).inline()


class _InsertNew(Insert):
    inherit_cache = True


@compiles(_InsertNew)
def _insert_new(statement: _InsertNew, compiler: SQLCompiler, **options: Any) -> str:
    written: str = compiler.visit_insert(statement, **options)  # type: ignore[no-untyped-call]
    return written + " ON CONFLICT DO NOTHING"


def insert_as_it_was(table: Table) -> Insert:
    """Return an insert that keeps the numbers which PostgreSQL would otherwise give itself."""
    return _InsertNumbered(table).inline()


class _InsertNumbered(Insert):
    inherit_cache = True


@compiles(_InsertNumbered, "postgresql")
def _insert_numbered(statement: _InsertNumbered, compiler: SQLCompiler, **options: Any) -> str:
    written: str = compiler.visit_insert(statement, **options)  # type: ignore[no-untyped-call]
    return written.replace(") VALUES (", ") OVERRIDING SYSTEM VALUE VALUES (", 1)


class TakenAlone(FunctionElement[bool]):
    """Whether this transaction is now the only one at what a text names, until it ends.

    It waits for nobody. On SQLite there is only one transaction that writes.
    """

    inherit_cache = True
    name = "taken_alone"


@compiles(TakenAlone, "sqlite")
def _taken_alone_sqlite(element: TakenAlone, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} IS NOT NULL)"


@compiles(TakenAlone, "postgresql")
def _taken_alone_postgresql(element: TakenAlone, compiler: SQLCompiler, **options: Any) -> str:
    named = compiler.process(element.clauses, **options)
    return f"pg_try_advisory_xact_lock(hashtextextended({named}, 0))"


def among(column: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Return whether a column holds one of our own words, which stand in the statement itself.

    SQLAlchemy writes lists of parameters only when a statement is run; ours are written before.
    """
    return column.in_([literal_column(f"'{word}'") for word in words])


class Items(FunctionElement[str]):
    """The texts of a JSON list as rows: any number of them in one parameter."""

    inherit_cache = True
    name = "items"


@compiles(Items, "sqlite")
def _items_sqlite(element: Items, compiler: SQLCompiler, **options: Any) -> str:
    listed = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({listed}))"  # noqa: S608 - a parameter's name


@compiles(Items, "postgresql")
def _items_postgresql(element: Items, compiler: SQLCompiler, **options: Any) -> str:
    listed = compiler.process(element.clauses, **options)
    return f"(SELECT json_array_elements_text(CAST({listed} AS json)))"
