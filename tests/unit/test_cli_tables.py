"""Tables: aligned whatever the characters, and as narrow as the terminal."""

from __future__ import annotations

from workflow.cli.terminal.screen import Ink, Part
from workflow.cli.terminal.tables import Column, table
from workflow.cli.terminal.wording import width

COLUMNS = [
    Column(title="key"),
    Column(title="issue", least=6),
    Column(title="state", spare=1),
    Column(title="n", right=True, spare=2),
]
ROWS = [
    ["R1-1", "执行制度不严不实，台账不全", "整改中", "7"],
    ["R1-20", "short", "已反馈", "120"],
]


def drawn(columns, rows, room, **how) -> list[str]:
    lines = table(columns, rows, room, **how)
    return ["".join(p.text if isinstance(p, Ink) else p for p in line) for line in lines]


def test_columns_are_aligned_by_what_a_terminal_shows():
    assert drawn(COLUMNS, ROWS, None) == [
        "key    issue                       state     n",
        "R1-1   执行制度不严不实，台账不全  整改中    7",
        "R1-20  short                       已反馈  120",
    ]


def test_the_column_that_may_give_way_is_cut():
    lines = drawn(COLUMNS, ROWS, 36)

    assert lines[1] == "R1-1   执行制度不严不…   整改中    7"
    assert max(map(width, lines)) <= 36


def test_what_can_be_spared_is_left_out_where_cutting_is_not_enough():
    assert drawn(COLUMNS, ROWS, 24)[0].split() == ["key", "issue", "state"]
    assert drawn(COLUMNS, ROWS, 18)[0].split() == ["key", "issue"]
    assert drawn(COLUMNS, ROWS, 13)[1] == "R1-1   执行…"


def test_a_spare_column_without_anything_in_it_is_left_out():
    rows = [[key, issue, "", n] for key, issue, _state, n in ROWS]

    assert drawn(COLUMNS, rows, None)[0].split() == ["key", "issue", "n"]


def test_the_last_column_may_go_on_below():
    columns = [Column(title="n"), Column(title="why", least=4, wrap=True)]

    assert drawn(columns, [["1", "退回方案，责任不清"]], 13, headed=False) == [
        "1  退回方案，",
        "   责任不清",
    ]


def test_colour_changes_no_column_and_hostile_text_is_shown():
    rows: list[list[Part]] = [[Ink("RED", "red"), "a\x1b[2J"], ["GREEN", "b"]]

    lines = table([Column(title="light"), Column(title="issue")], rows, None)

    assert lines[1][1] == Ink("RED", "red")
    assert drawn([Column(title="light"), Column(title="issue")], rows, None)[1] == (
        "RED    a\\x1b[2J"
    )


def test_a_very_long_text_is_cut_at_once():
    assert drawn(COLUMNS, [["k", "x" * 20_000, "s", "1"]], 40)[1].startswith("k    xxx")
