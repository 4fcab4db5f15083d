"""Log, replay and verify from the command line: nothing is hidden, and a forged byte is found."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from states.canonical import entry_digest
from tests.terminal import SAMPLE, Terminal, planned
from tests.unguarded import unguarded


def forge(path: str, old: bytes, new: bytes, request: str = "") -> None:
    """Change bytes of the log past every trigger; of one request, also the hash is made anew."""
    with closing(sqlite3.connect(path)) as database, unguarded(database):
        rows = database.execute("SELECT rowid, body, request_id FROM entries").fetchall()
        changed = [
            (body.replace(old, new), rowid)
            for rowid, body, name in rows
            if old in body and request in ("", name)
        ]
        assert len(changed) == 1
        database.executemany("UPDATE entries SET body = ? WHERE rowid = ?", changed)
        if request:
            digest = entry_digest(changed[0][0])
            database.execute("UPDATE entries SET hash = ? WHERE request_id = ?", (digest, request))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_changed_byte_is_found_and_its_entry_named(round_: Terminal, language):
    round_.does("note", 7, "as it was")
    round_.does("note", 7, "later")
    forge(round_.database, b"as it was", b"as It was")
    round_.language = language

    answer = round_("verify")
    record = round_("verify", "--json")

    assert answer.code == record.code == 6
    place = {"en": "R2025-7, entry 2: ", "zh": "R2025-7 第 2 条记录："}[language]
    assert answer.out.startswith(place)
    assert {"en": "NOT SOUND", "zh": "核验不通过"}[language] in answer.out
    assert record.json["sound"] is False
    assert [(p["stream"], p["entry"], p["code"]) for p in record.json["problems"]] == [
        ("R2025-7", 2, "hash_wrong")
    ]


def test_a_sound_log_is_proven_with_its_numbers(round_: Terminal):
    planned(round_)

    record = round_.does("verify", "--json").json

    assert record["sound"] is True
    assert record["issues"] == 12
    assert record["decided"] == record["entries"] == record["seals"]["unsealed"]
    assert round_.does("verify").out == (
        f"Sound: entries: {record['entries']}, issues: {record['issues']}\n"
        f"not sealed yet: {record['entries']}, the oldest since 2025-05-26 09:00\n"
    )


def test_what_is_sealed_is_told_with_its_key(round_: Terminal):
    sealed = round_.does("audit", "seal", "--json").json
    round_.does("note", 7, "nach dem Siegel")

    seals = round_.does("verify", "--json").json["seals"]

    assert (seals["size"], seals["unsealed"]) == (sealed["size"], 1)
    assert seals["key"] == sealed["key"]["fingerprint"]
    assert f"sealed: {seals['size']} entries" in round_.does("verify", "--jobs", 1).out


def test_without_deciding_again_it_says_so(round_: Terminal):
    answer = round_.does("verify", "--quick")

    assert answer.out.startswith("Sound: ")
    assert answer.err == "No entry was decided again (--quick).\n"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_decision_that_was_never_allowed_is_named_with_what_was_unmet(round_: Terminal, language):
    planned(round_)
    entry = round_.log("R2025-7")[-1]
    actor = f'"person":"{entry["actor"]["person"]}"}},"at"'.encode()
    forge(round_.database, actor, b'"person":"nobody"},"at"', entry["request"])
    round_.language = language

    answer = round_("verify")

    assert answer.code == 6
    told = {"en": "was not allowed then: ", "zh": "当时不被允许"}[language]
    assert told in answer.out


def test_the_log_of_an_issue_and_of_the_office_is_printed_a_line_an_entry(round_: Terminal):
    planned(round_)

    issue = round_.does("log", "R2025-7").out.splitlines()
    office = round_.does("log", "@office").out.splitlines()

    assert len(issue) == len(round_.log("R2025-7"))
    assert re.sub(" +", " ", issue[3]).strip() == (
        "4 2025-05-26 09:00 王海涛 draft plan reported → plan drafted auth: trial"
    )
    assert len(office) == len(round_.log())
    assert any("granting a role" in line for line in office)
    assert set(round_.log("R2025-7")[0]) == {
        "v", "stream", "n", "prev", "request", "at", "day", "actor", "process", "event", "from",
        "to", "calendar", "office", "records", "facts", "opens", "closes", "hash",
    }  # fmt: skip


def test_replay_shows_a_past_day_whatever_happened_since(round_: Terminal):
    round_.later(days=10)
    planned(round_)

    then = round_.does("replay", 7, "--at", "2025-06-04", "--json").json
    day = round_.does("replay", 7, "--at", "2025年6月5日", "--json").json
    now = round_.does("replay", 7, "--json").json

    assert (then["state"], then["n"], then["responsible"]["person"]) == ("reported", 1, None)
    assert day["state"] == now["state"] == "in_rectification"
    assert then["at"] == "2025-06-04T23:59:59.999999+08:00"
    assert day["at"] == "2025-06-05T09:00:00+08:00"  # today has not ended
    assert "As of 2025-06-04 (rebuilt from the log)" in (
        round_.does("replay", 7, "--at", "2025-06-04").err
    )
    assert "As of 2025-06-05 09:00 (rebuilt from the log)" in round_.does("replay", 7).err


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2025-05-26", 0),
        ("2025-05-27", 12),
        ("2025-05-27T08:59", 0),
        ("2025-05-27T09:00", 12),
        ("2025-05-27T00:59:59Z", 0),
        ("2025-05-27T01:00:00Z", 12),
    ],
)
def test_without_an_issue_the_whole_round_is_replayed(office: Terminal, moment, count):
    office.later(days=1)
    office.does("import", SAMPLE)

    issues = office.does("replay", "--at", moment, "--json").json

    assert len(issues) == count
    assert office.does("replay", "--at", moment).code == 0
