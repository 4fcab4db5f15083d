"""A date that a notice may still move says so wherever it is shown; so does what is an alarm."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from tests.terminal import Terminal, with_issues

CHRISTMAS = datetime(2026, 12, 25, 1, tzinfo=UTC)  # a Friday: five working days lead into 2027
PLAN = "2027-01-04"


@pytest.fixture
def guessed(terminal: Terminal) -> Terminal:
    """A round whose plans are due in a year that is not published; Wang answers for issue 7."""
    terminal.at = CHRISTMAS
    with_issues(terminal)
    terminal.does("assign", 7, "--leader", "luo", "--department", "x", "--person", "wang")
    return terminal


def mails(rectify: Terminal) -> list[str]:
    """The texts of what was sent."""
    texts = []
    for file in sorted((rectify.folder / "mail").glob("*.eml")):
        body = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
        assert body is not None
        texts.append(" ".join(body.get_content().split()))
    return texts


@pytest.mark.parametrize("line", ["due", "show 7", "held wang", "preview --days 20"])
def test_a_provisional_date_says_so_wherever_it_is_shown(guessed: Terminal, line: str) -> None:
    shown = guessed.does(*line.split()).out.replace(f"{PLAN}  Mon", "")  # the heading of a day

    assert PLAN in shown
    assert shown.count(PLAN) == shown.count(f"{PLAN} prov.")


def test_a_counted_date_says_that_it_is_provisional_and_why(guessed: Terminal) -> None:
    shown = guessed.does("due", "--explain", 7).out

    assert f"{PLAN} prov." in shown
    assert "the count crosses a year whose calendar is not published" in " ".join(shown.split())


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_a_list_says_how_many_are_provisional_however_narrow(
    guessed: Terminal, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    listed = guessed.does("list")

    assert "provisional: 12" in listed.err
    assert ("provisional" in listed.out) == (columns == "200")


def test_a_provisional_date_says_so_for_programs(guessed: Terminal) -> None:
    items = [
        item
        for message in guessed.does("preview", "--days", "20", "--json").json["messages"]
        for item in message["items"]
        if item["due"]
    ]

    assert {(item["due"], item["provisional"]) for item in items} == {
        (PLAN, True),
        ("2025-08-20", False),
    }


def test_a_reminder_of_a_provisional_date_says_so(guessed: Terminal) -> None:
    for _day in range(6):
        guessed.does("tick")
        guessed.later(1)

    told = [text for text in mails(guessed) if "4 January 2027" in text]
    assert told
    assert all("provisional: the days off are not published yet" in text for text in told)


# ---------------------------------------------------------------- what waits on nobody


def test_what_is_owed_says_how_much_of_it_is_an_alarm(guessed: Terminal) -> None:
    count = len(guessed.does("alarms", "--json").json)
    assert count > 0

    assert f"Alarms: {count} (rectify alarms)" in guessed.does("due").err
    assert "Alarms" not in guessed.does("due", "--json").err


def test_a_tick_that_reaches_nobody_says_how_many_alarms_there_are(guessed: Terminal) -> None:
    assert f"Alarms: {len(guessed.does('alarms', '--json').json)} (rectify alarms)" in (
        guessed.does("tick").out
    )


def test_where_all_reaches_somebody_nothing_is_said_of_alarms(office: Terminal) -> None:
    assert "Alarms" not in office.does("due").err + office.does("tick").out
