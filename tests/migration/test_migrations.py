"""The migrations arrive at the tables that the code works with, and leave nothing half done."""

from __future__ import annotations

import ast
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from states.errors import Invalid
from tests.changes import registered, written
from tests.migration.schemas import dumped
from workflow.storage import SchemaState, migrate, open_store, schema_state
from workflow.storage.creation import create_all
from workflow.storage.database import Database
from workflow.storage.migrating import upgrade
from workflow.storage.schema import REVISIONS, VERSION_TABLE
from workflow.storage.tables import metadata

ROOT = Path(__file__).parents[2]
VERSIONS = ROOT / "workflow" / "storage" / "migrations" / "versions"


def schema(address: str) -> list[tuple[str, ...]]:
    database = Database(address)
    with database.looking() as connection:
        found = dumped(connection)
    database.close()
    return found


def test_fresh_equals_migrated(empty):
    fresh = Database(empty)
    with fresh.changing() as connection:
        create_all(connection)
        meant = dumped(connection)
        assert {row[0] for row in meant} >= set(metadata.tables)
        connection.rollback()
    fresh.close()
    open_store(empty, create=True)

    assert schema(empty) == meant


def test_autogenerate_would_change_nothing(empty):
    open_store(empty, create=True)
    database = Database(empty)
    with database.looking() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_the_revisions_are_those_of_the_scripts():
    config = Config()
    config.set_main_option("script_location", "workflow.storage:migrations")
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())

    assert tuple(script.revision for script in reversed(scripts)) == REVISIONS
    assert len(list(VERSIONS.glob("r*.py"))) == len(REVISIONS)


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("r*.py")), ids=lambda path: path.stem)
def test_a_migration_never_sees_the_tables_of_today(path):
    imported = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").partition(".")[0]
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert imported <= {"__future__", "sqlalchemy", "alembic"}


def test_migrating_again_changes_nothing(empty):
    store = open_store(empty, create=True)
    written(store, registered())
    before = schema(empty)

    migrate(empty)
    again = open_store(empty, create=True)

    assert schema(empty) == before
    with again.reading() as session:
        assert session.issue("YX2023-7") == registered().issue


def test_programs_that_found_a_database_at_once_all_find_it(empty):
    founding = f"from workflow.storage import open_store; open_store({empty!r}, create=True)"
    founders = [
        subprocess.Popen(
            [sys.executable, "-c", founding], cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8"
        )
        for _ in range(3)
    ]

    assert [founder.communicate()[1] for founder in founders] == ["", "", ""]
    assert schema_state(empty) is SchemaState.CURRENT


def test_threads_found_different_databases_at_once(tmp_path):
    files = [str(tmp_path / f"{number}.db") for number in range(4)]
    with ThreadPoolExecutor(len(files)) as threads:
        list(threads.map(lambda file: open_store(file, create=True), files))

    assert [schema_state(file) for file in files] == [SchemaState.CURRENT] * 4


def test_a_migration_that_fails_leaves_an_empty_database(tmp_path):
    file = tmp_path / "rectify.db"
    file.touch()
    database = Database(str(file))
    with database.looking() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 12")

    with pytest.raises(Invalid, match="no space is left"):
        upgrade(database)
    database.close()

    assert schema(str(file)) == []
    assert schema_state(str(file)) is SchemaState.EMPTY


# --- what is no database of ours, or not of today ----------------------------------------------


def test_a_database_of_another_program_is_left_alone(empty):
    other = Database(empty)
    with other.changing() as connection:
        connection.exec_driver_sql("CREATE TABLE issues (id INTEGER PRIMARY KEY)")
    other.close()
    before = schema(empty)

    assert schema_state(empty) is SchemaState.FOREIGN
    for attempt in (lambda: open_store(empty, create=True), lambda: open_store(empty)):
        with pytest.raises(Invalid, match="belongs to another program"):
            attempt()
    with pytest.raises(Invalid, match="belongs to another program"):
        migrate(empty)
    assert schema(empty) == before


def test_a_database_of_a_later_version_is_left_alone(empty):
    open_store(empty, create=True)
    database = Database(empty)
    with database.changing() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")  # noqa: S608
    database.close()

    assert schema_state(empty) is SchemaState.NEWER
    for attempt in (open_store, migrate, lambda url: open_store(url, create=True)):
        with pytest.raises(Invalid, match="later version"):
            attempt(empty)


def test_a_database_of_an_earlier_version_asks_to_be_migrated(empty, monkeypatch):
    open_store(empty, create=True)
    monkeypatch.setattr("workflow.storage.schema.REVISIONS", (*REVISIONS, "9999"))

    assert schema_state(empty) is SchemaState.OLDER
    with pytest.raises(Invalid, match="rectify db migrate"):
        open_store(empty)
