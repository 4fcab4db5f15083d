"""How a date is counted, day by day; and the figures, against both dates."""

from __future__ import annotations

import pytest

from tests.terminal import Terminal, kept_up, planned

# ---------------------------------------------------------------- how a date is counted


def test_a_date_is_counted_day_by_day(round_: Terminal):
    record = round_.does("due", "--explain", 7, "--json").json
    own, plan = record["dates"][:2]

    assert (own["due"], own["anchor"], own["term"]) == ("2025-08-20", "2025-05-20", "3 months")
    assert plan["kind"] == "draft_plan"
    worked = [day for day in plan["days"] if day["n"] is not None]
    assert [day["n"] for day in worked] == list(range(1, 11))
    assert worked[-1]["date"] == plan["due"]
    festival = next(day for day in plan["days"] if day["date"] == "2025-06-02")
    assert (festival["kind"], festival["n"]) == ("holiday", None)
    assert festival["holiday"] == "端午节"


def test_an_explained_date_names_rule_source_calendar_and_what_was_skipped(round_: Terminal):
    shown = round_.does("due", "--explain", 7).out

    for said in (
        "3 months from 2025-05-20",
        "Calendar: ",
        "(confirmed)",
        "off: 端午节",
        "weekend",
    ):
        assert said in shown
    assert len(shown.splitlines()) < 40


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("due --explain 99", 4, "there is no issue R2025-99"),
        ("due --explain 7 --within 7d", 2, "stands alone"),
        ("due --explain", 2, "--explain"),
    ],
)
def test_a_count_of_nothing_is_refused(round_: Terminal, line, code, said):
    answer = round_(*line.split())

    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


def test_working_days_left_stand_beside_the_calendar_days(round_: Terminal):
    plan = next(o for o in round_.does("due", "--json").json if o["kind"] == "draft_plan")

    assert plan["due"] == "2025-06-04"
    assert (plan["days_left"], plan["working_days_left"]) == (9, 6)
    assert plan["provisional"] is False
    assert plan["next_reminder"] == "2025-05-29"


# ---------------------------------------------------------------- figures


def test_figures_stand_against_both_dates(round_: Terminal):
    rectify = planned(round_)
    rectify.does("change-due", 7, "2025-10-31", "--reason", "x")
    rectify.later(days=100)

    (row,) = rectify.does("figures", "--json").json

    assert (row["issues"], row["overdue"], row["overdue_original"]) == (12, 11, 12)
    assert (row["completed"], row["completion_rate"], row["rebound_rate"]) == (0, 0.0, None)
    assert rectify.does("figures", "--round", "R2025", "--unit", "交通", "--json").json == [row]
    assert "R2025" in rectify.does("figures").out
    assert rectify("figures", "--round", "R1").code == 4


def test_a_rebound_counts_in_the_figures(round_: Terminal):
    rectify = kept_up(round_)
    rectify.does("advance", 7, "reopen", "--reason", "again", "--basis", "a visit")

    (row,) = rectify.does("figures", "--json").json

    assert (row["accepted"], row["reopened"], row["rebound_rate"]) == (1, 1, 1.0)
