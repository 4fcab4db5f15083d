"""What time does not allow is refused with the reason, and all that is wrong is said at once."""

from __future__ import annotations

from importlib.resources import files

import pytest

from tests.terminal import Terminal, planned, written

ASKING = "--as wang extend request 7"
WHY = "--reason x --progress y"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--as wang measure add 7 x --due 2025-08-21", "2025-08-20"),
        ("measure edit 7 1 --due 2025-08-21 --reason x", "2025-08-20"),
        ("--as wang measure add 7 x --due 2025-05-25", "2025-05-25"),
        ("measure edit 7 1 --due 2025-05-25 --reason x", "2025-05-25"),
        ("change-due 7 2025-05-25 --reason x", "2025-05-25"),
        ("change-due 7 2025-06-30 --reason x", "2025-07-01"),
        (f"{ASKING} 2025-05-25 {WHY}", "2025-05-25"),
        (f"{ASKING} 2025-08-21 --measure 1 {WHY}", "2025-08-20"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_the_date_it_runs_against(
    round_: Terminal, line: str, said: str
) -> None:
    planned(round_)
    before = round_.entries()

    answer = round_(*line.split())

    assert (answer.code, answer.out) == (3, ""), answer.err
    assert said in answer.err.partition("What is possible now")[0]
    assert round_.entries() == before


def test_a_request_names_everything_that_it_lacks(round_: Terminal) -> None:
    planned(round_)
    round_.later(100)  # the date has passed

    said = round_(*f"{ASKING} 2025-05-25".split()).err

    for fault in (
        "reason must be given",
        "progress so far must be given",
        "2025-05-25",
        "2025-08-20",
    ):
        assert fault in said, said


@pytest.mark.parametrize("command", ["check", "adopt"])
def test_an_unknown_rule_is_refused_with_those_there_are_and_every_other_fault(
    office: Terminal, command: str
) -> None:
    text = files("states").joinpath("default.toml").read_text(encoding="utf-8")
    broken = (
        text.replace('"county-3-months"', '"county-33-months"')
        .replace('"zhejiang-2017-plan"', '"zhejiang-2018-plan"')
        .replace('after = "3 months"', 'after = "soon"', 1)
    )
    file = written(office.folder, "own.toml", broken)
    before = office.entries()

    refused = office("process", command, file)

    assert (refused.code, refused.out) == (7, "")
    assert "there is no rule county-33-months (known: " in refused.err
    assert "there is no rule zhejiang-2018-plan (known: " in refused.err
    lines = [i for i, line in enumerate(broken.splitlines(), 1) if "-33-" in line or "2018" in line]
    assert all(f"own.toml:{line}: " in refused.err for line in lines)
    assert office.entries() == before


CONTRADICTION = """\
date,day,holiday
2027-01-01,off,元旦
2027-01-01,work,元旦
2027-02-30,off,春节
2027-02-06,free,春节
"""


@pytest.mark.parametrize("command", [("check",), ("import", "--yes")])
def test_a_calendar_that_contradicts_itself_is_refused_with_every_fault(
    office: Terminal, command: tuple[str, ...]
) -> None:
    name, *options = command
    before = office.entries()

    file = written(office.folder, "days.csv", CONTRADICTION)
    refused = office("calendar", name, file, *options)

    assert (refused.code, refused.out) == (7, "")
    for line in (3, 4, 5):
        assert f"days.csv:{line}: " in refused.err, refused.err
    assert office.entries() == before
