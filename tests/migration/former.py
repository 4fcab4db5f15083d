"""A database as the first version left it: its schema by the frozen migration, its rows as bytes.

The rows were written by that version itself: an office, four issues in different states (one with
a duty that recurs, one voided) and the notices of a few ticks.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData

from workflow.storage.database import Database

ROWS = Path(__file__).parents[1] / "data" / "former_database.jsonl"
FIRST = "0001"


def make_former(address: str) -> None:
    """Fill an empty database as the first version would have left it."""
    upgraded(address, FIRST)
    database = Database(address)
    with database.changing() as connection:
        _fill(connection)
    database.close()


def upgraded(address: str, revision: str) -> None:
    """Bring a database to the schema of a version, by its frozen migration alone."""
    database = Database(address)
    with database.changing() as connection:
        config = Config()
        config.set_main_option("script_location", "workflow.storage:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    database.close()


def _fill(connection: Connection) -> None:
    tables = MetaData()
    tables.reflect(connection)
    for line in ROWS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        table = tables.tables[row.pop("table")]
        if table.name == "notices":
            del row["id"]  # the database numbers them, in the same order
        connection.execute(
            table.insert().values({name: _cell(name, value) for name, value in row.items()})
        )


def _cell(name: str, value: Any) -> Any:
    if name == "salt":
        return bytes.fromhex(value)
    return value.encode() if name == "body" else value
