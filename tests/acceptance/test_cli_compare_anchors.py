"""``audit compare-anchors``: what auditors keep shows later what was done to the log."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from states.frozen import replace
from tests.bundling import made_bundle
from tests.servers.smtp import SmtpServer
from tests.terminal import Terminal, founded, planned, posting, with_issues
from tests.witnesses import (
    MEMBERS,
    add,
    anchored,
    compared,
    edit,
    problems_of,
    with_anchors,
    with_auditor,
)


@pytest.fixture
def kept(terminal: Terminal) -> Terminal:
    return with_anchors(terminal)


def test_what_is_kept_here_fits_and_says_how_far_the_log_is_witnessed(kept: Terminal):
    anchored(kept)
    add(kept, "zhao")
    last = anchored(kept)
    add(kept, "qian")

    answer = kept.does("audit", "compare-anchors")
    found = compared(kept)

    assert (found["sound"], found["witnessed"], found["code"]) == (True, last["size"], 0)
    assert found["log"]["entries"] == last["size"] + 1
    assert f"Entries 1 to {last['size']} are witnessed by" in answer.out
    said = " ".join(answer.out.split())
    assert "Nobody outside witnesses those written since: 1." in said


def test_a_real_mail_carries_an_anchor_that_is_compared(
    terminal: Terminal, smtp_server: SmtpServer
):
    config = posting(terminal, smtp_server).folder / "config.toml"
    config.write_text(config.read_text() + "[anchor]\nmail = true\n", encoding="utf-8")
    with_auditor(with_issues(terminal))
    terminal.does("audit", "anchor")
    planned(terminal)
    terminal.does("tick")
    names = [f"{number}.eml" for number in range(len(smtp_server.letters))]
    for name, letter in zip(names, smtp_server.letters, strict=True):
        (terminal.folder / name).write_bytes(letter.content)
        body = letter.message.get_body()
        assert body is not None
        assert letter.message["X-Rectify-Anchor"] in body.get_content()

    found = compared(terminal, *names)

    assert found["sound"]
    assert {letter.recipients[0] for letter in smtp_server.letters} == {
        "shen@audit.example",
        "wang@qingxi.example",
    }
    assert {one["is_note"] for one in found["anchors"]} == {True, False}


def test_two_auditors_who_were_shown_different_logs_find_out(
    kept: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fork = tmp_path / "fork"
    shutil.copytree(kept.folder, fork, ignore=shutil.ignore_patterns("fork"))
    mine = written(kept, "mine.note", "zhao")
    monkeypatch.chdir(fork)
    other = Terminal(fork, at=kept.at)
    yours = written(other, "yours.note", "somebody")

    monkeypatch.chdir(kept.folder)
    alone = kept("audit", "compare-anchors", "--alone", mine, yours)
    found = compared(kept, mine, yours)

    assert alone.code == found["code"] == 6
    assert "different roots of the same" in " ".join(alone.out.split())
    assert sorted(map(tuple, (one["problems"] for one in found["anchors"]))) == [
        ("split",),
        ("split", "differs"),
    ]


def written(terminal: Terminal, name: str, person: str) -> Path:
    """Let an office add a person, and an auditor keep the note of that."""
    add(terminal, person)
    path = terminal.folder / name
    path.write_text(terminal.does("audit", "anchor").out)
    return path


def test_a_database_that_was_rolled_back_is_found_with_what_went_on_in_it(kept: Terminal):
    backup = kept.folder / "backup.db"
    before = anchored(kept)
    shutil.copy(kept.database, backup)
    add(kept, *MEMBERS)
    after = anchored(kept)

    shutil.copy(backup, kept.database)
    cut = compared(kept, "anchors")
    add(kept, *(f"{person}2" for person in MEMBERS))
    gone_on = compared(kept, "anchors")
    said = kept("audit", "compare-anchors", "anchors")

    assert problems_of(cut) == {before["size"]: [], after["size"]: ["cut"]}
    assert problems_of(gone_on) == {before["size"]: [], after["size"]: ["differs"]}
    assert gone_on["anchors"][1]["after"] == before["size"]
    assert cut["code"] == gone_on["code"] == said.code == 6
    assert f"Up to entry {before['size']} it fits" in " ".join(said.out.split())


def test_a_backup_that_lost_only_its_seals_is_told_from_one_that_lost_entries(kept: Terminal):
    backup = kept.folder / "backup.db"
    anchored(kept)
    add(kept, "zhao")
    shutil.copy(kept.database, backup)
    after = anchored(kept)
    shutil.copy(backup, kept.database)

    found = compared(kept, after["short"])

    assert problems_of(found) == {after["size"]: ["seal_lost"]}
    assert (found["witnessed"], found["code"]) == (after["size"], 6)


def test_a_rewritten_entry_with_its_hash_made_anew_is_placed_between_two_anchors(kept: Terminal):
    sizes = []
    for person in MEMBERS:
        sizes.append(anchored(kept)["size"])
        add(kept, person)
    edit(
        kept,
        "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'sun', 'xyz') AS BLOB), "
        "hash = substr(hash, 33) || substr(hash, 1, 32) "
        'WHERE CAST(body AS TEXT) LIKE \'%"person":"sun"%\'',
    )

    found = compared(kept, "anchors")

    assert {one["size"] for one in found["anchors"] if not one["fits"]} == set(sizes[3:])
    assert {one["after"] for one in found["anchors"] if not one["fits"]} == {sizes[2]}


def test_an_entry_that_was_taken_out_is_named(kept: Terminal):
    add(kept, "zhao")
    record = anchored(kept)
    edit(kept, "DELETE FROM entries WHERE stream = '@office' AND n = 3")

    found = compared(kept, record["short"])

    assert problems_of(found) == {record["size"]: ["entry_lost"]}
    assert found["log"]["lost"] == 2
    assert "entry 3 is not in the database" in kept("audit", "compare-anchors", record["short"]).out


def test_a_forged_note_and_one_of_another_log_are_told_apart(
    kept: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    record = anchored(kept)
    forged, theirs, folder = tmp_path / "forged", tmp_path / "theirs", tmp_path / "other"
    forged.write_text(record["note"].replace("suite sha256", "suite sm3"))
    folder.mkdir()
    monkeypatch.chdir(folder)
    theirs.write_text(founded(Terminal(folder, at=kept.at)).does("audit", "anchor").out)
    monkeypatch.chdir(kept.folder)

    found = compared(kept, forged, theirs)

    assert {tuple(one["problems"]) for one in found["anchors"]} == {("forged",), ("other_log",)}
    assert found["code"] == 6


def test_what_is_nothing_is_refused_with_a_reason(kept: Terminal):
    for word in ("nowhere", "5:xyz"):
        assert kept("audit", "compare-anchors", word).code == 4
    (kept.folder / "empty").mkdir()
    assert kept("audit", "compare-anchors", "empty").code == 4


def test_all_of_it_is_said_in_both_languages(kept: Terminal):
    record = anchored(kept)
    wrong = f"{record['size']}:0123456789abcdef"
    for language in ("en", "zh"):
        kept.language = language
        answer = kept("audit", "compare-anchors", record["short"], wrong, "999:0123456789abcdef")
        assert answer.code == 6
        assert "{" not in answer.out


def test_anchors_are_compared_with_a_bundle_where_there_is_no_database(
    terminal: Terminal, tmp_path: Path
):
    made = made_bundle(3)
    bundle, note = tmp_path / "bundle.zip", tmp_path / "outside.note"
    bundle.write_bytes(made.bundle.zipped())
    note.write_text(made.anchor)
    cut = replace(made.bundle, entries=made.bundle.entries[:-1])
    torn = tmp_path / "torn.zip"
    torn.write_bytes(cut.zipped())

    found = compared(terminal, note, "--bundle", bundle)

    assert (found["sound"], found["code"]) == (True, 0)
    assert found["log"]["entries"] == len(made.bundle.entries)
    assert found["anchors"][0]["signed"] is True
    assert terminal("audit", "compare-anchors", note, "--bundle", note).code == 7
    last = f"{len(made.bundle.entries)}:0123456789abcdef"
    assert compared(terminal, last, "--bundle", torn)["anchors"][0]["problems"] == ["cut"]
