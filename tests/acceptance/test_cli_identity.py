"""Who acts: the account, a delegation, a trial; and a request that comes twice."""

from __future__ import annotations

import os

from tests.terminal import UNIT, Terminal, founded, planned


def test_in_a_trial_anybody_may_be_played_and_every_entry_says_so(round_: Terminal):
    planned(round_)

    log = round_.does("log", 7).out

    assert all(line.endswith("auth: trial") for line in log.splitlines())
    assert {entry["actor"]["person"] for entry in round_.log("R2025-7")} == {"li", "wang"}


def test_elsewhere_nobody_may_be_played(terminal: Terminal):
    founded(terminal, "--title", "督查")
    before = terminal.entries()

    for line in ("whoami", "list", "tick", "people grant wang supervisor"):
        refused = terminal("--as", "wang", *line.split())
        assert (refused.code, refused.out) == (3, ""), line
        assert "--as is only accepted by a trial database" in refused.err
    assert terminal.entries() == before
    assert terminal.log()[-1]["actor"]["auth"] == "os-claimed"


def test_an_account_that_belongs_to_nobody_may_do_nothing(terminal: Terminal):
    founded(terminal, "--title", "督查")
    mine = f"os:{os.getuid()}"
    assert terminal("people", "unbind", mine).code == 3  # nobody could act any more
    terminal.does("people", "grant", "luo", "supervisor", "--everywhere")
    assert terminal("people", "unbind", mine).code == 3
    terminal.does("people", "bind", "luo", "os:4711")
    terminal.does("people", "unbind", mine)

    for line in ("people grant he supervisor --everywhere", "people bind he os:4712"):
        refused = terminal(*line.split())
        assert (refused.code, refused.out) == (3, "")
        assert f"the account {mine} belongs to nobody here" in refused.err


def test_an_account_is_not_taken_from_its_owner(terminal: Terminal):
    founded(terminal, "--title", "督查")
    mine = f"os:{os.getuid()}"
    terminal.does("people", "grant", "he", "supervisor", "--everywhere")
    terminal.does("people", "bind", "he", "os:4711")
    taken = terminal("people", "bind", "he", mine)
    assert taken.code == 3
    assert f"the account {mine} belongs to 李清源 (li); unbind it first" in taken.err


def test_a_clerk_records_for_a_cadre_only_with_a_delegation(round_: Terminal):
    round_.does("assign", 7, "--leader", "luo", "--department", "财务股", "--person", "wang")
    line = ("--as", "he", "--on-behalf-of", "wang", "measure", "edit", 7, 1, "--due", "2025-07-01")
    before = round_.entries()

    refused = round_(*line)
    assert refused.code == 3
    assert "no delegation lets 何敏 (he) record for 王海涛 (wang)" in refused.err
    assert round_.entries() == before

    round_.does("people", "delegate", "wang", "he", "--until", "2025-06-30")
    round_.does(*line)
    assert "何敏 for 王海涛" in round_.does("log", 7).out
    assert round_.log("R2025-7")[-1]["actor"] == {
        "person": "he",
        "on_behalf_of": "wang",
        "account": f"os:{os.getuid()}",
        "auth": "trial",
    }
    assert "Delegation 1: 何敏 (he) records for 王海涛 (wang)" in round_.does("people", "list").out

    round_.does("people", "end-delegation", 1)
    assert round_(*line).code == 3


def test_a_delegation_ends_with_its_last_day(round_: Terminal):
    round_.does("assign", 7, "--leader", "luo", "--person", "wang")
    round_.does("people", "delegate", "wang", "he", "--until", "2025-05-27")
    line = ("--as", "he", "--on-behalf-of", "wang", "note", 7, "x")

    round_.later(days=1)
    round_.does(*line)
    round_.later(days=1)
    assert round_(*line).code == 3


def test_the_same_request_twice_writes_one_entry_and_answers_the_same(round_: Terminal):
    rectify = planned(round_)
    proof = rectify.folder / "proof.txt"
    proof.write_text("x", encoding="utf-8")
    lines: tuple[tuple[object, ...], ...] = (
        ("note", 7, "asked"),
        ("--as", "wang", "evidence", "add", 7, proof, "--measure", 1),
        ("--as", "wang", "measure", "done", 7, 1),
        ("--as", "wang", "advance", 7, "submit_completion"),
        ("advance", 7, "accept", "--duty", "x", "--every", "30d", "--from", "2025-08-01"),
        ("people", "add", "sun", "--unit", UNIT, "--role", "leader"),
        ("people", "edit", "sun", "--title", "股长"),
        ("people", "grant", "sun", "responsible"),
        ("people", "delegate", "wang", "sun"),
    )
    for number, line in enumerate(lines):
        request = ("--request-id", f"request-{number}")
        first = rectify.does(*line, *request)
        before = rectify.entries()

        again = rectify.does(*line, *request)

        assert again.out == first.out, line
        assert rectify.entries() == before, line


def test_a_whole_file_may_be_repeated_with_its_request_id(round_: Terminal):
    file = round_.folder / "a.csv"
    file.write_text("issue,leader,person\n7,luo,wang\n8,luo,wang\n", encoding="utf-8")

    first = round_.does("assign", "--from", file, "--request-id", "r")
    round_.does("people", "revoke", "wang", "responsible")  # it would be refused by now
    before = round_.entries()
    again = round_.does("assign", "--from", file, "--request-id", "r")

    assert again.out == first.out
    assert "already done before" in again.err
    assert round_.entries() == before


def test_a_request_id_does_not_serve_for_something_else(round_: Terminal):
    round_.does("note", 7, "asked", "--request-id", "r")
    before = round_.entries()

    for line in (("note", 8, "asked"), ("note", 7, "other words"), ("void", 7, "--reason", "x")):
        answer = round_(*line, "--request-id", "r")
        assert (answer.code, answer.out) == (5, ""), line
    assert round_.entries() == before


def test_whoami_says_who_for_whom_and_in_which_roles(round_: Terminal):
    plain = round_.does("--as", "wang", "whoami").out
    record = round_.does("whoami", "--as", "he", "--on-behalf-of", "wang", "--json").json

    assert f"responsible person: {UNIT}" in plain
    assert record["person"] == {"id": "he", "name": "何敏"}
    assert record["on_behalf_of"] == {"id": "wang", "name": "王海涛"}
    assert record["roles"] == [{"role": "responsible", "unit": UNIT}]
    assert record["trial"] is True
