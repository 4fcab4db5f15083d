"""What goes on after completion: duties that recur, look-backs, and whether to reopen."""

from __future__ import annotations

import shlex

import pytest

from tests.terminal import SAMPLE, Terminal, kept_up, planned, proof

# ---------------------------------------------------------------- suggestions and dates


def test_the_import_suggests_duties_and_creates_none(terminal: Terminal):
    record = terminal.does("import", SAMPLE, "--dry-run", "--json").json
    shown = terminal.does("import", SAMPLE, "--dry-run").out

    assert len(record["suggestions"]) == 7
    assert {name: record["suggestions"][-1][name] for name in ("issue", "line", "quote")} == {
        "issue": 10,
        "line": 31,
        "quote": "每季度或法定节假日前夕",
    }
    assert "It says 7 times that something recurs (issues 1, 2, 6, 7, 10)." in shown


def test_what_recurs_is_offered_with_its_words_and_a_ready_command(round_: Terminal):
    before = round_.entries()

    (offer,) = round_.does("duty", "suggest", 7, "--json").json
    shown = round_.does("duty", "suggest", 7)

    assert (offer["quote"], offer["source"], offer["line"], offer["when"]) == (
        "按月",
        SAMPLE.name,
        24,
        "每月",
    )
    assert offer["next"] == "2025-05-31"
    assert offer["command"] == (
        "rectify advance R2025-7 accept --duty '由办公室按月公示用车里程和油耗' --when '每月'"
    )
    assert offer["command"] in shown.out
    assert "nothing was declared" in shown.err
    assert round_.entries() == before
    assert "Nothing in the measures" in round_.does("duty", "suggest", 12).err


def test_an_offered_command_declares_the_duty(round_: Terminal):
    kept_up(round_, 7, "--no-duties", "个案")
    (offer,) = round_.does("duty", "suggest", 7, "--json").json

    words = shlex.split(offer["command"])
    assert words[:4] == ["rectify", "duty", "add", "R2025-7"]
    round_.does(*words[1:])

    (duty,) = round_.does("duty", "list", 7, "--json").json
    assert (duty["text"], duty["due"]) == ("由办公室按月公示用车里程和油耗", "2025-05-31")
    assert round_.does("duty", "suggest", 7, "--json").json[0]["declared"] is True


def test_a_recurrence_is_shown_in_dates_before_anybody_declares_it(office: Terminal):
    record = office.does(
        "duty", "dates", "每季度或法定节假日前夕", "--until", "2025-12-31", "--json"
    ).json

    assert [d["date"] for d in record["dates"]] == [
        "2025-05-30",
        "2025-06-30",
        "2025-09-30",
        "2025-12-31",
    ]
    assert "端午节" in record["dates"][0]["before"]
    assert not any(d["provisional"] for d in record["dates"])
    shown = office.does("duty", "dates", "every month", "--from", "2030-01-01").out
    assert "2030-01-31 prov." in shown
    assert "no dates" in office.does("duty", "dates", "每次民主生活会").err


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("duty dates 天天向上", 2, "天天向上"),
        ("duty dates 每月 --from 2025-08-01 --until 2025-07-01", 2, "before the first"),
        ("duty dates 每月 --from 0001-01-01", 2, "0001-01-01 lies outside the years"),
        ("duty dates 每月 --from 9999年12月31日", 2, "outside the years 1900 to 2999"),
        ("duty dates", 2, "WHEN"),
        ("duty suggest 99", 4, "there is no issue R2025-99"),
        ("duty list 99", 4, "there is no issue R2025-99"),
        ("duty done 7 1", 3, "R2025-7"),
        ("duty add 7 x --when 每月", 3, "R2025-7"),
    ],
)
def test_what_cannot_be_answered_says_so(round_: Terminal, line, code, said):
    answer = round_(*line.split())

    assert (answer.code, answer.out) == (code, ""), answer.err
    assert said in answer.err


# ---------------------------------------------------------------- duties


def test_a_duty_of_a_period_is_declared_proven_performed_and_recurs(round_: Terminal):
    rectify = kept_up(round_)
    (duty,) = rectify.does("duty", "list", "--json").json
    assert (duty["issue"], duty["number"], duty["due"], duty["person"]["id"]) == (
        "R2025-7",
        1,
        "2025-05-31",
        "wang",
    )
    assert duty["when"] == "every month"
    assert "2025-05-27" in rectify("--as", "wang", "duty", "done", 7, 1).err

    rectify.later(days=3)
    unproven = rectify("--as", "wang", "duty", "done", 7, 1)
    assert unproven.code == 3
    assert "evidence" in unproven.err
    rectify.does("--as", "wang", "evidence", "add", 7, proof(rectify.folder, "5"), "--duty", 1)
    done = rectify.does("--as", "wang", "duty", "done", 7, 1, "--note", "posted")

    assert "2025-06-30" in done.out
    assert rectify.does("duty", "list", 7, "--json").json[0]["due"] == "2025-06-30"
    early = rectify("--as", "wang", "duty", "done", 7, 1)
    assert early.code == 3


def test_a_missed_duty_is_recorded_shown_and_asks_whether_to_reopen(round_: Terminal):
    rectify = kept_up(round_)
    rectify.later(days=100)
    rectify.does("tick")

    (duty,) = rectify.does("duty", "list", "--json").json
    page = rectify.does("show", 7).out

    assert duty["missed"] == duty["missed_ever"] == 3
    assert duty["due"] == "2025-08-31"
    assert "missed 3, 3 in a row" in page
    assert rectify.does("list", "--json").json[6]["light"] == "red"
    assert rectify.does("show", 7, "--json").json["reopening_proposed"]["because"] == "missed_duty"
    assert "Is it to be reopened?" in page

    assert rectify("decline-reopening", 7).code == 3
    rectify.does("decline-reopening", 7, "--reason", "已补办三次")
    assert rectify.does("show", 7, "--json").json["reopening_proposed"] is None
    assert rectify("decline-reopening", 7, "--reason", "again").code == 3


