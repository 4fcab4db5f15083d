"""The page on the log's format is true: its example, its fields, its checker."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest

from states.audit import replay
from states.canonical import canonical
from states.log import read_entry
from tests.docs.pages import ROOT, blocks, text_of
from tests.stage import a_stage
from workflow.storage import open_store

PAGE = text_of(ROOT / "docs" / "reference" / "log-format.md")
EXAMPLES = [block.text.rstrip("\n").encode() for block in blocks(PAGE, "json entry")]


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "rectify.db"
    stage = a_stage(open_store(str(path), create=True), issues=2)
    stage.planned()
    return path


def checked(database, tmp_path) -> subprocess.CompletedProcess[str]:
    (block,) = blocks(PAGE, "python checker")
    checker = tmp_path / "checker.py"
    checker.write_text(block.text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, checker, database], capture_output=True, encoding="utf-8", check=False
    )


def test_the_hashes_of_the_example_are_those_of_its_bytes():
    digests = [hashlib.sha256(b"\0rectify/entry/1\n" + body).hexdigest() for body in EXAMPLES]

    assert all(f"`{digest}`" in PAGE for digest in digests)
    assert json.loads(EXAMPLES[1])["prev"] == digests[0]


def test_the_example_is_what_rectify_writes_and_reads():
    entries = [read_entry(body) for body in EXAMPLES]
    issue = replay(entries)

    assert [canonical(entry.content) for entry in entries] == EXAMPLES
    assert issue is not None
    assert (issue.key, issue.n, issue.responsibility.department) == ("R2026-1", 2, "河长办")
    assert [o.id for o in issue.obligations] == ["R2026-1/1/draft_plan", "R2026-1/1/finish_issue"]


def test_every_field_of_an_entry_is_on_the_page(database):
    with open_store(str(database)).reading() as session:
        fields = {field for row in session.rows() for field in read_entry(row.body).content}

    assert [field for field in sorted(fields) if f"`{field}`" not in PAGE] == []


def test_the_checker_finds_a_sound_log_sound(database, tmp_path):
    done = checked(database, tmp_path)

    assert done.stdout == "sound: 3 streams\n", done.stderr


def test_the_checker_finds_a_changed_byte(database, tmp_path):
    tampered = tmp_path / "tampered.db"
    tampered.write_bytes(
        database.read_bytes().replace("修订巡查制度".encode(), "修订巡查制慶".encode())
    )

    done = checked(tampered, tmp_path)

    assert done.stderr == "YX2023-1, entry 3: not sound\n"
