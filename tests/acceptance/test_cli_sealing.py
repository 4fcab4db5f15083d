"""``audit seal`` and ``audit key`` at a terminal."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.sealed import check_seals
from tests.terminal import Terminal, founded
from workflow.storage import open_store

HEX = re.compile(r"[0-9a-f]{64}")


def sealed(office: Terminal) -> int:
    """Check the seals; return how many entries have one."""
    store = open_store(office.database)
    size = check_seals(store)
    store.close()
    return size


def test_a_new_office_has_a_key_and_says_what_becomes_of_it(terminal: Terminal) -> None:
    answer = terminal.does("init", "--name", "李清源")

    key = terminal.folder / "seal.key"
    assert str(key) in answer.out
    assert "in a safe" in answer.out
    assert "auditor" in answer.out
    (fingerprint,) = HEX.findall(answer.out)
    shown = terminal.does("audit", "key", "show", "--json").json
    assert shown["key"]["fingerprint"] == fingerprint
    assert (shown["here"], shown["fault"], shown["former"]) == (True, None, [])
    assert shown["key"]["text"].startswith(f"{shown['origin']}+")
    assert [entry["event"] for entry in terminal.log()] == ["found_office", "adopt_key"]


def test_a_key_that_is_there_is_not_adopted_unasked(terminal: Terminal) -> None:
    other = Terminal(terminal.folder / "other")
    other.folder.mkdir()
    other.does("init")
    (other.folder / "seal.key").rename(terminal.folder / "seal.key")

    assert "was not adopted" in terminal.does("init").err
    assert "No key was adopted yet" in terminal.does("audit", "key", "show").out
    assert "was adopted" in terminal.does("audit", "seal").out
    assert terminal.does("audit", "key", "show", "--json").json["here"]


def test_seal_says_what_is_sealed(office: Terminal) -> None:
    entries = office.entries()
    answer = office.does("audit", "seal", "--json").json

    assert (answer["sealed"], answer["size"], answer["unsealed"]) == (entries, entries, 0)
    assert answer["anchor"] == f"{entries}:{answer['root'][:16]}"
    assert answer["unsound"] == []
    assert (answer["key"]["adopted"], answer["key"]["made"]) == (False, False)
    again = office.does("audit", "seal").out
    assert f"Sealed: {entries} entries; new among them: 0." in again
    assert answer["root"] in again
    assert answer["anchor"] in again
    assert sealed(office) == entries


def test_a_tick_seals_too(office: Terminal) -> None:
    ticked = office.does("tick", "--json").json

    assert ticked["sealed"]["sealed"] == office.entries() == sealed(office)
    assert office.does("tick", "--json").json["sealed"]["sealed"] == 0


def test_a_tick_on_a_machine_without_the_key_says_nothing_of_it(office: Terminal) -> None:
    (office.folder / "seal.key").rename(office.folder / "elsewhere")

    answer = office.does("tick", "--json")
    assert answer.json["sealed"] == {"sealed": 0, "seals": 0, "unsound": 0}
    assert "seal" not in answer.err
    assert "is not on this machine" in office("audit", "seal").err
    assert office("audit", "seal").code == 4


def test_what_is_not_sound_is_named(office: Terminal) -> None:
    office.does("audit", "seal")
    office.does("people", "edit", "wang", "--department", "财务股")
    with sqlite3.connect(office.database) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE entries SET hash = printf('%064d', n) WHERE n = 8")
    connection.close()
    answer = office("audit", "seal")

    assert answer.code == 6
    assert "@office, entry 8: the entry's bytes do not have the hash" in answer.out
    assert "Unsealed: 1 entries" in answer.out
    assert office("audit", "seal", "--json").json["unsound"][0]["code"] == "hash_wrong"


def test_a_key_is_changed_only_when_it_is_meant(office: Terminal) -> None:
    before = office.does("audit", "key", "show", "--json").json
    assert office("audit", "key", "rotate").code == 2
    answer = office.does("audit", "key", "rotate", "--yes")

    now = office.does("audit", "key", "show", "--json").json
    assert [key["fingerprint"] for key in now["former"]] == [before["key"]["fingerprint"]]
    assert now["key"]["fingerprint"] in answer.out
    former = next(office.folder.glob("seal.key.former-*"))
    assert str(former) in "".join(answer.out.split())  # a long path goes over two lines
    assert former.stat().st_mode & 0o777 == 0o600
    assert sealed(office) == office.entries()
    office.does("audit", "key", "rotate", "--yes", "--destroy")
    assert list(office.folder.glob("seal.key.former-*")) == [former]
    assert sealed(office) == office.entries()


def test_only_a_supervisor_changes_the_key(office: Terminal) -> None:
    answer = office("--as", "wang", "audit", "key", "rotate", "--yes")

    assert answer.code == 3
    assert list(office.folder.glob("seal.key.former-*")) == []
    assert not office.does("audit", "key", "show", "--json").json["former"]


def test_the_log_names_a_key_by_its_fingerprint(office: Terminal) -> None:
    office.does("audit", "key", "rotate", "--yes")
    shown = office.does("audit", "key", "show", "--json").json
    lines = [line for line in office.does("log", "@office").out.splitlines() if "key" in line]

    fingerprints = [shown["former"][0]["fingerprint"], shown["key"]["fingerprint"]]
    assert [f"{fingerprint[:16]}…" in line for fingerprint, line in zip(
        fingerprints, lines, strict=True)] == [True, True]  # fmt: skip
    assert all("rectify/key" not in line for line in lines)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_command_shows_the_key(terminal: Terminal, language: str) -> None:
    terminal.language = language
    office = founded(terminal)
    secret = (office.folder / "seal.key").read_text().splitlines()[1]
    shown = [
        office(*line)
        for line in (
            ("audit", "seal"),
            ("audit", "seal", "--json"),
            ("audit", "key", "show"),
            ("audit", "key", "show", "--json"),
            ("doctor",),
            ("log", "@office", "--json"),
            ("verify",),
        )
    ]
    assert all(secret[-43:-1] not in answer.out + answer.err for answer in shown)
    assert secret.encode() not in Path(office.database).read_bytes()
