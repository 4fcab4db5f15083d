"""``verify`` reads of a notice only what it compares, and still sees where one cannot be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from states.canonical import digest
from tests.stage import a_stage
from workflow.storage import open_store
from workflow.storage.bodies import facts_in, skim
from workflow.verifying import Effort, thorough, verified


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    store = open_store(str(path), create=True)
    stage = a_stage(store, issues=2)
    stage.ticks(date(2023, 3, 1), date(2023, 4, 1))
    store.close()
    return path


def changed(path: Path, column: str, value: object) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        last = "(SELECT max(id) FROM notices WHERE obligation IS NOT NULL)"
        database.execute(
            f"UPDATE notices SET {column} = ? WHERE id = {last}",  # noqa: S608
            (value,),
        )
        database.commit()


def found(path: Path) -> set[str]:
    store = open_store(str(path))
    problems = verified(store, Effort(how=thorough(again=False))).problems
    store.close()
    return {problem.code for problem in problems}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("facts", "not said", "rows_unreadable"),
        ("facts", '["said"]', "rows_unreadable"),
        ("facts", '{"said": 1', "rows_unreadable"),
        ("created_at", "", "rows_unreadable"),
        ("created_at", "2023-02-30T00:00:00.000000Z", "rows_unreadable"),
        ("settled_at", "yesterday", "rows_unreadable"),
        ("first_at", "2023-03-01", "rows_unreadable"),
        ("retry_at", "9", "rows_unreadable"),
        ("resolved_at", "never", "rows_unreadable"),
        ("recipient", "nobody", "notice_stranger"),
        ("issue", "YX2023-9", "notice_unfounded"),
        ("issue", "", "notice_differs"),
        ("message_id", "0" * 40, "notice_differs"),
        ("rung", "overdue", "notice_differs"),
        ("rung", None, "notice_differs"),
        ("recipient", "sun", "notice_differs"),
    ],
)
def test_a_notice_that_was_edited_is_found(
    file: Path, column: str, value: str | None, code: str
) -> None:
    assert found(file) == set()
    changed(file, column, value)
    assert code in found(file)


@pytest.mark.parametrize(("issue", "sound"), [("", True), ("YX2023-1", True), ("YX2023-9", False)])
def test_a_digest_is_of_one_issue_or_of_several(file: Path, issue: str, sound: bool) -> None:
    key = "digest/li/mail/2023-03-02"
    made = {"key": key, "issue": issue, "recipient": "li", "obligation": None, "rung": None}
    with closing(sqlite3.connect(file)) as database:
        one = "(SELECT min(id) FROM notices)"
        for column, value in {**made, "message_id": digest(key.encode())[:40]}.items():
            database.execute(
                f"UPDATE notices SET {column} = ? WHERE id = {one}",  # noqa: S608
                (value,),
            )
        database.commit()
    assert ("notice_differs" in found(file)) is not sound


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{", '{"a":}', '{"a":nul}', '{"a":"\\x"}', '{"a":1} {', "{1:2}"]
)
def test_skimming_refuses_what_reading_refuses(text: str) -> None:
    for read in (facts_in, skim):
        with pytest.raises(ValueError):
            read(text)


def test_skimming_takes_what_reading_takes() -> None:
    text = '{"who": "王", "items": [{"n": 1, "on": null, "is": true}], "how": {"far": -2}}'
    assert facts_in(text)["who"] == "王"
    skim(text)
