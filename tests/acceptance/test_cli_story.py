"""``replay --story``: what happened, as people read it and as programs do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import UNIT, Terminal, planned, with_issues
from workflow.cli.terminal.wording import width

KEYS = {
    "entry": "n event from to by for auth facts met owed",
    "due": "kind subject due role person",
    "reminded": "rung kind subject event to notices",
    "failed": "rung kind subject event to notices cause",
}


DAYS = 13
"""Days from the first entry to the last."""


@pytest.fixture
def told(terminal: Terminal, kept: dict[str, Path], tmp_path_factory) -> Terminal:
    """A round in which a plan came late, Wang was reminded by mail, and Luo could not be."""
    if "told" not in kept:
        _live(with_issues(terminal))
        kept["told"] = tmp_path_factory.mktemp("kept") / "told"
        shutil.copytree(terminal.folder, kept["told"])
    else:
        shutil.copytree(kept["told"], terminal.folder, dirs_exist_ok=True)
        terminal.later(days=DAYS)
    return terminal


def _live(office: Terminal) -> None:
    planned(office, 7)
    office.later(days=1)
    office.does("assign", 3, "--leader", "luo", "--department", "养护股", "--person", "wang")
    for days in (1, 1, 6, 1, 3):
        office.later(days=days)
        office.does("tick")
    for number in (1, 2):
        office.does("--as", "wang", "measure", "edit", 3, number, "--due", "2025-07-01")
    office.does("--as", "wang", "advance", 3, "draft_plan")


def of(told: Terminal, *options: object) -> list[dict[str, Any]]:
    """Return what happened, for programs."""
    found: list[dict[str, Any]] = told.does("replay", *options, "--json").json["happenings"]
    return found


def test_the_story_of_an_issue_is_told_day_by_day(told: Terminal):
    assert told.does("replay", 3, "--story").out == (
        "R2025-3  执行《农村公路养护管理办法》打折扣\n"
        "县交通运输局党组\n"
        "A trial database: one account played everybody.\n"
        "\n"
        "2025-05-26 Mon\n"
        "09:00  李清源: register  (→ reported)\n"
        "         now owed: draft the plan until 2025-06-04, by responsible person; finish the "
        "issue until\n"
        "         2025-08-20, by responsible person\n"
        "\n"
        "2025-05-27 Tue\n"
        "09:00  李清源: assign\n"
        "         王海涛  罗建平  养护股\n"
        "09:00  told of assign: 王海涛\n"
        "\n"
        "2025-05-28 Wed\n"
        "09:00  handed over (assign): 王海涛\n"
        "\n"
        "2025-05-29 Thu\n"
        "09:00  reminded of draft the plan (due soon): 王海涛\n"
        "09:00  handed over (draft the plan (due soon)): 王海涛\n"
        "\n"
        "2025-06-04 Wed\n"
        "       due today: draft the plan, by responsible person\n"
        "09:00  reminded of draft the plan (due today): 王海涛\n"
        "09:00  handed over (draft the plan (due today)): 王海涛\n"
        "\n"
        "2025-06-05 Thu\n"
        "       OVERDUE since 2025-06-04: draft the plan, by responsible person\n"
        "09:00  the clock: issue a letter\n"
        "         letter of reminder\n"
        "09:00  reminded of draft the plan (overdue): 王海涛, 罗建平\n"
        "09:00  handed over (draft the plan (overdue)): 王海涛\n"
        "09:00  NOT handed over (draft the plan (overdue)): 罗建平: the person has no address for "
        "any channel\n"
        "\n"
        "2025-06-08 Sun\n"
        "09:00  王海涛: edit measure\n"
        "         #1  2025-07-01\n"
        "09:00  王海涛: edit measure\n"
        "         #2  2025-07-01\n"
        "09:00  王海涛: draft plan  (reported → plan drafted)\n"
        "         settled: draft the plan, 4 days late\n"
        "         now owed: decide on the plan until 2025-06-20, by supervisor\n"
        "09:00  told of draft plan: 李清源\n"
        "09:00  NOT handed over (draft plan): 李清源: the person has no address for any channel\n"
    )


def test_json_says_the_same(told: Terminal):
    story = told.does("replay", 3, "--story", "--json").json
    found = story["happenings"]

    assert (story["from"], story["until"]) == ("2025-05-26", "2025-06-08")
    assert [one["key"] for one in story["issues"]] == ["R2025-3"]
    for one in found:
        head = "day at issue what "
        if one["what"] in KEYS:
            assert set(one) == {*(head + KEYS[one["what"]]).split()}
    late = next(one for one in found if one["what"] == "overdue")
    assert (late["day"], late["due"], late["kind"]) == ("2025-06-05", "2025-06-04", "draft_plan")
    drafted = next(one for one in found if one.get("event") == "draft_plan" and "met" in one)
    (met,) = drafted["met"]
    assert (met["kind"], met["days_late"]) == ("draft_plan", 4)
    assert drafted["by"] == {"id": "wang", "name": "王海涛"}
    failed = next(one for one in found if one["what"] == "failed")
    assert (failed["to"], failed["cause"]) == ([{"id": "luo", "name": "罗建平"}], "no_address")


def test_every_entry_is_told_once_and_every_notice_at_most_once_each_way(told: Terminal):
    found = of(told, "--story")

    entries = [(one["issue"], one["n"]) for one in found if one["what"] == "entry"]
    issues = {line["key"] for line in told.does("list", "--all", "--json").json}
    logged = [(key, entry["n"]) for key in issues for entry in told.log(key)]
    assert sorted(entries) == sorted(logged)
    for what in ("reminded", "handed_over", "failed"):
        ids = [id for one in found if one["what"] == what for id in one["notices"]]
        assert len(ids) == len(set(ids)) > 0


def test_it_begins_and_ends_where_it_is_asked_to(told: Terminal):
    found = of(told, 3, "--from", "2025-05-29", "--at", "2025-06-05")

    assert {one["day"] for one in found} == {"2025-05-29", "2025-06-04", "2025-06-05"}
    assert "settled" not in told.does("replay", 3, "--story", "--at", "2025-06-05").out
    empty = told.does("replay", 3, "--from", "2025-05-30", "--at", "2025-06-01")
    assert (empty.out, "Nothing happened in this time." in empty.err) == ("", True)


def test_what_was_told_of_a_moment_then_is_told_of_it_for_ever(told: Terminal):
    then = of(told, "--story")
    moment = told.at.isoformat()
    told.later(days=40)
    told.does("tick")
    told.does("advance", 3, "approve_plan")

    assert of(told, "--story", "--as-of", moment) == then
    assert len(of(told, "--story")) > len(then)


def test_of_a_round_what_reads_the_same_is_told_once_and_each_month_in_sum(told: Terminal):
    told.later(days=30)
    page = told.does("replay", "--story", "--round", "R2025").out
    story = told.does("replay", "--story", "--unit", "交通", "--json").json

    assert page.startswith("12 issues, 2025-05-26 to ")
    due = "R2025-1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12  due today: draft the plan"
    assert due in re.sub(r"\s{8,}|\n", " ", page)
    may, june, july = story["months"]
    assert (may["first"], may["last"]) == ("2025-05-26", "2025-05-31")
    assert (june["first"], june["last"]) == ("2025-06-01", "2025-06-30")
    assert (july["first"], july["last"]) == ("2025-07-01", "2025-07-08")
    for month in (may, june):
        figures = told.does("figures", "--as-of", month["last"], "--json").json
        assert month["figures"] == figures
    counted = [one for one in story["happenings"] if one["day"].startswith("2025-06")]
    assert june["counts"] == {
        what: sum(one["what"] == what for one in counted) for what in june["counts"]
    }
    assert page.count("\n= ") == 3


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_fits_the_terminal(told: Terminal, monkeypatch, columns, language):
    told.language = language
    monkeypatch.setenv("COLUMNS", str(columns))

    for line in ("replay 3 --story", "replay --story", "audit diff 2025-05-26 2025-06-08"):
        lines = told.does(*line.split()).out.splitlines()
        assert [text for text in lines if width(text) > columns] == [], line


def test_an_issue_and_a_round_exclude_each_other(told: Terminal):
    assert told("replay", 3, "--round", "R2025").code == 2
    assert told("replay", "--round", "R1999").code == 4


def test_a_date_that_somebody_else_owes_by_now_is_missed_once(told: Terminal):
    told.does("people", "grant", "he", "responsible", "--unit", UNIT)
    for person in ("wang", "he"):
        told.does("assign", 4, "--leader", "luo", "--person", person)

    overdue = [one for one in of(told, 4, "--story") if one["what"] == "overdue"]

    assert [(one["kind"], one["day"]) for one in overdue] == [("draft_plan", "2025-06-05")]


def test_what_is_voided_was_not_done(told: Terminal):
    told.does("void", 4, "--reason", "重复登记")

    entries = [one for one in of(told, 4, "--story") if one["what"] == "entry"]

    assert (entries[-1]["event"], entries[-1]["met"]) == ("void", [])
