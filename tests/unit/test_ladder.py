"""The reminder ladder by example: which rung is owed on which day."""

from __future__ import annotations

from datetime import date

import pytest

from states.ladder import Ladder, Reached, Rung
from states.process_file import default_process

LADDER = default_process().ladder("standard")
DUE = date(2023, 5, 31)  # a Wednesday, the end of a month


def told(reached: Reached) -> str:
    """Return what is owed, what it supersedes and the next date as one line."""
    owed = f"{reached.owed.rung.name} {reached.owed.nth}" if reached.owed else "-"
    older = ", ".join(f"{o.rung.name} {o.nth}" for o in reached.superseded) or "-"
    return f"{owed} | {older} | {reached.next_on}"


@pytest.mark.parametrize(
    ("since", "today", "line"),
    [
        # owed | superseded | next
        ("2023-05-24", "2023-05-23", "- | - | 2023-05-24"),
        ("2023-05-24", "2023-05-24", "before 1 | - | 2023-05-31"),
        ("2023-05-24", "2023-05-30", "before 1 | - | 2023-05-31"),
        ("2023-05-31", "2023-05-30", "- | - | 2023-05-31"),
        ("2023-05-31", "2023-05-31", "on 1 | - | 2023-06-01"),
        ("2023-05-24", "2023-05-31", "on 1 | before 1 | 2023-06-01"),
        ("2023-06-01", "2023-06-01", "after 1 | - | 2023-06-08"),
        ("2023-06-08", "2023-06-07", "- | - | 2023-06-08"),
        ("2023-06-08", "2023-06-08", "after 2 | - | 2023-06-15"),
        # ten days without a tick owe one reminder
        ("2023-05-31", "2023-06-10", "after 2 | on 1, after 1 | 2023-06-15"),
        (
            "2023-05-24",
            "2023-06-22",
            "after 4 | before 1, on 1, after 1, after 2, after 3 | 2023-06-29",
        ),
    ],
)
def test_a_day_owes_the_latest_rung_reached(since: str, today: str, line: str):
    reached = LADDER.reached(DUE, date.fromisoformat(since), date.fromisoformat(today))
    assert told(reached) == line


def test_a_ladder_without_repetition_comes_to_an_end():
    ladder = Ladder("once", (Rung(name="on", days=0),))
    assert told(ladder.reached(DUE, DUE, DUE)) == "on 1 | - | None"
    assert told(ladder.reached(DUE, date(2023, 6, 1), date(2024, 1, 1))) == "- | - | None"


@pytest.mark.parametrize(
    ("opened", "first"),
    [
        ("2023-01-01", "2023-05-24"),
        ("2023-05-23", "2023-05-24"),
        ("2023-05-24", "2023-05-24"),
        ("2023-05-27", "2023-05-24"),
        ("2023-05-31", "2023-05-31"),
        ("2023-06-20", "2023-06-15"),
    ],
)
def test_an_obligation_opened_late_is_reminded_of_at_once_and_once(opened: str, first: str):
    opened_on = date.fromisoformat(opened)
    since = LADDER.first_on(DUE, opened_on)
    assert since == date.fromisoformat(first)
    assert LADDER.reached(DUE, since, opened_on).superseded == ()


def test_the_default_ladder_tells_the_holder_and_when_it_is_late_the_leader():
    assert [(rung.name, rung.days, rung.repeat_days, rung.to) for rung in LADDER.rungs] == [
        ("before", -7, 0, ("holder",)),
        ("on", 0, 0, ("holder",)),
        ("after", 1, 7, ("holder", "leader")),
    ]
