"""Evidence on the command line: levels, versions, what is kept elsewhere, and what is there."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.terminal import Terminal, planned, with_issues, written

DIGEST = hashlib.sha256("会议记录".encode()).hexdigest()


@pytest.fixture
def round_(terminal: Terminal) -> Terminal:
    """A round whose issue 7 is in rectification, and a file with minutes."""
    planned(with_issues(terminal))
    written(terminal.folder, "会议记录.pdf", "会议记录")
    written(terminal.folder, "第二版.pdf", "会议记录，已更正")
    return terminal


def adds(terminal: Terminal, *arguments: object) -> str:
    """Attach evidence as Wang, who answers for the issue."""
    return terminal.does("--as", "wang", "evidence", "add", 7, *arguments).out


def kept(terminal: Terminal) -> list[Path]:
    return [path for path in (terminal.folder / "evidence").rglob("*") if path.is_file()]


def test_a_level_is_said_in_either_language(round_: Terminal):
    said = adds(round_, round_.folder / "会议记录.pdf", "--measure", 1, "--level", "秘密")
    assert "#1  会议记录.pdf  secret" in said
    adds(round_, round_.folder / "第二版.pdf", "--measure", 1, "--level", "open")
    assert [e["level"] for e in round_.does("show", 7, "--json").json["evidence"]] == [
        "secret",
        "open",
    ]
    answer = round_("evidence", "add", 7, round_.folder / "第二版.pdf", "--level", "绝密")
    assert answer.code == 2
    assert "公开" in answer.err


def test_a_confidential_file_is_refused_unless_it_stays_apart(round_: Terminal):
    file = round_.folder / "会议记录.pdf"
    answer = round_("evidence", "add", 7, file, "--measure", 1, "--level", "机密")
    assert answer.code == 3
    assert "机密 (confidential) are not kept here" in answer.err
    assert "--apart" in answer.err
    assert not (round_.folder / "evidence").exists()
    said = adds(round_, file, "--measure", 1, "--level", "机密", "--apart")
    assert "confidential · known by its hash alone" in said
    assert not (round_.folder / "evidence").exists()
    (piece,) = round_.does("show", 7, "--json").json["evidence"]
    assert (piece["sha256"], piece["apart"], piece["held"]) == (DIGEST, True, "apart")


def test_from_which_level_files_stay_apart_is_configured(round_: Terminal):
    config = round_.folder / "config.toml"
    config.write_text(
        config.read_text(encoding="utf-8") + '[evidence]\napart_from = "internal"\n',
        encoding="utf-8",
    )
    file = round_.folder / "会议记录.pdf"
    assert round_("evidence", "add", 7, file, "--measure", 1).code == 3
    adds(round_, file, "--measure", 1, "--level", "公开")
    adds(round_, round_.folder / "第二版.pdf", "--replaces", 1)
    answer = round_("evidence", "add", 7, file, "--replaces", 2, "--level", "内部")
    assert answer.code == 3


def test_a_new_version_of_a_guarded_piece_is_guarded_as_well(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--level", "机密", "--apart")
    answer = round_("evidence", "add", 7, round_.folder / "第二版.pdf", "--replaces", 1)
    assert answer.code == 3
    assert not (round_.folder / "evidence").exists()


def test_a_file_that_is_not_at_hand_is_registered_by_its_hash(round_: Terminal):
    named = ("--size", 12, "--name", "卷宗/..\u202e.pdf")
    said = adds(round_, "--sha256", DIGEST.upper(), *named, "--measure", 1)
    assert "#1  卷宗_...pdf  internal · known by its hash alone" in said
    (piece,) = round_.does("evidence", "list", 7, "--json").json
    assert (piece["sha256"], piece["size"], piece["apart"]) == (DIGEST, 12, True)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--sha256", DIGEST),
        ("--sha256", DIGEST, "--size", "3"),
        ("FILE", "--sha256", DIGEST, "--size", "3", "--name", "x"),
    ],
)
def test_a_file_or_all_that_names_it_and_never_both(round_: Terminal, arguments: tuple[str, ...]):
    before = round_.entries()
    assert round_("--as", "wang", "evidence", "add", 7, *arguments).code == 2
    assert round_.entries() == before


def test_what_is_no_hash_is_refused(round_: Terminal):
    said = ("--sha256", "zz", "--size", 3, "--name", "x")
    answer = round_("--as", "wang", "evidence", "add", 7, *said)
    assert answer.code == 3
    assert "SHA-256" in answer.err


def test_versions_are_shown_with_what_they_replace(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--measure", 1)
    said = adds(round_, round_.folder / "第二版.pdf", "--replaces", 1)
    assert "#2  第二版.pdf  internal · version 2, replaces #1" in said
    page = round_.does("show", 7).out
    assert "replaced by #2" in page
    assert "evidence #2" in page  # what counts for the measure
    listed = round_.does("evidence", "list", 7).out
    assert "第二版.pdf" in listed
    assert "会议记录.pdf" not in listed
    both = round_.does("evidence", "list", 7, "--all").out
    assert "replaced by #2" in both
    assert [e["version"] for e in round_.does("evidence", "list", "--json").json] == [1, 2]


def test_repeating_a_command_with_its_name_adds_nothing(round_: Terminal):
    file = round_.folder / "会议记录.pdf"
    first = adds(round_, file, "--measure", 1, "--request-id", "e1")
    again = round_.does(
        "--as", "wang", "evidence", "add", 7, file, "--measure", 1, "--request-id", "e1"
    )
    assert again.out == first
    assert "already done" in again.err


def test_the_list_is_narrowed_by_round_and_level(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--measure", 1, "--level", "公开")
    adds(round_, round_.folder / "第二版.pdf", "--measure", 1)
    assert len(round_.does("evidence", "list", "--level", "公开", "--json").json) == 1
    assert round_.does("evidence", "list", "--round", "R1999", "--json").json == []
    assert "There is no evidence." in round_.does("evidence", "list", 8).err


def test_everything_in_order_is_sound(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--measure", 1)
    adds(round_, round_.folder / "第二版.pdf", "--level", "机密", "--apart")
    answer = round_.does("evidence", "check")
    assert answer.out == "Sound: Pieces of evidence: 2, kept 1, kept elsewhere 1\n"


def test_gone_is_missing_and_another_is_changed(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--measure", 1)
    adds(round_, round_.folder / "第二版.pdf", "--replaces", 1)
    (first, second) = sorted(kept(round_), key=lambda path: path.stat().st_size)
    first.write_bytes("会议记绿".encode())
    second.unlink()
    answer = round_("evidence", "check", "--json")
    assert answer.code == 6
    found = [(p["held"], p["entry"], p["number"]) for p in answer.json["problems"]]
    assert found == [("changed", 6, 1), ("missing", 7, 2)]
    said = round_("evidence", "check", 7)
    assert said.code == 6
    assert "R2025-7, entry 7: file missing: #2 第二版.pdf" in said.out
    assert "missing" in round_.does("show", 7).out
    assert round_.does("evidence", "check", 8).out.startswith("Sound")


def test_a_file_comes_out_under_a_name_of_ones_own(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--measure", 1)
    target = round_.folder / "copy.pdf"
    round_.does("evidence", "export", 7, 1, target)
    assert target.read_text(encoding="utf-8") == "会议记录"
    assert round_("evidence", "export", 7, 1, target).code == 7
    assert round_("evidence", "export", 7, 2, target).code == 4
    folder = round_.folder / "out"
    folder.mkdir()
    round_.does("evidence", "export", 7, 1, folder)
    assert (folder / "会议记录.pdf").exists()
    (kept(round_)[0]).write_bytes(b"another file")
    assert round_("evidence", "export", 7, 1, round_.folder / "bad.pdf").code == 7
    assert not (round_.folder / "bad.pdf").exists()


def test_a_file_taken_in_by_mistake_can_be_taken_out_again(round_: Terminal):
    file = round_.folder / "会议记录.pdf"
    adds(round_, file, "--measure", 1)
    adds(round_, file, "--replaces", 1, "--level", "机密", "--apart")
    (inside,) = kept(round_)
    answer = round_.does("evidence", "check")
    assert "R2025-7 #2 is to be kept elsewhere, and is still here: " in answer.err
    assert inside.name in answer.err
    assert [p["number"] for p in round_.does("evidence", "check", "--json").json["left"]] == [2]
    inside.unlink()
    answer = round_.does("evidence", "check")
    assert (answer.out, answer.err) == ("Sound: Pieces of evidence: 2, kept elsewhere 2\n", "")
    assert {e["held"] for e in round_.does("evidence", "list", "--json").json} == {"apart"}
    adds(round_, file, "--measure", 1, "--level", "公开")
    kept(round_)[0].unlink()
    assert round_.does("evidence", "check").out.startswith("Sound")


def test_what_another_issue_keeps_elsewhere_excuses_nothing(round_: Terminal):
    planned(round_, 12)
    file = round_.folder / "会议记录.pdf"
    adds(round_, file, "--measure", 1)
    as_wang = ("--as", "wang", "evidence", "add", 12)
    round_.does(*as_wang, file, "--level", "机密", "--apart")
    kept(round_)[0].unlink()
    assert round_("evidence", "check").code == 6


def test_verifying_with_evidence_says_the_same(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--measure", 1)
    assert round_("verify", "--evidence").code == 0
    kept(round_)[0].unlink()
    assert round_("verify").code == 0
    answer = round_("verify", "--evidence", "--json")
    assert answer.code == 6
    assert answer.json["evidence"] == round_("evidence", "check", "--json").json["problems"]


def test_an_entry_that_is_none_is_named_and_does_not_hide_the_rest(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--measure", 1)
    adds(round_, round_.folder / "第二版.pdf", "--measure", 1)
    with closing(sqlite3.connect(round_.database)) as database, database:
        database.execute("DROP TRIGGER entries_no_update")
        for old, new in (("sha256", "sha255"),):
            database.execute(
                "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) "
                "WHERE stream = 'R2025-7' AND n = 6",
                (f'"{old}"', f'"{new}"'),
            )
    assert round_("evidence", "check").code == 7
    answer = round_("verify", "--evidence")
    assert answer.code == 6
    assert "Pieces of evidence: 1, kept 1" in answer.out


def test_what_was_on_record_on_a_day_before(round_: Terminal):
    adds(round_, round_.folder / "会议记录.pdf", "--measure", 1)
    then = round_.at.date().isoformat()
    round_.later(5)
    adds(round_, round_.folder / "第二版.pdf", "--replaces", 1)
    (piece,) = round_.does("evidence", "list", "--as-of", then, "--json").json
    assert (piece["number"], piece["superseded_by"]) == (1, None)
    assert round_.does("evidence", "check", "--as-of", then, "--json").json["counts"]["kept"] == 1
    assert round_.does("evidence", "check", "--json").json["counts"]["kept"] == 2
