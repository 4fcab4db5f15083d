"""The doctor: what is wrong with the seals; brought about and mended."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.ailing import examined, wrong
from tests.terminal import Terminal
from workflow.daemon.sweeps import HABITS
from workflow.proof.keys import make_key
from workflow.storage import open_store


def beating(office: Terminal) -> None:
    """Let every sweep have run just now, though nothing was done."""
    with open_store(office.database).writing() as session:
        for habit in HABITS:
            session.beat("web1", habit.sweep, office.at)


def test_entries_that_nobody_seals_are_told_after_an_hour(well: Terminal) -> None:
    well.does("note", 3, "催办")
    well.at += timedelta(minutes=59)
    beating(well)
    assert "unsealed_old" not in examined(well)
    well.at += timedelta(minutes=2)
    beating(well)
    found = examined(well)["unsealed_old"]
    assert (found["level"], found["facts"]["count"]) == ("warning", 1)
    well.does("audit", "seal")
    assert "unsealed_old" not in examined(well)


def test_a_key_that_others_may_read_is_told(well: Terminal) -> None:
    (well.folder / "seal.key").chmod(0o644)
    assert wrong(well) == {"key_exposed"}
    (well.folder / "seal.key").chmod(0o600)
    assert examined(well) == {}


def test_a_key_that_is_not_this_logs_is_told(well: Terminal) -> None:
    key = well.folder / "seal.key"
    mine = key.read_bytes()
    key.unlink()
    assert examined(well) == {}  # it may lie on another machine
    make_key(key)
    assert wrong(well) == {"key_unknown"}
    key.write_bytes(mine)
    assert examined(well) == {}


def test_an_office_without_a_key_is_told_so(well: Terminal) -> None:
    shutil.copytree(well.folder, well.folder.parent / "kept")
    for file in well.folder.glob("seal.*"):
        file.unlink()
    (well.folder / "rectify.db").unlink()
    (well.folder / "seal.key").mkdir()  # nothing can be made there
    answer = well("init")
    assert answer.code == 0
    assert "not adopted" in answer.err
    (well.folder / "seal.key").rmdir()
    assert "key_unadopted" in examined(well)
    assert "rectify audit seal" in well("doctor").out
    well.does("audit", "seal")
    assert "key_unadopted" not in examined(well)


def test_a_database_that_was_rolled_back_is_told(well: Terminal) -> None:
    before = (well.folder / "rectify.db").read_bytes()
    well.does("note", 3, "催办")
    well.does("audit", "seal")
    after = (well.folder / "rectify.db").read_bytes()
    (well.folder / "rectify.db").write_bytes(before)
    assert "rolled_back" in wrong(well)
    assert "rectify db restore" in well("doctor").out
    answer = well("audit", "seal")
    assert (answer.code, "rolled back" in answer.err) == (7, True)
    (well.folder / "rectify.db").write_bytes(after)
    assert examined(well) == {}


def test_a_damaged_file_of_what_was_signed_is_told(well: Terminal) -> None:
    (well.folder / "seal.high").write_text("{}", encoding="utf-8")
    assert wrong(well) == {"high_unusable"}


def by_hand(office: Terminal, statement: str) -> None:
    """Edit the database past the program."""
    with closing(sqlite3.connect(office.database)) as database:
        database.execute(statement)
        database.commit()


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("DELETE FROM unsealed WHERE id = (SELECT min(id) FROM unsealed)", "unlisted"),
        ("UPDATE unsealed SET stream = '@office', n = 1", "listed_astray"),
    ],
)
def test_an_entry_that_sealing_passes_over_is_told(well: Terminal, edit: str, code: str) -> None:
    well.does("note", 3, "催办")
    by_hand(well, edit)
    found = examined(well)["unlisted"]
    assert (found["level"], "R2025-3" in str(found["facts"])) == ("wrong", True)
    assert "rectify db rebuild" in found["do"]
    answer = well("audit", "seal")
    assert answer.code == 6
    assert "rectify db rebuild" in answer.out
    unsound = well("audit", "seal", "--json").json["unsound"]
    assert code in {one["code"] for one in unsound}
    well.does("db", "rebuild")
    assert examined(well) == {}
    well.does("audit", "seal")
    assert well.does("verify", "--json").json["seals"]["unsealed"] == 0


@pytest.mark.parametrize(
    ("edit", "code", "mended"),
    [
        ("DROP TRIGGER entries_listed", "structure_missing", "db rebuild"),
        ("DROP INDEX notices_failed", "structure_missing", "db rebuild"),
        (
            "CREATE TRIGGER own AFTER INSERT ON entries BEGIN DELETE FROM unsealed; END",
            "structure_foreign",
            "DROP TRIGGER own",
        ),
    ],
)
def test_what_acts_in_the_database_is_told(
    well: Terminal, edit: str, code: str, mended: str
) -> None:
    by_hand(well, edit)
    assert wrong(well) == {code}
    answer = well("verify", "--json")
    assert answer.code == 6
    assert [one["code"] for one in answer.json["problems"]] == [code]
    if mended.startswith("db"):
        well.does(*mended.split())
    else:
        by_hand(well, mended)
    assert examined(well) == {}
    well.does("verify")
