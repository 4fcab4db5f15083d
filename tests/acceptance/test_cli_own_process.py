"""A process of one's own at the command line: shown in words, foreseen, adopted, migrated to."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from tests.terminal import Terminal, planned, written

DEFAULT = files("states").joinpath("default.toml").read_text(encoding="utf-8")
LAST = '[[deadline]]\nanchor = "cycle"\nrule   = "county-3-months"\n'
PLAN = 'rule = "zhejiang-2017-plan"'


def changed(*changes: tuple[str, str]) -> str:
    """Return the default process under another name and with other words."""
    text = DEFAULT.replace("county-inspection", "own-way")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def own(round_: Terminal) -> Path:
    """A file with a process of 2 months instead of 3, and 15 working days for the plan."""
    shorter = LAST.replace("county-3-months", "regulation-2015-report")
    return written(
        round_.folder, "own.toml", changed((LAST, shorter), (PLAN, 'after = "15 workdays"'))
    )


def dues(terminal: Terminal) -> set[str]:
    return {line["due"] for line in terminal.does("list", "--json").json}


def test_a_process_is_shown_in_words_with_its_sources_and_ladders(office: Terminal):
    shown = office.does("process", "show").out
    plan = next(line for line in shown.splitlines() if line.startswith("draft the plan"))

    assert "10 working days from feedback, at least 5 working days" in plan
    assert "zhejiang-2017-plan: 浙江2017年做法（新闻报道，2017-01-06） (confirmed)" in plan
    assert "own-immediate: 自定 (our choice) (not confirmed)" in shown
    assert "Extensions: at most 2 in a cycle, none longer than 3 months." in shown
    rungs = shown[shown.index("Ladder standard") : shown.index("Ladder short")]
    assert "20 working days before" in rungs
    assert "letter of supervision" in rungs
    assert "then again after 20 working days, for ever" in rungs
    assert " ".join(rungs.split()).count("RED overdue") == 3


def test_a_process_for_programs_gives_terms_as_texts(office: Terminal):
    shown = office.does("process", "show", "--json").json
    plan = next(o for o in shown["obligations"] if o["kind"] == "draft_plan")

    assert plan["due"] == {
        "anchor": "cycle",
        "after": "10 workdays",
        "at_least": "5 workdays",
        "rule": "zhejiang-2017-plan",
    }
    assert shown["deadlines"][0]["applies"] == ["immediate"]
    assert shown["policy"]["look_backs"] == ["3 months", "6 months"]
    (office_ladder,) = (x for x in shown["ladders"] if x["name"] == "office")
    assert office_ladder["rungs"][-1]["repeat"] == ["5 workdays", "10 workdays", "20 workdays"]


def test_the_packaged_rules_are_listed_and_none_is_guessed(terminal: Terminal):
    told = terminal.does("process", "rules").out
    rules = {rule["name"]: rule for rule in terminal.does("process", "rules", "--json").json}

    assert "zhejiang-2017-plan  10 working days from feedback\n" in told
    assert "regulation-2024  not readable: no figure is assumed\n" in told
    assert (rules["regulation-2024"]["term"], rules["regulation-2024"]["confirmed"]) == (
        None,
        False,
    )
    assert rules["county-3-months"]["term"] == "3 months"


def test_what_a_process_changes_is_shown_and_asked_before_it_is_adopted(
    round_: Terminal, own: Path
):
    before = round_.entries()
    answer = round_("process", "adopt", own)

    assert answer.code == 2
    assert "repeat with --yes" in answer.err
    assert "deadline (all): 3 months from feedback → 2 months from feedback" in answer.out
    assert "owed: draft the plan (draft_plan): 10 working days from feedback" in answer.out
    assert "decide_plan" not in answer.out
    assert (round_.entries(), round_.does("process", "show", "--json").json["name"]) == (
        before,
        "county-inspection",
    )


def test_adopting_it_leaves_issues_under_way_as_they_are(round_: Terminal, own: Path):
    before = dues(round_)
    adopted = round_.does("process", "adopt", own, "--yes", "--request-id", "a")
    again = round_.does("process", "adopt", own, "--request-id", "a")

    assert "own-way" in adopted.out
    assert again.out == adopted.out[adopted.out.rindex("\n", 0, -1) + 1 :]
    assert dues(round_) == before


def test_migrating_lists_every_date_that_moves_first_and_then_moves_it(round_: Terminal, own: Path):
    (before,) = dues(round_)
    round_.does("process", "adopt", own, "--yes")
    count = len(round_.does("list", "--json").json)
    foreseen = round_.does("process", "migrate", "--dry-run").out

    assert f"For issues under way: {count} would move to it" in foreseen
    assert f"the issue's own date  {before}" in foreseen
    assert round_("process", "migrate").code == 2
    assert dues(round_) == {before}
    moved = round_.does("process", "migrate", "--yes", "--request-id", "m")
    (after,) = dues(round_)
    assert after < before
    assert f"{before}  {after}" in moved.out
    entries = round_.entries()
    assert round_.does("process", "migrate", "--yes", "--request-id", "m").code == 0
    assert round_.entries() == entries
    assert round_.does("verify").code == 0
    assert "0 would move to it" in round_.does("process", "migrate").out


def test_adopting_with_migrate_moves_running_issues_at_once(round_: Terminal, own: Path):
    (before,) = dues(round_)
    told = round_.does("process", "adopt", own, "--migrate", "--yes")

    (after,) = dues(round_)
    assert after < before
    assert f"{before}  {after}" in told.out


def test_an_issue_whose_state_the_process_does_not_know_is_named(round_: Terminal):
    planned(round_)
    other = changed().replace("in_rectification", "under_way")
    file = written(round_.folder, "own.toml", other)
    before = round_.entries()
    answer = round_("process", "adopt", file, "--migrate", "--yes")

    assert answer.code == 7
    assert "+ state in rectification (under_way)" in answer.out
    assert "R2025-7: " in answer.err
    assert "does not know the state in rectification, in which the issue is" in answer.err
    assert round_.entries() == before
