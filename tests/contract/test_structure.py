"""What acts in a database by itself is found, and what only lies there is let be."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.servers.postgres import PostgresServer
from tests.stage import a_stage
from workflow.opening import open_engine
from workflow.storage import open_store, rebuild

PREFIX = "structure_"
BODY = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
BY_HAND = "RETURNS int LANGUAGE sql AS 'SELECT 1'"

HARMLESS = (
    "CREATE INDEX own ON issues (title)",
    "CREATE INDEX own ON issues (unit, title DESC)",
    "CREATE TABLE own (x TEXT)",
    "CREATE TABLE own (x INTEGER PRIMARY KEY, y TEXT DEFAULT 'z'); CREATE INDEX i ON own (y)",
    "SELECT 1",
)
ON_EITHER = {
    "CREATE UNIQUE INDEX own ON issues (title)": ("foreign", "index own"),
    "CREATE INDEX own ON issues (lower(title))": ("foreign", "index own"),
    "CREATE INDEX own ON issues (title) WHERE n > 3": ("foreign", "index own"),
    "CREATE VIEW own AS SELECT * FROM people": ("foreign", "view own"),
    "DROP INDEX notices_failed": ("missing", "index notices_failed"),
    "DROP INDEX notices_failed; CREATE INDEX notices_failed ON notices (id)": (
        "changed",
        "index notices_failed",
    ),
}
ON_SQLITE = {
    **ON_EITHER,
    "CREATE TRIGGER own AFTER INSERT ON notices BEGIN DELETE FROM unsealed; END": (
        "foreign",
        "trigger own",
    ),
    "CREATE TABLE own (x TEXT REFERENCES issues (key))": ("foreign", "table own"),
    "CREATE INDEX own ON issues (title COLLATE odd)": ("foreign", "index own"),
    "ALTER TABLE issues ADD COLUMN own TEXT": ("changed", "table issues"),
    **{
        f"DROP TRIGGER {name}": ("missing", f"trigger {name}")
        for name in (
            *(
                f"{table}_no_{what}"
                for table in ("entries", "leaves", "checkpoints")
                for what in ("update", "delete", "replace")
            ),
            "entries_listed",
        )
    },
    "DROP TRIGGER entries_listed; CREATE TRIGGER entries_listed AFTER INSERT ON entries "
    "BEGIN SELECT 1; END": ("changed", "trigger entries_listed"),
}
ON_POSTGRESQL = {
    **ON_EITHER,
    "DROP TRIGGER entries_append_only ON entries": (
        "missing",
        "trigger entries.entries_append_only",
    ),
    "DROP TRIGGER leaves_append_only ON leaves": ("missing", "trigger leaves.leaves_append_only"),
    "DROP TRIGGER checkpoints_append_only ON checkpoints": (
        "missing",
        "trigger checkpoints.checkpoints_append_only",
    ),
    "DROP TRIGGER entries_listed ON entries": ("missing", "trigger entries.entries_listed"),
    "ALTER TABLE entries DISABLE TRIGGER entries_listed": (
        "changed",
        "trigger entries.entries_listed",
    ),
    "ALTER TABLE leaves ENABLE TRIGGER leaves_append_only": (
        "changed",
        "trigger leaves.leaves_append_only",
    ),
    "ALTER TABLE notices DISABLE TRIGGER ALL": (
        "changed",
        "constraint deliveries.deliveries_notice_fkey",
    ),
    "CREATE OR REPLACE FUNCTION entries_refuse() RETURNS trigger LANGUAGE plpgsql "
    "SET search_path = '' AS $$ BEGIN RETURN NEW; END $$": (
        "changed",
        "function entries_refuse()",
    ),
    "CREATE OR REPLACE FUNCTION entries_list() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
    "AS $$ BEGIN RETURN NULL; END $$": ("changed", "function entries_list()"),
    "ALTER FUNCTION entries_list() SECURITY INVOKER": ("changed", "function entries_list()"),
    "ALTER FUNCTION entries_list() SET search_path = evil": ("changed", "function entries_list()"),
    f"CREATE FUNCTION own() {BODY}; CREATE TRIGGER own AFTER INSERT ON notices "
    "FOR EACH ROW EXECUTE FUNCTION own()": ("foreign", "trigger notices.own"),
    f"CREATE FUNCTION length(varchar) {BY_HAND}": ("foreign", "function length(character varying)"),
    f"CREATE FUNCTION own(text, int) {BY_HAND}; "
    "CREATE OPERATOR = (LEFTARG = text, RIGHTARG = int, FUNCTION = own)": (
        "foreign",
        "operator =(text,integer)",
    ),
    "CREATE RULE own AS ON INSERT TO notices DO INSTEAD NOTHING": ("foreign", "rule notices.own"),
    "CREATE POLICY own ON issues USING (unit <> 'x')": ("foreign", "policy issues.own"),
    "ALTER TABLE issues ENABLE ROW LEVEL SECURITY": ("changed", "table issues"),
    "ALTER TABLE issues FORCE ROW LEVEL SECURITY": ("changed", "table issues"),
    "ALTER TABLE letters SET UNLOGGED": ("changed", "table letters"),
    "CREATE TABLE own () INHERITS (entries)": ("foreign", "inheritance own entries"),
    "CREATE TABLE own (x TEXT REFERENCES issues (key))": ("foreign", "constraint own.own_x_fkey"),
    "CREATE MATERIALIZED VIEW own AS SELECT * FROM people": ("foreign", "view own"),
    "ALTER TABLE issues RENAME TO own; CREATE VIEW issues AS SELECT * FROM own": (
        "foreign",
        "view issues",
    ),
    "CREATE SCHEMA postgres; CREATE TABLE postgres.issues AS TABLE issues": (
        "changed",
        "table issues",
    ),
    "ALTER TABLE issues ADD COLUMN own TEXT": ("foreign", "column issues.own"),
    "ALTER TABLE issues ALTER COLUMN title DROP NOT NULL": ("changed", "column issues.title"),
    "ALTER TABLE issues ALTER COLUMN title SET DEFAULT 'x'": ("changed", "column issues.title"),
    'ALTER TABLE issues ALTER COLUMN title TYPE text COLLATE "POSIX"': (
        "changed",
        "column issues.title",
    ),
    "ALTER TABLE issues ADD CONSTRAINT own CHECK (n < 7)": ("foreign", "constraint issues.own"),
    "ALTER TABLE entries DROP CONSTRAINT entries_request_id_key": (
        "missing",
        "constraint entries.entries_request_id_key",
    ),
    "ALTER TABLE issues DROP CONSTRAINT issues_n_check; "
    "ALTER TABLE issues ADD CONSTRAINT issues_n_check CHECK (n >= 1) NOT VALID": (
        "changed",
        "constraint issues.issues_n_check",
    ),
    "ALTER DATABASE {database} SET session_replication_role = replica": (
        "foreign",
        "setting session_replication_role",
    ),
    "CREATE FUNCTION own() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
    "CREATE EVENT TRIGGER own ON login EXECUTE FUNCTION own()": ("foreign", "event trigger own"),
}  # fmt: skip


@pytest.fixture(scope="module")
def file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with an office."""
    path = Path(shutil.copy(migrated_file, tmp_path_factory.mktemp("office") / "office.db"))
    with closing(open_store(str(path))) as store:
        a_stage(store)
    return path


