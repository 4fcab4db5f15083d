"""``audit bundle`` and ``audit check``: a file for a stranger, from both sides."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.bundling import made_bundle
from tests.tampering.campaign import KINDS
from tests.terminal import Terminal, kept_up, proof, with_issues
from tests.unguarded import unguarded
from workflow.proof.bundle.notes import read_given
from workflow.proof.bundle.reading import EVIDENCE, PEOPLE

ALONE = Path(__file__).parents[2] / "workflow" / "proof" / "rectify_verify.py"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """An office whose issue 7 was proven and accepted, sealed, with a remark behind the seal."""
    terminal = kept_up(with_issues(Terminal(tmp_path_factory.mktemp("office"))))
    secret = proof(terminal.folder, "secret.txt")
    terminal.does(
        "--as", "wang", "evidence", "add", 7, secret, "--duty", 1, "--level", "secret"
    )  # fmt: skip
    terminal.does("audit", "seal")
    terminal.does("note", 7, "尚未封存")
    return terminal


def packed(office: Terminal, tmp_path: Path, *options: str) -> tuple[Path, str]:
    file = tmp_path / "out.zip"
    answer = office.does("audit", "bundle", file, *options)
    assert answer.out.strip() == str(file)
    return file, answer.err


def test_a_stranger_finds_it_sound_with_the_program_inside(
    office: Terminal, tmp_path: Path
) -> None:
    file, _ = packed(office, tmp_path)
    with zipfile.ZipFile(file) as archive:
        archive.extract("rectify_verify.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "rectify_verify.py"), str(file)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert office("audit", "check", file).code == 0


def test_it_is_for_its_owner_alone_and_overwrites_nothing(office: Terminal, tmp_path: Path) -> None:
    file, _ = packed(office, tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    again = office("audit", "bundle", file)
    assert again.code == 5
    assert "already" in again.err
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]


def test_it_tells_what_is_not_sealed(office: Terminal, tmp_path: Path) -> None:
    _, said = packed(office, tmp_path)
    assert "The last 1 entries are not sealed" in said
    assert "Fingerprint, to be told by another way: " in said


def test_names_and_files_stay_out_unless_they_are_asked_for(
    office: Terminal, tmp_path: Path
) -> None:
    file, said = packed(office, tmp_path)
    with zipfile.ZipFile(file) as archive:
        assert PEOPLE not in archive.namelist()
        assert not [name for name in archive.namelist() if name.startswith(EVIDENCE)]
        everything = b"".join(map(archive.read, archive.namelist()))
    assert "王海涛".encode() not in everything
    assert "hand it on only" not in said


def test_with_names_it_warns_and_with_files_it_holds_those_that_are_not_secret(
    office: Terminal, tmp_path: Path
) -> None:
    file, said = packed(office, tmp_path, "--names", "--evidence")
    with zipfile.ZipFile(file) as archive:
        listed = [json.loads(x) for x in archive.read("evidence.jsonl").splitlines()]
        files = [archive.read(n) for n in archive.namelist() if n.startswith(EVIDENCE)]
        assert "王海涛".encode() in archive.read(PEOPLE)
    assert sorted(line["held"] for line in listed) == ["here", "kept"]
    assert files == [b"proof proof.txt"]
    assert "hand it on only" in said
    assert office("audit", "check", file).code == 0


def test_a_file_that_was_changed_is_told_and_not_packed(tmp_path: Path) -> None:
    office = kept_up(with_issues(Terminal(tmp_path)))
    kept = next(path for path in (tmp_path / "evidence").rglob("*") if path.is_file())
    kept.chmod(0o600)
    kept.write_bytes(b"proof proof.txT")
    file, said = packed(office, tmp_path, "--evidence")
    with zipfile.ZipFile(file) as archive:
        (listed,) = [json.loads(x) for x in archive.read("evidence.jsonl").splitlines()]
    assert listed["held"] == "changed"
    assert "tampered 1" in said


def test_where_nothing_can_be_written_nothing_is_left(office: Terminal, tmp_path: Path) -> None:
    answer = office("audit", "bundle", tmp_path / "no" / "out.zip")
    assert answer.code == 7
    assert "cannot be written" in answer.err
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- check


def test_it_needs_no_database_and_says_what_was_not_proven(tmp_path: Path) -> None:
    made = made_bundle(3)
    file = tmp_path / "theirs.zip"
    file.write_bytes(made.bundle.zipped())
    answer = Terminal(tmp_path)("audit", "check", file)
    assert answer.code == 0
    assert "SOUND" in answer.out
    assert "No anchor from outside was given" in answer.out
    assert not (tmp_path / "rectify.db").exists()


def test_it_names_the_first_bad_index_and_ends_with_6(tmp_path: Path) -> None:
    made = made_bundle(3)
    entries = list(made.bundle.entries)
    entries[20] = entries[20].replace(b'"v":1}', b'"v":2}')
    file = tmp_path / "theirs.zip"
    file.write_bytes(_with(made.bundle.zipped(), tmp_path, entries))
    note = tmp_path / "kept.note"
    note.write_text(made.anchor, encoding="utf-8")
    key = made.log.signers[0].named(made.bundle.origin).fingerprint
    answer = Terminal(tmp_path)("audit", "check", file, "--anchor", note, "--key", key, "--json")
    assert answer.code == 6
    said = answer.json
    assert (said["verdict"], said["first_bad"]) == ("tampered", 20)
    assert said["findings"][0]["code"] == "entry_unreadable"
    assert said["between"] == [0, 20]
    assert said["entries"] == 20
    assert "First bad index: 20" in Terminal(tmp_path)("audit", "check", file).out


def _with(file: bytes, folder: Path, entries: list[bytes]) -> bytes:
    (folder / "old.zip").write_bytes(file)
    with zipfile.ZipFile(folder / "old.zip") as old, zipfile.ZipFile(folder / "new", "w") as new:
        for name in old.namelist():
            lines = b"".join(entry + b"\n" for entry in entries)
            new.writestr(name, lines if name == "entries.jsonl" else old.read(name))
    return (folder / "new").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("none.zip",), 4),
        ((".",), 2),
        (("bundle.zip", "--anchor", "5:xyz"), 4),
        (("bundle.zip", "--anchor", "none.note"), 4),
        (("bundle.zip", "--key", "abc"), 7),
        (("bundle.zip", "--anchor", "empty.note"), 4),
        (("text.zip",), 6),
    ],
)
def test_what_cannot_be_judged_is_said(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    (tmp_path / "bundle.zip").write_bytes(made_bundle(3).bundle.zipped())
    (tmp_path / "text.zip").write_text("no zip", encoding="utf-8")
    (tmp_path / "empty.note").write_text("nothing", encoding="utf-8")
    file, *rest = arguments
    rest = [str(tmp_path / word) if word.endswith(".note") else word for word in rest]
    answer = Terminal(tmp_path)("audit", "check", tmp_path / file, *rest)
    assert answer.code == code, answer.out + answer.err


def test_an_anchor_may_be_a_mail_that_somebody_received(tmp_path: Path) -> None:
    made = made_bundle(3)
    file = tmp_path / "theirs.zip"
    file.write_bytes(made.bundle.zipped())
    size, root = made.bundle.sizes[0], read_given(made.bundle.notes[0]).root
    mail = tmp_path / "received.eml"
    for digits, code in ((root[:16], 0), ("0" * 16, 6)):
        mail.write_text(f"From: a@b.cn\nSubject: x\n\n封存 {size}:{digits}\n", encoding="utf-8")
        assert Terminal(tmp_path)("audit", "check", file, "--anchor", mail).code == code


def test_deciding_everything_again_finds_a_forger_for_whom_all_hashes_fit(tmp_path: Path) -> None:
    made = made_bundle(5)
    kind = next(kind for kind in KINDS if kind.name == "actor_stolen")
    forged = kind.forge(made, random.Random(5))  # noqa: S311
    assert forged is not None
    terminal = Terminal(tmp_path)
    for name, bundle, problems in (("sound", made.bundle, False), ("forged", forged.bundle, True)):
        file = tmp_path / f"{name}.zip"
        file.write_bytes(bundle.zipped())
        assert terminal("audit", "check", file).code == 0
        deep = terminal("audit", "check", file, "--deep", "--json")
        assert deep.code == (6 if problems else 0)
        assert bool(deep.json["deep"]["problems"]) == problems
        assert deep.json["verdict"] == "sound"
        assert deep.json["deep"]["decided"] > 20


def test_a_pipe_is_not_waited_for(office: Terminal, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    answer = office("audit", "check", tmp_path / "pipe")

    assert answer.code in {4, 7}
    assert "not a regular file" in answer.err


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("DELETE FROM checkpoints", "the last seal covers 0"),
        ("DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)", "later ones"),
        ("UPDATE entries SET body = body || ' ' WHERE n = 1", "are not those that were sealed"),
        (
            "UPDATE checkpoints SET note = 'no' WHERE size = (SELECT max(size) FROM checkpoints)",
            "are not those that were sealed",
        ),
        ("DELETE FROM entries WHERE stream = 'R2025-7' AND n = 3", "is gone"),
    ],
)
def test_what_is_not_sound_is_packed_and_said(
    office: Terminal, tmp_path: Path, edit: str, code: str
) -> None:
    shutil.copytree(office.folder, tmp_path / "office")
    copy = Terminal(tmp_path / "office")
    copy.at = office.at
    copy.does("audit", "seal")
    with closing(sqlite3.connect(copy.database)) as database, unguarded(database):
        database.execute(edit)
    answer = copy("audit", "bundle", tmp_path / "out.zip")
    assert answer.code == 6
    assert "NOT SOUND" in answer.err
    assert code in answer.err
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        packed = archive.read("entries.jsonl").splitlines()
        judged = json.loads(archive.read("manifest.json"))
    assert len(packed) == judged["entries"] > 20
    if "checkpoints" not in edit:
        assert copy("audit", "check", tmp_path / "out.zip").code == 6
