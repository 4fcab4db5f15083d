"""Who will be told what and when; the letters that were issued, and who signed for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.terminal import UNIT, Terminal, planned


def overdue(rectify: Terminal) -> Terminal:
    """The round two weeks after the first dates have passed, with everybody told."""
    rectify.does("people", "edit", "luo", "--mail", "luo@qingxi.example")
    planned(rectify)
    for _day in range(60):
        rectify.later(days=1)
        rectify.does("tick")
    return rectify


# ---------------------------------------------------------------- preview


def test_a_preview_says_who_is_told_what_when_and_writes_nothing(round_: Terminal):
    rectify = planned(round_)
    before = rectify.entries()

    record = rectify.does("preview", "--days", "90", "--json").json
    shown = rectify.does("preview", "--days", "90d").out

    assert (record["from"], record["until"]) == ("2025-05-26", "2025-08-23")
    mine = [
        (message["on"], item["issue"], item["what"], item["colour"])
        for message in record["messages"]
        if message["person"] == {"id": "wang", "name": "王海涛"}
        for item in message["items"]
    ]
    assert ("2025-06-17", "R2025-7", "finish the measure", "yellow") in mine
    sums = {p["person"] and p["person"]["id"]: p for p in record["persons"]}
    assert sums["wang"]["most_on_a_day"] == 1
    assert (sums["luo"]["messages"], sums["luo"]["items"] > 0) == (0, True)
    assert "罗建平 (no address)" in shown
    assert "王海涛" in shown
    assert rectify.entries() == before
    assert (
        rectify.does("outbox", "list", "--json").json
        == rectify.does("outbox", "list", "--json").json
    )


def test_a_preview_is_what_then_happens(round_: Terminal):
    rectify = planned(round_)
    foreseen = rectify.does("preview", "--days", "40", "--json").json["messages"]
    told = sum(message["reaches"] for message in foreseen)

    for _day in range(40):
        rectify.does("tick")
        rectify.later(days=1)

    assert len(list((rectify.folder / "mail").glob("*.eml"))) == told


def test_a_preview_of_one_person_is_theirs_alone(round_: Terminal):
    planned(round_)

    messages = round_.does("preview", "--days", "60", "--person", "王海涛", "--json").json[
        "messages"
    ]

    assert {message["person"]["id"] for message in messages} == {"wang"}


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("preview --days soon", 2, "soon"),
        ("preview --days 0", 7, "366"),
        ("preview --days 4000", 7, "366"),
        ("preview --person nemo", 4, "there is no person nemo"),
    ],
)
def test_a_preview_that_makes_no_sense_is_refused(round_: Terminal, line, code, said):
    answer = round_(*line.split())

    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


# ---------------------------------------------------------------- letters


def test_a_letter_is_issued_listed_shown_and_signed_for(round_: Terminal):
    rectify = overdue(round_)

    letters = rectify.does("letter", "list", 7, "--json").json
    first = letters[0]
    assert (first["letter"], first["number"], first["received"]) == ("R2025-7-L1", 1, [])
    assert {"id": "wang", "name": "王海涛"} in first["to"]
    text = rectify.does("letter", "show", "R2025-7-L1").out
    assert first["reference"] in text
    assert UNIT in text
    assert "not yet" in rectify.does("letter", "list").out

    signed = rectify.does("--as", "wang", "ack", "R2025-7-L1")
    assert "R2025-7" in signed.out
    received = rectify.does("letter", "list", 7, "--json").json[0]["received"]
    assert received == [{"person": {"id": "wang", "name": "王海涛"}, "on": "2025-07-25"}]
    assert "received by 王海涛 on 2025-07-25" in rectify.does("show", 7).out
    assert rectify.does("verify").out.startswith("Sound: ")


def test_a_letter_states_until_when_it_is_to_be_answered_and_who_signs_as_configured(
    round_: Terminal,
) -> None:
    config = round_.folder / "config.toml"
    stated = '[letters]\nanswer = "3 workdays"\nhour = "12:00"\nsignature = "县委巡察办"\n'
    config.write_text(config.read_text() + stated)
    planned(round_, 7)
    round_.at = datetime(2025, 7, 2, 1, tzinfo=UTC)  # a day after the measure was due
    round_.does("tick")
    text = round_.does("letter", "show", "R2025-7-L1").out
    assert "县委巡察办" in text
    assert "12:00" in text or "12时" in text
    assert "7月7日" in text or "7 July" in text


def test_a_letter_may_be_named_by_its_reference(round_: Terminal):
    rectify = overdue(round_)
    first = rectify.does("letter", "list", 7, "--json").json[0]

    rectify.does("--as", "wang", "ack", first["reference"])

    assert rectify.does("letter", "list", 7, "--json").json[0]["received"]


@pytest.mark.parametrize("line", ["--as wang", "--as he --on-behalf-of wang"])
def test_a_letter_that_went_to_a_substitute_is_signed_for_by_either(round_: Terminal, line: str):
    rectify = planned(round_)
    rectify.does("people", "edit", "wang", "--language", "en")
    rectify.does("people", "edit", "he", "--mail", "he@qingxi.example", "--language", "zh")
    rectify.does("people", "substitute", "wang", "--by", "he", "--until", "2025-07-20")
    rectify.later(days=37)
    rectify.does("tick")
    sent = [n for n in rectify.does("outbox", "list", "--json").json if n["template"] == "letter"]
    assert {n["recipient"] for n in sent} == {"he", "luo"}

    rectify.does(*line.split(), "ack", "R2025-7-L1")

    (letter,) = rectify.does("letter", "list", 7, "--json").json
    assert [person["id"] for person in letter["to"]] == ["wang", "luo"]
    assert [one["person"]["id"] for one in letter["received"]] == ["wang"]
    text = rectify.does("letter", "show", "R2025-7-L1").out
    assert "Letter of supervision" in text  # in the words of whom it is addressed to
    assert "Finish the measure" in text


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("ack R2025-7-L9", 3, "there is no letter 9"),
        ("ack R2025-99-L1", 4, "there is no issue R2025-99"),
        ("ack nothing", 4, "there is no letter nothing"),
        ("letter show R2025-7-L9", 4, "there is no letter R2025-7-L9"),
        ("letter show nothing", 4, "there is no letter nothing"),
        ("letter list 99", 4, "there is no issue R2025-99"),
        ("ack", 2, "LETTER"),
    ],
)
def test_a_letter_that_is_not_there_is_not_signed_for(round_: Terminal, line, code, said):
    answer = round_("--as", "wang", *line.split())

    assert (answer.code, answer.out) == (code, ""), answer.err
    assert said in answer.err
