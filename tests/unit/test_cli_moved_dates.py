"""The dates that another calendar or process moves, as they are printed."""

from __future__ import annotations

from datetime import date

import pytest

from states.process_file import default_process
from workflow.cli.naming import Names
from workflow.cli.rules.process_changes import count_moved, show_moved
from workflow.engine.recalculating import MovedDate

NAMES = Names(process=default_process())
DUE, LATER = date(2023, 3, 31), date(2023, 4, 3)
LAPSES, EARLIER = date(2023, 4, 28), date(2023, 4, 27)


def duty(
    was: date | None = DUE,
    now: date | None = DUE,
    lapses: tuple[date | None, date | None] = (LAPSES, LAPSES),
    *,
    was_provisional: bool = False,
) -> MovedDate:
    return MovedDate(
        issue="R-1",
        kind="perform_duty",
        subject="1.1",
        was=was,
        now=now,
        was_provisional=was_provisional,
        provisional=False,
        was_lapsing=lapses[0],
        lapsing=lapses[1],
    )


def printed(capsys: pytest.CaptureFixture[str], *moved: MovedDate) -> list[list[str]]:
    """The cells of the rows that are printed below the headings."""
    show_moved(moved, NAMES)
    lines = capsys.readouterr().out.splitlines()[1:]
    return [line.split("  ")[0:1] + line.split()[-2:] for line in lines]


def test_a_date_that_moves_has_a_row(capsys):
    assert printed(capsys, duty(DUE, LATER)) == [["R-1", "2023-03-31", "2023-04-03"]]


def test_what_moves_alone_is_the_day_from_which_it_counts_as_missed(capsys):
    show_moved([duty(lapses=(LAPSES, EARLIER))], NAMES)
    out = capsys.readouterr().out
    assert "2023-03-31" not in out
    row = out.splitlines()[1]
    assert " ".join(row.split()) == "R-1 perform the duty 1: missed from 2023-04-28 2023-04-27"


def test_both_have_a_row_where_both_move(capsys):
    assert printed(capsys, duty(DUE, LATER, (LAPSES, EARLIER))) == [
        ["R-1", "2023-03-31", "2023-04-03"],
        ["R-1", "2023-04-28", "2023-04-27"],
    ]


def test_what_begins_or_ends_to_be_owed_has_one_row(capsys):
    assert len(printed(capsys, duty(None, LATER, (None, LAPSES)))) == 1
    assert len(printed(capsys, duty(DUE, None, (LAPSES, None)))) == 1


def test_only_what_stays_on_its_day_is_counted_as_confirmed_or_put_in_question():
    confirmed = duty(was_provisional=True)
    alone = duty(lapses=(LAPSES, EARLIER))
    assert count_moved((confirmed, alone, duty(DUE, LATER))) == (
        "dates that move: 2; dates only confirmed or put in question: 1"
    )
