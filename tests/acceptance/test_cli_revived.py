"""A restored backup is older than an erasure: whose details are back is said, and can be erased."""

from __future__ import annotations

from tests.terminal import UNIT, Terminal


def test_who_was_erased_since_the_backup_is_named(office: Terminal) -> None:
    details = ("--name", "孙晓梅", "--unit", UNIT, "--mail", "sun@qingxi.example")
    office.does("people", "add", "sun", *details)
    office.does("people", "leave", "sun")
    office.does("db", "backup", "copy.db")
    office.later(1)
    office.does("audit", "redact", "sun", "--reason", "本人申请", "--yes")

    answer = office.does("db", "restore", "copy.db", "--reason", "磁盘损坏", "--yes")

    assert "rectify audit redact sun" in answer.out
    office.does("audit", "redact", "sun", "--reason", "本人申请", "--yes")
    assert office("people", "show", "sun").code == 4
    office.later(1)
    again = office.does("db", "restore", "copy.db", "--reason", "又坏了", "--yes")
    assert "rectify audit redact sun" in again.out


def test_who_is_still_there_is_not_named(office: Terminal) -> None:
    office.does("db", "backup", "copy.db")

    answer = office.does("db", "restore", "copy.db", "--reason", "磁盘损坏", "--yes")

    assert "redact" not in answer.out
