"""Handing over, and what somebody holds, as people type it."""

from __future__ import annotations

import io
import json

import pytest

from tests.terminal import UNIT, Terminal, kept_up, with_issues
from workflow.cli.terminal.wording import width

WHY = ("--reason", "岗位调整")


def owed(rectify: Terminal, person: str) -> dict[str, list[tuple[str, str]]]:
    """What a person owes, by issue: kinds and dates."""
    found = rectify.does("held", person, "--json").json
    return {i["issue"]: [(o["kind"], o["due"]) for o in i["owed"]] for i in found["issues"]}


def typing(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let somebody sit at the terminal and type."""
    stdin = io.StringIO(text)
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", stdin)


# --------------------------------------------------------------------------------- held


def test_what_somebody_holds_is_shown_issue_by_issue(moving: Terminal):
    moving.later(45)
    page = moving.does("held", "王海涛")
    assert page.out.splitlines()[:4] == [
        "王海涛 (wang)",
        f"  responsible person: {UNIT}",
        "R2025-3  执行《农村公路养护管理办法》打折扣  answers",
        "    draft the plan        2025-06-04  36 days late  next reminder 2025-07-24",
    ]
    assert page.err == "Issues: 2; owed: 4, overdue: 2, promised: 0\n"


def test_what_somebody_holds_is_there_for_programs(moving: Terminal):
    found = moving.does("held", "wang", "--json").json
    assert found["person"] == {"id": "wang", "name": "王海涛"}
    assert found["roles"] == [{"role": "responsible", "unit": UNIT}]
    assert (found["left_on"], found["successor"]) == (None, None)
    third, seventh = found["issues"]
    assert (third["issue"], third["roles"], third["lacks"]) == ("R2025-3", ["person"], [])
    assert (seventh["state"], seventh["suspended"]) == ("in_rectification", False)
    assert seventh["owed"][0] == {
        "kind": "finish_measure",
        "what": "finish the measure",
        "subject": "1",
        "due": "2025-07-01",
        "provisional": False,
        "days_left": 36,
        "next_reminder": "2025-06-03",
        "for": None,
    }


def test_who_holds_nothing_is_said_to(moving: Terminal):
    assert moving.does("held", "he").err == "Issues: 0; owed: 0, overdue: 0, promised: 0\n"
    refused = moving("held", "nobody")
    assert (refused.code, refused.out) == (4, "")


def test_a_leader_sees_what_falls_to_them_because_nobody_is_named(moving: Terminal):
    lines = moving.does("held", "luo").out.splitlines()
    assert "R2025-1  理论学习中心组学习计划性不强  nobody is named" in lines
    assert "R2025-3  执行《农村公路养护管理办法》打折扣  leads, reported" in lines


# ----------------------------------------------------------------------------- handover


def test_a_handover_moves_everything_and_no_date(moving: Terminal):
    before = owed(moving, "wang")
    moving.later(10)
    done = moving.does("handover", "wang", "孙晓梅", *WHY, "--yes")
    assert done.out.endswith(
        "Issues handed over from 王海涛 (wang) to 孙晓梅 (sun): 2. No date was moved.\n"
    )
    assert (owed(moving, "sun"), owed(moving, "wang")) == (before, {})
    assert moving.does("held", "wang", "--json").json["roles"] == []
    assert moving.does("verify").code == 0
    act = moving.log()[-1]
    assert (act["event"], act["facts"]["reason"]) == ("hand_over", "岗位调整")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("handover wang sun --reason x --dry-run", 0, "Nothing was changed."),
        ("handover wang nobody --reason x --dry-run", 3, "no person nobody"),
        ("handover wang sun --dry-run", 3, "reason"),
        ("handover he sun --reason x --dry-run", 3, "holds no role"),
        ("--as luo handover wang sun --reason x --dry-run", 3, "only a supervisor"),
        ("handover wang sun --reason x", 2, "repeat with --yes"),
        ("handover wang sun --yes", 3, "reason"),
        ("handover wang wang --reason x --yes", 3, "nobody takes over from themselves"),
        ("handover wang nobody --reason x --yes", 3, "no person nobody"),
        ("handover nobody sun --reason x --yes", 4, "no person nobody"),
        ("handover he sun --reason x --yes", 3, "holds no role"),
        ("--as luo handover wang sun --reason x --yes", 3, "only a supervisor"),
        ("handover wang", 2, "TO"),
    ],
)
def test_what_is_no_handover_changes_nothing(moving: Terminal, line: str, code: int, said: str):
    entries = moving.entries()
    answer = moving(*line.split())
    assert (answer.code, moving.entries()) == (code, entries)
    assert said in answer.err
    if " wang sun " in line:
        assert "R2025-7" in answer.out  # what would be handed over was listed before


def test_on_a_terminal_the_answer_decides(moving: Terminal, monkeypatch: pytest.MonkeyPatch):
    entries = moving.entries()
    for text in ("\n", "n\n", ""):
        typing(monkeypatch, text)
        answer = moving.does("handover", "wang", "sun", *WHY)
        assert "Hand all of it over from 王海涛 (wang) to 孙晓梅 (sun)? [y/N]" in answer.err
        assert moving.entries() == entries
    typing(monkeypatch, "y\n")
    moving.does("handover", "wang", "sun", *WHY)
    assert "R2025-7" in owed(moving, "sun")


def test_the_same_handover_twice_is_one(moving: Terminal):
    line = ("handover", "wang", "sun", *WHY, "--request-id", "h-1")
    moving.does(*line, "--yes")
    entries = moving.entries()
    again = moving.does(*line)  # what is done already needs no answer
    assert "(sun): 2." in again.out
    assert "already done" in again.err
    assert moving.entries() == entries


def test_who_keeps_the_roles_can_still_act(moving: Terminal):
    moving.does("handover", "wang", "sun", *WHY, "--keep-roles", "--yes")
    assert moving.does("held", "wang", "--json").json["roles"] == [
        {"role": "responsible", "unit": UNIT}
    ]
    assert owed(moving, "wang") == {}


def test_suspended_and_accepted_issues_move_and_voided_ones_stay(terminal: Terminal):
    rectify = kept_up(with_issues(terminal), 7)
    naming = ("--leader", "luo", "--department", "财务股", "--person", "wang")
    for issue in (2, 3):
        rectify.does("assign", issue, *naming)
    rectify.does("suspend", 2, "--reason", "审计中")
    rectify.does("void", 3, "--reason", "重复登记")
    unit = ("--unit", UNIT, "--role", "responsible")
    rectify.does("people", "add", "sun", "--name", "孙晓梅", *unit)

    page = rectify.does("held", "wang").out
    assert "answers, suspended" in page
    rectify.does("handover", "wang", "sun", *WHY, "--yes")

    held = rectify.does("held", "sun", "--json").json["issues"]
    assert [(i["issue"], i["state"], i["suspended"]) for i in held] == [
        ("R2025-2", "reported", True),
        ("R2025-7", "long_term_maintenance", False),
    ]
    assert rectify.does("held", "wang", "--json").json["issues"] == []
    assert rectify.does("verify").code == 0


def test_one_who_leads_and_answers_hands_over_both(moving: Terminal):
    moving.does("people", "grant", "luo", "responsible")
    moving.does("assign", 4, "--leader", "luo", "--department", "财务股", "--person", "luo")
    moving.does("handover", "luo", "he", *WHY, "--yes")
    held = moving.does("held", "he", "--json").json
    assert {r["role"] for r in held["roles"]} == {"leader", "responsible"}
    roles = {i["issue"]: i["roles"] for i in held["issues"]}
    assert roles["R2025-4"] == ["leader", "person"]
    assert roles["R2025-3"] == ["leader"]


# ------------------------------------------------------------------------------- the page


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("columns", [80, 100])
def test_every_line_fits_the_terminal(
    moving: Terminal, monkeypatch: pytest.MonkeyPatch, language: str, columns: int
):
    monkeypatch.setenv("COLUMNS", str(columns))
    moving.later(45)
    moving.does("people", "leave", "wang")
    moving.language = language
    for line in (["held", "wang"], ["held", "luo"], ["alarms"], ["people", "leave", "luo"]):
        answer = moving.does(*line)
        shown = (answer.out + answer.err).splitlines()
        if line[0] != "people":
            assert max(map(width, shown)) <= columns, line
        assert any("R2025-" in text for text in shown)


def test_it_speaks_chinese(moving: Terminal):
    moving.language = "zh"
    moving.later(45)
    page = moving.does("held", "wang").out
    assert "责任人员：县交通运输局党组" in page
    assert "拟定并报送整改方案" in page
    assert "逾期 36 天" in page
    found = json.loads(moving.does("alarms", "--json").out)
    assert {a["why"] for a in found} == {"nobody"}  # codes are never translated


def test_a_successor_who_may_not_act_yet_is_told_why(moving: Terminal):
    moving.does("people", "add", "deng", "--name", "邓辉", "--unit", UNIT)
    moving.does("people", "leave", "wang", "--successor", "deng")
    refused = moving("--as", "deng", "measure", "done", 7, 1)
    assert refused.code == 3
    said = " ".join(refused.err.split())
    assert "王海涛 has left, and you are the successor" in said
    assert "rectify handover wang deng" in said
    assert "邓辉 (after a handover)" in said
    moving.does("handover", "wang", "deng", *WHY, "--yes")
    assert "after a handover" not in moving("--as", "deng", "measure", "done", 7, 1).err
