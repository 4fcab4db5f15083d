"""The parts of the store that need no database."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath

import pytest
from sqlalchemy import Delete, Insert, Select, Update, create_engine
from sqlalchemy.dialects import postgresql

from notifications.notice import STATUSES
from workflow.collisions import BROKEN_OFF
from workflow.storage import chasing, ledger, letters, log, notices, outbox, rebuilding, staff
from workflow.storage.cells import lights, turns
from workflow.storage.database import journal_mode
from workflow.storage.driver import Texts
from workflow.storage.failures import explained
from workflow.storage.files import file_system
from workflow.storage.tables import SETTLED, UNSETTLED

STATEMENTS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": statement
    for module in (chasing, ledger, letters, log, notices, outbox, rebuilding, staff)
    for name, statement in vars(module).items()
    if isinstance(statement, Delete | Insert | Select | Update)
}
DIALECTS = {
    "sqlite": create_engine("sqlite://").dialect,
    "postgresql": postgresql.psycopg.dialect(paramstyle="format"),
}


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "DELETE"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "DELETE"),
        ((3, 52, 1), "WAL"),
        ((3, 53, 0), "WAL"),
    ],
)
def test_wal_is_for_versions_without_the_reset_bug(version, mode):
    assert journal_mode(version) == mode


MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
server:/share /srv/share nfs4 rw 0 0
//files/office /srv/our\\040office cifs rw 0 0
/dev/sdb1 /srv/share/local xfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/srv/share", "nfs4"),
        ("/srv/share/wang/rectify", "nfs4"),
        ("/srv/shareware", "ext4"),
        ("/srv/our office/db", "cifs"),
        ("/srv/share/local/db", "xfs"),
    ],
)
def test_a_folder_lies_on_the_deepest_mount_above_it(folder, kind):
    assert file_system(PurePath(folder), MOUNTS) == kind


def test_without_a_list_of_mounts_nothing_is_known():
    assert file_system(PurePath("/var/lib"), "") == ""


def test_every_status_is_settled_or_not():
    assert sorted(SETTLED + UNSETTLED) == sorted(STATUSES)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_compiles_to_text_that_the_driver_takes(name, dialect):
    given = STATEMENTS[name].compile(dialect=DIALECTS[dialect]).params
    text, ordered = Texts(DIALECTS[dialect])[STATEMENTS[name]]

    assert "POSTCOMPILE" not in text
    assert text.count("%s" if dialect == "postgresql" else "?") == len(ordered(given))


def test_all_statements_are_looked_at():
    assert len(STATEMENTS) >= 40


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ()),
        ("2026-10-01=yellow", ((date(2026, 10, 1), "yellow"),)),
        (
            "2026-10-01=yellow,2026-10-16=red",
            ((date(2026, 10, 1), "yellow"), (date(2026, 10, 16), "red")),
        ),
    ],
)
def test_lights_are_written_as_days_with_colours(text, value):
    assert turns(value) == text
    assert lights(text) == value


@pytest.mark.parametrize("text", ["yellow", "2026-10-1=red", "=red", "red=2026-10-01"])
def test_what_is_no_light_is_not_read_as_one(text):
    with pytest.raises(ValueError, match="isoformat"):
        lights(text)


class DriverError(Exception):
    """An error as a driver raises it."""

    def __init__(self, **attributes: object) -> None:
        super().__init__("as the driver says")
        for name, value in attributes.items():
            setattr(self, name, value)


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"sqlite_errorcode": 5}, "database_busy"),
        ({"sqlite_errorcode": 517}, "database_busy"),  # SQLITE_BUSY_SNAPSHOT
        ({"sqlite_errorcode": 778}, "disk_failed"),  # SQLITE_IOERR_WRITE
        ({"sqlite_errorcode": 1544}, "database_read_only"),  # SQLITE_READONLY_DIRECTORY
        ({"sqlstate": "40001"}, BROKEN_OFF),
        ({"sqlstate": "40P01"}, BROKEN_OFF),
        ({"sqlstate": "08006"}, "database_unreachable"),
        ({"sqlstate": "28P01"}, "database_denied"),
        ({"sqlstate": "53100"}, "disk_full"),
    ],
)
def test_a_foreseen_failure_is_explained(attributes, code):
    error = explained(DriverError(**attributes), "rectify.db")

    assert error is not None
    assert error.message.code == code
    assert "rectify.db" in str(error)


@pytest.mark.parametrize(
    "attributes", [{"sqlite_errorcode": 1}, {"sqlstate": "42601"}, {"sqlstate": "23505"}, {}]
)
def test_a_mistake_of_ours_is_not_explained_away(attributes):
    assert explained(DriverError(**attributes), "rectify.db") is None