def test_a_duty_of_events_has_no_date_and_is_recorded_when_it_happens(round_: Terminal):
    rectify = kept_up(round_, 7, "--duty", "请上级列席", "--when", "每次民主生活会")

    (duty,) = rectify.does("duty", "list", "--json").json
    assert (duty["due"], duty["days_left"]) == (None, None)
    assert duty["when"] == "each time: 民主生活会"
    assert "at the event" in rectify.does("duty", "list").out
    rectify.does("--as", "wang", "evidence", "add", 7, proof(rectify.folder, "e"), "--duty", 1)
    rectify.does("--as", "wang", "duty", "done", 7, 1)


def test_a_duty_is_ended_with_a_reason_and_stays_on_record(round_: Terminal):
    rectify = kept_up(round_)

    assert rectify("duty", "end", 7, 1).code == 3
    rectify.does("duty", "end", 7, 1, "--reason", "公车已全部移交")

    assert rectify.does("duty", "list", "--json").json == []
    (ended,) = rectify.does("duty", "list", "--all", "--json").json
    assert ended["ended"] == "公车已全部移交"
    assert "公车已全部移交" in rectify.does("show", 7).out
    assert rectify("duty", "end", 7, 1, "--reason", "twice").code == 3
    assert rectify("duty", "end", 7, 9, "--reason", "x").code == 3


def test_several_duties_are_declared_at_once_in_either_form(round_: Terminal):
    rectify = kept_up(
        round_, 7, "--duty", "a", "--duty", "b", "--when", "每季度", "--duty-person", "王海涛"
    )
    kept_up(rectify, 12, "--duty", "c", "--every", "2w", "--from", "2025-08-01")

    duties = rectify.does("duty", "list", "--json").json
    assert [(d["issue"], d["text"], d["due"]) for d in duties] == [
        ("R2025-7", "a", "2025-06-30"),
        ("R2025-7", "b", "2025-06-30"),
        ("R2025-12", "c", "2025-08-01"),
    ]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--duty", "a"), 2, "--when"),
        (("--duty", "a", "--when", "每月", "--every", "30d"), 2, "--when says it all"),
        (("--duty", "a", "--every", "30d"), 2, "--from"),
        (("--duty", "a", "--when", "偶尔"), 3, "偶尔"),
        (("--duty", "a", "--when", "每月", "--duty-person", "nemo"), 3, "nemo"),
        ((), 3, "--duty … --when …"),
    ],
)
def test_a_duty_that_is_not_whole_is_not_declared(round_: Terminal, options, code, said):
    planned(round_)
    round_.does("--as", "wang", "evidence", "add", 7, proof(round_.folder), "--measure", 1)
    round_.does("--as", "wang", "measure", "done", 7, 1)
    round_.does("--as", "wang", "advance", 7, "submit_completion")
    before = round_.entries()

    answer = round_("advance", 7, "accept", *options)

    assert (answer.code, answer.out) == (code, ""), answer.err
    assert said in answer.err
    assert round_.entries() == before


# ---------------------------------------------------------------- look-backs


def test_look_backs_are_due_after_three_and_six_months_and_made(round_: Terminal):
    rectify = kept_up(round_)

    visits = rectify.does("look-back", "list", "--json").json
    assert [(v["issue"], v["number"], v["due"]) for v in visits] == [
        ("R2025-7", 1, "2025-08-26"),
        ("R2025-7", 2, "2025-11-26"),
    ]
    rectify.later(days=85)
    assert rectify("look-back", 7, 1, "--verdict", "反弹").code == 3
    made = rectify.does("look-back", 7, 1, "--verdict", "巩固", "--note", "台账齐全")
    assert "R2025-7" in made.out
    first, second = rectify.does("look-back", "list", 7, "--json").json
    assert (first["number"], first["verdict"]) == (2, None)
    assert (second["number"], second["verdict"], second["done_on"]) == (1, "holds", "2025-08-19")
    assert "holds" in rectify.does("look-back", "list").out


def test_a_rebound_asks_whether_to_reopen(round_: Terminal):
    rectify = kept_up(round_)
    rectify.later(days=90)

    found = rectify.does(
        "look-back", "record", 7, 1, "--verdict", "rebound", "--reason", "无派车单"
    )

    assert "decide" in found.out
    assert "a look-back found a rebound" in rectify.does("show", 7).out
    rectify.does("advance", 7, "reopen", "--reason", "无派车单", "--basis", "回头看")
    assert rectify.does("show", 7, "--json").json["cycle"] == 2


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("look-back 7 1 --verdict fine", 2, "fine is none of: holds"),
        ("look-back 7", 2, "N"),
        ("look-back 7 9 --verdict holds", 3, "look-back 9"),
        ("look-back 99 1 --verdict holds", 4, "there is no issue R2025-99"),
        ("look-back 7 1", 3, "--verdict"),
        ("--as wang look-back 7 1 --verdict holds", 3, "supervisor"),
        ("look-back", 2, "Usage"),
    ],
)
def test_a_visit_that_is_not_whole_is_refused(round_: Terminal, line, code, said):
    kept_up(round_)
    before = round_.entries()

    answer = round_(*line.split())

    assert (answer.code, answer.out) == (code, ""), answer.err
    assert said in answer.err
    assert round_.entries() == before
