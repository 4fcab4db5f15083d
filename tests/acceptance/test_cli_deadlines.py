"""Later dates, pauses, types and terms, as people type them."""

from __future__ import annotations

import pytest

from tests.terminal import Terminal, planned

WHY = ("--reason", "招标流标", "--progress", "设计已批复")


def asked(rectify: Terminal, *options: str) -> Terminal:
    """The round with a request to put issue 7 off to the end of October."""
    planned(rectify)
    rectify.does("--as", "wang", "extend", "request", 7, "2025-10-31", *WHY, *options)
    return rectify


# ---------------------------------------------------------------- extensions


def test_a_later_date_is_asked_for_listed_and_granted_by_somebody_else(round_: Terminal):
    rectify = planned(round_)

    request = rectify.does("--as", "wang", "extend", "request", 7, "2025-10-31", *WHY)
    assert "decide on the extension" in request.out
    assert "李清源" in request.out

    (open_one,) = rectify.does("extend", "list", "--json").json
    assert (open_one["issue"], open_one["was"], open_one["asked"], open_one["by"]) == (
        "R2025-7",
        "2025-08-20",
        "2025-10-31",
        [{"id": "wang", "name": "王海涛"}],
    )
    assert open_one["decide"]["by"] == [{"id": "li", "name": "李清源"}]
    assert "招标流标" in rectify.does("extend", "list").out

    rectify.does("extend", "approve", 7, "--due", "2025-09-30", "--note", "only to September")
    issue = rectify.does("show", 7, "--json").json
    assert (issue["due"], issue["due_original"]) == ("2025-09-30", "2025-08-20")
    assert issue["extensions"][0]["granted"] == "2025-09-30"
    assert rectify.does("extend", "list", "--json").json == []
    page = rectify.does("show", 7).out
    assert "Original date  2025-08-20" in page
    assert "granted until 2025-09-30" in page


def test_the_original_date_stands_beside_the_later_one_in_every_list(round_: Terminal):
    rectify = asked(round_)
    rectify.does("extend", "approve", 7)

    lines = {line["key"]: line for line in rectify.does("list", "--json").json}
    owed = [o for o in rectify.does("due", "--json").json if o["issue"] == "R2025-7"]

    assert (lines["R2025-7"]["due"], lines["R2025-7"]["due_original"]) == (
        "2025-10-31",
        "2025-08-20",
    )
    assert ("finish_issue", "2025-10-31", "2025-08-20") in [
        (o["kind"], o["due"], o["due_original"]) for o in owed
    ]
    assert "2025-08-20" in rectify.does("list").out.splitlines()[7]


def test_a_request_is_refused_with_a_reason_and_the_date_stands(round_: Terminal):
    rectify = asked(round_)

    assert rectify("extend", "refuse", 7).code == 3
    rectify.does("extend", "refuse", 7, "--reason", "进展不足")

    assert rectify.does("show", 7, "--json").json["due"] == "2025-08-20"
    assert "refused" in rectify.does("show", 7).out
    assert rectify("extend", "approve", 7).code == 3


def test_a_measure_is_put_off_within_its_issue(round_: Terminal):
    rectify = planned(round_)

    rectify.does("--as", "wang", "extend", "request", 7, "2025-07-31", "--measure", 1, *WHY)
    rectify.does("extend", "approve", 7)

    measure = rectify.does("show", 7, "--json").json["measures"][0]
    assert (measure["due"], measure["due_original"]) == ("2025-07-31", "2025-07-01")
    assert "2025-07-31 (originally 2025-07-01)" in rectify.does("show", 7).out


def test_nobody_decides_on_their_own_request(round_: Terminal):
    planned(round_)
    round_.does("people", "grant", "wang", "supervisor")
    round_.does("--as", "wang", "extend", "request", 7, "2025-10-31", *WHY)

    refused = round_("--as", "wang", "extend", "approve", 7)

    assert (refused.code, refused.out) == (3, "")
    assert "王海涛 (wang)" in refused.err
    round_.does("extend", "approve", 7)


@pytest.mark.parametrize(
    ("line", "days", "code", "said"),
    [
        ("extend request 7 2025-10-31 --reason x --progress y", 100, 3, "2025-08-20"),
        ("extend request 7 2025-05-01 --reason x --progress y", 0, 3, "2025-05-01"),
        ("extend request 7 2025-07-30 --reason x --progress y", 0, 3, "2025-07-30"),
        ("extend request 7 2025-12-31 --reason x --progress y", 0, 3, "2025-12-31"),
        ("extend request 7 2025-09-30 --measure 1 --reason x --progress y", 0, 3, "2025-08-20"),
        ("extend request 7 2025-07-30 --measure 9 --reason x --progress y", 0, 3, "measure 9"),
        ("extend request 7 2025-09-30 --reason x", 0, 3, "--progress"),
        ("extend request 7 2025-02-30 --reason x --progress y", 0, 2, "there is no date"),
        ("extend request 99 2025-09-30 --reason x --progress y", 0, 4, "there is no issue"),
        ("extend request 7", 0, 2, "DATE"),
        ("extend approve 7", 0, 3, "R2025-7"),
    ],
)
def test_a_request_that_cannot_stand_is_refused_with_the_reason(
    round_: Terminal, line, days, code, said
):
    planned(round_)
    round_.later(days)
    before = round_.entries()

    answer = round_("--as", "wang" if "request" in line else "li", *line.split())

    assert (answer.code, answer.out) == (code, ""), answer.err
    assert said in answer.err
    assert round_.entries() == before


