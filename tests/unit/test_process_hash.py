"""A process is known by its hash: the same table always has the same, any change another."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from states.calendar import WEEKDAYS
from states.frozen import replace
from states.lights import light_on
from states.process import read_process
from states.process_file import default_process, parse_process
from states.term import DAYS, Term
from tests.cast import OWN


@pytest.mark.parametrize("text", [OWN, None], ids=["own", "default"])
def test_a_process_is_known_by_its_bytes_and_read_back_from_them(text: str | None):
    process = default_process() if text is None else parse_process(text, "own.toml")
    again = read_process(process.body)
    assert again == process
    assert again.hash == process.hash
    assert again.body == process.body


FORMER = (Path(__file__).parents[1] / "data" / "former_process.json").read_bytes()
FORMER_HASH = "415ac53dd310999c0ed1ddc77c5c20e780a51601539ee2203525ee8a1bd53573"


def test_a_process_written_down_before_terms_had_units_keeps_its_bytes_and_hash():
    process = read_process(FORMER)
    assert (process.body, process.hash) == (FORMER, FORMER_HASH)
    today = replace(process, former=b"")
    assert today.hash != FORMER_HASH
    assert today != process
    assert read_process(today.body) == today


def test_what_was_in_days_is_still_in_days():
    process = read_process(FORMER)
    assert process.deadline("dated").due.term == Term(90, DAYS)
    assert process.deadline("immediate").source.startswith("county practice")
    plan = process.obligation("draft_plan")
    assert plan is not None
    assert (plan.due.term, plan.due.at_least) == (Term(14, DAYS), Term(7, DAYS))
    assert (plan.applies, plan.confirmed, plan.ladder) == ((), False, "standard")
    assert process.step("completed", "accept") is not None
    assert process.label("zh", "state", "completed") == "已完成"


def test_the_light_of_a_former_process_turns_as_it_did():
    ladder = read_process(FORMER).ladder("standard")
    due = date(2023, 5, 31)
    dates = [o.on for o in ladder.until(WEEKDAYS, due, date(2023, 6, 14))]
    assert dates == [date(2023, 5, 24), due, *(date(2023, 6, day) for day in (1, 8))]
    turns = ladder.colours(WEEKDAYS, due)
    days = (date(2023, 5, 23), date(2023, 5, 24), due, date(2023, 6, 1))
    assert [light_on(turns, day) for day in days] == ["green", "yellow", "yellow", "red"]


def test_the_same_table_has_the_same_hash_however_it_is_laid_out():
    process = parse_process(OWN, "a.toml")
    spaced = OWN.replace(" = ", "   =  ").replace("[[state]]", "# a comment\n\n[[state]]")
    assert parse_process(spaced, "b.toml").hash == process.hash
    moved = OWN.replace('name = "归档"\nen = "filed"', 'en = "filed"\nname = "归档"')
    assert parse_process(moved, "c.toml").hash == process.hash
    assert parse_process(OWN.replace("\n", "\r\n"), "d.toml").hash == process.hash


CHANGES = [
    ('name = "乡镇整改"', 'name = "街道整改"'),
    ('after = "30 days"', 'after = "31 days"'),
    ('after = "30 days"', 'after = "30 workdays"'),
    ('after = "30 days"', 'rule = "county-3-months"'),
    ('en = "open"', 'en = "to do"'),
    ('en = "open"', 'zh = "待办"'),
    ('by = ["leader", "supervisor"]', 'by = ["supervisor", "leader"]'),
    ('by = ["leader", "supervisor"]', 'by = ["supervisor"]'),
    ('requires = ["reason"]\n', ""),
    ('records = "return"', 'records = "return"\nnotify = ["leader"]'),
    ('"待验收", "归档"]\nto = "待整改"', '"归档"]\nto = "待整改"'),
    ("20日", "21日"),
    ('"20日"', '"20日", at_least = "7 days"'),
    ('while = ["待整改", "待验收"]', 'while = ["待整改"]'),
    ('ladder = "常规"\n\n[[ladder', 'ladder = "常规"\nsource = "本县"\n\n[[ladder'),
    ('ladder = "常规"\n\n[[ladder', 'ladder = "常规"\nconfirmed = true\n\n[[ladder'),
    ("-3 days", "-4 days"),
    ('"1 workday"', '"2 workdays"'),
    ('"1 workday", ', ""),
    ('to = ["holder", "leader"]', 'to = ["holder"]'),
    ('name = "到期"', 'name = "当日"'),
    ('colour = "orange"', 'colour = "red"'),
    ('colour = "orange"', 'colour = "orange", urgent = true'),
    ('colour = "orange"', 'colour = "orange", if_unknown = "hold"'),
    ('colour = "orange"', 'colour = "orange", if_unknown = "resend"'),
    ('deadline = [{ anchor = "cycle", ', 'deadline = [{ anchor = "cycle", source = "x", '),
    ('final = ["归档"]', 'final = ["归档"]\npolicy = { extensions = 1 }'),
    ('final = ["归档"]', 'final = ["归档"]\npolicy = { longest_extension = "1个月" }'),
    (
        'final = ["归档"]',
        'word = [{ sort = "rung", name = "逾期", en = "late" }]\nfinal = ["归档"]',
    ),
]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_any_change_changes_the_hash(old: str, new: str):
    assert OWN.count(old) == 1
    changed = parse_process(OWN.replace(old, new), "own.toml")
    assert changed.hash != parse_process(OWN, "own.toml").hash
    assert changed != parse_process(OWN, "own.toml")


def test_a_process_that_says_nothing_of_unknown_ends_is_written_as_ever():
    assert b"if_unknown" not in parse_process(OWN, "own.toml").body
    assert b"if_unknown" not in default_process().body
    said = parse_process(OWN.replace('colour = "orange"', 'if_unknown = "hold"'), "own.toml")
    assert read_process(said.body) == said


def test_a_letter_of_which_nobody_knows_whether_it_arrived_is_held_unless_the_rung_says_else():
    rungs = {rung.name: rung for rung in default_process().ladder("standard").rungs}
    assert (rungs["overdue"].policy, rungs["due"].policy) == ("hold", "resend")
    assert replace(rungs["overdue"], if_unknown="resend").policy == "resend"
    assert replace(rungs["due"], if_unknown="hold").policy == "hold"


def test_one_name_has_one_spelling():
    decomposed = OWN.replace("归档", "re\N{COMBINING ACUTE ACCENT}sume")
    assert parse_process(decomposed, "own.toml").final == ("résume",)
