"""The demonstration: it plays to its end in both languages and leaves something worth trying."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

RECTIFY = Path(sys.executable).with_name("rectify")


def rectify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder, in an environment of its own."""
    return subprocess.run(
        [RECTIFY, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module", params=["en", "zh"])
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """The folder that a demonstration left, and what it printed."""
    folder = tmp_path_factory.mktemp(f"demo-{request.param}")
    done = rectify(folder, "--lang", request.param, "demo", "round")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "round", done.stdout + done.stderr


def listed(folder: Path) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(rectify(folder, "list", "--json").stdout)
    return issues


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_it_leaves_issues_in_every_state(played: tuple[Path, str]) -> None:
    states = {issue["state"] for issue in listed(played[0])}
    assert states == {
        "reported",
        "plan_drafted",
        "in_rectification",
        "completed",
        "long_term_maintenance",
    }


def test_the_reopened_issue_is_in_its_second_cycle(played: tuple[Path, str]) -> None:
    cycles = {issue["number"]: issue["cycle"] for issue in listed(played[0])}
    assert (cycles[4], set(cycles.values())) == (2, {1, 2})


def test_its_log_verifies_and_the_forged_copy_does_not(played: tuple[Path, str]) -> None:
    assert rectify(played[0], "verify").returncode == 0
    forged = rectify(played[0], "--db", "tampered.db", "--lang", "en", "verify")
    assert forged.returncode == 6
    assert "R2025-4, entry 6" in forged.stdout


def test_every_mail_is_whole_and_none_was_written_twice(played: tuple[Path, str]) -> None:
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (played[0] / "mail").glob("*.eml")
    ]
    assert len(mails) > 50
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    for mail in mails:
        assert not mail.defects
        assert mail["To"].addresses[0].domain.endswith("qingxi.example")
    said = [(mail["To"], mail["Subject"], text_of(mail)) for mail in mails]
    assert len(set(said)) == len(said)


def test_everything_it_suggests_can_be_run(played: tuple[Path, str]) -> None:
    notes = (played[0] / "TRY-THIS.txt").read_text(encoding="utf-8")
    lines = [line.split("   ")[0].strip() for line in notes.splitlines()]
    commands = [line.split()[1:] for line in lines if line.startswith("rectify ")]
    assert len(commands) >= 8
    for command in commands:
        done = rectify(played[0], *command)
        assert done.returncode == (3 if "draft_plan" in command else 0), done.stderr


def test_it_never_writes_into_a_folder_that_is_there(played: tuple[Path, str]) -> None:
    again = rectify(played[0].parent, "--lang", "en", "demo", "round")
    assert again.returncode == 5
    assert "already there" in again.stderr


def test_in_chinese_no_english_sentence_is_left(played: tuple[Path, str]) -> None:
    folder, printed = played
    if folder.parent.name.startswith("demo-zh"):
        for english in ("Refused", "owed now", "The report", "mails were written", "Sound:"):
            assert english not in printed
