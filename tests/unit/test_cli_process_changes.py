"""What another process would change, in words."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from states.process import Process, read_process
from states.process_file import default_process, parse_process
from tests.cast import OWN, changed
from workflow.cli.rules.process_changes import show_changes

DEFAULT = files("states").joinpath("default.toml").read_text(encoding="utf-8")
FORMER = (Path(__file__).parents[1] / "data" / "former_process.json").read_bytes()


def told(capsys: pytest.CaptureFixture[str], before: Process, after: Process) -> list[str]:
    """Return what is printed of the change, one line a change."""
    show_changes(before, after)
    return capsys.readouterr().out.replace("\n  ", " ").splitlines()


def own(*changes: tuple[str, str]) -> Process:
    return parse_process(changed(DEFAULT, *changes), "own.toml")


LAST = 'anchor = "cycle"\nrule   = "county-3-months"\n'
DROP = 'requires = ["open_measure", "another_measure"]'
SOON = 'at = "-10 workdays", to = ["holder", "leader"], colour = "yellow"'
# What is replaced by what, and the lines that say so.
CHANGES = {
    "a term": (
        (LAST, LAST.replace("county-3-months", "donghai-6-months")),
        ["~ deadline (all): 3 months from feedback → 6 months from feedback"],
    ),
    "a guard less": (
        (DROP, 'requires = ["open_measure"]'),
        ["~ step drop measure (drop_measure), in rectification: no longer another_measure"],
    ),
    "a guard more": (
        (DROP, DROP.replace("]", ', "reason"]')),
        ["~ step drop measure (drop_measure), in rectification: also reason"],
    ),
    "guards in another order": (
        (DROP, 'requires = ["another_measure", "open_measure"]'),
        [
            "~ step drop measure (drop_measure), in rectification: supervisor; open_measure; "
            "another_measure; measure_dropped; tells responsible person → supervisor; "
            "another_measure; open_measure; measure_dropped; tells responsible person"
        ],
    ),
    "what is done if nobody knows": (
        (SOON, SOON + ', if_unknown = "hold"'),
        [
            "~ rung standard: due soon (soon): whoever owes it, responsible leader → whoever owes "
            "it, responsible leader; a person decides if its arrival is unknown"
        ],
    ),
    "a rung": (
        (SOON, SOON.replace("-10", "-5").replace("yellow", "red")),
        [
            "~ rung standard: due soon (soon): 10 working days before; YELLOW due soon → "
            "5 working days before; RED overdue"
        ],
    ),
    "the policy": (
        ("extensions        = 2 ", "extensions        = 1 "),
        [
            "~ policy: Extensions: at most 2 in a cycle, none longer than 3 months. → "
            "Extensions: at most 1 in a cycle, none longer than 3 months."
        ],
    ),
    "nothing but words": (
        ('zh   = "已反馈"', 'zh   = "反馈"'),
        ["Nothing but words would change."],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_differs_is_said(change: str, capsys: pytest.CaptureFixture[str]):
    replaced, lines = CHANGES[change]
    assert told(capsys, default_process(), own(replaced)) == lines


def test_what_comes_and_what_goes_is_said_in_full(capsys: pytest.CaptureFixture[str]):
    town = parse_process(OWN, "own.toml")
    lines = told(capsys, default_process(), town)
    assert "- state completed" in lines
    assert "+ state to be verified (待验收)" in lines
    assert (
        "+ rung 常规: 逾期: 1 calendar day after; whoever owes it, responsible leader; "
        "then again after 1 working day, 7 calendar days, for ever"
    ) in lines
    assert lines.index("- state completed") < lines.index("+ state to be verified (待验收)")


def test_another_name_under_the_same_word_is_another_thing(capsys: pytest.CaptureFixture[str]):
    renamed = parse_process(DEFAULT.replace("in_rectification", "under_way"), "own.toml")
    lines = told(capsys, default_process(), renamed)
    assert lines == [
        "- state in rectification (in_rectification)",
        "+ state in rectification (under_way)",
    ]


def test_a_process_written_down_long_ago_is_compared_too(capsys: pytest.CaptureFixture[str]):
    lines = told(capsys, read_process(FORMER), default_process())
    assert "~ deadline (all): 90 calendar days from feedback → 3 months from feedback" in lines
    assert (
        "~ owed: decide on the plan (decide_plan): 14 calendar days from then; ladder standard → "
        "10 working days from then; ladder office"
    ) in lines
    assert "+ deadline (at once): 15 working days from feedback" in lines
