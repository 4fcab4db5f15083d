"""A process is known by its hash: the same table always has the same, any change another."""

from __future__ import annotations

import pytest

from states.process import read_process
from states.process_file import default_process, parse_process
from tests.cast import (
    OWN,
)


@pytest.mark.parametrize("text", [OWN, None], ids=["own", "default"])
def test_a_process_is_known_by_its_bytes_and_read_back_from_them(text: str | None):
    process = default_process() if text is None else parse_process(text, "own.toml")
    again = read_process(process.body)
    assert again == process
    assert again.hash == process.hash
    assert again.body == process.body


def test_the_same_table_has_the_same_hash_however_it_is_laid_out():
    process = parse_process(OWN, "a.toml")
    spaced = OWN.replace(" = ", "   =  ").replace("[[state]]", "# a comment\n\n[[state]]")
    assert parse_process(spaced, "b.toml").hash == process.hash
    moved = OWN.replace('name = "归档"\nen = "filed"', 'en = "filed"\nname = "归档"')
    assert parse_process(moved, "c.toml").hash == process.hash
    assert parse_process(OWN.replace("\n", "\r\n"), "d.toml").hash == process.hash


CHANGES = [
    ('name = "乡镇整改"', 'name = "街道整改"'),
    ("days = 30", "days = 31"),
    ('en = "open"', 'en = "to do"'),
    ('en = "open"', 'zh = "待办"'),
    ('by = ["leader", "supervisor"]', 'by = ["supervisor", "leader"]'),
    ('by = ["leader", "supervisor"]', 'by = ["supervisor"]'),
    ('requires = ["reason"]\n', ""),
    ('records = "return"', 'records = "return"\nnotify = ["leader"]'),
    ('"待验收", "归档"]\nto', '"归档"]\nto'),
    ("days = 20", "days = 21"),
    ("days = 20", "days = 20, at_least = 7"),
    ('while = ["待整改", "待验收"]', 'while = ["待整改"]'),
    ('ladder = "常规"\n\n[[ladder', 'ladder = "常规"\nsource = "本县"\n\n[[ladder'),
    ('ladder = "常规"\n\n[[ladder', 'ladder = "常规"\nconfirmed = true\n\n[[ladder'),
    ("days = -3", "days = -4"),
    ("repeat_days = 1", "repeat_days = 2"),
    ('to = ["holder", "leader"]', 'to = ["holder"]'),
    ('name = "到期"', 'name = "当日"'),
    ('deadline = { anchor = "cycle", ', 'deadline = { anchor = "cycle", source = "x", '),
]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_any_change_changes_the_hash(old: str, new: str):
    assert OWN.count(old) == 1 or old.startswith(('"待验收", "归档"', 'ladder = "常规"'))
    changed = parse_process(OWN.replace(old, new), "own.toml")
    assert changed.hash != parse_process(OWN, "own.toml").hash
    assert changed != parse_process(OWN, "own.toml")


def test_one_name_has_one_spelling():
    decomposed = OWN.replace("归档", "re\N{COMBINING ACUTE ACCENT}sume")
    assert parse_process(decomposed, "own.toml").final == ("résume",)