# ---------------------------------------------------------------- suspension


def test_a_suspended_issue_owes_nothing_and_goes_on_with_its_dates_moved(round_: Terminal):
    rectify = planned(round_)
    rectify.does("suspend", 7, "--reason", "涉诉待裁定", "--basis", "县法院通知")

    page = rectify.does("show", 7).out
    (line,) = rectify.does("list", "--light", "suspended", "--json").json
    assert (line["key"], line["suspended"], line["overdue"]) == ("R2025-7", True, False)
    assert "SUSPENDED" in page
    assert "涉诉待裁定" in page
    assert [o for o in rectify.does("due", "--json").json if o["issue"] == "R2025-7"] == []

    rectify.later(days=30)
    assert rectify("--as", "wang", "measure", "done", 7, 1).code == 3
    rectify.does("resume", 7, "--note", "已裁定")
    issue = rectify.does("show", 7, "--json").json
    assert issue["measures"][0]["due"] == "2025-07-31"
    assert (issue["due"], issue["due_original"]) == ("2025-09-19", "2025-08-20")
    assert issue["suspensions"][0]["resumed_on"] == "2025-06-25"
    assert rectify.does("verify").out.startswith("Sound: ")


def test_what_is_not_suspended_cannot_be_resumed_nor_suspended_twice(round_: Terminal):
    planned(round_)

    assert round_("resume", 7).code == 3
    round_.does("suspend", 7, "--reason", "x")
    assert round_("suspend", 7, "--reason", "y").code == 3
    assert round_("--as", "wang", "resume", 7).code == 3


# ---------------------------------------------------------------- types and terms


@pytest.mark.parametrize("word", ["immediate", "立行立改"])
def test_an_issue_has_a_type_and_the_flag_of_the_long_term(round_: Terminal, word):
    round_.does("classify", 7, "--type", word, "--long-term")

    issue = round_.does("show", 7, "--json").json
    line = round_.does("list", "--json").json[6]

    assert (issue["type"], issue["long_term"]) == ("immediate", True)
    assert (line["type"], line["long_term"]) == ("immediate", True)
    assert "kept up for ever" in round_.does("show", 7).out


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("classify 7 --type urgent", 2, "urgent is none of: immediate"),
        ("classify 7", 2, "--type, --long-term"),
        ("--as wang classify 7 --type staged", 3, "supervisor"),
        ("set-term 7 draft_novel 20工作日 --reason x", 3, "draft_novel"),
        ("set-term 7 draft_plan soon --reason x", 3, "a term"),
        ("set-term 7 draft_plan 20工作日", 3, "--reason"),
    ],
)
def test_types_and_terms_that_do_not_exist_are_refused(round_: Terminal, line, code, said):
    before = round_.entries()

    answer = round_(*line.split())

    assert (answer.code, answer.out) == (code, ""), answer.err
    assert said in answer.err
    assert round_.entries() == before


@pytest.mark.parametrize("kind", ["draft_plan", "draft-plan", "拟定并报送整改方案"])
def test_one_issue_gets_another_term_on_record(round_: Terminal, kind):
    usual = round_.does("due", "--explain", 7, "--json").json["dates"][1]
    round_.does("set-term", 7, kind, "20个工作日", "--reason", "涉及三个单位")

    own = round_.does("due", "--explain", 7, "--json").json["dates"][1]

    assert (usual["term"], own["term"]) == ("10 workdays", "20 workdays")
    assert own["due"] > usual["due"]
    assert own["override"] == "涉及三个单位"
    assert "涉及三个单位" in round_.does("show", 7).out


# ---------------------------------------------------------------- repeating


def test_every_command_may_be_repeated_under_its_name(round_: Terminal):
    planned(round_)
    for line in (
        ("--as", "wang", "extend", "request", 7, "2025-10-31", *WHY),
        ("extend", "approve", 7),
        ("classify", 7, "--long-term"),
        ("suspend", 7, "--reason", "x"),
        ("resume", 7),
    ):
        name = "-".join(map(str, line[:4]))
        round_.does(*line, "--request-id", name)
        before = round_.entries()
        again = round_.does(*line, "--request-id", name)
        assert "already done before" in again.err
        assert round_.entries() == before