@pytest.fixture(scope="module")
def template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database on the server with an office."""
    with postgres_server.database() as name:
        with closing(open_store(postgres_server.url(name), create=True)) as store:
            a_stage(store)
        yield name


def found(url: str) -> list[tuple[str, object]]:
    """Return what verification finds, of the structure and of anything else."""
    with closing(open_store(url)) as store:
        problems = open_engine(store).verify().problems
    return [(p.code.removeprefix(PREFIX), p.facts.get("name")) for p in problems]


@dataclass(frozen=True)
class Copied:
    """A copy of an office, in which one can edit by hand."""

    url: str
    by_hand: Callable[[str], None]

    def after(self, statement: str) -> list[tuple[str, object]]:
        """Run a statement by hand; return what is found then."""
        self.by_hand(statement)
        return found(self.url)


@pytest.fixture
def on_file(file: Path, tmp_path: Path) -> Copied:
    """A copy of the file."""
    copied = Path(shutil.copy(file, tmp_path))

    def by_hand(statement: str) -> None:
        with closing(sqlite3.connect(copied)) as hand:
            hand.create_collation("odd", lambda one, other: (one > other) - (one < other))
            hand.executescript(statement)

    return Copied(str(copied), by_hand)


@pytest.fixture
def on_server(template: str, postgres_server: PostgresServer) -> Iterator[Copied]:
    """A copy of the database."""
    with postgres_server.database(template) as name:

        def by_hand(statement: str) -> None:
            with psycopg.connect(postgres_server.conninfo(name), autocommit=True) as hand:
                hand.execute(statement.replace("{database}", name).encode())

        yield Copied(postgres_server.url(name), by_hand)


def mended(of: str, expected: tuple[str, str]) -> bool:
    """Return whether what is ours can be made anew under the rows."""
    how, name = expected
    kinds = ("trigger", "index", "function") if of == "server" else ("trigger", "index")
    return how != "foreign" and name.startswith(kinds)


@pytest.mark.parametrize(
    "statement", [s for s, expected in ON_SQLITE.items() if mended("file", expected)]
)
def test_rebuilding_puts_back_what_is_ours(on_file: Copied, statement: str) -> None:
    assert on_file.after(statement) != []
    assert rebuild(on_file.url) == ()
    assert found(on_file.url) == []


@pytest.mark.parametrize(
    "statement", [s for s, expected in ON_POSTGRESQL.items() if mended("server", expected)]
)
def test_rebuilding_puts_back_what_is_ours_on_a_server(on_server: Copied, statement: str) -> None:
    assert on_server.after(statement) != []
    assert rebuild(on_server.url) == ()
    assert found(on_server.url) == []


@pytest.mark.parametrize("statement", HARMLESS)
def test_what_only_lies_there_is_let_be(on_file: Copied, statement: str) -> None:
    assert on_file.after(statement) == []


@pytest.mark.parametrize(
    "statement", [*HARMLESS, "CREATE SCHEMA own; CREATE VIEW own.v AS TABLE people"]
)
def test_what_only_lies_there_is_let_be_on_a_server(on_server: Copied, statement: str) -> None:
    assert on_server.after(statement) == []


@pytest.mark.parametrize("statement", ON_SQLITE)
def test_what_acts_by_itself_is_found(on_file: Copied, statement: str) -> None:
    assert ON_SQLITE[statement] in on_file.after(statement)


@pytest.mark.parametrize("statement", ON_POSTGRESQL)
def test_what_acts_by_itself_is_found_on_a_server(on_server: Copied, statement: str) -> None:
    assert ON_POSTGRESQL[statement] in on_server.after(statement)
