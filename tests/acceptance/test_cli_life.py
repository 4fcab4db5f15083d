"""The whole life of an issue, as people type it: from a report to maintenance and back again."""

from __future__ import annotations

from tests.terminal import SAMPLE, Terminal, planned


def test_an_issue_lives_from_the_report_to_a_rebound(round_: Terminal):
    rectify = planned(round_)
    proof = rectify.folder / "proof.txt"
    proof.write_text("车辆台账", encoding="utf-8")

    rectify.does("--as", "wang", "evidence", "add", 7, proof, "--measure", 1)
    rectify.does("--as", "wang", "measure", "done", 7, 1)
    submitted = rectify.does("--as", "wang", "advance", 7, "submit_completion")
    accepted = rectify.does(
        "advance", 7, "accept", "--duty", "monthly check", "--every", "30d", "--from", "2025-08-01"
    )
    rectify.later(days=90)
    reopened = rectify.does("advance", 7, "reopen", "--reason", "again", "--basis", "a visit")

    assert "in rectification → completed" in submitted.out
    assert "owed now: verify the completion, by 李清源, until 2025-06-10" in submitted.out
    assert "perform the duty 1, by 王海涛, until 2025-08-01" in accepted.out
    assert "long-term maintenance → reported" in reopened.out
    states = [entry["to"] for entry in rectify.log("R2025-7")]
    assert list(dict.fromkeys(states)) == [
        "reported",
        "plan_drafted",
        "in_rectification",
        "completed",
        "long_term_maintenance",
    ]
    shown = rectify.does("show", 7, "--json").json
    assert (shown["state"], shown["cycle"], shown["duties"][0]["when"]) == (
        "reported",
        2,
        "every 30 days from 2025-08-01",
    )
    assert rectify.does("verify").out.startswith("Sound: ")


def test_a_basic_completion_says_what_remains_by_whom_and_until_when(round_: Terminal):
    rectify = planned(round_)
    proof = rectify.folder / "proof.txt"
    proof.write_text("x", encoding="utf-8")
    rectify.does("--as", "wang", "evidence", "add", 7, proof, "--measure", 1)

    done = rectify.does(
        "--as", "wang", "advance", 7, "submit_completion", "--verdict", "基本完成",
        "--remains", "two vehicles", "--by", "王海涛", "--until", "2025年9月30日",
    )  # fmt: skip

    assert "finish the remainder" in done.out
    remainder = rectify.does("show", 7, "--json").json["remainder"]
    assert remainder == {
        "text": "two vehicles",
        "person": "wang",
        "due": "2025-09-30",
        "done_on": None,
    }


def test_several_duties_have_each_their_own_interval_and_person(round_: Terminal):
    rectify = planned(round_)
    proof = rectify.folder / "proof.txt"
    proof.write_text("x", encoding="utf-8")
    rectify.does("--as", "wang", "evidence", "add", 7, proof, "--measure", 1)
    rectify.does("--as", "wang", "measure", "done", 7, 1)
    rectify.does("--as", "wang", "advance", 7, "submit_completion")

    rectify.does(
        "advance", 7, "accept",
        "--duty", "check", "--every", "2w", "--from", "2025-08-01",
        "--duty", "reconcile", "--every", "90", "--from", "2025-09-01",
        "--duty-person", "王海涛",
    )  # fmt: skip
    rectify.later(days=1)
    rectify.does("--as", "wang", "evidence", "add", 7, proof, "--duty", 2)
    performed = rectify.does("--as", "wang", "advance", 7, "perform_duty", "--duty", 2)

    duties = rectify.does("show", 7, "--json").json["duties"]
    assert [(d["text"], d["when"], d["due"], d["person"]["id"]) for d in duties] == [
        ("check", "every 14 days from 2025-08-01", "2025-08-01", "wang"),
        ("reconcile", "every 90 days from 2025-09-01", "2025-11-30", "wang"),
    ]
    assert "perform the duty 2" in performed.out


def test_small_changes_have_short_commands(round_: Terminal):
    rectify = planned(round_)

    rectify.does("note", 7, "asked by telephone")
    rectify.does("change-due", 7, "2025-12-31", "--reason", "the council agreed")
    rectify.does("--as", "wang", "measure", "add", 7, "one more", "--due", "2025-11-01")
    rectify.does("measure", "drop", 7, 1, "--reason", "out of hand")
    rectify.does("void", 8, "--reason", "registered twice")

    shown = rectify.does("show", 7).out
    assert "2025-12-31" in shown
    assert "Original date  2025-08-20" in shown
    assert "by: the council agreed" in shown
    assert "dropped: out of hand" in shown
    assert "asked by telephone" in shown
    assert "R2025-8 " not in rectify.does("list").out
    assert "VOID" in rectify.does("list", "--all").out


def test_advance_without_an_event_and_next_show_what_is_possible_and_what_is_missing(
    round_: Terminal,
):
    round_.does("assign", 7, "--leader", "luo", "--person", "wang")
    shown = round_.does("--as", "wang", "next", 7).out

    assert round_.does("--as", "wang", "advance", 7).out == shown
    possible, impossible = shown.split("Not possible for 王海涛 (wang):")
    assert "note\n      rectify note R2025-7 TEXT" in possible
    assert "draft plan (draft_plan) → plan drafted" in impossible
    for missing in ("no responsible department is named", "measure 1 has no date"):
        assert missing in impossible
    assert "responsible leader is named" not in shown


def test_a_report_is_registered_once(round_: Terminal):
    before = round_.entries()

    again = round_.does("import", SAMPLE)

    assert "already registered as round R2025; nothing was changed" in again.out
    assert round_.does("import", SAMPLE, "--json").json["registered"]["unchanged"] is True
    assert round_.entries() == before


def test_reminders_are_owed_once_and_delivered_once(round_: Terminal):
    rectify = planned(round_)
    rectify.later(days=40)

    saturday = rectify.does("tick", "--json").json
    rectify.later(days=2)
    monday = rectify.does("tick", "--json").json
    again = rectify.does("tick", "--json").json

    assert saturday["owed"] > 0
    assert saturday["delivered"]["accepted"] == 0
    assert monday["owed"] == again["owed"] == again["delivered"]["accepted"] == 0
    assert monday["delivered"]["accepted"] == 1  # however much there is to say
    assert len(list((rectify.folder / "mail").glob("*.eml"))) == 1
    sent = rectify.does("outbox", "list", "--status", "accepted", "--json").json
    assert "王海涛" in rectify.does("outbox", "show", sent[0]["id"]).out
