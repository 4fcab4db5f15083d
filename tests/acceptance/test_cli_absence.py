"""Standing in, leaving, and what waits on nobody, as people type it."""

from __future__ import annotations

from datetime import timedelta

from tests.terminal import Terminal

WHY = ("--reason", "岗位调整")


def alarms(rectify: Terminal, *issues: str) -> set[tuple[str, str, str | None, tuple[str, ...]]]:
    """The alarms of some issues: why, who should, who is told."""
    return {
        (a["issue"], a["why"], a["person"] and a["person"]["id"], tuple(t["id"] for t in a["told"]))
        for a in rectify.does("alarms", "--json").json
        if a["issue"] in issues
    }


# --------------------------------------------------------------------------- substitutes


def test_a_substitute_records_for_the_other_on_the_days_stated_alone(moving: Terminal):
    days = ("--from", "2025-06-02", "--until", "2025-06-06")
    moving.does("people", "substitute", "王海涛", "--by", "孙晓梅", *days)
    note = ("--as", "sun", "--on-behalf-of", "wang", "note", 7, "代为登记")

    codes = []
    for _day in range(13):  # 26 May to 7 June
        codes.append(moving(*note).code)
        moving.later(1)
    assert codes == [3] * 7 + [0] * 5 + [3]
    line = "Substitution 1: 孙晓梅 (sun) for 王海涛 (wang), 2025-06-02 to 2025-06-06"
    assert line not in moving.does("people", "list").out  # it is over
    moving.at -= timedelta(days=7)
    assert line in moving.does("people", "list").out
    said = moving.does("log", "@office").out
    assert "王海涛  孙晓梅  2025-06-02  2025-06-06" in said


def test_reminders_go_to_the_substitute_in_the_persons_place(moving: Terminal):
    moving.does("people", "substitute", "wang", "--by", "sun", "--until", "2025-06-30")
    moving.later(9)  # the plan of issue 3 is due
    moving.does("tick")
    notices = moving.does("outbox", "list", "--json").json
    told = [n for n in notices if n["issue"] == "R2025-3" and n["rung"]]
    assert {n["recipient"] for n in told if n["status"] != "superseded"} == {"sun"}


def test_a_substitution_needs_a_last_day_and_somebody_else(moving: Terminal):
    line = ("people", "substitute", "wang", "--by")
    assert moving(*line, "sun").code == 2
    assert moving(*line, "wang", "--until", "2025-06-30").code == 3
    assert moving(*line, "sun", "--until", "2025-05-01").code == 3
    moving.does(*line, "sun", "--until", "2025-06-30")
    twice = moving(*line, "he", "--until", "2025-07-30")
    assert twice.code == 3
    assert "already stands in" in twice.err


# -------------------------------------------------------------------------------- leavers


def test_who_leaves_is_listed_with_what_they_hold_and_raises_alarms(moving: Terminal):
    left = moving.does("people", "leave", "wang")
    assert "王海涛 (wang) still holds R2025-3, R2025-7 (in all: 2)." in left.err
    assert "rectify handover wang TO" in " ".join(left.err.split())
    assert alarms(moving, "R2025-3", "R2025-7") == {
        ("R2025-3", "left", "wang", ("luo",)),
        ("R2025-7", "left", "wang", ("luo",)),
    }
    assert "王海涛 has left" in moving.does("alarms").out
    assert moving("--as", "wang", "note", 7, "still here").code == 3
    assert "王海涛 (wang) left on 2025-05-26; successor: –" in moving.does("people", "list").out

    moving.does("handover", "wang", "sun", *WHY, "--yes")
    assert alarms(moving, "R2025-3", "R2025-7") == set()


def test_a_successor_is_reminded_meanwhile_and_sees_for_whom(moving: Terminal):
    moving.does("people", "leave", "wang", "--successor", "sun")
    assert alarms(moving, "R2025-3", "R2025-7") == set()
    page = moving.does("held", "sun").out
    assert "R2025-7  公务用车管理不规范  for 王海涛" in page
    one = moving.does("held", "sun", "--json").json["issues"][0]["owed"][0]
    assert one["for"] == {"id": "wang", "name": "王海涛"}


def test_a_leave_repeated_the_next_day_is_one(moving: Terminal):
    moving.does("people", "leave", "wang", "--request-id", "l-1")
    entries = moving.entries()
    moving.later(1)
    moving.does("people", "leave", "wang", "--request-id", "l-1")
    assert moving.entries() == entries


def test_a_mistaken_leave_is_undone(moving: Terminal):
    moving.does("people", "leave", "wang")
    moving.does("people", "rejoin", "wang")
    moving.does("--as", "wang", "note", 7, "back")
    assert alarms(moving, "R2025-7") == set()
    assert moving("people", "rejoin", "wang").code == 3


def test_the_last_who_can_administer_does_not_leave(moving: Terminal):
    refused = moving("people", "leave", "li")
    assert refused.code == 3
    assert "last supervisor" in refused.err


def test_whose_role_is_revoked_is_warned_of_and_an_alarm(moving: Terminal):
    revoked = moving.does("people", "revoke", "wang", "responsible")
    assert "王海涛 (wang) still holds R2025-3, R2025-7 (in all: 2)." in revoked.err
    assert alarms(moving, "R2025-7") == {("R2025-7", "without_role", "wang", ())}
    assert "王海涛 lacks the role" in moving.does("alarms").out
    assert "does not hold the role that this needs" in moving.does("held", "wang").out
    # Of a role that nothing of theirs needs, nothing is said.
    moving.does("people", "grant", "sun", "auditor")
    assert moving.does("people", "revoke", "sun", "auditor").err == ""


def test_who_cannot_be_reached_is_an_alarm_with_who_is_told_instead(moving: Terminal):
    moving.does("people", "edit", "wang", "--mail", "")
    assert alarms(moving, "R2025-7") == {("R2025-7", "unreachable", "wang", ("luo",))}
    moving.does("people", "edit", "luo", "--mail", "")
    assert alarms(moving, "R2025-7") == {("R2025-7", "unreachable", "wang", ())}


def test_where_nothing_waits_on_nobody_it_says_so(office: Terminal):
    answer = office.does("alarms")
    assert (answer.out, answer.err) == (
        "",
        "No alarms: all that is owed reaches whoever owes it.\n",
    )
