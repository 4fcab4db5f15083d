"""Backups, restores and erased details, as the installed command shows them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.terminal import Terminal


def test_a_backup_is_verified_and_names_its_seal(busy: Terminal) -> None:
    answer = busy.does("db", "backup", "copy.db", "--json").json

    assert answer["sound"] is True
    assert answer["unsealed"] == 0
    assert answer["entries"] == answer["sealed"] == busy.entries()
    size, root = answer["anchor"].split(":")
    assert (int(size), len(root)) == (answer["entries"], 16)
    assert busy("--db", "copy.db", "verify").code == 0


def test_a_backup_never_overwrites(busy: Terminal) -> None:
    busy.does("db", "backup", "copy.db")

    again = busy("db", "backup", "copy.db")

    assert again.code == 5
    assert "copy.db is already there" in again.err


def test_a_restore_is_on_record_and_lets_nothing_go_out(busy: Terminal) -> None:
    busy.does("db", "backup", "copy.db")
    busy.does("--as", "li", "note", "2", "written after the backup")
    busy.does("audit", "seal")
    given_out = busy.does("audit", "seal", "--json").json
    busy.later(1)

    answer = busy.does("--as", "li", "db", "restore", "copy.db", "--reason", "disk", "--yes")

    assert "Restored" in answer.out
    assert f"{given_out['size']}:{given_out['root'][:16]}" in answer.out
    entry = busy.log()[-1]
    assert (entry["event"], entry["facts"]["reason"]) == ("restore", "disk")
    assert "written after the backup" not in str(busy.log("R2025-2"))
    assert busy("verify").code == 0
    assert "a backup was restored" in " ".join(busy("tick").out.split())
    # what was signed in the lost time is explained, so sealing goes on
    assert busy.does("audit", "seal", "--json").json["unsealed"] == 0


def test_a_restore_names_every_seal_that_it_lost(busy: Terminal) -> None:
    busy.does("audit", "seal")
    busy.does("db", "backup", "copy.db")
    lost = []
    for number in range(3):
        busy.later(1)
        busy.does("--as", "li", "note", "2", f"lost {number}")
        lost.append(busy.does("audit", "seal", "--json").json)
    busy.later(1)
    answer = busy.does("--as", "li", "db", "restore", "copy.db", "--reason", "disk", "--yes")
    recorded = busy.log()[-1]["facts"]["lost"]
    assert [one["anchor"] for one in recorded] == [one["anchor"] for one in lost]
    assert all(one["anchor"] in answer.out for one in lost)
    assert [one["at"][:10] for one in recorded] == [one["at"][:10] for one in lost]
    assert recorded[0]["at"][:10] in answer.out
    busy.does("audit", "seal")
    compared = busy.does("audit", "compare-anchors", *(one["anchor"] for one in lost), "--json")
    assert [one["problems"] for one in compared.json["anchors"]] == [["restored"]] * 3
    # nobody was ever given this one: the record of the restore does not excuse it
    forged = f"{lost[1]['size']}:0123456789abcdef"
    answer = busy("audit", "compare-anchors", forged, "--json")
    assert (answer.code, answer.json["anchors"][0]["problems"]) == (6, ["cut"])


def test_a_database_put_back_by_hand_is_not_sealed_again(busy: Terminal) -> None:
    busy.does("audit", "seal")
    shutil.copy(busy.database, "old.db")
    busy.does("--as", "li", "note", "2", "to be forgotten")
    busy.does("audit", "seal")
    shutil.copy("old.db", busy.database)

    answer = busy("audit", "seal")

    assert answer.code != 0
    assert "rolled back" in answer.err or "restore" in answer.err


def test_a_restore_asks_first(busy: Terminal) -> None:
    busy.does("db", "backup", "copy.db")
    before = Path(busy.database).read_bytes()

    answer = busy("--as", "li", "db", "restore", "copy.db", "--reason", "disk")

    assert answer.code == 2
    assert Path(busy.database).read_bytes() == before


def test_a_file_that_is_no_backup(busy: Terminal) -> None:
    Path("copy.db").write_bytes(b"nothing of the kind" * 100)
    before = Path(busy.database).read_bytes()
    busy.later(1)

    answer = busy("--as", "li", "db", "restore", "copy.db", "--reason", "disk", "--yes")

    assert answer.code in {4, 7}
    assert "copy.db" in answer.err
    assert Path(busy.database).read_bytes() == before


def test_details_are_erased_for_ever_and_the_log_verifies(busy: Terminal) -> None:
    busy.does("--as", "li", "people", "leave", "wang")

    shown = busy.does("--as", "li", "audit", "redact", "wang", "--reason", "asked", "--dry-run")
    assert "王海涛 (wang)" in shown.out
    assert "Nothing was changed" in shown.out
    answer = busy.does("--as", "li", "audit", "redact", "wang", "--reason", "asked", "--yes")

    assert "erasing personal details" in answer.out
    proof = busy("verify")
    assert proof.code == 0
    assert "wang" in proof.out + proof.err
    with closing(sqlite3.connect(busy.database)) as database:
        kept = database.execute("SELECT address, facts, message FROM notices").fetchall()
        people = database.execute("SELECT * FROM people WHERE id = 'wang'").fetchall()
    assert people == []
    assert "王海涛" not in repr(kept)
    assert "wang@" not in repr(kept)


def test_who_is_still_there_is_refused_with_what_to_do(busy: Terminal) -> None:
    answer = busy("--as", "li", "audit", "redact", "wang", "--reason", "asked", "--yes")

    assert answer.code == 3
    assert "rectify people leave" in " ".join(answer.err.split())
